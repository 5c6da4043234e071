"""The outbox: every message that leaves is a row here, put in once and written down as sent, refused or gone."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain.alert import LANES
from domain.delivery import ALONE, Delivery, Gone, Outcome, Refused, Sent, after
from domain.ids import derived
from domain.message import Address
from domain.query import Progress
from storage import riding
from storage.keys import Keys, keys_of
from storage.message import written_message
from storage.moving import move
from storage.prepared import Prepared
from storage.tables import acks, contacts, outbox

VEIL = "veiled:"
"""How what stands in the place of an address begins where nobody may read whom a message is for."""
NOTE = 200
PAGE = 500
"""Rows in one INSERT: SQLite and PostgreSQL take about 32,700 values in a statement."""
FINAL = ("sent", "refused", "gone")


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database at hand."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def once(connection: Connection, table: Table) -> Any:
    """
    INSERT … ON CONFLICT DO NOTHING with its values given at execution.

    Kept by dialect and table: building a statement costs several times what running it does.
    """
    key = (connection.dialect.name, table.name)
    if key not in _ONCE:
        _ONCE[key] = insert_into(connection, table).on_conflict_do_nothing()
    return _ONCE[key]


_ONCE: dict[tuple[str, str], Any] = {}


def queue(connection: Connection, deliveries: Iterable[Delivery], now: datetime, contact: str | None = None) -> int:
    """
    Put deliveries in the outbox as they are; those that are there already stay as they are. How many were new.

    Their words are encrypted while they wait; of a veiled one so is the address, and it says nobody's contact.

    A reply comes already leased (`due` a `REPLY_LEASE` ahead, `tries` 1), so that only the process that made it sends
    it while the lease lasts. `contact` is the contact's id where all of them are for one; else it is looked up.
    """
    rows = list(deliveries)
    if not rows:
        return 0
    whose = {d.to: contact for d in rows} if contact is not None else _contacts(connection, {d.to for d in rows})
    keys = keys_of(connection)
    kept = [_row(d, "" if d.veil else whose.get(d.to) or "", now, keys) for d in rows]
    if len(kept) == 1:
        return _QUEUED.run(connection, kept[0])
    pages = (kept[start : start + PAGE] for start in range(0, len(kept), PAGE))
    fresh = insert_into(connection, outbox).on_conflict_do_nothing(index_elements=["id"])
    return sum(connection.execute(fresh.values(page)).rowcount for page in pages)


_QUEUED = Prepared(lambda connection: once(connection, outbox), outbox.c.keys())


def settle(connection: Connection, deliveries: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
    """
    Write down how a try went, for all who shared it, by the rules of `domain.delivery.after`.

    Whoever has gone is muted, and a group that moved is known by its new address, in this same transaction. A reply
    that is done keeps no words. What a slow process says of a try after its lease ran out counts only if it is
    "sent": for the rest, whoever took the delivery over knows better. A batch that was refused is taken apart, and
    each of its members tried alone, for one bad address can cost all of them the call.
    What rode along goes the same way.
    """
    if isinstance(outcome, Refused) and len(deliveries) > 1 and _one_batch(deliveries):
        _take_apart(connection, deliveries, outcome, now)
        return
    if not deliveries:
        return
    if isinstance(outcome, Refused) and deliveries[0].rides:
        riding.put_down(connection, deliveries[0], outcome.why, now)
        return
    sent = outcome.id if isinstance(outcome, Sent) else ""
    tried = [_settled(delivery, after(delivery, outcome, now), sent, now) for delivery in deliveries]
    if _one_batch(deliveries) and all(_alike(each, tried[0]) for each in tried):
        _settle_together(connection, tried)
    else:
        _SETTLE.run_each(connection, tried)
        riding.settle(connection, deliveries, outcome, now)
    if isinstance(outcome, Gone):
        for delivery in deliveries:
            _leave(connection, delivery.to, outcome.moved)


_SETTLE = Prepared(
    lambda _: (
        update(outbox)
        .where(
            outbox.c.id == bindparam("b_id"),
            or_(
                bindparam("b_sent", type_=Boolean),
                and_(outbox.c.state == "queued", outbox.c.tries == bindparam("b_tries")),
            ),
        )
        .values(
            state=bindparam("b_state"),
            due=bindparam("b_due"),
            tries=bindparam("b_counted"),
            note=bindparam("b_note"),
            address=bindparam("b_address"),
            reply_token=bindparam("b_token"),
            sent_id=bindparam("b_sent_id"),
            settled_at=bindparam("b_settled_at"),
            message=case(
                (and_(bindparam("b_final", type_=Boolean), outbox.c.alert == ""), null()), else_=outbox.c.message
            ),
        )
    )
)


def settle_each(connection: Connection, tried: Sequence[tuple[Delivery, Outcome]], now: datetime) -> None:
    """Write down how each of many tries went: what was sent in one statement, whatever else by `settle`."""
    sent = [
        _settled(delivery, after(delivery, outcome, now), outcome.id, now)
        for delivery, outcome in tried
        if isinstance(outcome, Sent)
    ]
    if sent:
        _SETTLE.run_each(connection, sent)
        rode = [delivery.rides for delivery, outcome in tried if delivery.rides and isinstance(outcome, Sent)]
        riding.arrived(connection, rode, now)
    for delivery, outcome in tried:
        if not isinstance(outcome, Sent):
            settle(connection, [delivery], outcome, now)


def _one_batch(deliveries: Sequence[Delivery]) -> bool:
    batch = deliveries[0].batch if deliveries else ""
    return batch not in ("", ALONE) and all(delivery.batch == batch for delivery in deliveries)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in one if name not in ("b_id", "b_address", "b_token"))


def _settle_together(connection: Connection, tried: Sequence[Mapping[str, Any]]) -> None:
    """What `_SETTLE` does, for all of a batch in one statement. (Alerts hold no words in their rows.)"""
    first = tried[0]
    theirs = update(outbox).where(outbox.c.id.in_([each["b_id"] for each in tried]))
    if not first["b_sent"]:
        theirs = theirs.where(outbox.c.state == "queued", outbox.c.tries == first["b_tries"])
    values = {"state": first["b_state"], "due": first["b_due"], "note": first["b_note"], "tries": first["b_counted"]}
    connection.execute(theirs.values(values | {"settled_at": first["b_settled_at"]}))


def _settled(tried: Delivery, delivery: Delivery, sent: str, now: datetime) -> dict[str, Any]:
    """What is written down of a delivery, which was `tried` as it had been taken."""
    final = delivery.state in FINAL
    return {
        "b_id": delivery.id,
        "b_sent": delivery.state == "sent",
        "b_tries": tried.tries,
        "b_counted": delivery.tries,
        "b_state": delivery.state,
        "b_due": delivery.due,
        "b_note": delivery.note[:NOTE],
        "b_address": delivery.veil or delivery.to.id,
        "b_token": delivery.reply_token,
        "b_sent_id": sent[:80],
        "b_settled_at": now if final else None,
        "b_final": final,
    }


def _take_apart(connection: Connection, deliveries: Sequence[Delivery], refused: Refused, now: datetime) -> None:
    members = [delivery.id for delivery in deliveries]
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(members), outbox.c.state == "queued", outbox.c.tries == deliveries[0].tries)
        .values(batch=ALONE, due=now, note=f"batch: {refused.why}"[:NOTE])
    )


def _leave(connection: Connection, address: Address, moved: str) -> None:
    if not moved:
        here = and_(contacts.c.channel == address.channel, contacts.c.address == address.id)
        connection.execute(update(contacts).where(here).values(muted=True))
        return
    move(connection, address, moved)
    waits = and_(outbox.c.channel == address.channel, outbox.c.address == address.id, outbox.c.state == "queued")
    connection.execute(update(outbox).where(waits).values(address=moved))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a channel still has to send in one lane, and since when the first of it is due."""

    channel: str
    lane: str
    many: int
    oldest: datetime


