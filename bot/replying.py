"""Sending replies at once, and writing down together how those went that came back together."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from alerts.sender import attempt
from alerts.settings import Settings
from bot.metrics import SENT
from domain.delivery import Delivery, Outcome, Parted, Retry
from domain.ports import Channel, Piecewise
from storage import pace
from storage.outbox import settle_each
from storage.store import Away, Store

log = structlog.get_logger()

AGAIN = 0.5
"""Seconds to the next try where the database was away: a worker would send all of it again once the leases end."""


@dataclass(slots=True)
class Replying:
    """
    The way out for replies that their maker has leased. Nobody waits for leave: an answer is never held back.

    But while a channel takes nothing at all (it told us to wait) they are left to the worker. How they went is written
    down, too, when the database was away meanwhile. Where the process dies before, they are sent again by a worker when
    the lease has run out; on LINE under the same retry key where they were pushed.
    """

    store: Store
    channels: Mapping[str, Channel]
    settings: Settings
    clock: Callable[[], datetime]
    tried: list[tuple[Delivery, Outcome]] = field(default_factory=list)
    writing: bool = False
    closed: dict[str, datetime] = field(default_factory=dict)
    """Until when a channel takes nothing."""

    async def send(self, delivery: Delivery) -> None:
        """Send one reply and write down how it went. Never raises."""
        channel = self.channels.get(delivery.to.channel)
        if channel is None:
            return
        outcome = self._rests(delivery) or await attempt(channel, [delivery])
        if isinstance(outcome, Parted):  # never of one
            return
        SENT.labels(delivery.to.channel, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Retry) and outcome.whole_channel:
            self.closed[channel.name] = self.clock() + outcome.wait
        self.tried.append((delivery, outcome))
        if not self.writing:
            await self._write()

    def _rests(self, delivery: Delivery) -> Retry | None:
        """To wait as long as its channel does. A reply token is tried all the same: it costs LINE's limits nothing."""
        left = self.closed.get(delivery.to.channel, self.clock()) - self.clock()
        if left <= timedelta() or delivery.reply_token:
            return None
        return Retry("the channel takes nothing at the moment", left, whole_channel=True)

    async def _write(self) -> None:
        """Write down all that has come back, again and again until nothing more has come back meanwhile."""
        self.writing = True
        try:
            while self.tried:
                some, self.tried = self.tried, []
                try:
                    await self.store.write(partial(self._settle, tried=some, now=self.clock()))
                except Away:
                    self.tried = some + self.tried
                    await asyncio.sleep(AGAIN)
        except Exception as error:  # noqa: BLE001 - the leases run out, and a worker takes them
            log.warning("replies not settled", why=type(error).__name__)
        finally:
            self.writing = False

    def _settle(self, connection: Connection, tried: list[tuple[Delivery, Outcome]], now: datetime) -> None:
        settle_each(connection, tried, now)
        for delivery, outcome in tried:
            channel = delivery.to.channel
            limits = self.settings.pace.get(channel)
            calls = self._calls(delivery)
            if limits and calls:
                pace.spend(connection, channel, limits.rate, now, calls)
            if isinstance(outcome, Retry) and outcome.whole_channel:
                pace.pause(connection, channel, now + outcome.wait)

    def _calls(self, delivery: Delivery) -> int:
        """How many of the calls that a channel limits a reply was: on LINE, which has free tokens for them, none."""
        channel = self.channels[delivery.to.channel]
        return channel.pieces(delivery) if isinstance(channel, Piecewise) else int(not delivery.reply_token)
