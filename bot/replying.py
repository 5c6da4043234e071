"""Sending replies at once, and writing down together how those went that came back together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from alerts.sender import attempt
from alerts.settings import Settings
from bot.metrics import SENT
from domain.delivery import Delivery, Outcome, Retry
from domain.ports import Channel, Piecewise
from storage import pace
from storage.outbox import settle_each
from storage.store import Store

log = structlog.get_logger()


@dataclass(slots=True)
class Replying:
    """
    The way out for replies that their maker has leased. Nobody waits for leave: an answer is never held back.

    What cannot be written down (the database is away, the process dies) is sent again by a worker when the lease has
    run out; on LINE under the same retry key where it was pushed.
    """

    store: Store
    channels: Mapping[str, Channel]
    settings: Settings
    clock: Callable[[], datetime]
    tried: list[tuple[Delivery, Outcome]] = field(default_factory=list)
    writing: bool = False

    async def send(self, delivery: Delivery) -> None:
        """Send one reply and write down how it went. Never raises."""
        channel = self.channels.get(delivery.to.channel)
        if channel is None:
            return
        outcome = await attempt(channel, [delivery])
        SENT.labels(delivery.to.channel, type(outcome).__name__.lower()).inc()
        self.tried.append((delivery, outcome))
        if not self.writing:
            await self._write()

    async def _write(self) -> None:
        """Write down all that has come back, again and again until nothing more has come back meanwhile."""
        self.writing = True
        try:
            while self.tried:
                some, self.tried = self.tried, []
                now = self.clock()
                await self.store.write(partial(self._settle, tried=some, now=now))
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