def waiting(connection: Connection) -> tuple[Waiting, ...]:
    """All that is queued, by channel and lane, in the order in which it leaves."""
    rows = connection.execute(
        select(outbox.c.channel, outbox.c.lane, func.count(), func.min(outbox.c.due, type_=outbox.c.due.type))
        .where(outbox.c.state == "queued")
        .group_by(outbox.c.channel, outbox.c.lane)
        .order_by(outbox.c.channel, outbox.c.lane)
    )
    names = {number: name for name, number in LANES.items()}
    return tuple(Waiting(channel, names[lane], many, oldest) for channel, lane, many, oldest in rows)


def moving(connection: Connection, since: datetime) -> set[tuple[str, str]]:
    """Channels and lanes on which something has left since then. (A sent row's `due` is the lease it was sent in.)"""
    names = {number: name for name, number in LANES.items()}
    left = select(outbox.c.channel, outbox.c.lane).where(outbox.c.state == "sent", outbox.c.due >= since)
    return {(channel, names[lane]) for channel, lane in connection.execute(left.distinct())}


def progress(connection: Connection, alert: str) -> Progress:
    """How far an alert has got."""
    return progresses(connection, [alert])[alert]


def progresses(connection: Connection, alerts: Sequence[str]) -> dict[str, Progress]:
    """How far each of these alerts has got: two statements, however many they are."""
    counts: dict[str, dict[str, int]] = {alert: {} for alert in alerts}
    states = select(outbox.c.alert, outbox.c.state, func.count()).where(outbox.c.alert.in_(alerts))
    for alert, state, many in connection.execute(states.group_by(outbox.c.alert, outbox.c.state)):
        counts[alert][state] = many
    answers = select(acks.c.alert, func.count()).where(acks.c.alert.in_(alerts)).group_by(acks.c.alert)
    for alert, many in connection.execute(answers):
        counts[alert]["acknowledged"] = many
    return {alert: Progress(**of) for alert, of in counts.items()}


