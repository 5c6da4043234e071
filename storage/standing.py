"""What the neighbours have said of a link, number or account, and what a coordinator decided of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from checks import Standing
from domain.verdict import Indicator
from storage.tables import indicators, sightings

WINDOW = timedelta(days=30)
FEW = 3
"""People: fewer than this are not counted aloud, so that nobody can tell who it was (the reporter's neighbour asks)."""


def standings(connection: Connection, found: Iterable[Indicator], now: datetime) -> Mapping[str, Standing]:
    """Each indicator's standing, by its key; those nobody spoke of are left out."""
    keys = list({one.key[:400] for one in found})
    if not keys:
        return {}
    decided = connection.execute(select(indicators).where(indicators.c.indicator.in_(keys)))
    words = {row.indicator: row.word for row in decided}
    people = func.count(func.distinct(func.coalesce(sightings.c.contact, sightings.c.report)))
    first = func.min(sightings.c.at, type_=sightings.c.at.type)
    counted = (
        select(sightings.c.indicator, people.label("people"), first.label("first"))
        .where(sightings.c.indicator.in_(keys), sightings.c.at >= now - WINDOW)
        .group_by(sightings.c.indicator)
    )
    seen = {row.indicator: (row.people, row.first) for row in connection.execute(counted)}
    return {
        key: Standing(words.get(key, ""), "", *_told(*seen[key], now) if key in seen else (0, 0))
        for key in keys
        if key in words or key in seen
    }


def _told(people: int, first: datetime, now: datetime) -> tuple[int, int]:
    return (people if people >= FEW else 0, max(1, (now - first).days + 1))
