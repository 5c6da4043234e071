"""When something that is told again and again is told next. APScheduler's triggers do the arithmetic."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from texts.rules import Unreadable, meant, unreadable
from texts.times import LOCAL

__all__ = ["Unreadable", "following", "read_rule"]

FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - a day in Thailand, from which "every 3 days" is counted
HORIZON = timedelta(days=9 * 366)
"""As far as we look for a next time: the longest wait of a rule that comes at all is for 29 February, eight years."""
OFTEN = timedelta(hours=1)
SAMPLE = 26
"""How many times are looked at for one too soon after another: one more than a day of hours."""


def following(rule: str, after: datetime) -> datetime | None:
    """
    The next time a rule says, in UTC and later than `after`; None when there is none within nine years.

    Times are Thailand's wherever this runs. Raises ValueError for what is not of the form of `domain.alert.Recurrence`.
    """
    soonest = (after + timedelta(microseconds=1)).astimezone(LOCAL)
    found: datetime | None = _trigger(rule, soonest).get_next_fire_time(None, soonest)
    return found.astimezone(UTC) if found is not None and found >= soonest else None


def read_rule(words: str, now: datetime) -> str | Unreadable:
    """The rule that words mean (see `texts.rules`), if it comes at all from now on, and not too often."""
    rule = meant(words)
    if isinstance(rule, Unreadable):
        return rule
    try:
        times = list(islice(_from(rule, now), SAMPLE))
    except ValueError:
        return unreadable("unknown")
    if not times:
        return unreadable("past" if rule.startswith("once:") else "never")
    return unreadable("often") if any(late - soon < OFTEN for soon, late in pairwise(times)) else rule


def _from(rule: str, after: datetime) -> Iterator[datetime]:
    due = following(rule, after)
    while due is not None:
        yield due
        due = following(rule, due)


def _trigger(rule: str, start: datetime) -> Any:
    """
    The trigger for a rule. Its zone is given and never the machine's, and it does not search beyond the horizon.

    `CronTrigger.from_crontab` is not used: it takes 1 for Tuesday, where every crontab means Monday.
    """
    kind, _, rest = rule.partition(":")
    end = start + HORIZON
    match kind:
        case "once":
            return DateTrigger(datetime.fromisoformat(rest).replace(tzinfo=LOCAL))
        case "daily":
            hour, minute = _clock(rest)
            return CronTrigger(hour=hour, minute=minute, timezone=LOCAL, end_date=end)
        case "weekly":
            days, _, at = rest.partition(" ")
            hour, minute = _clock(at)
            return CronTrigger(day_of_week=days, hour=hour, minute=minute, timezone=LOCAL, end_date=end)
        case "every":
            days, _, at = rest.partition("d ")
            hour, minute = _clock(at)
            first = FIRST.replace(hour=hour, minute=minute, tzinfo=LOCAL)
            return IntervalTrigger(days=int(days), start_date=first, timezone=LOCAL, end_date=end)
        case "cron":
            fields = dict(zip(("minute", "hour", "day", "month", "day_of_week"), rest.split(), strict=True))
            if re.search(r"\d", fields["day_of_week"]):
                raise ValueError(f"{rule!r}: weekdays are named, for programs number them differently")
            return CronTrigger(**fields, timezone=LOCAL, end_date=end)
    raise ValueError(f"{rule!r} is no rule: see domain.alert.Recurrence")


def _clock(at: str) -> tuple[int, int]:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise ValueError(f"{at!r} is no time of day")
    return int(at[:2]), int(at[3:])