def purge(connection: Connection, channels: Sequence[str], before: datetime, limit: int = 500) -> int:
    """
    Forget deliveries that were settled, or were last due, before a time: at most `limit`, so that nobody waits long.

    Gives how many; call it again until it gives 0.
    """
    old = (
        select(outbox.c.id)
        .where(
            outbox.c.state.in_(FINAL),
            outbox.c.channel.in_(channels),
            outbox.c.lane.in_(LANES.values()),
            outbox.c.due < before,
        )
        .limit(limit)
    )
    return connection.execute(delete(outbox).where(outbox.c.id.in_(old.scalar_subquery()))).rowcount


def _contacts(connection: Connection, addresses: set[Address]) -> dict[Address, str]:
    pairs = tuple_(contacts.c.channel, contacts.c.address).in_([(a.channel, a.id) for a in addresses])
    rows = connection.execute(select(contacts.c.channel, contacts.c.address, contacts.c.id).where(pairs))
    return {Address(channel, address): id for channel, address, id in rows}


def veil(connection: Connection, delivery: Delivery) -> Delivery:
    """The same delivery under an id that leads to no event, and with nobody's address where it can be read."""
    id = keys_of(connection).hidden(delivery.id)
    return replace(delivery, id=id, retry_key=derived(id), veil=f"{VEIL}{secrets.token_hex(12)}")


def _row(delivery: Delivery, contact: str, now: datetime, keys: Keys) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "channel": delivery.to.channel,
        "address": delivery.veil or delivery.to.id,
        "contact": contact,
        "lane": LANES[delivery.lane],
        "state": delivery.state,
        "due": delivery.due,
        "tries": delivery.tries,
        "message": written_message(keys, delivery),
        "alert": delivery.alert,
        "reply_token": delivery.reply_token,
        "rides": delivery.rides,
        "batch": delivery.batch,
        "expires": delivery.expires,
        "note": delivery.note[:NOTE],
        "created_at": delivery.created or now,
        "language": "",
        "area": "",
        "sent_id": "",
        "settled_at": None,
    }
