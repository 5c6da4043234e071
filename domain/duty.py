"""When somebody is on duty: by their own switch, not before they are back, and in the hours of their week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Bangkok")
DAY, WEEK = 24, 168
"""Hours."""
NEVER = "0" * WEEK


@dataclass(frozen=True, slots=True)
class Roster:
    """
    What somebody said of when they serve.

    `on` is their switch: off is until further notice. `hours` are 168 letters, "1" for an hour of the week in which
    they serve, from Monday 00:00 in Thailand; "" is any hour. `away` is when they are back from a holiday, in UTC.
    """

    on: bool = True
    hours: str = ""
    away: datetime | None = None

    def serves(self, at: datetime) -> bool:
        """Whether they are on duty at a time (UTC)."""
        return self.on and self.is_back(at) and (not self.hours or self.hours[hour_of(at)] == "1")

    def is_back(self, at: datetime) -> bool:
        return self.away is None or self.away <= at

    def next_hour(self, at: datetime) -> datetime | None:
        """The beginning of the first hour from a time on in which they serve; None for none within two weeks."""
        first = at.replace(minute=0, second=0, microsecond=0)
        start = first if self.away is None else max(first, self.away)
        return next((hour for n in range(2 * WEEK) if self.serves(hour := start + timedelta(hours=n))), None)


def hour_of(at: datetime) -> int:
    """Which hour of the week it is in Thailand: 0 is Monday 00:00 to 01:00."""
    local = at.astimezone(LOCAL)
    return local.weekday() * DAY + local.hour


def hours_of(spans: Collection[tuple[int, int, int]]) -> str:
    """
    Spans as hours of the week: (weekday from Monday 0, first hour, hour it ends), over midnight when it ends earlier.

    One that ends where it begins is a whole day.
    """
    served = {
        (day * DAY + hour) % WEEK
        for day, start, end in spans
        for hour in range(start, end if end > start else end + DAY)
    }
    return "".join("1" if hour in served else "0" for hour in range(WEEK))


def together(one: str, other: str) -> str:
    """Hours that are in either of two weeks."""
    return "".join(max(pair) for pair in zip(one, other, strict=True))


def spans_of(hours: str) -> list[tuple[int, int, int]]:
    """
    Hours of the week as spans, in order of the week: (weekday, first hour, hours long), each of a day at most.

    A night stays one span; what goes on for a day or longer is cut at its midnights.
    """
    if "0" not in hours:
        return [(day, 0, DAY) for day in range(7)]
    found = []
    for first in (n for n in range(WEEK) if hours[n] == "1" and hours[n - 1] == "0"):
        long = next(n for n in range(WEEK) if hours[(first + n) % WEEK] == "0")
        found += [_span(first, long)] if long < DAY else _by_day(first, long)
    return sorted(found)


def _by_day(first: int, long: int) -> list[tuple[int, int, int]]:
    cuts = [first, *(n for n in range(first + 1, first + long) if n % DAY == 0), first + long]
    return [_span(start, end - start) for start, end in pairwise(cuts)]


def _span(first: int, long: int) -> tuple[int, int, int]:
    return first // DAY % 7, first % DAY, long


def covered(rosters: Collection[Roster], now: datetime) -> str:
    """The hours of the coming week in which at least one of these serves, as `Roster.hours` writes them."""
    hours = [now + timedelta(hours=n) for n in range(WEEK)]
    served = {hour_of(at) for at in hours if any(one.serves(at) for one in rosters)}
    return "".join("1" if hour in served else "0" for hour in range(WEEK))
