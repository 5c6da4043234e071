"""What is known before an alert leaves: whom it reaches, what it costs, how long it takes, and who must agree."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from domain.alert import Alert, Lane

if TYPE_CHECKING:
    from domain.forecast import Forecast

ASKED_FOR = timedelta(hours=24)
"""How long a second coordinator may still say yes."""

UNCOUNTED = 500
"""Members of a group that nobody has counted yet: as many as LINE lets into one."""

LIFE: dict[Lane, timedelta] = {
    "urgent": timedelta(hours=24),
    "reply": timedelta(hours=24),
    "routine": timedelta(days=7),
    "lazy": timedelta(days=7),
}
"""How long an alert may still leave."""


def never_quiet(_: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What this deployment holds alerts to.

    Above `approval_above` people a second coordinator must agree. `reserve` is what routine leaves of LINE's month.
    `rates` are people a second by channel, where there is a limit; `bubbles` what one message holds there, in UTF-16
    units. `daily_cap` is how many lessons and the like a person gets in a day, 0 for any number. `quiet_until` says
    when the quiet hours that run at a time end (UTC), None when none do. `answer_minutes` is how long volunteers have
    to answer before others are asked, the other where it is urgent.
    """

    approval_above: int = 50
    reserve: int = 100
    rates: Mapping[str, float] = field(default_factory=dict)
    bubbles: Mapping[str, int] = field(default_factory=dict)
    daily_cap: int = 0
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
    Whom an alert would reach now: `people` are (channel, language, how many), `groups` (channel, members) each, None
    for a group nobody has counted yet. `line` is the last figure of LINE's month, None while nobody knows; `month` is
    what it will come to without this alert. `seconds` is how many others could agree to it: coordinators around its
    area, without its author.
    """

    people: tuple[tuple[str, str, int], ...]
    line: Figure | None = None
    seconds: int = 0
    groups: tuple[tuple[str, int | None], ...] = ()
    month: "Forecast | None" = None

    @property
    def total(self) -> int:
        return sum(many for _, _, many in self.people)

    @property
    def size(self) -> int:
        """How many may hear of it, the members of groups too."""
        return self.total + sum(many for _, many, _ in self.by_group())

    def by_group(self) -> tuple[tuple[str, int, int], ...]:
        """(channel, members, groups): what a push into its groups costs where each member counts."""
        found: dict[str, tuple[int, int]] = {}
        for channel, members in self.groups:
            many, groups = found.get(channel, (0, 0))
            found[channel] = (many + (UNCOUNTED if members is None else members), groups + 1)
        return tuple((channel, *found[channel]) for channel in sorted(found))

    def billed(self, channel: str) -> int:
        """How many messages it is on a channel that counts each person, and in a group each member."""
        return self.by_channel().get(channel, 0) + sum(many for each, many, _ in self.by_group() if each == channel)

    def by_channel(self) -> dict[str, int]:
        channels: dict[str, int] = {}
        for channel, _, many in self.people:
            channels[channel] = channels.get(channel, 0) + many
        return dict(sorted(channels.items()))

    def languages(self) -> tuple[str, ...]:
        """The languages they read, that of the most first."""
        many: dict[str, int] = {}
        for _, language, count in self.people:
            many[language] = many.get(language, 0) + count
        return tuple(sorted(many, key=lambda each: (-many[each], each)))

    def others(self, language: str) -> int:
        """How many read another language than this one."""
        return sum(many for _, each, many in self.people if each != language)

    def seconds_needed(self, rates: Mapping[str, float]) -> float:
        """
        How long sending takes at the channels' paces; they send side by side.

        A message into a group is one call more, however many are in it. (What one group may get in a minute is more
        than one alert.)
        """
        calls = Counter(self.by_channel()) + Counter({channel: groups for channel, _, groups in self.by_group()})
        return max((many / rates[each] for each, many in calls.items() if each in rates), default=0.0)


State = Literal["waiting", "approved", "refused", "dropped"]


@dataclass(frozen=True, slots=True)
class Approval:
    """
    An alert that waits for a second coordinator's word. `mark` stands for what was shown; a yes names it.

    `author` is what its author is called, and `serves` whether they may still speak to its area; `settled_by` is the
    contact id of who decided.
    """

    id: str
    alert: Alert
    mark: str
    expires: datetime
    state: State = "waiting"
    author: str = ""
    serves: bool = True
    settled_by: str = ""


def mark_of(alert: Alert) -> str:
    """
    Twelve hex digits that stand for what an alert says, to whom, how, and in answer to what.

    When any of that changes, so do they. Not when it was made: that is not what people agree to.
    """
    whom = alert.audience
    above = ["above"] if whom.above else []  # nothing beside all others, so that what waits keeps its digits
    told = (
        [whom.area, None if whom.role is None else int(whom.role), whom.channel, whom.language, whom.topic],
        [whom.on_duty, whom.upward, whom.excluding, whom.areas, whom.groups, *above],
        sorted(alert.words.items()),
        [alert.lane, alert.status, alert.type, alert.references, alert.severity, alert.public],
        [alert.category, alert.urgency, alert.certainty, alert.event, alert.onset and alert.onset.isoformat()],
    )
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]
