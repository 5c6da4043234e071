"""Sending what is due on one channel. The only place a message leaves from."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from alerts.quiet import hours
from alerts.quota import Budget, Quota
from alerts.resting import pause, rest
from alerts.settings import Settings
from alerts.taking import FIRST, LAST, Door, take, whole
from domain.delivery import ALONE, LEASE, Delivery, Outcome, Parted, Retry
from domain.ports import Channel, Multicaster, Piecewise
from storage import pace
from storage.due import any_due
from storage.outbox import settle
from storage.store import Away, Store

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Tried = tuple[Sequence[Delivery], Outcome]
IN_FLIGHT = 32
"""Calls at once on one channel: at a kill, so many messages at most may be sent again where there is no retry key."""
PATIENCE = LEASE - timedelta(seconds=15)
"""How long one call may take: what has not ended then is given up while the delivery is still ours."""
LONGEST = 0.5
"""Seconds between two steps at most while there is work: what is urgent must not wait for a database that is slow."""


class Sender:
    """
    Sends one channel's deliveries, a bounded number at a time, at the channel's pace.

    `step` writes down what has come back, takes what may leave, and starts it. It never waits for a platform, so an
    urgent alert does not wait behind a call that hangs.
    """

    def __init__(
        self, store: Store, channel: Channel, settings: Settings, clock: Clock, quota: Quota | None = None
    ) -> None:
        self.store, self.channel, self.clock, self.quota = store, channel, clock, quota
        many = channel.many if isinstance(channel, Multicaster) else 0
        pieces = channel.pieces if isinstance(channel, Piecewise) else whole
        self.door = Door(channel.name, many, settings, hours(settings.quiet_hours), pieces)
        self.kicked = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._tried: list[Tried] = []
        self._held = 0  # how many steps in a row took nothing of what is due

    async def step(self) -> int:
        """Settle what has been tried, and start what may leave: how many deliveries that were."""
        now = self.clock()
        room = IN_FLIGHT - len(self._calls)
        budget = self.quota.budget(now) if self.quota else None
        due = room > 0 and await self._any_due(budget, now)
        self._held = self._held if due else 0
        if not self._tried and not due:
            return 0
        tried, self._tried = self._tried, []
        try:
            taken = await self.store.write(lambda c: self._turn(c, tried, room, budget, now), bulk=True)
        except BaseException:
            self._tried = tried + self._tried  # not written down, so not forgotten
            raise
        self._held = self._held + 1 if due and not taken else 0
        for group in taken:
            call = asyncio.create_task(self._call(group))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        return sum(map(len, taken))

    async def run(self, stop: asyncio.Event, tick: float = 1.0) -> None:
        """Go on until `stop`, then wait for the calls that are out and write down how they went."""
        clock = asyncio.get_running_loop().time
        while not stop.is_set():
            begun = clock()
            if await self._careful_step():
                # As long as it took: half of the database's time is for those who write to us.
                await pause(max(self._soon(), min(clock() - begun, LONGEST)), stop)
            else:
                # Where only the pace held it up, a whole tick would be time that is not made up for.
                soon = self._soon() * 2 ** min(self._held - 1, 5) if self._held else tick
                await rest(min(tick, soon), self.kicked, stop)
        try:
            await self.finish()
        except Away as away:  # then it is tried again when the leases have run out
            log.warning("stopped while the database was away", channel=self.channel.name, why=str(away))

    async def drain(self, patience: float = 5.0) -> int:
        """Send all that is due now: how many deliveries were tried. Gives up after so many seconds of no progress."""
        total, waited = 0, 0.0
        if self.quota:
            await self.quota.known(self.clock())
        while waited < patience:
            started = await self.step()
            total += started
            if started or self._calls or self._tried:
                waited = 0.0
            elif not await self._any_due(self.quota.budget(self.clock()) if self.quota else None, self.clock()):
                break
            await asyncio.sleep(self._soon())
            waited += self._soon()
        return total

    async def finish(self) -> None:
        """Wait for the calls that are out and write down how they went."""
        if self.quota:
            self.quota.close()
        if self._calls:
            await asyncio.wait(self._calls, timeout=PATIENCE.total_seconds())
        tried, self._tried = self._tried, []
        now = self.clock()
        if tried:
            await self.store.write(lambda c: _settle(c, self.channel.name, tried, now))

    def kick(self) -> None:
        """Something new may be due: do not wait for the tick."""
        self.kicked.set()

    def _turn(
        self, connection: Connection, tried: list[Tried], room: int, budget: Budget | None, now: datetime
    ) -> list[list[Delivery]]:
        _settle(connection, self.channel.name, tried, now)
        return take(connection, self.door, room, budget, now)

    async def _any_due(self, budget: Budget | None, now: datetime) -> bool:
        """Looked at before a transaction that writes: a channel with nothing to do costs the disk nothing."""
        lanes = FIRST if budget is not None and budget.left <= 0 else FIRST + LAST
        return await self.store.read(lambda c: any_due(c, self.channel.name, lanes, now))

    async def _call(self, group: list[Delivery]) -> None:
        ended = await attempt(self.channel, group)
        self._tried.extend(ended)  # the list as it is now: a step may have put a new one there meanwhile

    async def _careful_step(self) -> bool:
        try:
            return bool(await self.step() or self._calls or self._tried)
        except Away as away:
            log.warning("database away; trying again", channel=self.channel.name, why=str(away))
        except Exception:
            log.exception("sending failed; going on", channel=self.channel.name)
        return False

    def _soon(self) -> float:
        """Seconds to the next look while there is work: what came back meanwhile is written down together."""
        limits = self.door.settings.pace.get(self.channel.name)
        return max(0.05, min(0.25, limits.burst / limits.rate / 2)) if limits else 0.05


async def attempt(channel: Channel, group: Sequence[Delivery]) -> Sequence[Tried]:
    """
    Try once, a batch in one call: for whom it ended how.

    What a channel raises is a fault of ours, and tried again like one of theirs.
    """
    batch = group[0].batch
    outcome: Outcome | Parted
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            if batch and batch != ALONE and isinstance(channel, Multicaster):
                outcome = await channel.send_many(group, batch)
            else:
                outcome = await channel.send(group[0])
    except TimeoutError:
        outcome = Retry("no answer")
    except Exception as error:
        log.exception("channel broke", channel=channel.name, delivery=group[0].id)
        outcome = Retry(f"broke: {type(error).__name__}")
    return outcome.parts if isinstance(outcome, Parted) else [(group, outcome)]


def _settle(connection: Connection, channel: str, tried: Sequence[Tried], now: datetime) -> None:
    for group, outcome in tried:
        settle(connection, group, outcome, now)
        if isinstance(outcome, Retry) and outcome.whole_channel:
            pace.pause(connection, channel, now + outcome.wait)
