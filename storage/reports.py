"""Reports: keeping one, adding to it, and what becomes of it."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from domain.effect import AddToReport, Block, FileReport
from domain.ids import derived
from domain.query import Scope
from domain.report import Note, Report, Status
from storage.outbox import once
from storage.search import index, within
from storage.tables import contacts, media, notes, reports, sightings
from texts.writing import folded

NUMBERS = (100_000, 999_999)
"""Six digits, random: short enough to say on the phone, and telling nobody how much is being reported."""
DIGITS_MORE = (1_000_000, 99_999_999)


def file_report(connection: Connection, filed: FileReport, contact: str, home: str, channel: str, now: datetime) -> int:
    """Keep a new report and its indicators. Its number; the same one when it was kept before."""
    known = connection.execute(select(reports.c.number).where(reports.c.id == filed.id)).scalar()
    if known is not None:
        return int(known)
    plain = folded(filed.text)
    row = {
        "id": filed.id,
        "reporter": contact,
        "kind": filed.kind,
        "channel": channel,
        "at": now,
        "changed": now,
        "status": Status.NEW,
        "area": filed.area,
        "home": home,
        "lat": filed.lat,
        "lon": filed.lon,
        "urgent": filed.urgent,
        "sensitive": filed.sensitive,
        "withheld": filed.withheld,
        "text": filed.text,
        "folded": plain,
        "answers": dict(filed.answers),
    }
    number = _numbered(connection, row)
    index(connection, number, plain)
    seen = {one.key: one for one in filed.indicators}
    if seen:
        where = {"report": filed.id, "contact": contact, "area": filed.area, "at": now}
        connection.execute(insert(sightings), [{"indicator": key[:400], **where} for key in seen])
    if filed.media:
        connection.execute(update(media).where(media.c.id.in_(filed.media)).values(report=filed.id))
    return number


def _numbered(connection: Connection, row: dict[str, Any]) -> int:
    """Insert under a random number that nobody has; one digit more when the short ones get crowded."""
    for attempt in range(100):
        low, high = NUMBERS if attempt < 20 else DIGITS_MORE
        number = low + secrets.randbelow(high - low + 1)
        if connection.execute(once(connection, reports), {"number": number, **row}).rowcount == 1:
            return number
    raise RuntimeError("no free report number in a hundred tries")


def add_to_report(connection: Connection, more: AddToReport, by: str, cause: str, now: datetime) -> None:
    """Add a note, an answer, or something more its reporter tells; `cause` makes it once."""
    id = derived(cause, more.report, more.kind)
    row = {"id": id, "report": more.report, "kind": more.kind, "text": more.text, "by": by, "at": now}
    connection.execute(once(connection, notes), row)
    if more.media:
        connection.execute(update(media).where(media.c.id.in_(more.media)).values(report=more.report))
    changes: dict[str, Any] = {"changed": now}
    if more.kind == "added":
        one = connection.execute(select(reports.c.number, reports.c.folded).where(reports.c.id == more.report)).one()
        changes["folded"] = f"{one.folded}\n{folded(more.text)}"
        index(connection, one.number, changes["folded"], known=True)
    connection.execute(update(reports).where(reports.c.id == more.report).values(changes))


def set_status(connection: Connection, report: str, status: Status, now: datetime) -> None:
    connection.execute(update(reports).where(reports.c.id == report).values(status=status, changed=now))


def assign(connection: Connection, report: str, contact: str, now: datetime) -> None:
    connection.execute(update(reports).where(reports.c.id == report).values(assignee=contact, changed=now))


def reporter_of(connection: Connection, report: str) -> str | None:
    found: str | None = connection.execute(select(reports.c.reporter).where(reports.c.id == report)).scalar()
    return found


def block(connection: Connection, effect: Block) -> None:
    """
    Whoever made a report may send none for now, or again.

    The end of it is found by the report's number alone, for its reporter may be erased or forgotten meanwhile; a report
    that is gone altogether (`report` is "") may be any coordinator's to end, one that somebody else sees is not.
    """
    mark = str(effect.number)
    if effect.on:
        reporter = reporter_of(connection, effect.report)
        where, values = contacts.c.id == reporter, {"blocked": mark, "appealed": False}
    else:
        there = select(reports.c.id).where(reports.c.number == effect.number)
        if not effect.report and connection.execute(there).first() is not None:
            return
        where, values = contacts.c.blocked == mark, {"blocked": "", "appealed": False}
    connection.execute(update(contacts).where(where).values(values))


def find_report(connection: Connection, number: int, scope: Scope) -> Report | None:
    """The report of that number, if the scope allows it to be seen, with its notes and media."""
    row = connection.execute(select(reports).where(reports.c.number == number, *within(scope))).first()
    if row is None:
        return None
    added = connection.execute(select(notes).where(notes.c.report == row.id).order_by(notes.c.at, notes.c.id))
    kept = connection.execute(
        select(media.c.id).where(media.c.report == row.id, media.c.state != "dropped").order_by(media.c.at, media.c.id)
    )
    return report(row, tuple(Note(n.kind, n.text, n.at, n.by) for n in added), tuple(kept.scalars()))


def report(row: Row[Any], added: tuple[Note, ...] = (), kept: tuple[str, ...] = ()) -> Report:
    """A row as a value. Who reported it stays behind: nobody who reads one needs to know."""
    return Report(
        id=row.id,
        number=row.number,
        kind=row.kind,
        at=row.at,
        status=Status(row.status),
        area=row.area,
        urgent=row.urgent,
        sensitive=row.sensitive,
        withheld=row.withheld,
        text=row.text,
        answers=row.answers,
        assignee=row.assignee,
        media=kept,
        notes=added,
        changed=row.changed,
    )
