"""Finding reports: a `Filter` as SQL, with Thai found inside unspaced text on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, text
from sqlalchemy.sql import cast
from sqlalchemy.types import Date, String

from domain.contact import Role
from domain.query import CountReports, Filter, FindReports, Scope
from domain.routing import TAMBON
from storage.covering import left_to, open_to
from storage.crowding import crowd
from storage.keys import keys_of
from storage.sealing import owned
from storage.tables import contacts, reports

SHORTEST = 3
"""Code points the trigram index needs (https://www.sqlite.org/fts5.html#the_trigram_tokenizer); shorter is LIKE."""
LOCAL_HOURS = 7
"""Thailand is UTC+7 all year: what day it was there."""


def index(connection: Connection, number: int, folded: str, known: bool = False) -> None:
    """Make the text of a report that is not sealed findable. PostgreSQL's index follows by itself; SQLite's is told."""
    if connection.dialect.name != "sqlite":
        return
    if known:
        connection.execute(text("DELETE FROM reports_fts WHERE rowid = :n"), {"n": number})
    connection.execute(text("INSERT INTO reports_fts(rowid, folded) VALUES (:n, :t)"), {"n": number, "t": folded})


def within(connection: Connection, scope: Scope) -> list[ColumnElement[bool]]:
    """
    What one person may see: the only place where that is decided for reading.

    Residents see their own. Volunteers see what is neither sensitive nor withheld, inside the area they serve.
    Coordinators see all of their area, what has no area, and what is left to them because nobody serves its place, but
    what is withheld from their own tambon; admins everything.
    """
    match scope.role:
        case Role.RESIDENT:
            return [owned(keys_of(connection), scope.contact)] if scope.contact else [false()]
        case Role.VOLUNTEER:
            plain = and_(reports.c.sensitive.is_(False), reports.c.withheld.is_(False))
            return [plain, reports.c.area.like(f"{scope.area}%")]
        case Role.COORDINATOR:
            if not scope.area:
                return []
            there = or_(reports.c.area.like(f"{scope.area}%"), reports.c.area == "", left_to(connection, scope.area))
            return [there, open_to(connection, scope.area[:TAMBON])] if len(scope.area) >= TAMBON else [there]
    return []


def clauses(connection: Connection, filter: Filter) -> list[ColumnElement[bool]]:
    """Every condition of a filter, its scope first."""
    found = within(connection, filter.scope)
    for values, column in ((filter.kinds, reports.c.kind), (filter.statuses, reports.c.status)):
        if values:
            found.append(column.in_(values))
    if filter.channels:
        found.append(reports.c.channel.in_(filter.channels))
    if filter.areas:
        found.append(or_(*(reports.c.area.like(f"{area}%") for area in filter.areas)))
    if filter.since:
        found.append(reports.c.at >= filter.since)
    if filter.until:
        found.append(reports.c.at < filter.until)
    if filter.urgent is not None:
        found.append(reports.c.urgent.is_(filter.urgent))
    if filter.assignee:
        found.append(or_(reports.c.assignee.startswith(filter.assignee, autoescape=True), _served_by(filter.assignee)))
    return found + [_contains(connection, word) for word in filter.texts if word]


def _served_by(name: str) -> ColumnElement[bool]:
    """Reports of whoever serves under a name, as `/assign` takes it."""
    called = contacts.c.name.icontains(name, autoescape=True)
    return reports.c.assignee.in_(select(contacts.c.id).where(contacts.c.role > Role.RESIDENT, called))


def _contains(connection: Connection, word: str) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite" and len(word) >= SHORTEST:
        phrase = '"' + word.replace('"', '""') + '"'
        hits = text("SELECT rowid FROM reports_fts WHERE reports_fts MATCH :phrase").bindparams(phrase=phrase)
        return reports.c.number.in_(hits.columns(reports.c.number).scalar_subquery())
    return reports.c.folded.contains(word, autoescape=True)


ORDERS: dict[str, Sequence[Any]] = {
    "new": (reports.c.at.desc(), reports.c.number),
    "old": (reports.c.at, reports.c.number),
    "urgent": (reports.c.urgent.desc(), reports.c.at.desc(), reports.c.number),
}


def find_reports(connection: Connection, query: FindReports) -> tuple[tuple[Any, ...], int]:
    """One page of rows, and how many there are in all."""
    where = clauses(connection, query.filter)
    total = connection.execute(select(func.count()).select_from(reports).where(*where)).scalar_one()
    order = ORDERS[query.filter.sort]
    rows = connection.execute(select(reports).where(*where).order_by(*order).limit(query.limit).offset(query.offset))
    return tuple(rows), total


def count_reports(connection: Connection, query: CountReports) -> tuple[tuple[str, int], ...]:
    """How many, by what was asked, most first."""
    where = clauses(connection, query.filter)
    many = func.count()
    if not query.by:
        return (("", connection.execute(select(many).select_from(reports).where(*where)).scalar_one()),)
    if query.by == "indicator":
        # People, not reports, and no more of them than are believed: one angry neighbour is one.
        seen = crowd(*where).subquery()
        rows = connection.execute(
            select(seen.c.indicator, seen.c.people).order_by(seen.c.people.desc(), seen.c.indicator).limit(query.limit)
        )
        return tuple((str(row.indicator), int(row.people)) for row in rows)
    column = _grouped(connection, query.by)
    grouped = select(column.label("value"), many.label("many")).select_from(reports).where(*where).group_by(column)
    rows = connection.execute(grouped.order_by(many.desc(), column).limit(query.limit))
    return tuple((str(row.value), row.many) for row in rows)


def _grouped(connection: Connection, by: str) -> Any:
    match by:
        case "kind":
            return reports.c.kind
        case "status":
            return reports.c.status
        case "area":
            return func.substr(reports.c.area, 1, 6)
    if connection.dialect.name == "sqlite":
        return func.date(reports.c.at, f"+{LOCAL_HOURS} hours")
    return cast(cast(func.timezone("Asia/Bangkok", reports.c.at), Date), String)
