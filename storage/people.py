"""Contacts: meeting someone, locking their row, and saving where we stand with them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, func, or_, select, update

from domain.contact import CONSENT_VERSION, Contact, Role
from domain.conversation import Conversation, Heard
from domain.duty import Roster
from domain.ids import derived
from domain.message import Address, Button, Incoming, Left, Unsent
from domain.query import FindPeople, Person
from storage.erasing import erased_address
from storage.keys import Unopened, keys_of
from storage.outbox import insert_into, once
from storage.prepared import Prepared
from storage.riding import WAITS
from storage.sealing import day, hour
from storage.tables import contacts, inbox

log = structlog.get_logger()

SHORT = 8
_LOCKED = Prepared(lambda _: select(contacts, WAITS).where(contacts.c.id == bindparam("contact")).with_for_update())
_AT = Prepared(
    lambda _: (
        select(contacts, WAITS)
        .where(contacts.c.channel == bindparam("channel"), contacts.c.address == bindparam("address"))
        .with_for_update()
    )
)
_SAVED = Prepared(
    lambda _: (
        update(contacts)
        .where(contacts.c.id == bindparam("contact"))
        .values(conversation=bindparam("kept"), seen_at=bindparam("now"))
    )
)
_REMEMBERED = Prepared(lambda connection: once(connection, inbox), inbox.c.keys())


def first_time(connection: Connection, incoming: Incoming) -> bool:
    """Remember this event; false if we have seen it before."""
    return remember(connection, incoming.sender.channel, incoming.event, incoming.at)


def remember(connection: Connection, channel: str, event: str, at: datetime, raw: str = "", why: str = "") -> bool:
    """Remember an event, raw when we could not read it; false if we have seen it before."""
    row = {"channel": channel, "event": event[:80], "at": at, "raw": raw[:100_000] or None, "why": why[:200] or None}
    return _REMEMBERED.run(connection, row) == 1


def contact_id(address: Address) -> str:
    return derived("contact", address.channel, address.id)


def meet(connection: Connection, incoming: Incoming, language: str) -> tuple[Contact, Conversation, datetime | None]:
    """
    Whoever is speaking, met now if they are new, with their row locked until the transaction ends.

    **Lock, then load**: one person's events are answered one at a time, whichever process they reach. (On SQLite
    there is one writer anyway, and FOR UPDATE is left out.) The third is when they were last heard.
    """
    id = contact_id(incoming.sender)
    row = _LOCKED.first(connection, {"contact": id})
    if row is None:
        new = {
            "id": id,
            "channel": incoming.sender.channel,
            "address": incoming.sender.id[:80],
            "language": language,
            "is_group": incoming.group,
            "conversation": {},
            "seen_at": day(incoming.at),
            "created_at": met(incoming.at),
        }
        made = connection.execute(once(connection, contacts), new)
        row = _LOCKED.first(connection, {"contact": id})
        if made.rowcount == 1:
            return contact(row), Conversation(), None
        # A group that moved is known by its new address, under the id it always had (`storage.moving`).
        row = row or _AT.first(connection, {"channel": incoming.sender.channel, "address": incoming.sender.id[:80]})
    elif row.address == erased_address(id) and not isinstance(incoming.content, Left | Unsent):
        # Erased, and now they write again: somebody new. That they left after it is no reason to know them again.
        back = {"address": incoming.sender.id[:80], "language": language, "muted": False}
        change(connection, id, **back, seen_at=day(incoming.at), created_at=met(incoming.at))
        return contact(_LOCKED.first(connection, {"contact": id})), Conversation(), None
    elif row.muted and not row.is_group and not isinstance(incoming.content, Left | Unsent):
        # Nobody who has blocked us can write to us: word that they are back was lost.
        change(connection, id, muted=False)
    kept = _opened(connection, row)
    return contact(row), unpack_conversation(kept), _heard_at(row, kept)


def met(at: datetime) -> datetime:
    """When somebody was met, to the hour after it: nobody is trusted sooner for it (`domain.limits`)."""
    return hour(at + timedelta(hours=1)) if at != hour(at) else at


def contact(row: Any) -> Contact:
    return Contact(
        id=row.id,
        address=Address(row.channel, row.address),
        language=row.language,
        role=Role(row.role),
        area=row.area,
        name=row.name,
        roster=Roster(row.on_duty, row.hours, row.away),
        subscribed=row.subscribed,
        consented=row.consent == CONSENT_VERSION,
        waits=bool(getattr(row, "waits", False)),  # only who is speaking may be told something on the way
        since=row.created_at,
        blocked=row.blocked,
        appealed=row.appealed,
    )


def save_conversation(connection: Connection, id: str, conversation: Conversation, now: datetime) -> None:
    kept = seal_conversation(connection, id, conversation, now)
    _SAVED.run(connection, {"contact": id, "kept": kept, "now": day(now)})


def seal_conversation(connection: Connection, id: str, one: Conversation, at: datetime | None = None) -> dict[str, Any]:
    """
    A conversation as it is kept: encrypted, for it holds the words of reports that are being told, and the numbers.

    So is the moment at which they spoke; readable is only the day. What of it is due to be forgotten can be found:
    that something was pasted, or that they are in the middle of something. What else it remembers (a right receipt,
    what was added to a report) nobody can tell.
    """
    plain = pack_conversation(one)
    holds = {"heard": bool(one.heard), "answers": bool(one.answers and one.flow)}
    if plain and at:
        plain["at"] = at.isoformat()
    return keys_of(connection).seal_json(_place(id), plain) | {name: True for name in holds if holds[name]}


def open_conversation(connection: Connection, row: Any) -> Conversation:
    """The conversation in a contact's row. One that does not open is begun anew: there is nothing else to do."""
    return unpack_conversation(_opened(connection, row))


