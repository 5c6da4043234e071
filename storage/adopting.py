"""Sealing what was kept before there was a key: reports that should be, and conversations; a page at a time, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, cast, delete, or_, select, text, update

from checks import find
from domain.routing import TAMBON
from storage.asked import forget_marks
from storage.keys import SEALED
from storage.outbox import FINAL
from storage.people import seal_conversation, unpack_conversation
from storage.scrubbing import forget_words
from storage.sealing import Body, close_report, hour, seal_media, sealed_note
from storage.tables import contacts, media, notes, outbox, reports, sightings
from storage.tables_sealing import sealed

PAGE = 50


def adopt(connection: Connection, limit: int = PAGE) -> int:
    """Seal at most so many reports and conversations that are not: how many. Call until it gives 0."""
    should = or_(reports.c.sensitive, reports.c.withheld)
    bare = select(reports).where(should, reports.c.id.not_in(select(sealed.c.report))).limit(limit)
    rows = connection.execute(bare).all()
    for row in rows:
        _adopt(connection, row)
    if rows:
        forget_words(connection)
    return len(rows) + _conversations(connection, limit)


def _adopt(connection: Connection, row: Row[Any]) -> None:
    at: datetime = row.at
    place = {"area": row.area[:TAMBON], "home": "", "lat": None, "lon": None, "text": "", "folded": "", "answers": {}}
    who = {"reporter": None, "channel": "", "at": hour(at), "changed": hour(row.changed)}
    connection.execute(update(reports).where(reports.c.id == row.id).values(place | who))
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM reports_fts WHERE rowid = :n"), {"n": row.number})
    body = Body(row.text, row.answers, row.area, row.home, row.lat, row.lon, at.isoformat())
    lock = close_report(connection, {**row._mapping, **place}, body, row.reporter or "")
    for note in connection.execute(select(notes).where(notes.c.report == row.id)).all():
        theirs = {"by": "", "at": hour(note.at)} if note.kind == "added" else {}
        hidden = {"text": sealed_note(lock, note.id, note.text), **theirs}
        connection.execute(update(notes).where(notes.c.id == note.id).values(hidden))
    files = connection.execute(select(media.c.id).where(media.c.report == row.id)).scalars().all()
    seal_media(connection, lock, files, at)
    connection.execute(delete(sightings).where(sightings.c.report == row.id))
    if row.reporter:
        forget_marks(connection, row.reporter, [one.key for one in find(row.text)])
        # Ids of old replies can be worked out from the same event as the report's.
        done = (outbox.c.contact == row.reporter, outbox.c.alert == "", outbox.c.state.in_(FINAL))
        connection.execute(delete(outbox).where(*done))


def _conversations(connection: Connection, limit: int) -> int:
    kept = cast(contacts.c.conversation, String)
    bare = (kept != "{}", ~kept.contains(f'"{SEALED}"'))
    rows = connection.execute(select(contacts).where(*bare).limit(limit).with_for_update()).all()
    for row in rows:
        hidden = seal_conversation(connection, row.id, unpack_conversation(row.conversation))
        connection.execute(update(contacts).where(contacts.c.id == row.id).values(conversation=hidden))
    return len(rows)
