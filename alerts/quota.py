"""What a channel that bills every message has left for routine, once the reserve for urgent alerts is put aside."""

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
        self._left = 0
        self._asked: datetime | None = None

    async def budget(self, now: datetime) -> Budget:
        """What may be sent without touching the reserve, by what the platform said within the last minute."""
        if self._asked is None or now - self._asked >= FRESH:
            self._asked = now
            self._left = await self._ask()
        return Budget(max(0, self._left), self._asked)

    async def _ask(self) -> int:
        try:
            told = await self.remaining()
        except Exception:
            log.exception("quota unknown; routine waits")
            return 0
        if told is None:
            log.warning("quota unknown; routine waits")
            return 0
        return told - self.reserve
