"""Looking for spikes: one kind of report, or one link, number or account, in one district."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select

from domain.alert import Alert, Audience
from domain.delivery import Delivery
from domain.ids import derived
from domain.message import Outgoing
from domain.report import Status
from domain.routing import DISTRICT
from domain.spike import DAY, LEAST, PEOPLE, USUAL, Spike, spiking
from storage.approvals import others
from storage.crowding import NEW_ACCOUNT
from storage.outbox import queue
from storage.tables import contacts, reports, sightings

MOST = 20

_district = func.substr(reports.c.area, 1, DISTRICT)
BY: dict[str, tuple[FromClause, ColumnElement[Any], ColumnElement[Any]]] = {
    "kind": (
        reports.outerjoin(contacts, contacts.c.id == reports.c.reporter),
        reports.c.kind,
        func.coalesce(reports.c.reporter, reports.c.id),
    ),
    "indicator": (
        reports.join(sightings, sightings.c.report == reports.c.id).outerjoin(
            contacts, contacts.c.id == sightings.c.contact
        ),
        sightings.c.indicator,
        func.coalesce(sightings.c.contact, sightings.c.report),
    ),
}


def spikes(connection: Connection, now: datetime) -> tuple[Spike, ...]:
    """
    What is reported more than usual now, as `domain.spike` says, most first; nothing of sensitive reports.

    A page is left out where its site spikes as well.
    """
    found = [one for what in BY for one in _of(connection, what, now)]
    sites = [one.value.partition(":")[2] for one in found if one.value.startswith("domain:")]
    whole = [one for one in found if not (one.value.startswith("url:") and any(site in one.value for site in sites))]
    return tuple(sorted(whole, key=lambda one: (-one.reports, one.what, one.value)))


def _counted(now: datetime) -> ColumnElement[bool]:
    """As everywhere else: nothing sensitive, not what was taken back, nor what accounts say that are only just made."""
    since = func.coalesce(contacts.c.created_at, reports.c.at, type_=reports.c.at.type)
    plain = reports.c.sensitive.is_(False)
    return and_(plain, reports.c.status != Status.WITHDRAWN.value, since <= now - NEW_ACCOUNT)


def _of(connection: Connection, what: Any, now: datetime) -> list[Spike]:
    source, value, person = BY[what]
    many, people = func.count(reports.c.id.distinct()), func.count(person.distinct())
    today = (
        select(value.label("value"), _district.label("place"), many.label("many"), people.label("people"))
        .select_from(source)
        .where(reports.c.at >= now - DAY, reports.c.at <= now, _counted(now))
        .group_by(value, _district)
        .having(and_(many >= LEAST, people >= PEOPLE))
        .order_by(many.desc(), value)
        .limit(MOST)
    )
    found = []
    for row in connection.execute(today).all():
        here = (value == row.value, _district == row.place, _counted(now))
        week = (reports.c.at >= now - DAY - USUAL, reports.c.at < now - DAY)
        before = select(many).select_from(source).where(*here, *week)
        usual = connection.execute(before).scalar_one()
        if spiking(row.many, row.people, usual):
            found.append(Spike(what, row.value, row.place, row.many, row.people, usual / USUAL.days))
    return found


def suggest(connection: Connection, spike: Spike, day: str, words: Callable[[str], Outgoing], now: datetime) -> int:
    """Tell the coordinators around its area of a spike, once a day each; how many had not been told."""
    told = 0
    for who in others(connection, Alert("", Audience(area=spike.area))):
        id = derived("spike", spike.cause(day), who.id)
        told += queue(connection, [Delivery(id, who.address, words(who.language), now, lane="reply")], now, who.id)
    return told
