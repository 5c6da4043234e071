"""The front door: check who calls, decide on each event, say 200 once all of it is kept, and only then reply."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, runtime_checkable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.converse import Done, Setting, keep_raw, sorry
from bot.metrics import EVENTS, FORGED, UNREADABLE
from bot.receipts import answered
from bot.receiving import Forged, Receiver, Unreadable
from domain.delivery import Delivery
from domain.message import Incoming, Joined
from storage.store import Away, Store

log = structlog.get_logger()

LARGEST = 2_000_000
"""Bytes of a webhook body. LINE's and Telegram's largest are far smaller; more is nobody we know."""
STALE = timedelta(days=7)
"""
What is older was recorded and is played again: Telegram keeps updates for a day (https://core.telegram.org/bots/api,
"Getting updates"), LINE gives up sending again well before a week, and ids of events are known for thirty days.
"""
Events = Sequence[Incoming | Unreadable]


ASKED = 0.8
"""Seconds a platform gets to tell a newcomer's language; LINE itself waits two for our 200."""


@runtime_checkable
class Profiled(Protocol):
    """A channel that tells people's language when asked."""

    async def profile_language(self, user: str) -> str: ...


@dataclass(slots=True)
class Door:
    """
    Where events come in, from whichever channel, and are answered.

    `reply` sends one reply and writes down how it went; `told` is called when a turn left something for others (an
    alert, a message, a photo to fetch), so that nobody waits for the next tick.
    """

    store: Store
    setting: Setting
    receivers: Mapping[str, Receiver]
    reply: Callable[[Delivery], Coroutine[Any, Any, None]]
    told: Callable[[], None]
    clock: Callable[[], datetime]
    replying: set[asyncio.Task[None]] = field(default_factory=set)

    async def post(self, request: Request) -> Response:
        """403 for a stranger, 413 for too much, 503 when it could not be kept, and otherwise 200 once it is."""
        name = request.path_params["channel"]
        receiver = self.receivers.get(name)
        if receiver is None:
            return PlainTextResponse("no such channel here", status_code=404)
        try:
            body = await body_of(request)
        except ClientDisconnect:
            return PlainTextResponse("gone", status_code=400)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        try:
            events = receiver.receive(body, request.headers)
        except Forged:
            FORGED.labels(name).inc()
            log.warning("forged", channel=name)
            return PlainTextResponse("not for us", status_code=403)
        try:
            await self.take(name, events)
        except Away as away:
            log.warning("database away", channel=name, why=str(away))
            return again()
        except Exception:
            log.exception("not kept", channel=name)
            return again()
        return PlainTextResponse("ok")

    async def take(self, channel: str, events: Events) -> None:
        """
        Keep every event and decide on it; replies leave in the background. Raises `Away` if any could not be kept.

        One person's events are taken in order, different people's side by side.
        """
        lines: dict[object, list[Incoming | Unreadable]] = {}
        for event in events:
            lines.setdefault(event.sender if isinstance(event, Incoming) else event.event, []).append(event)
        if len(lines) == 1:  # nearly every call: one event of one person
            await self._line(channel, list(events))
            return
        results = await asyncio.gather(*(self._line(channel, line) for line in lines.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _line(self, channel: str, events: Events) -> None:
        for event in events:
            if isinstance(event, Unreadable):
                UNREADABLE.labels(channel).inc()
                await self.store.write(partial(keep_raw, channel=channel, event=event, now=self.clock()))
            else:
                await self._one(event)

    async def _one(self, incoming: Incoming) -> None:
        EVENTS.labels(incoming.sender.channel).inc()
        if self.clock() - incoming.at > STALE:
            old = Unreadable(incoming.event, "", "too old to be new")
            await self.store.write(partial(keep_raw, channel=incoming.sender.channel, event=old, now=self.clock()))
            return
        incoming = await self._introduced(incoming)
        now = self.clock()
        try:
            done = await answered(self.store, incoming, self.setting, now)
        except Away:
            raise
        except Exception as error:
            log.exception("turn failed", id=incoming.id, event_id=incoming.event)
            done = Done(await self._broken(incoming, type(error).__name__, now))
        if done.reply:
            task = asyncio.create_task(self.reply(done.reply))
            self.replying.add(task)
            task.add_done_callback(self.replying.discard)
        if done.told:
            self.told()

    async def _broken(self, incoming: Incoming, why: str, now: datetime) -> Delivery | None:
        """Something of ours broke over this event: say so; and if even that breaks, keep it, so that it ends."""
        try:
            return await self.store.write(lambda c: sorry(c, incoming, self.setting, why, now))
        except Away:
            raise
        except Exception:
            log.exception("apology failed", id=incoming.id, event_id=incoming.event)
        event = Unreadable(incoming.event, "", why)
        await self.store.write(lambda c: keep_raw(c, incoming.sender.channel, event, now))
        return None

    async def _introduced(self, incoming: Incoming) -> Incoming:
        """LINE tells a person's language only when asked: once, when they add us, and not for long."""
        channel = self.receivers.get(incoming.sender.channel)
        if not (isinstance(incoming.content, Joined) and isinstance(channel, Profiled)) or incoming.group:
            return incoming
        with suppress(Exception):
            async with asyncio.timeout(ASKED):
                return replace(incoming, language=await channel.profile_language(incoming.sender.id))
        return incoming

    async def finish(self) -> None:
        """Wait for the replies that are leaving."""
        while self.replying:
            await asyncio.wait(self.replying, timeout=10)
            self.replying = {task for task in self.replying if not task.done()}


def again() -> Response:
    """Nothing was kept: the platform should send it again."""
    return PlainTextResponse("try again", status_code=503, headers={"Retry-After": "5"})


async def body_of(request: Request) -> bytes | None:
    """The whole body, or None once it is past the cap; a huge one is never held."""
    size = request.headers.get("content-length", "")
    if size.isdecimal() and int(size) > LARGEST:
        return None
    parts, total = [], 0
    async for part in request.stream():
        total += len(part)
        if total > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)
