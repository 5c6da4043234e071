"""What people may write for "when", and when that is."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from texts.recurrence import following, read_rule
from texts.rules import EXAMPLES, Unreadable

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # a Sunday, ten in the morning in Thailand

READ = {
    "every monday 07:00": "weekly:mon 07:00",
    "Mondays at 7:00": "weekly:mon 07:00",
    "every thu,mon 7am": "weekly:mon,thu 07:00",
    "weekdays 8:15 pm": "weekly:mon,tue,wed,thu,fri 20:15",
    "every weekend 09:00": "weekly:sat,sun 09:00",
    "every day 18:00": "daily:18:00",
    "daily at 12 am": "daily:00:00",
    "every 3 days 07:00": "every:3d 07:00",
    "once 2026-12-01 07:00": "once:2026-12-01T07:00",
    "once 2026-12-01T07:00": "once:2026-12-01T07:00",
    "ทุกวันจันทร์ 7:00": "weekly:mon 07:00",
    "ทุกวันจันทร์และวันพฤหัสบดี ๗.๐๐ น.": "weekly:mon,thu 07:00",
    "ทุกวันอาทิตย์ 6 โมงเช้า": "weekly:sun 06:00",
    "ทุกวันเสาร์-อาทิตย์ 9:00": "weekly:sat,sun 09:00",
    "ทุกวัน 18:00": "daily:18:00",
    "ทุกวัน 2 ทุ่ม": "daily:20:00",
    "ทุกวัน เที่ยง": "daily:12:00",
    "ทุกวัน บ่าย 2 โมง": "daily:14:00",
    "ทุกวัน บ่ายโมง": "daily:13:00",
    "ทุกวัน บ่าย 2:30": "daily:14:30",
    "ทุกวัน 2 โมง": "daily:14:00",
    "ทุกวัน 2 โมงเช้า": "daily:08:00",
    "ทุกวัน 6 โมงครึ่ง": "daily:06:30",
    "ทุกวัน ตี 5": "daily:05:00",
    "ทุกวัน 6 ทุ่ม": "daily:00:00",
    "ทุก 3 วัน 07:00": "every:3d 07:00",
    "1/12/2569 18.30 น.": "once:2026-12-01T18:30",
    "1/12/2569 6 โมงเย็น": "once:2026-12-01T18:00",
    "cron 0 7 * * 1": "cron:0 7 * * mon",
    "cron 0 7 * * 0,7": "cron:0 7 * * sun",
    "cron 30 6 * * fri-mon": "cron:30 6 * * mon,fri,sat,sun",
    "cron 0 7 1 * *": "cron:0 7 1 * *",
    "weekly:mon,thu 07:00": "weekly:mon,thu 07:00",
    "once:2026-12-01T07:00": "once:2026-12-01T07:00",
}


@pytest.mark.parametrize("words", READ)
def test_words_are_read(words: str) -> None:
    """Thai, English, cron and our own form, with Thai digits and Buddhist years."""
    assert read_rule(words, NOW) == READ[words]


@pytest.mark.parametrize("rule", sorted(set(READ.values())))
def test_a_rule_is_read_as_itself(rule: str) -> None:
    """What was understood once is understood again from the form it is kept in."""
    assert read_rule(rule, NOW) == rule


UNREAD = {
    "": "unknown", "blah": "unknown", "every month 07:00": "unknown", "07:00": "unknown",
    "every 0 days 07:00": "unknown",
    "ทุกวันที่ 10 เวลา 7:00": "unknown", "ทุกวันยกเว้นวันเสาร์อาทิตย์ 7:00": "unknown", "วันเว้นวัน 7:00": "unknown",
    "ทุกวันจันทร์แรกของเดือน 7:00": "unknown", "every other monday 7:00": "unknown",
    "every monday": "time", "ทุกวัน": "time", "every day 25:00": "time", "every day 7:60": "time",
    "every day 13pm": "time",
    "once 2026-02-30 07:00": "date", "31/11/2569 07:00": "date",
    "once 2026-11-22 10:00": "past", "once 2020-01-01 07:00": "past", "once:2020-01-01T07:00": "past",
    "cron 0 7 30 2 *": "never",
    "cron * * * * *": "often", "cron 0,20 7 * * mon": "often", "cron */30 * * * *": "often",
    "cron 61 7 * * *": "unknown", "cron 0 7 * *": "unknown", "cron 0 7 * * 9": "unknown", "cron x y z a b": "unknown",
    "cron " + "0," * 60 + "0 7 * * *": "unknown",
}  # fmt: skip


@pytest.mark.parametrize("words", UNREAD)
def test_what_cannot_be_is_said_why(words: str) -> None:
    """No rule, no time, no such day, over, never, or far too often: each with an example that can be read."""
    why = UNREAD[words]

    assert read_rule(words, NOW) == Unreadable(why, EXAMPLES[why])


@pytest.mark.parametrize("why", [why for why in EXAMPLES if why != "time"])
def test_every_example_can_be_used(why: str) -> None:
    """Whoever copies the example we show has a rule."""
    for example in EXAMPLES[why].split(" / "):
        assert isinstance(read_rule(example, NOW), str)


NEXT = {
    "daily:07:00": ("2026-11-23T00:00", "2026-11-24T00:00"),
    "daily:18:00": ("2026-11-22T11:00", "2026-11-23T11:00"),
    "weekly:mon,thu 07:00": ("2026-11-23T00:00", "2026-11-26T00:00"),
    "weekly:sun 10:00": ("2026-11-29T03:00", "2026-12-06T03:00"),
    "cron:0 7 1 * *": ("2026-12-01T00:00", "2027-01-01T00:00"),
    "cron:0 7 29 2 *": ("2028-02-29T00:00", "2032-02-29T00:00"),
    "every:3d 07:00": ("2026-11-24T00:00", "2026-11-27T00:00"),
    "once:2026-12-01T07:00": ("2026-12-01T00:00", None),
}


def _next(rule: str) -> tuple[str | None, str | None]:
    first = following(rule, NOW)
    assert first is not None
    second = following(rule, first)
    return first.isoformat()[:16], second.isoformat()[:16] if second else None


@pytest.mark.parametrize("rule", NEXT)
def test_a_rule_has_next_times(rule: str) -> None:
    """The next time is later than now, in UTC, and the one after it later than that."""
    assert _next(rule) == NEXT[rule]


@pytest.fixture(params=["America/New_York", "UTC", "Asia/Tokyo"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """A machine that stands elsewhere, perhaps where clocks are changed."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_seven_stays_seven(zone: str) -> None:
    """For a whole year, wherever the machine stands, seven in the morning is seven in Thailand."""
    due, hours = NOW, set()
    for _ in range(366):
        due = following("daily:07:00", due) or NOW
        hours.add((due.hour, due.minute))

    assert hours == {(0, 0)}
    assert due - NOW > timedelta(days=365)


@pytest.mark.parametrize(
    "rule", ["", "daily:7", "weekly: 07:00", "every:xd 07:00", "cron:0 7 * * 1", "yearly:1", "once:x"]
)
def test_what_was_never_a_rule_is_an_error(rule: str) -> None:
    """A rule that was not read by us raises ValueError and is not guessed at."""
    with pytest.raises(ValueError, match=r"."):
        following(rule, NOW)
