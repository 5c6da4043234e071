"""The morning's summary to those who serve: once a day each, whatever number of processes run, and cheap on LINE."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from domain.alert import BILLED, Lane
from domain.contact import Contact, Role
from domain.delivery import Delivery
from domain.ids import derived
from domain.message import Outgoing, Say
from domain.query import Scope
from domain.summary import Summary
from handlers.digesting import for_coordinator, for_volunteer, kinds_for
from storage.outbox import queue
from storage.staff import serving, undigested
from storage.store import Store
from storage.summary import summary
from texts.times import LOCAL

LATE = timedelta(hours=3)
"""A summary that could not be made by then is left out: the morning is over."""
RIDES = timedelta(hours=2)
"""How long a coordinator's waits on LINE for an answer to ride on, before it is pushed within the month's budget."""
DAY = timedelta(days=1)
PAGE = 50

Words = Callable[[Say, str], Outgoing]


@dataclass(frozen=True, slots=True)
class Digests:
    """
    Makes the summaries of a day's morning. `hour` is Thailand's, None for never; `reserve` is what is kept of LINE.

    They tell of the day until that hour, so that whoever makes them, and when, says the same; and their ids come
    from day and person. `quiet` is where there was nothing to tell, by day: it is not reckoned anew at each look.
    """

    store: Store
    words: Words
    clock: Callable[[], datetime]
    hour: int | None
    reserve: int
    quiet: set[tuple[str, bool, str]] = field(default_factory=set)

    async def look(self) -> int:
        """Queue what is to be told this morning and is not queued yet; how many summaries that were."""
        now = self.clock()
        morning = self._morning(now)
        if morning is None:
            return 0
        day = f"{morning.astimezone(LOCAL):%Y-%m-%d}"
        ids = {digest_id(day, who): who for who in await self.store.read(serving)}
        open_ = await self.store.read(lambda c: undigested(c, list(ids)))
        self.quiet.difference_update([one for one in self.quiet if one[0] != day])
        told: dict[tuple[bool, str], Summary] = {}
        made: list[Delivery] = []
        for id in open_:
            who = ids[id]
            key = (who.role >= Role.COORDINATOR, who.area)
            if (day, *key) in self.quiet:
                continue
            if key not in told:
                told[key] = await self._summary(*key, morning)
            if say := self._said(told[key], *key):
                made.append(self._delivery(id, who, say, morning, now))
            else:
                self.quiet.add((day, *key))
        return await self._queue(made, now)

    def _morning(self, now: datetime) -> datetime | None:
        """This day's hour, if that is what it is time for."""
        if self.hour is None:
            return None
        morning = now.astimezone(LOCAL).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return morning if morning <= now < morning + LATE else None

    async def _summary(self, steers: bool, area: str, morning: datetime) -> Summary:
        scope = Scope(Role.COORDINATOR if steers else Role.VOLUNTEER, area, "")
        return await self.store.read(lambda c: summary(c, scope, morning - DAY, morning, kinds_for(scope.role)))

    def _said(self, found: Summary, steers: bool, area: str) -> Say | None:
        """Nothing where there is nothing to tell."""
        if steers:
            return None if found.quiet else for_coordinator(found, area, self.reserve)
        return for_volunteer(found) if found.kinds else None

    def _delivery(self, id: str, who: Contact, say: Say, morning: datetime, now: datetime) -> Delivery:
        """
        Where a push is free it leaves now. On LINE a coordinator's waits two hours for a free answer, and is then
        pushed within the budget; a volunteer's, who are many, only rides.
        """
        billed, expires = who.address.channel in BILLED, morning + DAY
        lane: Lane = "lazy" if billed and who.role < Role.COORDINATOR else "routine"
        due = expires if lane == "lazy" else max(now, morning + RIDES) if billed else now
        return Delivery(id, who.address, self.words(say, who.language), due, lane=lane, expires=expires)

    async def _queue(self, made: Sequence[Delivery], now: datetime) -> int:
        queued = 0
        for start in range(0, len(made), PAGE):
            queued += await self.store.write(partial(queue, deliveries=made[start : start + PAGE], now=now), bulk=True)
        return queued


def digest_id(day: str, who: Contact) -> str:
    return derived("digest", day, who.id)
