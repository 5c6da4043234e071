"""What a channel that bills every message has left for routine, once the reserve for urgent alerts is put aside."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger(__name__)

Remaining = Callable[[], Awaitable[int | None]]
"""Asks a platform how many messages may still be sent this month; None when it does not say."""
FRESH = timedelta(minutes=1)
"""How long an answer is good: LINE's own figure is approximate, and what we send meanwhile we count ourselves."""
ENOUGH = 6_000_000
"""More than LINE takes in that minute (200 calls of 500 people a second): then nothing need be counted meanwhile."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many routine messages could leave at `since`; what any process sent from then on is to be taken off."""

    left: int
    since: datetime


class Quota:
    """Knows how many routine messages may leave. When the platform does not tell, none may: urgent ones come first."""

    def __init__(self, remaining: Remaining, reserve: int) -> None:
        self.remaining = remaining
        self.reserve = reserve
        self._told: Budget | None = None
        self._asked: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    def budget(self, now: datetime) -> Budget:
        """
        What may be sent without touching the reserve, by what the platform said last.

        What is older than a minute is asked anew, in a task of its own: what is urgent does not wait for it.
        """
        if self._is_old(now) and self._asking is None:
            self._asking = asyncio.create_task(self.known(now))
            self._asking.add_done_callback(self._answered)
        return self._told or Budget(0, now)

    async def known(self, now: datetime) -> None:
        """Ask the platform if that is a minute ago, and come back once it has answered."""
        if self._is_old(now):
            self._asked = now  # what leaves while it answers is taken for not in its figure
            self._told = Budget(max(0, await self._remaining()), now)

    def _is_old(self, now: datetime) -> bool:
        return self._asked is None or now - self._asked >= FRESH

    def close(self) -> None:
        """Wait for no answer any more."""
        if self._asking:
            self._asking.cancel()

    def _answered(self, _: asyncio.Task[None]) -> None:
        self._asking = None

    async def _remaining(self) -> int:
        try:
            told = await self.remaining()
        except Exception:
            log.exception("quota unknown; routine waits")
            return 0
        if told is None:
            log.warning("quota unknown; routine waits")
            return 0
        return told - self.reserve
