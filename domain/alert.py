"""Things people should know: told once (an alert), or again and again (a campaign)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from domain.contact import Role
from domain.message import Say

Lane = Literal["urgent", "reply", "routine", "lazy"]
LANES: dict[str, int] = {"urgent": 0, "reply": 1, "routine": 2, "lazy": 3}
"""
What leaves first when much waits: urgent never waits behind routine.

Where a push costs and a reply does not, routine and lazy ride on the next answer to each person. Routine is pushed at
its deadline if the month allows; lazy never is, and lapses.
"""
BILLED = ("line",)
"""Channels where a push costs and a reply is free. Elsewhere nothing is saved by waiting, and lazy is routine."""

# What CAP calls kinds of events; "Rescue" is left out, for a question has room for so many buttons on LINE.
Category = Literal["Met", "Geo", "Fire", "Safety", "Security", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]


@dataclass(frozen=True, slots=True)
class Audience:
    """
    Who is told. Empty parts do not narrow.

    `area` is a DOPA prefix and means everyone inside it; `upward` adds those who serve a larger area around it (a
    district's coordinator for a village's report), and `above` leaves only those: nobody who serves just a part of it.
    `topic` is what a person can opt out of. `excluding` is an area whose own people are not told (a withheld report).
    `areas` narrow `area`, which holds them all, to several places. `groups` adds the groups that are linked to places
    in it, for what is told to residents.
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
    areas: tuple[str, ...] = ()
    groups: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """The areas it means, at least one; "" is everywhere."""
        return self.areas or (self.area,)


@dataclass(frozen=True, slots=True)
class Alert:
    """
    A CAP-shaped message to an audience (OASIS CAP 1.2, http://docs.oasis-open.org/emergency/cap/v1.2/).

    Its words are either composed by a person (`words`, by language) or ours (`say`). `expires` is UTC: later than
    that it is not sent. `deadline` is until when routine waits for a free answer to ride on, None for not at all.
    `by` is the contact id of who sends it, "" for the bot itself. `event` names the common incident whose words it has,
    "" for words somebody typed; `onset` is when that begins, None for at once. A `public` one was composed for
    residents and may be read by anybody, in the feed too.
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
    urgency: Urgency = "Unknown"
    certainty: Certainty = "Unknown"
    category: Category = "Other"
    event: str = ""
    onset: datetime | None = None
    public: bool = False
    expires: datetime | None = None
    deadline: datetime | None = None
    by: str = ""
    report: str = ""
    state: Literal["open", "done", "stopped"] = "open"
    paused: bool = False
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


LAST_CHANCE = timedelta(days=1)
"""What waits for free answers is pushed so long before it expires: that leaves room for a night, and a full day."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """
    An alert that is told again on a recurrence.

    `words` by language, or `lessons` when it tells the shipped lessons in turn (`told` counts how many it has told).
    `due` is the next time in UTC, None when there is none left or it is off. Its `lane` is "routine" or "lazy";
    `patience` is how long routine waits for a free answer before it is pushed.
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
    lane: Lane = "routine"
    patience: timedelta = timedelta()

    def waits(self, lasts: timedelta) -> timedelta:
        """How long it waits for free answers when what it says lasts so long."""
        return max(timedelta(), min(self.patience, lasts - LAST_CHANCE))
