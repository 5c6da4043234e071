"""Noticing that something is reported more than usual: coordinators get a draft, and decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.message import Outgoing, Say
from domain.spike import Spike, day_of
from handlers.spiking import suggestion
from storage.spikes import spikes, suggest
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Spikes:
    """Looks for spikes; any number of processes may, for a suggestion's id comes from its cause and the day."""

    store: Store
    words: Callable[[Say, str], Outgoing]
    clock: Callable[[], datetime]

    async def look(self) -> int:
        """Suggest an alert for each spike that nobody was told of today; how many suggestions that were."""
        now = self.clock()
        told = 0
        for spike in await self.store.read(lambda c: spikes(c, now)):
            told += await self.store.write(partial(self._suggest, spike=spike, now=now))
        return told

    def _suggest(self, connection: Connection, spike: Spike, now: datetime) -> int:
        return suggest(connection, spike, day_of(now), lambda each: self.words(suggestion(spike), each), now)
