"""What this month on LINE will likely come to: what is used, what waits, what is due, and who writes anyway."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from domain.alert import LANES, Campaign
from domain.delivery import ABOARD
from domain.forecast import Coming, Forecast
from storage.approvals import figure
from storage.audience import audience_clause
from storage.campaigns import find_campaigns
from storage.riding import RODE
from storage.sealing import day
from storage.tables import alerts, contacts, outbox
from texts.recurrence import following
from texts.times import LOCAL

LINE = "line"
SEEN = timedelta(days=28)
"""From how long a past the other pushes a day are taken."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MOST = 31 * 24
"""Times a month of one campaign that are counted: none is told more often than hourly."""


def forecast(connection: Connection, now: datetime) -> Forecast:
    """
    This month on LINE as it looks now.

    Who will write within so many days is taken to be who wrote within as many days before now: people who write do it
    again, and one look at the contacts tells.
    """
    end = month_end(now)
    queued = _queued(connection, now)
    due = [(one, many) for one in find_campaigns(connection) if one.on and (many := _times(one, end))]
    share = _shares(connection, {WEEK, *(wait for _, wait in queued), *(_waits(one) for one, _ in due)}, now)
    waiting = tuple(Coming("", people, share[wait]) for people, wait in queued)
    campaigns = tuple(_coming(connection, one, many, share[_waits(one)]) for one, many in due)
    days = (end - now) / DAY
    return Forecast(figure(connection, LINE), waiting, campaigns, _daily(connection, now), days, share[WEEK])


def month_end(now: datetime) -> datetime:
    """When this month ends in Thailand."""
    first = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _queued(connection: Connection, now: datetime) -> list[tuple[int, timedelta]]:
    """What waits to be pushed: how many people, and how long they may still write before."""
    rows = connection.execute(
        select(func.count(), func.min(outbox.c.due, type_=outbox.c.due.type))
        .where(
            outbox.c.state == "queued",
            outbox.c.channel == LINE,
            outbox.c.lane == LANES["routine"],
            outbox.c.due < ABOARD,
        )
        .group_by(outbox.c.alert)
    )
    return [(people, max(timedelta(), due - now)) for people, due in rows]


def _waits(one: Campaign) -> timedelta:
    """How long it waits for answers, which is never until it is told again."""
    again = following(one.rule, one.due) if one.due else None
    return one.waits(min(WEEK, again - one.due) if again and one.due else WEEK)


def _times(one: Campaign, end: datetime) -> int:
    """How often it is still pushed this month."""
    many, due, waits = 0, one.due, _waits(one)
    while due is not None and due + waits < end and many < MOST:
        many, due = many + 1, following(one.rule, due)
    return many


def _coming(connection: Connection, one: Campaign, times: int, writing: float) -> Coming:
    on_line = and_(audience_clause(one.audience), contacts.c.channel == LINE)
    people = connection.execute(select(func.count()).select_from(contacts).where(on_line)).scalar_one()
    return Coming(one.name, people, 1.0 if one.lane == "lazy" else writing, times)


def _shares(connection: Connection, waits: Iterable[timedelta], now: datetime) -> dict[timedelta, float]:
    """For each span, the share of people who wrote within it: all in one look."""
    spans = sorted(set(waits))
    wrote = [func.sum(case((contacts.c.seen_at >= day(now - span), 1), else_=0)) for span in spans]
    reached = and_(contacts.c.channel == LINE, ~contacts.c.muted, ~contacts.c.is_group)
    people, *many = connection.execute(select(func.count(), *wrote).where(reached)).one()
    # A moment ago is no span: who is pushed to at once has no time to write.
    return {span: count / people if people and span else 0.0 for span, count in zip(spans, many, strict=True)}


def _daily(connection: Connection, now: datetime) -> float:
    """Other pushes a day of late: notes of reports, answers that came too late, what coordinators composed."""
    row = connection.execute(
        select(func.count(), func.min(outbox.c.settled_at, type_=outbox.c.settled_at.type))
        .select_from(outbox.outerjoin(alerts, alerts.c.id == outbox.c.alert))
        .where(
            outbox.c.state == "sent",
            outbox.c.channel == LINE,
            outbox.c.lane.in_(LANES.values()),
            outbox.c.due >= now - SEEN,
            outbox.c.reply_token == "",
            outbox.c.note != RODE,
            _not_a_campaigns(),
        )
    ).one()
    return 0.0 if not row[0] else row[0] / max(1.0, (now - row[1]) / DAY)


def _not_a_campaigns() -> ColumnElement[bool]:
    return or_(alerts.c.campaign.is_(None), alerts.c.campaign == "")
