"""What the neighbours have said of a link, number or account, what lists hold, and what a coordinator decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, func, literal, select, union_all

from checks import Standing
from domain.report import Status
from domain.routing import FEW
from domain.verdict import Indicator
from storage.tables import Utc, contacts, indicators, list_entries, reports, sightings

WINDOW = timedelta(days=30)
NEW_ACCOUNT = timedelta(hours=6)
"""A younger account raises no count: a thousand of them made for the purpose must not condemn a shop."""
LONGEST = 400
"""Characters of an indicator's key that are kept."""

PEOPLE: ColumnElement[int] = func.count(func.distinct(func.coalesce(sightings.c.contact, sightings.c.report)))
"""Different people. Whose reporter is sealed or erased counts as one a report."""
SEEN: FromClause = sightings.join(reports, reports.c.id == sightings.c.report).outerjoin(
    contacts, contacts.c.id == sightings.c.contact
)


def counted(now: datetime) -> ColumnElement[bool]:
    """What of `SEEN` raises a count: reports that were not taken back, of accounts that are no longer new."""
    return _counted(literal(now - NEW_ACCOUNT, Utc))


def _counted(old: ColumnElement[Any]) -> ColumnElement[bool]:
    since = func.coalesce(contacts.c.created_at, sightings.c.at, type_=sightings.c.at.type)
    return and_(reports.c.status != Status.WITHDRAWN, since <= old)


# Statements of every message with a link or number in it, built once.
_KEYS: Any = bindparam("keys", expanding=True)
_FIRST = func.min(sightings.c.at, type_=sightings.c.at.type)
_REPORTED = (
    select(sightings.c.indicator, PEOPLE.label("people"), _FIRST.label("first"))
    .select_from(SEEN)
    .where(
        sightings.c.indicator.in_(_KEYS),
        sightings.c.at >= bindparam("since", type_=Utc),
        _counted(bindparam("old", type_=Utc)),
    )
    .group_by(sightings.c.indicator)
)
_WORDS = union_all(
    select(list_entries.c.indicator, literal("dangerous").label("word"), list_entries.c.list.label("source")).where(
        list_entries.c.indicator.in_(_KEYS)
    ),
    select(indicators.c.indicator, indicators.c.word, literal("").label("source")).where(
        indicators.c.indicator.in_(_KEYS)
    ),
)


def standings(connection: Connection, found: Iterable[Indicator], now: datetime) -> Mapping[str, Standing]:
    """
    Each indicator's standing, by its key; those nobody spoke of are left out.

    A coordinator's word goes before a list's. `people` is 0 below `FEW`; they are people over 30 days (see `counted`).
    """
    keys = list({one.key[:LONGEST] for one in found})
    if not keys:
        return {}
    words = _words(connection, keys)
    reported = connection.execute(_REPORTED, {"keys": keys, "since": now - WINDOW, "old": now - NEW_ACCOUNT})
    seen = {row.indicator: _told(row.people, row.first, now) for row in reported}
    return {
        key: Standing(*words.get(key, ("", "")), *seen.get(key, (0, 0))) for key in keys if key in words or key in seen
    }


def _words(connection: Connection, keys: list[str]) -> dict[str, tuple[Any, str]]:
    """By key, the word that holds and the list it comes from ("" for our own coordinators)."""
    rows = list(connection.execute(_WORDS, {"keys": keys}))
    # Our own last, so that they win; before them lists by name backwards, so that every process names the same one.
    rows.sort(key=lambda row: row.source, reverse=True)
    return {row.indicator: (row.word, row.source) for row in rows}


def _told(people: int, first: datetime, now: datetime) -> tuple[int, int]:
    """How many people, over how many days; nothing of a few."""
    return (people, max(1, (now - first).days + 1)) if people >= FEW else (0, 0)
