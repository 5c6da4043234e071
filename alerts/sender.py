"""Sending what is due on one channel. The only place an alert, or a reply whose process died, leaves from."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from alerts.quiet import hours, manners
from alerts.quota import Quota
from alerts.settings import Pace, Settings
from domain.alert import Lane
from domain.delivery import LEASE, Delivery, Outcome, Retry
from domain.ports import Channel, Multicaster
from storage import pace
from storage.claims import Apart, Manners, claim, claim_batch
from storage.outbox import settle
from storage.store import Store

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
IN_FLIGHT = 32
"""Calls at once on one channel: at a kill, so many messages at most may be sent again where there is no retry key."""
PATIENCE = LEASE - timedelta(seconds=15)
"""How long one call may take: what has not ended then is given up while the delivery is still ours."""
FIRST: tuple[Lane, ...] = ("urgent", "reply")
Tried = tuple[Sequence[Delivery], Outcome]


class Sender:
    """
    Sends one channel's deliveries, a bounded number at a time, at the channel's pace.

    `step` writes down what has come back, takes what may leave, and starts it; it never waits for a platform, so an
    urgent alert does not wait behind a call that hangs.
    """

    def __init__(
        self, store: Store, channel: Channel, settings: Settings, clock: Clock, quota: Quota | None = None
    ) -> None:
        self.store, self.channel, self.settings, self.clock, self.quota = store, channel, settings, clock, quota
        self.quiet = hours(settings.quiet_hours)
        self.kicked = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []

    async def step(self) -> int:
        """Settle what has been tried, and start what may leave: how many deliveries that were."""
        tried, self._tried = self._tried, []
        now = self.clock()
        room = IN_FLIGHT - len(self._calls)
        routine = await self.quota.left(now) if self.quota else None
        try:
            taken = await self.store.write(lambda c: self._turn(c, tried, room, routine, now))
        except BaseException:
            self._tried = tried + self._tried  # not written down, so not forgotten
            raise
        for group in taken:
            self._start(group)
        started = sum(map(len, taken))
        if self.quota:
            self.quota.spent(sum(len(group) for group in taken if group[0].lane == "routine"))
        return started

    async def run(self, stop: asyncio.Event, tick: float = 1.0) -> None:
        """Go on until `stop`, then wait for the calls that are out and write down how they went."""
        while not stop.is_set():
            busy = await self._try_step()
            await self._rest(stop, self._soon() if busy else tick)
        await self.finish()

    async def drain(self) -> int:
        """Send all that is due now, and come back when nothing more may leave: how many deliveries were tried."""
        total = 0
        while True:
            started = await self.step()
            total += started
            if not started and not self._calls and not self._tried:
                return total
            await self._rest(asyncio.Event(), self._soon())

    async def finish(self) -> None:
        """Wait for the calls that are out and write down how they went."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=PATIENCE.total_seconds())
        tried, self._tried = self._tried, []
        if tried:
            now = self.clock()
            await self.store.write(lambda c: _settle(c, self.channel.name, tried, now))

    def _turn(
        self, connection: Connection, tried: list[Tried], room: int, routine: int | None, now: datetime
    ) -> list[list[Delivery]]:
        """One transaction: what was tried is written down, and what may leave now is taken, urgent first."""
        _settle(connection, self.channel.name, tried, now)
        owed = manners(self.quiet, self.settings.daily_cap, now)
        taken: list[list[Delivery]] = []
        for lanes, most in ((FIRST, None), (("routine",), routine)):
            taken += self._singles(connection, room - len(taken), lanes, most, owed, now)
            if isinstance(self.channel, Multicaster):
                left = None if most is None else most - sum(len(group) for group in taken if group[0].lane == "routine")
                taken += self._batches(connection, self.channel.many, room - len(taken), lanes, left, owed, now)
        return taken

    def _singles(
        self,
        connection: Connection,
        room: int,
        lanes: tuple[Lane, ...],
        most: int | None,
        owed: Manners,
        now: datetime,
    ) -> list[list[Delivery]]:
        name, limits = self.channel.name, self.settings.pace.get(self.channel.name)
        want = room if most is None else min(room, most)
        granted = pace.allowance(connection, name, limits.rate, limits.burst, now, want) if limits else want
        if granted <= 0:
            return []
        taken = claim(
            connection, name, now, granted, lanes, apart=_apart(limits), manners=owed,
            batched=isinstance(self.channel, Multicaster),
        )  # fmt: skip
        if limits:
            pace.give_back(connection, name, limits.rate, granted - len(taken))
        return [[delivery] for delivery in taken]

    def _batches(
        self,
        connection: Connection,
        many: int,
        room: int,
        lanes: tuple[Lane, ...],
        most: int | None,
        owed: Manners,
        now: datetime,
    ) -> list[list[Delivery]]:
        name = f"{self.channel.name}.multicast"
        limits = self.settings.pace.get(name)
        want = min(room, BATCHES)
        granted = pace.allowance(connection, name, limits.rate, limits.burst, now, want) if limits else want
        taken: list[list[Delivery]] = []
        while len(taken) < granted and (most is None or most > 0):
            batch = claim_batch(connection, name.partition(".")[0], now, min(many, most or many), lanes, manners=owed)
            if not batch:
                break
            taken.append(batch)
            most = None if most is None else most - len(batch)
        if limits:
            pace.give_back(connection, name, limits.rate, granted - len(taken))
        return taken

    def _start(self, group: list[Delivery]) -> None:
        call = asyncio.create_task(self._call(group))
        self._calls.add(call)
        call.add_done_callback(self._back)

    def _back(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self.kicked.set()

    async def _call(self, group: list[Delivery]) -> None:
        self._tried.append((group, await attempt(self.channel, group)))

    async def _try_step(self) -> bool:
        try:
            return bool(await self.step() or self._calls or self._tried)
        except Exception:
            log.exception("sending failed; going on", channel=self.channel.name)
            return False

    def _soon(self) -> float:
        """When there may be room again: after a few of the channel's gaps, and not sooner than it is worth a look."""
        limits = self.settings.pace.get(self.channel.name)
        return max(0.05, min(0.25, limits.burst / limits.rate / 2)) if limits else 0.05

    async def _rest(self, stop: asyncio.Event, longest: float) -> None:
        """Until something came back, somebody kicked, it is time, or it is over."""
        waits = [asyncio.create_task(event.wait()) for event in (self.kicked, stop)]
        try:
            await asyncio.wait(waits, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self.kicked.clear()


BATCHES = 4
"""Batches taken in one transaction: so that it stays short, and an urgent alert is taken soon."""


async def attempt(channel: Channel, group: Sequence[Delivery]) -> Outcome:
    """Try once, a batch in one call. What a channel raises is a fault of ours, and tried again like one of theirs."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            if group[0].batch and isinstance(channel, Multicaster) and group[0].batch != "alone":
                return await channel.send_many(group, group[0].batch)
            return await channel.send(group[0])
    except TimeoutError:
        return Retry("no answer")
    except Exception as error:
        log.exception("channel broke", channel=channel.name, delivery=group[0].id)
        return Retry(f"broke: {type(error).__name__}")


async def send_now(store: Store, channel: Channel, delivery: Delivery, settings: Settings, clock: Clock) -> Outcome:
    """
    Send a reply that its maker has leased, and write down how it went.

    It does not ask for leave, for nobody should wait for an answer; but where it counts towards the channel's pace,
    what can wait leaves the more slowly.
    """
    outcome = await attempt(channel, [delivery])
    now = clock()
    limits = settings.pace.get(channel.name)

    def write(connection: Connection) -> None:
        _settle(connection, channel.name, [([delivery], outcome)], now)
        if limits and not delivery.reply_token:
            pace.spend(connection, channel.name, limits.rate, now)

    await store.write(write)
    return outcome


def _settle(connection: Connection, channel: str, tried: Sequence[Tried], now: datetime) -> None:
    for group, outcome in tried:
        settle(connection, group, outcome, now)
        if isinstance(outcome, Retry) and outcome.whole_channel:
            pace.pause(connection, channel, now + outcome.wait)


def _apart(limits: Pace | None) -> Apart | None:
    if limits is None or not (limits.person or limits.group):
        return None
    return Apart(timedelta(seconds=limits.person), timedelta(seconds=limits.group))
