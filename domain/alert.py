"""Things people should know: told once (an alert), or again and again (a campaign)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.contact import Role
from domain.message import Say

Lane = Literal["urgent", "reply", "routine"]
LANES: dict[str, int] = {"urgent": 0, "reply": 1, "routine": 2}
"""What leaves first when much waits: urgent never waits behind routine."""


@dataclass(frozen=True, slots=True)
class Audience:
    """
    Who is told. Empty parts do not narrow.

    `area` is a DOPA prefix and means everyone inside it; `upward` adds those who serve a larger area around it (a
    district's coordinator for a village's report), and `above` leaves only those: nobody who serves just a part of it.
    `topic` is what a person can opt out of. `excluding` is an area
    whose own people are not told (a withheld report).
    """

    area: str = ""
    role: Role | None = None
    channel: str = ""
    language: str = ""
    topic: str = ""
    on_duty: bool = False
    upward: bool = False
    above: bool = False
    excluding: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """
    A CAP-shaped message to an audience (OASIS CAP 1.2, http://docs.oasis-open.org/emergency/cap/v1.2/).

    Its words are either composed by a person (`words`, by language) or ours (`say`). `expires` is UTC: later than
    that it is not sent. `by` is the contact id of who sends it, "" for the bot itself.
    """

    id: str
    audience: Audience
    words: Mapping[str, str] = field(default_factory=dict)
    say: Say | None = None
    lane: Lane = "routine"
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    type: Literal["Alert", "Update", "Cancel"] = "Alert"
    references: str = ""
    severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"] = "Unknown"
    expires: datetime | None = None
    by: str = ""
    report: str = ""
    state: Literal["open", "done", "stopped"] = "open"
    created: datetime | None = None


def heading(alert: Alert) -> str:
    """The key of the line over an alert's words: that it is a drill, that it follows another; "" for neither."""
    if alert.status != "Actual":
        return f"alert.head.{alert.status.lower()}"
    return {"Alert": "", "Update": "alert.head.update", "Cancel": "alert.head.cancel"}[alert.type]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """
    When a campaign is told, in the words of APScheduler's triggers, in Asia/Bangkok.

    `rule` is "once:2026-12-01T07:00", "cron:<five fields>" (weekdays by name: "0 7 * * mon"),
    "weekly:mon,thu 07:00", "daily:07:00" or "every:<n>d 07:00".
    """

    rule: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """
    An alert that is told again on a recurrence.

    `words` by language, or `lessons` when it tells the shipped lessons in turn (`told` counts how many it has told).
    `due` is the next time in UTC, None when there is none left or it is off.
    """

    id: str
    name: str
    audience: Audience
    rule: str
    words: Mapping[str, str] = field(default_factory=dict)
    lessons: bool = False
    told: int = 0
    on: bool = False
    due: datetime | None = None
    by: str = ""
