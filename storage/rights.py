"""Everything held about one person, for that person to read: never others' names, never notes of staff."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, Select, or_, select

from domain.contact import Role
from domain.report import Note
from storage.keys import Unopened, keys_of
from storage.people import heard_at, open_conversation, pack_conversation
from storage.sealing import Body, Lock, body_of, lock_of, opened_note, owned
from storage.tables import acks, asked, audit, contacts, decisions, invites, media, notes, outbox, reports, sightings
from storage.tables_dispatch import calls, zeros
from texts.hours import show_hours

NOTE = "Times are UTC. Areas are DOPA codes. Photos and voices are listed, not included: ask whoever runs this."


def my_data(connection: Connection, contact: str, now: datetime) -> bytes:
    """`held` as a file: JSON in UTF-8, indented for reading."""
    return orjson.dumps(held(connection, contact, now), option=orjson.OPT_INDENT_2)


def held(connection: Connection, contact: str, now: datetime) -> dict[str, Any]:
    """
    All that is held about a contact, by what it is. Raises NoResultFound for one we do not know.

    Left out are the words of staff among themselves, who else took part, and ids that would name somebody else.
    """
    row = connection.execute(select(contacts).where(contacts.c.id == contact)).one()
    mine = owned(keys_of(connection), contact)
    own = [_opened(connection, one) for one in connection.execute(select(reports).where(mine).order_by(reports.c.at))]
    return {
        "made_at": now,
        "note": NOTE,
        "you": _person(connection, row),
        "consent": {"version": row.consent, "at": row.consented_at},
        "conversation": {name: value for name, value in _conversation(connection, row).items() if name != "offered"},
        "reports": [_report(connection, one) for one in own],
        "files": _files(connection, contact, {one.id: one.number for one in own}),
        "asked_about": _listed(connection, select(asked.c.mark, asked.c.word, asked.c.at), asked.c.contact == contact),
        "answers_to_alerts": _listed(connection, select(acks.c.answer, acks.c.at), acks.c.contact == contact),
        "asked_to_look": _listed(
            connection, select(calls.c.asked_at, calls.c.answer, calls.c.outcome), calls.c.contact == contact
        ),
        "weekly_answers": _listed(connection, select(zeros.c.week, zeros.c.answer), zeros.c.contact == contact),
        "messages_to_you": _listed(
            connection,
            select(outbox.c.created_at, outbox.c.lane, outbox.c.state, outbox.c.settled_at),
            or_(outbox.c.contact == contact, _same_address(row)),
        ),
        "invitations_used": _invitations(connection, invites.c.used_by == contact),
        "invitations_made": _invitations(connection, invites.c.by == contact),
        "decisions": _listed(
            connection,
            select(decisions.c.indicator, decisions.c.word, decisions.c.reason, decisions.c.at),
            decisions.c.by == contact,
        ),
        "what_you_did": _listed(connection, select(audit.c.at, audit.c.what), audit.c.who == contact),
    }


def _same_address(row: Row[Any]) -> Any:
    return (outbox.c.channel == row.channel) & (outbox.c.address == row.address)


def _person(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": row.channel,
        "account": row.address,
        "language": row.language,
        "area": row.area,
        "role": Role(row.role).word,
        "name": row.name,
        "waits_to_be": Role(row.pending).word if row.pending else "",
        "on_duty": row.on_duty,
        "hours_of_duty": show_hours(row.hours, "en") if row.hours else [],
        "away_until": row.away,
        "gets_news": row.subscribed,
        "blocked_us": row.muted,
        "stopped_over_report": row.blocked,
        "first_heard": row.created_at,
        "last_heard": heard_at(connection, row),
    }


class Own(NamedTuple):
    """A report's row, with its hidden half if it is sealed."""

    id: str
    number: int
    row: Row[Any]
    lock: Lock | None
    body: Body


def _opened(connection: Connection, row: Row[Any]) -> Own:
    plain = Body(row.text, row.answers, row.area, row.home, row.lat, row.lon, row.at.isoformat())
    try:
        lock = lock_of(connection, row.id)
        return Own(row.id, row.number, row, lock, body_of(connection, row, lock) if lock else plain)
    except Unopened:  # it was changed: what is left to show is that there is one
        return Own(row.id, row.number, row, None, plain)


def _conversation(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    return pack_conversation(open_conversation(connection, row))


def _report(connection: Connection, own: Own) -> dict[str, Any]:
    """One of their reports: what they told, what they added, what they were answered; nothing of who handles it."""
    row, body = own.row, own.body
    rows = connection.execute(select(notes).where(notes.c.report == row.id).order_by(notes.c.at, notes.c.id))
    added = [Note(one.kind, _words(own.lock, one), one.at) for one in rows]
    seen = select(sightings.c.indicator).where(sightings.c.report == row.id).order_by(sightings.c.indicator)
    return {
        "number": row.number,
        "kind": row.kind,
        "at": body.at,
        "status": row.status,
        "changed": row.changed,
        "area": body.area,
        "home": body.home,
        "point": [body.lat, body.lon] if body.lat is not None else None,
        "words": body.text,
        "answers": body.answers,
        "urgent": row.urgent,
        "sensitive": row.sensitive,
        "withheld_from_your_tambon": row.withheld,
        "links_numbers_accounts": list(connection.execute(seen).scalars()),
        "you_added": [{"at": one.at, "text": one.text} for one in added if one.kind == "added"],
        "you_were_answered": [{"at": one.at, "text": one.text} for one in added if one.kind == "reply"],
    }


def _words(lock: Lock | None, note: Row[Any]) -> str:
    """A note's words; none of one that was changed: they may still see the rest."""
    try:
        return opened_note(lock, note.id, note.text) if lock else str(note.text)
    except Unopened:
        return ""


def _files(connection: Connection, contact: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    theirs = or_(media.c.contact == contact, media.c.report.in_(list(numbers)))
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "mime": one.mime,
            "bytes": one.size,
            "state": one.state,
            "at": one.at,
            "report": numbers.get(one.report),
        }
        for one in connection.execute(select(media).where(theirs).order_by(media.c.at, media.c.id))
    ]


def _invitations(connection: Connection, where: Any) -> list[dict[str, Any]]:
    rows = connection.execute(select(invites).where(where).order_by(invites.c.expires))
    return [
        {"role": Role(one.role).word, "area": one.area, "expires": one.expires, "used_at": one.used_at} for one in rows
    ]


def _listed(connection: Connection, columns: Select[Any], where: Any) -> list[dict[str, Any]]:
    rows: Iterable[Any] = connection.execute(columns.where(where)).mappings()
    named = ({str(name): value for name, value in one.items()} for one in rows)
    return sorted(named, key=lambda one: str(one.get("at") or one.get("created_at")))
