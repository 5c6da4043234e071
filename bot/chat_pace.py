"""How fast answers go into one chat, and that none does while its channel takes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.settings import Pace
from domain.message import Address

BURST = 5
"""
Messages that may go into a person's chat at once, before the second between two of them is kept. Telegram allows short
bursts (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this, read 2026-11-22).
"""
MANY = 1_000
"""Chats remembered before those are forgotten that may be written to at once again."""


@dataclass(slots=True)
class ChatPace:
    """
    The clocks of this process's answers, one a chat (the generic cell rate algorithm, as in `storage.pace`).

    Somebody who presses button after button would else use up what a platform lets into their chat, and the platform
    would make us wait with everybody's messages.
    """

    pace: Mapping[str, Pace]
    clock: Callable[[], datetime]
    ahead: dict[Address, datetime] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)

    def close(self, channel: str, wait: timedelta) -> None:
        """A channel told us to send nothing for so long."""
        self.closed[channel] = self.clock() + wait

    def wait(self, to: Address, messages: int) -> timedelta:
        """How long an answer of so many messages has to wait; none when it may leave now. It counts as sent then."""
        now = self.clock()
        pace = self.pace.get(to.channel)
        waits = [timedelta(), self.closed.get(to.channel, now) - now]
        if pace and messages:
            group = to.id.startswith("-")
            gap, burst = timedelta(seconds=pace.group if group else pace.person), 1 if group else BURST
            begun = max(self.ahead.get(to, now), now)
            waits.append(begun - now - gap * (burst - min(messages, burst)))
            self._remember(to, begun + gap * messages, now)
        return max(waits)

    def _remember(self, to: Address, until: datetime, now: datetime) -> None:
        if len(self.ahead) >= MANY:
            self.ahead = {chat: at for chat, at in self.ahead.items() if at > now}
        self.ahead[to] = until
