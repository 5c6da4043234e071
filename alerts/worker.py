"""The worker: fires campaigns, spreads alerts and sends what is due, until it is told to stop. Run any number."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from alerts.campaigns import DEFAULT_CAMPAIGN, Dress, fire_due, plainly
from alerts.fanout import spread
from alerts.quiet import hours
from alerts.quota import Quota, Remaining
from alerts.resting import rest
from alerts.sender import Clock, Sender
from alerts.settings import Settings
from domain.ports import Channel
from storage.alerts import any_stopped, clear_stopped
from storage.campaigns import unless_there
from storage.lapsing import any_expired, lapse
from storage.outbox import purge
from storage.steering import any_held, wake
from storage.store import Away, Store
from texts.times import LOCAL

log = structlog.get_logger(__name__)

TICK = 1.0
"""Seconds between two looks at the database when nobody kicks: what other processes commit is seen this late."""
GRACE = 300
"""Seconds a job may be late and still run. APScheduler's own one second drops it whenever the loop is busy."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again in every process; it must not matter that several do it."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


class Worker:
    """
    All that leaves without being asked for. There is no leader: what is due is in the database, and taken once.

    `quotas` asks the channels that bill by the message what is left (see `alerts.quota`); `jobs` are others' periodic
    jobs; `dress` puts what belongs under a campaign's words.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        settings: Settings,
        clock: Clock,
        *,
        quotas: Mapping[str, Remaining] | None = None,
        jobs: Sequence[Job] = (),
        dress: Dress = plainly,
    ) -> None:
        self.store, self.settings, self.clock, self.dress = store, settings, clock, dress
        self.quiet = hours(settings.quiet_hours)
        reserve = settings.line_monthly_reserve
        budgets = {name: Quota(ask, reserve) for name, ask in (quotas or {}).items()}
        self.senders = tuple(
            Sender(store, channel, settings, clock, budgets.get(name)) for name, channel in channels.items()
        )
        self.jobs = (
            Job("campaigns", timedelta(seconds=20), self.fire),
            Job("stopped alerts", timedelta(seconds=5), self.clear),
            Job("resumed alerts", timedelta(seconds=2), self.wake),
            Job("expired deliveries", timedelta(minutes=5), self.lapse),
            Job("old deliveries", timedelta(hours=1), self.forget),
            *jobs,
        )
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Something was committed that may be due: look at once. Call it after the commit, from the loop's thread."""
        self._kicked.set()
        self._kick_senders()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then what is on its way is waited for and written down."""
        await self._carefully("default campaign", self.settle_in)
        await self._carefully("campaigns", self.fire)
        scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            timezone=LOCAL,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE},
        )
        for job in self.jobs:
            trigger = IntervalTrigger(seconds=job.every.total_seconds(), timezone=LOCAL)
            scheduler.add_job(self._carefully, trigger, args=(job.name, job.run), id=job.name)
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._spread(stop))
                for sender in self.senders:
                    group.create_task(sender.run(stop, TICK))
        finally:
            scheduler.shutdown(wait=False)

    async def once(self) -> int:
        """Do all that is due now, and come back: how many deliveries were tried. For the command line and tests."""
        await self.settle_in()
        await self.fire()
        await self.clear()
        await self.wake()
        await spread(self.store, self.quiet, self.clock())
        return sum(await asyncio.gather(*(sender.drain() for sender in self.senders)))

    async def settle_in(self) -> None:
        """Add what ships with every deployment, unless it is there."""
        await self.store.write(lambda c: unless_there(c, DEFAULT_CAMPAIGN))

    async def fire(self) -> None:
        """Raise the alerts of the campaigns that are due."""
        if (await fire_due(self.store, self.clock(), self.dress)).alerts:
            self.kick()

    async def clear(self) -> None:
        """Refuse what waits of stopped alerts."""
        while await self.store.read(any_stopped):
            await self.store.write(lambda c: clear_stopped(c, self.clock()), bulk=True)

    async def lapse(self) -> None:
        """Refuse what has expired while nobody took it."""
        while await self.store.read(lambda c: any_expired(c, self.clock())):
            await self.store.write(lambda c: lapse(c, self.clock()), bulk=True)

    async def wake(self) -> None:
        """Make due again what was put off while its alert was paused."""
        while await self.store.read(any_held):
            if await self.store.write(lambda c: wake(c, self.clock()), bulk=True):
                self._kick_senders()

    async def forget(self) -> None:
        """Forget deliveries that were settled long ago."""
        names = [sender.channel.name for sender in self.senders]
        before = self.clock() - self.settings.forget_after
        while await self.store.write(lambda c: purge(c, names, before), bulk=True):
            pass

    async def _spread(self, stop: asyncio.Event) -> None:
        """Spread open alerts whenever there are any; the senders begin while the rest is still being spread."""
        while not stop.is_set():
            await self._carefully("fan-out", self._spread_once)
            await rest(TICK, self._kicked, stop)

    async def _spread_once(self) -> None:
        await spread(self.store, self.quiet, self.clock(), paged=self._kick_senders)

    def _kick_senders(self) -> None:
        for sender in self.senders:
            sender.kick()

    async def _carefully(self, name: str, run: Callable[[], Awaitable[object]]) -> None:
        """One job must not end the others: what it raises is logged, and it is tried again at its next time."""
        try:
            await run()
        except Away as away:
            log.warning("database away; trying again", job=name, why=str(away))
        except Exception:
            log.exception("job failed; going on", job=name)
