"""Reports: keeping one, adding to it, and what becomes of it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, Row, insert, select, update

from domain.effect import AddToReport, Block, FileReport
from domain.ids import derived
from domain.query import Scope
from domain.report import Note, Report, Status
from domain.routing import TAMBON
from storage.asked import forget_marks
from storage.key_state import require_current
from storage.keys import Unopened, keys_of
from storage.media import belong
from storage.outbox import once
from storage.sealing import (
    Body,
    Lock,
    body_of,
    close_report,
    contact_of,
    hour,
    lock_of,
    opened_note,
    quiet_tambon,
    seal_media,
    sealed_note,
)
from storage.search import index, within
from storage.standing import LONGEST
from storage.tables import contacts, media, notes, reports, sightings
from texts.writing import folded

log = structlog.get_logger()

NUMBERS = (100_000, 999_999)
"""Six digits, random: short enough to say on the phone, and telling nobody how much is being reported."""
DIGITS_MORE = (1_000_000, 99_999_999)


def file_report(connection: Connection, filed: FileReport, contact: str, home: str, channel: str, now: datetime) -> int:
    """Keep a new report and its indicators. Its number; the same one when it was kept before."""
    known = connection.execute(select(reports.c.number).where(reports.c.id == filed.id)).scalar()
    if known is not None:
        return int(known)
    row = {
        "id": filed.id,
        "kind": filed.kind,
        "status": Status.NEW,
        "urgent": filed.urgent,
        "sensitive": filed.sensitive,
        "withheld": filed.withheld,
    }
    if filed.sealed:
        return _file_sealed(connection, row, filed, contact, home, now)
    plain = folded(filed.text)
    open_half = {
        "reporter": contact,
        "channel": channel,
        "at": now,
        "changed": now,
        "area": filed.area,
        "home": home,
        "lat": filed.lat,
        "lon": filed.lon,
        "text": filed.text,
        "folded": plain,
        "answers": dict(filed.answers),
    }
    number = _numbered(connection, row | open_half)
    index(connection, number, plain)
    seen = {one.key[:LONGEST] for one in filed.indicators}
    if seen:
        where = {"report": filed.id, "contact": contact, "area": filed.area, "at": now}
        connection.execute(insert(sightings), [{"indicator": key, **where} for key in sorted(seen)])
    belong(connection, filed.media, filed.id, now)
    return number


def _file_sealed(
    connection: Connection, row: dict[str, Any], filed: FileReport, contact: str, home: str, now: datetime
) -> int:
    """
    Keep a report of which only what routes it can be read; see decision 0018.

    It raises no count of links and numbers: whoever is reported could ask about their own.
    """
    require_current(connection)
    row |= {"at": hour(now), "changed": hour(now), "area": filed.area[:TAMBON], "answers": {}}
    number = _numbered(connection, row)
    body = Body(filed.text, filed.answers, filed.area, home, filed.lat, filed.lon, now.isoformat())
    lock = close_report(connection, row | {"number": number}, body, contact)
    seal_media(connection, lock, filed.media, now)
    forget_marks(connection, contact, [one.key for one in filed.indicators])
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
    lock = lock_of(connection, more.report)
    if lock is not None:
        _add_sealed(connection, lock, more, by, cause, now)
        return
    id = derived(cause, more.report, more.kind)
    row = {"id": id, "report": more.report, "kind": more.kind, "text": more.text, "by": by, "at": now}
    connection.execute(once(connection, notes), row)
    belong(connection, more.media, more.report, now)
    changes: dict[str, Any] = {"changed": now}
    if more.kind == "added":
        one = connection.execute(select(reports.c.number, reports.c.folded).where(reports.c.id == more.report)).one()
        changes["folded"] = f"{one.folded}\n{folded(more.text)}"
        index(connection, one.number, changes["folded"], known=True)
    connection.execute(update(reports).where(reports.c.id == more.report).values(changes))


def _add_sealed(connection: Connection, lock: Lock, more: AddToReport, by: str, cause: str, now: datetime) -> None:
    """A note of a sealed report: its words encrypted; of what its reporter adds neither who nor just when."""
    theirs = more.kind == "added"
    at, id = hour(now) if theirs else now, keys_of(connection).hidden(cause, more.report, more.kind)
    row = {"id": id, "report": more.report, "kind": more.kind, "by": "" if theirs else by, "at": at}
    connection.execute(once(connection, notes), row | {"text": sealed_note(lock, id, more.text)})
    seal_media(connection, lock, more.media, now)
    connection.execute(update(reports).where(reports.c.id == more.report).values(changed=at))


def set_status(connection: Connection, report: str, status: Status, now: datetime) -> None:
    connection.execute(update(reports).where(reports.c.id == report).values(status=status, changed=now))


def number_of(connection: Connection, report: str) -> int:
    """The number that people know a report by; 0 when it is gone."""
    return connection.execute(select(reports.c.number).where(reports.c.id == report)).scalar() or 0


def assign(connection: Connection, report: str, contact: str, now: datetime) -> None:
    connection.execute(update(reports).where(reports.c.id == report).values(assignee=contact, changed=now))


class Reporter(NamedTuple):
    """Who made a report, by their contact's id; `veiled` when nothing that is kept may say so."""

    contact: str
    veiled: bool


