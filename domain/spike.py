"""More of the same in one place than usual."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LEAST, TIMES, PEOPLE = 5, 3, 3
"""
It is a spike when a day brings at least `LEAST` reports of one thing in one district, from at least `PEOPLE` different
people, and at least `TIMES` as many as a day of the four weeks before. Five a day is what a coordinator would notice by
themselves; three people, so that one angry neighbour is none (docs/decisions/0010).
"""
DAY, USUAL = timedelta(days=1), timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Spike:
    """`what` is a kind of report or an indicator, `value` which. `usual` is how many a day brought before."""

    what: Literal["kind", "indicator"]
    value: str
    area: str
    reports: int
    people: int
    usual: float

    def cause(self, day: str) -> str:
        """What it is known by, so that it is told once a day."""
        return f"{day} {self.what} {self.value} {self.area}"


def spiking(reports: int, people: int, before: int) -> bool:
    """Whether a day's reports are a spike; `before` counts the four weeks up to it."""
    return reports >= LEAST and people >= PEOPLE and reports >= TIMES * before / USUAL.days


def day_of(now: datetime, zone: timedelta = timedelta(hours=7)) -> str:
    """Which day it is in Thailand, which is UTC+7 all year."""
    return f"{now + zone:%Y-%m-%d}"
