"""What whoever runs a deployment decides about telling people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How fast we use a channel: `rate` calls a second, at most `burst` of them at once.

    `person` and `group` are seconds between two messages to one chat; 0 is as they come.
    """

    rate: float
    burst: int
    person: float = 0.0
    group: float = 0.0


PACE: Mapping[str, Pace] = MappingProxyType(
    {
        # Telegram: about 30 messages a second in all, 1 a second to a person, 20 a minute to a group
        # (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this, read 2026-11-22). A little
        # less of each, for calls that leave evenly do not arrive evenly.
        "telegram": Pace(rate=29.5, burst=8, person=1.05, group=3.1),
        # LINE: 2,000 calls a second to push, 200 to multicast, each an endpoint's own
        # (https://developers.line.biz/en/reference/messaging-api/#rate-limits, read 2026-11-22).
        "line": Pace(rate=1_900, burst=200),
        "line.multicast": Pace(rate=190, burst=20),
    }
)
"""The limits of the platforms, a little under. A channel that is not named has none."""


BUBBLE: Mapping[str, int] = MappingProxyType({"line": 5_000, "telegram": 4_096})
"""
What one message holds, in UTF-16 units: LINE's text message
(https://developers.line.biz/en/reference/messaging-api/#text-message) and Telegram's
(https://core.telegram.org/bots/api#sendmessage), both read 2026-11-22. The channels cut there, between graphemes.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    `quiet_hours` is "from-to" in Thailand's time, "" for none. `daily_cap` is how many lessons and the like a person
    gets in a day, 0 for any number. `line_monthly_reserve` is what routine leaves of LINE's monthly quota for urgent
    alerts. `forget_after` is how long what was sent is remembered. Above `approval_above` people an alert needs a
    second coordinator's word. `digest_hour` is when those who serve get the morning's summary, None for never.
    `answer_minutes` and the other, where it is urgent, are how long volunteers who are asked
    to look have to answer before others are asked.
    """

    quiet_hours: str = "21:00-06:00"
    daily_cap: int = 3
    line_monthly_reserve: int = 100
    pace: Mapping[str, Pace] = field(default_factory=lambda: PACE)
    forget_after: timedelta = timedelta(days=90)
    approval_above: int = 50
    digest_hour: int | None = 7
    answer_minutes: int = 10
    urgent_answer_minutes: int = 3
