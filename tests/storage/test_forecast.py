"""What the month is said to come to, from what the database knows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from alerts.fanout import spread
from alerts.quiet import Hours
from domain.alert import Alert, Audience, Campaign
from domain.forecast import Coming, Forecast
from domain.message import Outgoing
from domain.plan import Figure
from storage.alerts import raise_alert
from storage.approvals import keep_figure
from storage.campaigns import keep_campaign
from storage.forecast import forecast, month_end
from storage.store import Store
from storage.tables import contacts, outbox

NOW = datetime(2026, 11, 9, 5, tzinfo=UTC)
"""Monday, the 9th, noon in Thailand."""
DAYS = timedelta(days=1)
LESSON = Campaign("c", "บทเรียน", Audience(topic="lessons"), "weekly:mon 18:00", {"th": "x"}, on=True)
LESSON = replace(LESSON, due=NOW + timedelta(hours=6), patience=5 * DAYS)


async def people(store: Store) -> None:
    """Ten on LINE, four of whom wrote within five days and six within seven; five on Telegram, who are free."""

    def one(channel: str, n: int, ago: int) -> dict[str, object]:
        seen = {"conversation": {}, "seen_at": NOW - ago * DAYS, "created_at": NOW - 60 * DAYS}
        return {"id": f"{channel}{n}", "channel": channel, "address": f"{n}", "language": "th"} | seen

    line = [one("line", n, ago) for n, ago in enumerate((0, 1, 3, 4, 6, 6, 20, 20, 30, 40))]
    telegram = [one("telegram", n, 0) for n in range(5)]
    await store.write(lambda c: c.execute(insert(contacts), line + telegram))


async def test_a_months_lessons(store: Store) -> None:
    """Three Mondays whose fifth day lies in this month, ten people, of whom four will have written."""
    await people(store)
    await store.write(lambda c: keep_campaign(c, LESSON))
    await store.write(lambda c: keep_figure(c, "line", 300, 40, NOW))

    month = await store.read(lambda c: forecast(c, NOW))

    assert (Coming("บทเรียน", 10, 0.4, 3),) == month.campaigns
    assert (18, 58, 0.6) == (month.campaigns[0].pushes, month.total, month.week)
    assert [False, True] == [month.over(100), month.over(250)]


async def test_what_waits_and_what_is_sent_besides(store: Store) -> None:
    """Ten wait for three days more, of whom three will write; twenty pushes in ten days are two a day."""
    await people(store)
    alert = Alert("a", Audience(channel="line"), deadline=NOW + 3 * DAYS, expires=NOW + 7 * DAYS)
    await store.write(lambda c: raise_alert(c, alert, {"th": Outgoing(("x",))}, NOW))
    await spread(store, Hours(), NOW)
    row = {"channel": "line", "address": "1", "lane": 1, "state": "sent", "alert": "", "created_at": NOW}
    old = [row | {"id": f"{n}", "due": NOW - 10 * DAYS, "settled_at": NOW - 10 * DAYS} for n in range(20)]
    rode = row | {"id": "rode", "note": "rode", "due": NOW, "settled_at": NOW}
    answer = row | {"id": "answer", "reply_token": "t", "due": NOW, "settled_at": NOW}
    await store.write(lambda c: [c.execute(insert(outbox), each) for each in (*old, rode, answer)])

    month = await store.read(lambda c: forecast(c, NOW))

    assert (10, 3, 2.0) == (month.waits, month.rides, month.daily)


async def test_nobody_and_nothing(store: Store) -> None:
    """A deployment that begins today will use nothing, and nobody knows of how much."""
    month = await store.read(lambda c: forecast(c, NOW))

    assert (0, None, (), False) == (month.total, month.line, month.campaigns, month.over(0))


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)),
        (datetime(2026, 11, 30, 17, tzinfo=UTC), datetime(2026, 12, 31, 17, tzinfo=UTC)),
        (datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 2, 29, 17, tzinfo=UTC)),
    ],
)
def test_a_month_ends_in_thailand(now: datetime, end: datetime) -> None:
    """At midnight there, which is five in the afternoon in UTC."""
    assert end == month_end(now)


def test_lazy_costs_nothing() -> None:
    """What only ever rides is not paid for, however many it is for."""
    line = Figure(300, 10, NOW)
    assert 10 == Forecast(line, campaigns=(Coming("x", 1000, 1.0, 4),)).total
