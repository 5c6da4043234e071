"""Telegram's clock and its limits: about 30 messages/s in all, 1/s to a private chat, 20/min to a group.

Numbers: core.telegram.org/bots/faq, stored copy of 2025-26 read 2026-11-22. The exact algorithm is not published.
Here: a bucket overall and per private chat, and for a group a strict window, never more than 20 in any 60 seconds.
"""

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass


class Clock:
    """Telegram's time: real seconds times `scale`, plus whatever `advance` added.

    With scale 100 a limit of 30/s lets 3,000 messages through in a real second and `retry_after: 5` is over after
    50 ms.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._from = time.monotonic()
        self._epoch = time.time()

    def now(self) -> float:
        """Seconds since 1970, in Telegram's time."""
        return self._epoch + (time.monotonic() - self._from) * self.scale

    def advance(self, seconds: float) -> None:
        """Jump ahead. Sleepers do not notice until they wake."""
        self._epoch += seconds

    def rescale(self, scale: float) -> None:
        """Go faster or slower from now on, without a jump."""
        self._epoch, self._from = self.now(), time.monotonic()
        self.scale = scale

    async def sleep(self, seconds: float) -> None:
        """Sleep that many of Telegram's seconds."""
        await asyncio.sleep(max(seconds, 0) / self.scale)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is let through, in Telegram's seconds. `*_burst` messages may come at once before the rate bites."""

    overall_per_second: float = 30.0
    overall_burst: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20
    set_webhook_gap: float = 1.0


@dataclass(frozen=True, slots=True)
class Violation:
    """A 429 the bot brought upon itself. `scope`: overall, chat, group, or waiting (a send during retry_after)."""

    at: float
    scope: str
    chat_id: int
    retry_after: int


class Pace:
    """Decides for each message whether it comes too soon."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.clear()

    def clear(self) -> None:
        """Forget all history."""
        self._overall = 0.0
        self._chats: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}
        self._closed: dict[int, float] = {}
        self._closed_all = 0.0

    def hold(self, until: float) -> None:
        """Refuse every send until then."""
        self._closed_all = max(self._closed_all, until)

    def admit(self, chat_id: int, *, group: bool, now: float) -> Violation | None:
        """Count one message, or say why it is too soon. A refused message is not counted."""
        closed = max(self._closed_all, self._closed.get(chat_id, 0.0) if self._closed else 0.0)
        if closed > now:
            return Violation(now, "waiting", chat_id, _seconds(closed - now))
        wait = self._group_wait(chat_id, now) if group else self._chat_wait(chat_id, now)
        if wait > 0:
            seconds = _seconds(wait)
            self._closed[chat_id] = now + seconds
            return Violation(now, "group" if group else "chat", chat_id, seconds)
        wait = self._overall_wait(now)
        if wait > 0:
            seconds = _seconds(wait)
            self._closed_all = now + seconds
            return Violation(now, "overall", chat_id, seconds)
        self._count(chat_id, group, now)
        return None

    def _overall_wait(self, now: float) -> float:
        limits = self.limits
        return self._overall - now - (limits.overall_burst - 0.999) / limits.overall_per_second

    def _chat_wait(self, chat_id: int, now: float) -> float:
        limits = self.limits
        return self._chats.get(chat_id, 0.0) - now - (limits.chat_burst - 0.999) / limits.chat_per_second

    def _group_wait(self, chat_id: int, now: float) -> float:
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return sent[0] + 60 - now if len(sent) >= self.limits.group_per_minute else 0.0

    def _count(self, chat_id: int, group: bool, now: float) -> None:
        self._overall = max(self._overall, now) + 1 / self.limits.overall_per_second
        if group:
            self._groups[chat_id].append(now)
        else:
            self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), now) + 1 / self.limits.chat_per_second


def _seconds(wait: float) -> int:
    return max(1, math.ceil(wait))
