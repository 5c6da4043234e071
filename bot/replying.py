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
from bot.chat_pace import ChatPace
from bot.metrics import SENT
from domain.delivery import Delivery, Outcome, Retry
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

    But what comes too fast for its chat, or while a channel takes nothing at all (it told us to wait), is left to the
    worker. How they went is written down, too, when the database was away for a moment. Where the process dies before,
    they are sent again by a worker when the lease has run out; on LINE under the same retry key where they were pushed.
    """

    store: Store
    channels: Mapping[str, Channel]
    settings: Settings
    clock: Callable[[], datetime]
    tried: list[tuple[Delivery, Outcome]] = field(default_factory=list)
    writing: bool = False
    chats: ChatPace = field(init=False)

    def __post_init__(self) -> None:
        self.chats = ChatPace(self.settings.pace, self.clock)

    async def send(self, delivery: Delivery) -> None:
        """Send one reply and write down how it went. Never raises."""
        channel = self.channels.get(delivery.to.channel)
        if channel is None:
            return
        early = self._early(delivery)
        [(_, outcome)] = [([delivery], early)] if early else await attempt(channel, [delivery])
        SENT.labels(delivery.to.channel, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Retry) and outcome.whole_channel:
            self.chats.close(channel.name, outcome.wait)
        self.tried.append((delivery, outcome))
        if not self.writing:
            await self._write()

    def _early(self, delivery: Delivery) -> Retry | None:
        """To wait first. What no limit counts (LINE's reply tokens) never waits."""
        calls = self._calls(delivery)
        wait = self.chats.wait(delivery.to, calls) if calls else timedelta()
        return Retry("one after the other", wait, untried=True) if wait else None

    async def _write(self) -> None:
        """Write down all that has come back, again and again until nothing more has come back meanwhile."""
        self.writing = True
        try:
            while self.tried:
                some, self.tried = self.tried, []
                try:
                    await self.store.write(partial(self._settle, tried=some, now=self.clock()))
                except Away:  # a worker takes what nobody could write down while its lease lasted
                    self.tried = [one for one in some + self.tried if one[0].due > self.clock()]
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
            if limits and calls and not (isinstance(outcome, Retry) and outcome.untried):
                pace.spend(connection, channel, limits.rate, now, calls)
            if isinstance(outcome, Retry) and outcome.whole_channel:
                pace.pause(connection, channel, now + outcome.wait)

    def _calls(self, delivery: Delivery) -> int:
        """How many of the calls that a channel limits a reply was: on LINE, which has free tokens for them, none."""
        channel = self.channels[delivery.to.channel]
        return channel.pieces(delivery) if isinstance(channel, Piecewise) else int(not delivery.reply_token)