def heard_at(connection: Connection, row: Any) -> datetime:
    """The moment at which somebody was last heard; only the day where it is not in the conversation."""
    return _heard_at(row, _opened(connection, row))


def _heard_at(row: Any, kept: Mapping[str, Any]) -> datetime:
    seen: datetime = row.seen_at
    return datetime.fromisoformat(kept["at"]) if "at" in kept else seen


def _opened(connection: Connection, row: Any) -> dict[str, Any]:
    try:
        return keys_of(connection).open_json(_place(row.id), row.conversation)
    except Unopened as error:
        log.warning("conversation not opened", contact=row.id, why=str(error))
        return {}


def _place(id: str) -> str:
    return f"conversation\n{id}"


def pack_conversation(one: Conversation) -> dict[str, Any]:
    """A conversation as JSON; empty parts are left out."""
    kept: dict[str, Any] = {
        "flow": one.flow,
        "run": one.run,
        "answers": dict(one.answers),
        "offered": [[button.label, button.token] for button in one.offered],
        "heard": [[heard.at, heard.text, list(heard.media), heard.message] for heard in one.heard],
        "asked": one.asked,
        "pace": dict(one.pace),
    }
    return {name: value for name, value in kept.items() if value}


def unpack_conversation(kept: dict[str, Any]) -> Conversation:
    """The conversation that `pack_conversation` made this of."""
    return Conversation(
        flow=kept.get("flow", ""),
        run=kept.get("run", ""),
        answers=kept.get("answers", {}),
        offered=tuple(Button(label, token) for label, token in kept.get("offered", ())),
        heard=tuple(Heard(at, text, tuple(media), *rest) for at, text, media, *rest in kept.get("heard", ())),
        asked=kept.get("asked", ""),
        pace=kept.get("pace", {}),
    )


def change(connection: Connection, id: str, **values: Any) -> None:
    """Change some columns of one contact."""
    connection.execute(update(contacts).where(contacts.c.id == id).values(values))


def reach(connection: Connection, id: str) -> tuple[Contact, bool] | None:
    """Someone by id, and whether they may be written to."""
    row = connection.execute(select(contacts).where(contacts.c.id == id)).first()
    return (contact(row), not row.muted) if row else None


def approve(connection: Connection, id: str, yes: bool) -> Contact | None:
    """Give someone the role they wait for, or let them wait no more; None when they were not waiting."""
    row = connection.execute(select(contacts).where(contacts.c.id == id).with_for_update()).first()
    if row is None or not row.pending:
        return None
    gained = {"role": max(row.pending, row.role), "area": row.pending_area} if yes else {}
    change(connection, id, pending=0, pending_area="", **gained)
    return contact(connection.execute(select(contacts).where(contacts.c.id == id)).one())


def find_people(connection: Connection, query: FindPeople) -> tuple[Person, ...]:
    """Who serves inside an area, or waits to: those who wait first, then by role and name."""
    place = func.coalesce(func.nullif(contacts.c.pending_area, ""), contacts.c.area)
    clause = [or_(contacts.c.role > 0, contacts.c.pending > 0), place.like(f"{query.area}%")]
    if query.text:
        plain = query.text.replace("%", "").replace("_", "")
        clause.append(or_(contacts.c.name.ilike(f"%{plain}%"), contacts.c.id.like(f"{plain}%")))
    order = (contacts.c.pending.desc(), contacts.c.role.desc(), contacts.c.name, contacts.c.id)
    rows = connection.execute(select(contacts).where(*clause).order_by(*order).limit(query.limit))
    return tuple(
        Person(
            id=row.id,
            short=row.id[:SHORT],
            name=row.name,
            role=Role(row.pending or row.role),
            area=row.pending_area or row.area,
            roster=Roster(row.on_duty, row.hours, row.away),
            pending=bool(row.pending),
            channel=row.channel,
        )
        for row in rows
    )


def find_rosters(connection: Connection, area: str) -> tuple[tuple[str, Roster], ...]:
    """What `domain.query.FindRosters` promises."""
    columns = (contacts.c.area, contacts.c.on_duty, contacts.c.hours, contacts.c.away)
    inside = contacts.c.area.startswith(area, autoescape=True)
    serving = (contacts.c.role == Role.VOLUNTEER.value, ~contacts.c.muted, ~contacts.c.is_group)
    rows = connection.execute(select(*columns).where(*serving, inside).order_by(contacts.c.area, contacts.c.id))
    return tuple((row.area, Roster(row.on_duty, row.hours, row.away)) for row in rows)


def appoint(connection: Connection, address: Address, role: Role, area: str, name: str, now: datetime) -> str:
    """Give an address a role without an invitation: the operator's own hand. The contact's id."""
    id = contact_id(address)
    fresh = {
        "id": id,
        "channel": address.channel,
        "address": address.id,
        "language": "th",
        "conversation": {},
        "seen_at": now,
        "created_at": now,
    }
    connection.execute(insert_into(connection, contacts).values(fresh).on_conflict_do_nothing())
    back = (contacts.c.id == id, contacts.c.address == erased_address(id))
    connection.execute(update(contacts).where(*back).values(address=address.id, muted=False))
    change(connection, id, role=int(role), area=area, name=name)
    return id
