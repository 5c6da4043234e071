"""What stays of links and numbers in a report when nobody may know any more who made it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, tuple_, update

from domain.report import Status
from storage.tables import reports, sightings


def unlink_sightings(connection: Connection, ids: Sequence[str]) -> None:
    """
    Links and numbers in these reports lead to no contact any more.

    Who met one several times stays one person (docs/decisions/0020): the first is kept, or what still counts for them
    elsewhere. A page's address with a query goes where its site stays: a trap often carries its reader's own.
    """
    mine = and_(sightings.c.report.in_(ids), sightings.c.contact.is_not(None))
    connection.execute(delete(sightings).where(mine, _counted_elsewhere(ids)))
    connection.execute(update(sightings).where(mine).values(contact=None))
    named = _naming(connection, ids)
    if named:
        pair = tuple_(sightings.c.report, sightings.c.indicator)
        connection.execute(delete(sightings).where(pair.in_(named)))


def _counted_elsewhere(ids: Sequence[str]) -> ColumnElement[bool]:
    other, of = sightings.alias("other"), reports.alias("of")
    same = and_(
        other.c.contact == sightings.c.contact,
        other.c.indicator == sightings.c.indicator,
        other.c.report != sightings.c.report,
    )
    before = or_(
        other.c.report.not_in(ids),
        other.c.at < sightings.c.at,
        and_(other.c.at == sightings.c.at, other.c.report < sightings.c.report),
    )
    return exists().where(of.c.id == other.c.report, of.c.status != Status.WITHDRAWN.value, same, before)


def _naming(connection: Connection, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Addresses of pages with a query, by report, whose site stands beside them."""
    both = or_(sightings.c.indicator.startswith("url:"), sightings.c.indicator.startswith("domain:"))
    seen = select(sightings.c.report, sightings.c.indicator).where(sightings.c.report.in_(ids), both)
    sites: dict[str, list[str]] = {}
    pages: list[tuple[str, str]] = []
    for report, indicator in connection.execute(seen).all():
        kind, _, value = indicator.partition(":")
        if kind == "domain":
            sites.setdefault(report, []).append(value)
        elif "?" in value:
            pages.append((report, indicator))
    return [(report, page) for report, page in pages if any(_on(page, site) for site in sites.get(report, ()))]


def _on(page: str, site: str) -> bool:
    try:
        host = urlsplit(page.removeprefix("url:")).hostname or ""
    except ValueError:
        return False
    return host == site or host.endswith(f".{site}")
