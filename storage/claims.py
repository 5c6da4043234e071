"""Taking what is due out of the outbox, so that nobody else sends it too."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    case,
    func,
    null,
    or_,
    select,
    update,
)

from domain.alert import BILLED, LANES, Lane
from domain.delivery import ALONE, BACKOFF, KEY_LASTS, LEASE, Delivery
from domain.ids import derived
from domain.message import Address, Outgoing
from storage import riding
from storage.due import BATCH, FRESH, HEAD, Apart, page, place
from storage.keys import Unopened, keys_of
from storage.message import read_message, unpacked
from storage.outbox import NOTE
from storage.steering import PAUSED, hold
from storage.tables import alert_texts, alerts, outbox

ORDER: tuple[Lane, ...] = ("urgent", "reply", "routine", "lazy")
ROUNDS = 8
"""Pages looked at in one lane before giving way: what must not leave any more is put aside a page at a time."""
LOUD = ("Extreme", "Severe")


@dataclass(frozen=True, slots=True)
class Manners:
    """
    What routine alerts owe their readers.

    Until `quiet_until` none but the severe ones leave (None: it is not quiet now). Of those that teach (not of those
    about a report) a person gets `cap` from `since` on, the rest not before `again`; 0 is no limit.
    """

    quiet_until: datetime | None = None
    cap: int = 0
    since: datetime | None = None
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Alert:
    """What must be known of an alert to send one of its deliveries."""

    state: str
    severity: str
    teaches: bool
    paused: bool


def claim(
    connection: Connection,
    channel: str,
    now: datetime,
    limit: int,
    lanes: Sequence[Lane] = ORDER,
    *,
    apart: Apart | None = None,
    manners: Manners | None = None,
    batched: bool = False,
    newest: bool = False,
) -> list[Delivery]:
    """
    Take some deliveries that are due, the most urgent lane first. Nobody else gets them until the lease runs out.

    In a lane what has been due for longest goes first, or, where the `newest` are wanted, what is so since just now.

    A try counts when it begins, so what kills its sender is given up in the end. What is expired, stopped or tried
    too often is refused here, and never given out. `batched` leaves to `claim_batch` what can go many at a time.
    """
    taken: list[Delivery] = []
    for lane in lanes:
        for _ in range(1 if batched else ROUNDS):
            room = limit - len(taken)
            if room <= 0:
                return taken
            rows = list(connection.execute(*page(channel, lane, now, room, apart or Apart(), newest)))
            alone = [row for row in rows if not (batched and _batchable(row))]
            taken += _take(connection, _one_each(alone, taken, apart), now, manners)
            if len(rows) < room:
                break
    return taken


def claim_batch(
    connection: Connection,
    channel: str,
    now: datetime,
    many: int,
    lanes: Sequence[Lane] = ORDER,
    *,
    manners: Manners | None = None,
) -> list[Delivery]:
    """
    Take up to `many` deliveries that say the same: one alert, one language. They go in one call, or not at all.

    Their `batch` is written on them before the call, and is the call's retry key. When the call's end is not known
    (a crash, a time-out) the same members come back with the same key once the lease has run out, so that a
    platform that had taken them the first time does not deliver them twice.
    """
    for lane in lanes:
        for _ in range(ROUNDS):
            there = place(channel, lane, now)
            head = connection.execute(HEAD, there).first()
            if head is None:
                break
            if head.batch:
                rows = list(connection.execute(BATCH, there | {"batch": head.batch}))
            else:
                kin = {"alert": head.alert, "language": head.language, "many": many}
                rows = list(connection.execute(FRESH, there | kin))
            if taken := _take(connection, rows, now, manners, together=True):
                return taken
    return []


def _one_each(rows: list[Row[Any]], taken: list[Delivery], apart: Apart | None) -> list[Row[Any]]:
    """At most one for each chat, where chats are to be left in peace."""
    if apart is None or not (apart.person or apart.group):
        return rows
    seen = {delivery.to.id for delivery in taken}
    return [row for row in rows if not (row.address in seen or seen.add(row.address))]  # type: ignore[func-returns-value]


def _batchable(row: Row[Any]) -> bool:
    return bool(row.alert) and row.batch != ALONE and not row.reply_token


def _take(
    connection: Connection, rows: Sequence[Row[Any]], now: datetime, manners: Manners | None, together: bool = False
) -> list[Delivery]:
    """Take those of these rows that may leave now; refuse or put off the others."""
    known = _alerts(connection, {row.alert for row in rows} - {""})
    words = _words(connection, {row.alert for row in rows} - {""})
    own = _opened(connection, rows)
    fit: list[Row[Any]] = []
    full = _full(connection, rows, known, manners)
    refused: dict[str, list[str]] = {}
    put_off: dict[datetime, list[str]] = {}
    held: list[str] = []
    for row in rows:
        alert = known.get(row.alert)
        if why := _unfit(row, alert, own.get(row.id) or words.get((row.alert, row.language)), now):
            refused.setdefault(why, []).append(row.id)
        elif alert is not None and alert.paused:
            held.append(row.id)
        elif until := _wait(row, alert, row.address in full, manners):
            put_off.setdefault(until, []).append(row.id)
        else:
            fit.append(row)
    _refuse(connection, refused, now)
    riding.fell_off(connection, [row.id for row in rows if row.rides], now)
    if held:
        hold(connection, held, now)
    for until, ids in put_off.items():
        connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(due=until))
    return _lease(
        connection,
        [_delivery(row, own.get(row.id) or (row.address, words[row.alert, row.language]), now) for row in fit],
        now,
        together,
    )


def _opened(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, tuple[str, Outgoing]]:
    """Of rows that hold words of their own: whom they are for, and the words. What does not open is left out."""
    found: dict[str, tuple[str, Outgoing]] = {}
    for row in rows:
        if row.message is not None:
            with suppress(Unopened):
                found[row.id] = read_message(keys_of(connection), row.id, row.address, row.message)
    return found


def _lease(connection: Connection, taken: list[Delivery], now: datetime, together: bool) -> list[Delivery]:
    if not taken:
        return []
    values: dict[str, Any] = {"due": now + LEASE, "tries": outbox.c.tries + 1}
    if together:
        batch = taken[0].batch or derived("batch", *(delivery.id for delivery in taken))
        values["batch"] = batch
        taken = [replace(delivery, batch=batch) for delivery in taken]
    connection.execute(update(outbox).where(outbox.c.id.in_([d.id for d in taken])).values(values))
    return taken


def _unfit(row: Row[Any], alert: _Alert | None, words: object, now: datetime) -> str:
    """Why a delivery must never leave, or "" if it may."""
    if ORDER[row.lane] == "lazy":
        return "lapsed"
    if row.tries > len(BACKOFF[ORDER[row.lane]]):
        return "gave up: nobody who took it came back"
    if row.tries and row.channel in BILLED and row.due < now - KEY_LASTS:
        return "gave up: too late to learn whether it arrived"
    if row.expires is not None and row.expires <= now:
        return "expired"
    if alert is not None and alert.state == "stopped":
        return "stopped"
    if words is None:
        return "has no words" if row.message is None else "its words do not open"
    return ""


def _wait(row: Row[Any], alert: _Alert | None, full: bool, manners: Manners | None) -> datetime | None:
    """Until when a delivery is put off, or None if it may leave now."""
    if manners is None or alert is None or row.lane != LANES["routine"] or alert.severity in LOUD:
        return None
    if manners.quiet_until is not None:
        return manners.quiet_until
    return manners.again if full and row.batch in ("", ALONE) else None


def _full(
    connection: Connection, rows: Sequence[Row[Any]], known: dict[str, _Alert], manners: Manners | None
) -> set[str]:
    """The addresses that have been taught as often today as they should be."""
    if manners is None or not manners.cap or manners.since is None:
        return set()
    lessons = [row for row in rows if row.lane == LANES["routine"] and row.alert in known and known[row.alert].teaches]
    if not lessons:
        return set()
    told = (
        select(outbox.c.address)
        .join(alerts, alerts.c.id == outbox.c.alert)
        .where(
            outbox.c.channel == lessons[0].channel,
            outbox.c.address.in_({row.address for row in lessons}),
            or_(
                and_(outbox.c.state == "sent", outbox.c.settled_at >= manners.since),
                and_(outbox.c.state == "queued", outbox.c.tries > 0, outbox.c.id.not_in([row.id for row in lessons])),
            ),
            outbox.c.lane >= LANES["routine"],
            alerts.c.report == "",
        )
        .group_by(outbox.c.address)
        .having(func.count() >= manners.cap)
    )
    return set(connection.execute(told).scalars())


def _refuse(connection: Connection, refused: dict[str, list[str]], now: datetime) -> None:
    for why, ids in refused.items():
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids))
            .values(
                state="refused",
                note=why[:NOTE],
                settled_at=now,
                message=case((outbox.c.alert == "", null()), else_=outbox.c.message),
            )
        )


def _alerts(connection: Connection, ids: Iterable[str]) -> dict[str, _Alert]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = connection.execute(
        select(alerts.c.id, alerts.c.state, alerts.c.severity, alerts.c.report, alerts.c.pause).where(
            alerts.c.id.in_(wanted)
        )
    )
    return {row.id: _Alert(row.state, row.severity, not row.report, row.pause == PAUSED) for row in rows}


def _words(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, str], Outgoing]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = connection.execute(select(alert_texts).where(alert_texts.c.alert.in_(wanted)))
    return {(row.alert, row.language): unpacked(row.message) for row in rows}


def _delivery(row: Row[Any], told: tuple[str, Outgoing], now: datetime) -> Delivery:
    address, message = told
    return Delivery(
        id=row.id,
        to=Address(row.channel, address),
        message=message,
        due=now + LEASE,
        lane=ORDER[row.lane],
        state=row.state,
        tries=row.tries + 1,
        reply_token=row.reply_token,
        retry_key=derived(row.id),
        alert=row.alert,
        batch=row.batch,
        expires=row.expires,
        note=row.note,
        created=row.created_at,
        rides=row.rides,
        veil=row.address if address != row.address else "",
    )
