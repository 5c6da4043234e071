"""Asking the nearest volunteers to look at something: what is asked, in which rings, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.message import Say
from domain.report import Report, Sought

RINGS = (8, 6, 4)
"""Digits of a village's, a tambon's and a district's code: each ring holds the one before."""
MOST = 30
"""People asked in one ring: a village has some 20 to 30 volunteers, and each question on LINE is paid for."""

Answer = Literal["going", "warned", "cant", "help"]
TAKES = ("going", "warned")
"""Answers by which somebody takes it on."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """
    A question to the nearest volunteers on duty, whether somebody can look.

    `area` is as exact as we know it, to find who is near; nobody is told more than the tambon. `wait` is how long a
    ring has to answer. `report` is "" for an exercise; `by` is the coordinator who asked, "" for the bot.
    """

    id: str
    kind: str
    area: str
    report: str = ""
    urgent: bool = False
    exercise: bool = False
    by: str = ""
    wait: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    What a dispatch says: to whom it asks, to the others once somebody goes, to those on their way when it is decided,
    and to the coordinators when nobody answers. The last may name the fact `number`.
    """

    ask: Say
    taken: Say
    over: Say
    unanswered: Say


@dataclass(frozen=True, slots=True)
class Call:
    """One volunteer's part in a dispatch: their answer and what they found ("" for none yet), and how it stands."""

    dispatch: Dispatch
    answer: str
    outcome: str
    state: Sought
    going: int
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """
    How a village answers: how often somebody there was asked, how often somebody answered, and how fast.

    `middle` is the median of the times from asking to the first answer, None for no answer at all.
    """

    area: str
    asked: int
    answered: int
    middle: timedelta | None


def rings(area: str) -> tuple[str, ...]:
    """The areas that are asked one after the other; none where we know a place no better than its province."""
    return tuple(area[:digits] for digits in RINGS if len(area) >= digits)


def middle_of(times: list[timedelta]) -> timedelta | None:
    """The median; None for nothing."""
    if not times:
        return None
    ordered, half = sorted(times), len(times) // 2
    return ordered[half] if len(times) % 2 else (ordered[half - 1] + ordered[half]) / 2


def asked_until(asked: datetime) -> datetime:
    """When a question is too old to be sent."""
    return asked + timedelta(hours=2)
