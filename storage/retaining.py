"""How long reports are kept with who made them, and with their words. Called a page at a time, by any process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, or_, select, text, update

from domain.report import DONE
from storage.erasing import unlink
from storage.scrubbing import forget_words
from storage.sealing import ENDED, forget_body
from storage.tables import notes, reports
from storage.tables_sealing import openings, sealed
from storage.told import forget_told
from storage.unnaming import unlink_sightings

PAGE = 50
"""Reports a call: each is a handful of statements, and whoever waits for the writer waits for all of them."""
MARKS = ("erased", "expired")
"""Notes that are no words: they say that nobody can be answered any more."""
TOLD = ("words", "account", "more", "media")
"""Answers in people's own words, or about their files."""


@dataclass(frozen=True, slots=True)
class Retention:
    """
    How long what is kept. The numbers are those proposed in docs/privacy.md; a deployment may set its own.

    `asked` is for who asked about a link; `reports` counts from when anything last happened to a report, `sensitive`
    from when a sensitive one was closed; `audit` is for the log.
    """

    asked: timedelta = timedelta(days=30)
    reports: timedelta = timedelta(days=180)
    sensitive: timedelta = timedelta(days=90)
    audit: timedelta = timedelta(days=730)


KEPT = Retention()


def expire(connection: Connection, now: datetime, kept: Retention = KEPT) -> int:
    """
    Do what is due to reports, at most a page: how many that was. Call until it gives 0.

    A sensitive report loses who made it, its point and its files when it has been closed for long enough. Every
    report loses these, and its words with all notes, once nothing has happened to it for long. What stays is what
    counting needs: kind, tambon, times, status, choices, and the links and numbers that others may meet.
    """
    ended = and_(reports.c.sensitive, reports.c.status.in_(DONE), reports.c.changed < now - kept.sensitive)
    old = reports.c.changed < now - kept.reports
    linked = _due(connection, and_(_linked(), ended, ~old))
    unlink(connection, [row.id for row in linked], now, why="expired")
    gone = _due(connection, and_(old, _says_something()))
    unlink(connection, [row.id for row in gone if row.linked], now, why="expired")
    _drop_words(connection, gone, now)
    if gone:
        forget_words(connection)
    return len(linked) + len(gone)


def _due(connection: Connection, where: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of reports, ours until the transaction ends; one that is being worked on is seen to next time."""
    due = select(reports, _linked().label("linked")).where(where)
    return connection.execute(
        due.order_by(reports.c.changed).limit(PAGE).with_for_update(of=reports, skip_locked=True)
    ).all()


def _linked() -> ColumnElement[bool]:
    """Whether it is still known who made a report, sealed or not."""
    return or_(
        reports.c.reporter.is_not(None), exists().where(sealed.c.report == reports.c.id, sealed.c.handle.is_not(None))
    )


def _says_something() -> ColumnElement[bool]:
    """Whether a report still has who made it, words, or notes; a sealed one has, until it was emptied."""
    noted = exists().where(notes.c.report == reports.c.id, notes.c.kind.not_in(MARKS))
    hidden = exists().where(sealed.c.report == reports.c.id, sealed.c.owner != ENDED)
    return or_(_linked(), reports.c.text != "", reports.c.home != "", noted, hidden)


def _drop_words(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> None:
    ids = [row.id for row in rows]
    if not ids:
        return
    for row in rows:
        counted = _counted(row.answers)
        forget_body(connection, row, counted)
        values = {"text": "", "folded": "", "home": "", "answers": counted, "changed": now}
        connection.execute(update(reports).where(reports.c.id == row.id).values(values))
        if connection.dialect.name == "sqlite":
            connection.execute(text("DELETE FROM reports_fts WHERE rowid = :n"), {"n": row.number})
    connection.execute(delete(notes).where(notes.c.report.in_(ids), notes.c.kind.not_in(MARKS)))
    connection.execute(delete(openings).where(openings.c.report.in_(ids)))
    unlink_sightings(connection, ids)
    forget_told(connection, ids)


def _counted(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers that were chosen rather than told: no words, no point, no file, no name of a place as typed."""
    return {
        name: {part: one for part, one in value.items() if part in ("area", "word")}
        if isinstance(value, dict)
        else value
        for name, value in answers.items()
        if name not in TOLD
    }
