"""What the neighbours have said of a link, number or account, what lists hold, and what a coordinator decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, literal, select, union_all

from checks import Standing
from domain.routing import FEW
from domain.verdict import Indicator
from storage.crowding import NEW_ACCOUNT, counted_from, crowd
from storage.tables import Utc, indicators, sightings
from storage.tables_lists import list_entries

WINDOW = timedelta(days=30)
LONGEST = 400
"""Characters of an indicator's key that are kept."""

# Statements of every message with a link or number in it, built once.
_KEYS: Any = bindparam("keys", expanding=True)
_REPORTED = crowd(
    sightings.c.indicator.in_(_KEYS),
    sightings.c.at >= bindparam("since", type_=Utc),
    counted_from(bindparam("old", type_=Utc)),
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