def reporter_of(connection: Connection, report: str) -> Reporter | None:
    """To tell them something; None when nobody is left, or what hides them does not open."""
    try:
        lock = lock_of(connection, report)
        contact = contact_of(connection, lock) if lock else None
    except Unopened as error:
        log.warning("reporter not opened", report=report, why=str(error))
        return None
    if lock is None:
        contact = connection.execute(select(reports.c.reporter).where(reports.c.id == report)).scalar()
    return Reporter(contact, lock is not None) if contact else None


def block(connection: Connection, effect: Block) -> None:
    """
    Whoever made a report may send none for now, or again.

    The end of it is found by the report's number alone, for its reporter may be erased or forgotten meanwhile; a report
    that is gone altogether (`report` is "") may be any coordinator's to end, one that somebody else sees is not.
    """
    mark = str(effect.number)
    if effect.on:
        reporter = reporter_of(connection, effect.report)
        if reporter is None or reporter.veiled:  # a number in a contact's row would say whose sealed report it is
            return
        where, values = contacts.c.id == reporter.contact, {"blocked": mark, "appealed": False}
    else:
        there = select(reports.c.id).where(reports.c.number == effect.number)
        if not effect.report and connection.execute(there).first() is not None:
            return
        where, values = contacts.c.blocked == mark, {"blocked": "", "appealed": False}
    connection.execute(update(contacts).where(where).values(values))


def find_report(
    connection: Connection, number: int, scope: Scope, opened: bool = False, *, held: bool = False
) -> Report | None:
    """
    The report of that number, if the scope allows it to be seen, with its notes and media.

    `held`: nobody else can change it until the transaction ends, so that what is decided about it still holds then.
    """
    found = select(reports).where(reports.c.number == number, *within(connection, scope))
    row = connection.execute(found.with_for_update() if held else found).first()
    return whole(connection, row, opened) if row is not None else None


def whole(connection: Connection, row: Row[Any], opened: bool) -> Report:
    """A report with its notes and media; a sealed one's words only if it is to be opened."""
    added = connection.execute(select(notes).where(notes.c.report == row.id).order_by(notes.c.at, notes.c.id))
    kept = connection.execute(
        select(media.c.id).where(media.c.report == row.id, media.c.state != "dropped").order_by(media.c.at, media.c.id)
    )
    found, ids = list(added), tuple(kept.scalars())
    try:
        lock = lock_of(connection, row.id)
        if lock is None:
            home = (row.home or row.area)[:TAMBON] if row.withheld else ""
            return replace(report(row, tuple(Note(n.kind, n.text, n.at, n.by) for n in found), ids), quiet=home)
        if opened:
            return _opened(connection, row, lock, found, ids)
    except Unopened as error:
        return replace(report(row), broken=str(error))
    return report(row, tuple(Note(n.kind, "", n.at, n.by) for n in found), ids)


def _opened(
    connection: Connection, row: Row[Any], lock: Lock, found: Sequence[Row[Any]], ids: tuple[str, ...]
) -> Report:
    body = body_of(connection, row, lock)
    told = tuple(Note(n.kind, opened_note(lock, n.id, n.text), n.at, n.by) for n in found)
    return replace(
        report(row, told, ids),
        at=datetime.fromisoformat(body.at),
        text=body.text,
        answers=body.answers,
        area=body.area,
        quiet=quiet_tambon(row, body),
    )


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
