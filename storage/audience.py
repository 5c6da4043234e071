"""Who is told: an audience as a condition on the people we know."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal, or_, select, true

from domain.alert import BILLED, Audience
from domain.contact import Role
from domain.duty import hour_of
from domain.query import Cover
from domain.routing import DISTRICT, PROVINCE, TAMBON
from storage.tables import Utc, contacts


def audience_clause(audience: Audience) -> ColumnElement[bool]:
    """
    The contacts an audience means, as a WHERE clause over `contacts`.

    People who blocked us and groups are never meant. A role means just those: volunteers, or coordinators with the
    admins above them; no role means everybody, whatever their role. Opting out (`/stop`) takes people off what has a
    topic: lessons and news. What has none is an urgent alert or belongs to their service, and reaches them.

    What is for the coordinators of a place and around it (`upward`) never reaches none of them while there are any: it
    is left to the nearest, as `domain.routing.nearest` says.
    """
    return and_(
        ~contacts.c.muted,
        ~contacts.c.is_group,
        _who(audience),
        _where(audience),
        contacts.c.channel == audience.channel if audience.channel else true(),
        contacts.c.language == audience.language if audience.language else true(),
        contacts.c.on_duty if audience.on_duty else true(),
        ~inside(audience.excluding) if audience.excluding else true(),
    )


STAFF = (Role.COORDINATOR.value, Role.ADMIN.value)


def linked(audience: Audience, *, billed: bool) -> ColumnElement[bool]:
    """
    The groups that are linked to a place an audience means, and not silenced; without `billed` only where it is free.

    There a message into a group costs one for each member (https://developers.line.biz/en/docs/messaging-api/pricing/);
    what is not urgent reaches people one by one, which costs once a person, and nothing with their next question.
    """
    free = true() if billed else contacts.c.channel.not_in(BILLED)
    there = or_(*(inside(area) for area in audience.places))
    return and_(contacts.c.is_group, ~contacts.c.muted, contacts.c.subscribed, contacts.c.area != "", there, free)


def serving(now: datetime) -> ColumnElement[bool]:
    """Who is on duty at a time: `domain.duty.Roster.serves` as a WHERE clause over `contacts`."""
    back = or_(contacts.c.away.is_(None), contacts.c.away <= literal(now, Utc))
    hour = or_(contacts.c.hours == "", func.substr(contacts.c.hours, hour_of(now) + 1, 1) == "1")
    return and_(contacts.c.on_duty, back, hour)


def few(audience: Audience) -> bool:
    """Whether an audience is of people who serve: few beside all the people we know."""
    return audience.role is not None and audience.role > Role.RESIDENT


def count_audience(connection: Connection, audience: Audience, but: str = "") -> tuple[tuple[str, str, int], ...]:
    """How many people an audience means, without one contact: `(channel, language, people)`, the most first."""
    return count_people(connection, and_(audience_clause(audience), contacts.c.id != but))


def count_people(connection: Connection, who: ColumnElement[bool]) -> tuple[tuple[str, str, int], ...]:
    """How many contacts a WHERE clause means: `(channel, language, people)`, the most first."""
    people = func.count().label("people")
    rows = connection.execute(
        select(contacts.c.channel, contacts.c.language, people)
        .where(who)
        .group_by(contacts.c.channel, contacts.c.language)
        .order_by(people.desc(), contacts.c.channel, contacts.c.language)
    )
    return tuple((channel, language, many) for channel, language, many in rows)


def cover(connection: Connection, audience: Audience) -> Cover:
    """Whether what is for the coordinators of a place reaches them, only those nearest, or nobody."""
    there = exists().where(_fit(audience, contacts), _around(audience, contacts))
    anybody = exists().where(audience_clause(audience))
    here, reached = connection.execute(select(there, anybody)).one()
    return "here" if here else "near" if reached else "nobody"


def _who(audience: Audience) -> ColumnElement[bool]:
    willing = contacts.c.subscribed if audience.topic else true()
    match audience.role:
        case None:
            return willing
        case Role.COORDINATOR:
            return and_(contacts.c.role.in_(STAFF), willing)
        case role:
            return and_(contacts.c.role == role.value, willing)


def _where(audience: Audience) -> ColumnElement[bool]:
    if audience.areas:
        return or_(*(inside(area) for area in audience.areas))
    if not audience.area:
        return true()
    if not audience.upward:
        return inside(audience.area)
    return _nearest(audience) if audience.role is Role.COORDINATOR else _around(audience, contacts)


def _around(audience: Audience, people: Any) -> ColumnElement[bool]:
    # Only those who serve have an area around others' areas, "" being everywhere; a resident with no area has just
    # not told us theirs.
    around = [audience.area[:digits] for digits in range(0, len(audience.area) + 1, 2)]
    serves = and_(people.c.role > Role.RESIDENT.value, people.c.area.in_(around))
    return serves if audience.above else or_(people.c.area.startswith(audience.area, autoescape=True), serves)


def _nearest(audience: Audience) -> ColumnElement[bool]:
    """Those who serve there; while there are none, those of its district, else its province, else all."""
    staff, found, none = contacts.alias("staff"), [], list[ColumnElement[bool]]()
    for step in (_around, *(_within(digits) for digits in (DISTRICT, PROVINCE, 0))):
        found.append(and_(*none, step(audience, contacts)))
        none.append(~exists().where(_fit(audience, staff), step(audience, staff)))
    return or_(*found)


def _within(digits: int) -> Callable[[Audience, Any], ColumnElement[bool]]:
    """Those who serve within so many digits of an audience's area, and no mere village."""

    def step(audience: Audience, people: Any) -> ColumnElement[bool]:
        near = people.c.area.startswith(audience.area[:digits], autoescape=True)
        return and_(func.length(people.c.area) <= TAMBON, near)

    return step


def _fit(audience: Audience, people: Any) -> ColumnElement[bool]:
    """Coordinators and admins who can be told something, and may be told this."""
    kept = ~people.c.area.startswith(audience.excluding, autoescape=True) if audience.excluding else true()
    return and_(people.c.role.in_(STAFF), ~people.c.muted, ~people.c.is_group, kept)


def inside(area: str) -> ColumnElement[bool]:
    """The contacts inside an area, as a WHERE clause."""
    return contacts.c.area.startswith(area, autoescape=True)
