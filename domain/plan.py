"""What is known before an alert leaves: whom it reaches, what it costs, how long it takes, and who must agree."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from domain.alert import Alert, Lane

ASKED_FOR = timedelta(hours=24)
"""How long a second coordinator may still say yes."""

LIFE: dict[Lane, timedelta] = {
    "urgent": timedelta(hours=24),
    "reply": timedelta(hours=24),
    "routine": timedelta(days=7),
}
"""How long an alert may still leave."""


def never_quiet(_: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What this deployment holds alerts to.

    Above `approval_above` people a second coordinator must agree. `reserve` is what routine leaves of LINE's month.
    `rates` are people a second by channel, where there is a limit. `quiet_until` says when the quiet hours that run
    at a time end (UTC), None when none do. `answer_minutes` is how long volunteers have to answer before others are
    asked, the other where it is urgent.
    """

    approval_above: int = 50
    reserve: int = 100
    rates: Mapping[str, float] = field(default_factory=dict)
    quiet_until: Callable[[datetime], datetime | None] = never_quiet
    answer_minutes: int = 10
    urgent_answer_minutes: int = 3

    def answer_in(self, *, urgent: bool) -> timedelta:
        """How long volunteers who are asked to look have to answer."""
        return timedelta(minutes=self.urgent_answer_minutes if urgent else self.answer_minutes)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a platform last said of its month: the limit (None for none), how much of it is used, and when it did."""

    limit: int | None
    used: int
    at: datetime

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Whom an alert would reach now: `people` are (channel, language, how many). `line` is the last figure of LINE's
    month, None while nobody knows. `seconds` is how many others could agree to it: coordinators around its area,
    without its author.
    """

    people: tuple[tuple[str, str, int], ...]
    line: Figure | None = None
    seconds: int = 0

    @property
    def total(self) -> int:
        return sum(many for _, _, many in self.people)

    def by_channel(self) -> dict[str, int]:
        channels: dict[str, int] = {}
        for channel, _, many in self.people:
            channels[channel] = channels.get(channel, 0) + many
        return dict(sorted(channels.items()))

    def others(self, language: str) -> int:
        """How many read another language than this one."""
        return sum(many for _, each, many in self.people if each != language)

    def seconds_needed(self, rates: Mapping[str, float]) -> float:
        """How long sending takes at the channels' paces; they send side by side."""
        return max((many / rates[each] for each, many in self.by_channel().items() if each in rates), default=0.0)


State = Literal["waiting", "approved", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class Approval:
    """
    An alert that waits for a second coordinator's word. `mark` stands for what was shown; a yes names it.

    `author` is what its author is called, and `serves` whether they may still speak to its area.
    """

    id: str
    alert: Alert
    mark: str
    expires: datetime
    state: State = "waiting"
    author: str = ""
    serves: bool = True


def mark_of(alert: Alert) -> str:
    """
    Twelve hex digits that stand for what an alert says, to whom, how, and in answer to what.

    When any of that changes, so do they. Not when it was made: that is not what people agree to.
    """
    whom = alert.audience
    told = (
        [whom.area, None if whom.role is None else int(whom.role), whom.channel, whom.language, whom.topic],
        [whom.on_duty, whom.upward, whom.excluding],
        sorted(alert.words.items()),
        [alert.lane, alert.status, alert.type, alert.references, alert.severity],
    )
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]
