"""How many people stand behind a link or number: people over time, and never more at once than a place can hold."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import DateTime, String

from domain.report import Status
from domain.routing import DISTRICT
from storage.tables import Utc, contacts, reports, sightings

NEW_ACCOUNT = timedelta(hours=6)
"""A younger account raises no count: a thousand of them made for the purpose must not condemn a shop."""
A_DAY = 20
"""People that one district adds to a count in one day, at most: no more meet the same trick there at once."""
SETTLED = timedelta(days=7)
"""Accounts that were younger when they reported share one such day, whatever district they named."""

WHO: ColumnElement[str] = func.coalesce(sightings.c.contact, sightings.c.report)
PEOPLE: ColumnElement[int] = func.count(func.distinct(WHO))
"""Different people. Whose reporter is sealed or erased counts as one a report."""
SEEN: FromClause = sightings.join(reports, reports.c.id == sightings.c.report).outerjoin(
    contacts, contacts.c.id == sightings.c.contact
)


class thai_day(GenericFunction[str]):  # noqa: N801 - it is called like a function of SQL
    """The day of an instant in Thailand, as text."""

    type = String()
    inherit_cache = True


@compiles(thai_day, "sqlite")
def _day_on_sqlite(one: thai_day, compiler: SQLCompiler, **more: Any) -> str:
    return f"date({compiler.process(one.clauses, **more)}, '+7 hours')"


@compiles(thai_day, "postgresql")
def _day_on_postgresql(one: thai_day, compiler: SQLCompiler, **more: Any) -> str:
    return f"(({compiler.process(one.clauses, **more)}) AT TIME ZONE 'Asia/Bangkok')::date::text"


class settled_by(GenericFunction[datetime]):  # noqa: N801 - the same
    """When an account must have been there at the latest to be a settled one at that instant."""

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(settled_by, "sqlite")
def _settled_on_sqlite(one: settled_by, compiler: SQLCompiler, **more: Any) -> str:
    inner = compiler.process(one.clauses, **more)
    return f"strftime('%Y-%m-%d %H:%M:%f000', {inner}, '-{SETTLED.days} days')"


@compiles(settled_by, "postgresql")
def _settled_on_postgresql(one: settled_by, compiler: SQLCompiler, **more: Any) -> str:
    return f"(({compiler.process(one.clauses, **more)}) - interval '{SETTLED.days} days')"


def counted(now: datetime) -> ColumnElement[bool]:
    """What of `SEEN` raises a count: reports that were not taken back, of accounts that are no longer new."""
    return counted_from(literal(now - NEW_ACCOUNT, Utc))


def counted_from(old: ColumnElement[Any]) -> ColumnElement[bool]:
    since = func.coalesce(contacts.c.created_at, sightings.c.at, type_=sightings.c.at.type)
    return and_(reports.c.status != Status.WITHDRAWN, since <= old)


def crowd(*where: ColumnElement[bool]) -> Select[Any]:
    """
    By indicator: `people`, and `first`, when the first of them reported it.

    Each person counts on the day of their first report, and in the district it names. One district adds `A_DAY` people
    a day at most, and all young accounts together are one district.
    """
    young = func.coalesce(contacts.c.created_at, sightings.c.at, type_=sightings.c.at.type) > settled_by(sightings.c.at)
    place = case((young, literal("")), else_=func.substr(sightings.c.area, 1, DISTRICT))
    nth = func.row_number().over(
        partition_by=(sightings.c.indicator, WHO), order_by=(sightings.c.at, sightings.c.report)
    )
    each = (
        select(sightings.c.indicator, sightings.c.at.label("first"), place.label("place"), nth.label("nth"))
        .select_from(SEEN)
        .where(*where)
        .subquery()
    )
    many = func.count()
    days = (
        select(
            each.c.indicator,
            case((many > A_DAY, A_DAY), else_=many).label("people"),
            func.min(each.c.first, type_=sightings.c.at.type).label("first"),
        )
        .where(each.c.nth == 1)
        .group_by(each.c.indicator, each.c.place, thai_day(each.c.first))
        .subquery()
    )
    people = func.sum(days.c.people)
    start = func.min(days.c.first, type_=sightings.c.at.type)
    return select(days.c.indicator, people.label("people"), start.label("first")).group_by(days.c.indicator)
