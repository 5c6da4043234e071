"""When people sleep: what waits for the morning, and what does not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.alert import Lane
from storage.claims import LOUD, Manners
from texts.times import LOCAL

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from one time of day until another, in Thailand; the same time twice is never."""

    start: time = time(0)
    end: time = time(0)


def hours(words: str) -> Hours:
    """The quiet hours written as "21:00-06:00"; "" is none. Raises ValueError with an example for anything else."""
    if not words.strip():
        return Hours()
    found = _HOURS.fullmatch(words.strip())
    if found is None:
        raise ValueError(f'quiet hours {words!r} are not of the form "21:00-06:00"')
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    return Hours(time(start_hour, start_minute), time(end_hour, end_minute))


def quiet_until(quiet: Hours, now: datetime) -> datetime | None:
    """When the quiet hours that are running at `now` end, in UTC; None when none are."""
    if quiet.start == quiet.end:
        return None
    local = now.astimezone(LOCAL)
    at = local.time()
    over_midnight = quiet.start > quiet.end
    running = (at >= quiet.start or at < quiet.end) if over_midnight else quiet.start <= at < quiet.end
    if not running:
        return None
    end = datetime.combine(local.date(), quiet.end, LOCAL)
    return (end if end > local else end + timedelta(days=1)).astimezone(UTC)


def release(quiet: Hours, lane: Lane, severity: str, now: datetime) -> datetime:
    """When something raised now should leave: at once, or routine at the end of the quiet hours."""
    if lane in ("urgent", "reply") or severity in LOUD:
        return now
    return quiet_until(quiet, now) or now


def manners(quiet: Hours, cap: int, now: datetime) -> Manners:
    """What routine owes its readers at this moment: the day is Thailand's, and tomorrow begins when quiet ends."""
    midnight = datetime.combine(now.astimezone(LOCAL).date(), time(0), LOCAL).astimezone(UTC)
    tomorrow = midnight + timedelta(days=1)
    return Manners(quiet_until(quiet, now), cap, midnight, quiet_until(quiet, tomorrow) or tomorrow)
