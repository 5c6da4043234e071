"""How updates reach the bot: long polling, or a webhook with one request in flight per chat, retries and expiry.

From the published server's WebhookActor (v10.0) and the Bot API page: retry at once, then after 2, 4, 8 … seconds up
to a random 60-120; `Retry-After` is honoured up to 3,600; messages live 24 h, callback queries 150 s; 410 for 23 h
removes the webhook.
"""

import asyncio
import contextlib
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from tests.standins.telegram_state import Pulse, Wire
from tests.standins.telegram_webhook import Webhook, asked_webhook
from tests.standins.telegram_wire import ApiError, Params, Receive, conflict, structure, whole

if TYPE_CHECKING:
    from tests.standins.telegram import TelegramStandin

POLL_MAX = 50
LIFE = {
    "callback_query": 150.0,
    "shipping_query": 150.0,
    "pre_checkout_query": 150.0,
    "inline_query": 30.0,
    "chosen_inline_result": 600.0,
}
DAY = 24 * 3600.0
GONE_FOR = 23 * 3600.0
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Waiting:
    """An update not yet accepted by the bot. `repeat`: it is a second delivery of one already accepted."""

    update: Wire
    queue: str
    expires: float
    attempts: int = 0
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """An update the bot accepted, by webhook (2xx) or by confirming the offset."""

    update_id: int
    at: float
    attempts: int
    via: str


@dataclass(slots=True)
class Trouble:
    """What getWebhookInfo tells of the last failure."""

    at: int = 0
    message: str = ""
    gone_since: float | None = None


@dataclass(slots=True)
class History:
    """What became of the updates."""

    delivered: list[Delivered] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    attempts: int = 0
    refused: int = 0


class Updates:
    """The queue of updates and whoever fetches or receives them."""

    def __init__(self, standin: "TelegramStandin", *, seed: int, webhook_timeout: float) -> None:
        self.standin = standin
        self.clock = standin.clock
        self.random = random.Random(seed)
        self.webhook_timeout = webhook_timeout
        self.webhook: Webhook | None = None
        self.allowed: list[str] | None = None
        self.waiting: dict[int, Waiting] = {}
        self.history = History()
        self.trouble = Trouble()
        self.pulse = Pulse()
        self._last_id = 100_000 + seed
        self._queues: dict[str, deque[Waiting]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None
        self._poll: asyncio.Future[str] | None = None
        self._last_poll = (object(), 0.0, 0.0)

    # Coming in

    def push(self, kind: str, content: Any, queue: str, *, force: bool = False) -> Wire | None:
        """Queue an update; None when `allowed_updates` keeps its kind from the bot."""
        if not force and not self._wanted(kind):
            return None
        self._last_id += 1
        update = {"update_id": self._last_id, kind: content}
        self.enqueue(Waiting(update, queue, self.clock.now() + LIFE.get(kind, DAY)))
        return update

    def enqueue(self, waiting: Waiting) -> None:
        """Put an update at the end of its queue."""
        self.waiting[waiting.update["update_id"]] = waiting
        if self.webhook is not None:
            self._line_up(waiting)
        self.pulse.beat()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def drop_expired(self) -> None:
        """Forget what the bot did not fetch in time."""
        now = self.clock.now()
        for update_id in [key for key, each in self.waiting.items() if each.expires <= now]:
            self._drop(update_id)

    def _drop(self, update_id: int) -> None:
        if self.waiting.pop(update_id, None):
            self.history.dropped.append(update_id)
            self.pulse.beat()

    def _accepted(self, waiting: Waiting, via: str) -> None:
        update_id = waiting.update["update_id"]
        self.waiting.pop(update_id, None)
        self.history.delivered.append(Delivered(update_id, self.clock.now(), waiting.attempts, via))
        self.pulse.beat()

    # Long polling

    async def poll(self, params: Params, receive: Receive) -> list[Wire]:
        """getUpdates. Raises ApiError 409 while a webhook is set or when another poller takes over."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._throw_out("terminated by other getUpdates request; make sure that only one bot instance is running")
        allowed = structure(params, "allowed_updates", "allowed updates")
        if isinstance(allowed, list):
            self.allowed = [str(kind) for kind in allowed] or None
        offset, limit = whole(params, "offset"), whole(params, "limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        timeout = min(max(whole(params, "timeout"), 0), POLL_MAX)
        limit, timeout = self._slowed(offset, limit, timeout)
        self._confirm(offset)
        await self._wait_for_one(timeout, receive)
        found = [each for each in self.waiting.values() if each.update["update_id"] >= max(offset, 0)][:limit]
        for each in found:
            each.attempts += 1
        self._last_poll = (offset, self._last_poll[1], self.clock.now())
        return [each.update for each in found]

    def _slowed(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        """The same offset again and again is slowed: within 3 s it waits 3 s, within 0.5 s it gets one update."""
        before, started, finished = self._last_poll
        now = self.clock.now()
        if before == offset and now < started + 3 and timeout < 3:
            timeout = 3
        if before == offset and now < finished + 0.5:
            limit = 1
        self._last_poll = (offset, now, finished)
        return limit, timeout

    def _confirm(self, offset: int) -> None:
        ids = list(self.waiting)
        gone = ids[: max(len(ids) + offset, 0)] if offset < 0 else [each for each in ids if each < offset]
        for update_id in gone:
            self._accepted(self.waiting[update_id], "polling")

    async def _wait_for_one(self, timeout: int, receive: Receive) -> None:
        self.drop_expired()
        if self.waiting or not timeout:
            return
        thrown_out: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = thrown_out
        left = asyncio.ensure_future(receive())
        left.add_done_callback(lambda _: self.pulse.beat())
        try:
            await self.pulse.until(lambda: self.waiting or thrown_out.done() or left.done(), timeout / self.clock.scale)
        finally:
            left.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await left
            if self._poll is thrown_out:
                self._poll = None
        if thrown_out.done():
            raise conflict(thrown_out.result())

    def _throw_out(self, why: str) -> None:
        if self._poll is not None:
            self._poll.set_result(why)
            self._poll = None
            self.pulse.beat()

    # Webhook

    def set_webhook(self, params: Params) -> bool:
        """setWebhook; an empty url is deleteWebhook."""
        webhook = asked_webhook(params)
        if webhook is None:
            return self.delete_webhook(params)
        allowed = structure(params, "allowed_updates", "allowed updates")
        self._throw_out("terminated by setWebhook request")
        self._stop_workers()
        self.webhook, self.trouble = webhook, Trouble()
        if isinstance(allowed, list):
            self.allowed = [str(kind) for kind in allowed] or None
        self._slots = asyncio.Semaphore(webhook.max_connections)
        if webhook.drop_pending:
            self.waiting.clear()
        for waiting in self.waiting.values():
            self._line_up(waiting)
        return True

    def delete_webhook(self, params: Params) -> bool:
        """deleteWebhook; what was not delivered waits for polling unless dropped."""
        self._stop_workers()
        self.webhook = None
        if str(params.get("drop_pending_updates", "")).lower() in ("true", "1"):
            self.waiting.clear()
            self.pulse.beat()
        return True

    def info(self) -> Wire:
        """getWebhookInfo."""
        self.drop_expired()
        webhook = self.webhook
        info: Wire = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
        }
        if webhook:
            info |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
            if self.trouble.at:
                info |= {"last_error_date": self.trouble.at, "last_error_message": self.trouble.message}
        if self.allowed:
            info["allowed_updates"] = self.allowed
        return info

    def _line_up(self, waiting: Waiting) -> None:
        queue = self._queues.setdefault(waiting.queue, deque())
        queue.append(waiting)
        if waiting.queue not in self._workers:
            worker = asyncio.get_running_loop().create_task(self._drain(waiting.queue))
            self._workers[waiting.queue] = worker

    async def _drain(self, name: str) -> None:
        queue = self._queues[name]
        while queue:
            waiting = queue[0]
            accepted = await self._deliver(waiting)
            queue.popleft()
            if accepted and not waiting.repeat and self.standin.faults.repeats():
                self._again(waiting, queue)
        self._queues.pop(name, None)
        self._workers.pop(name, None)

    def _again(self, waiting: Waiting, queue: deque[Waiting]) -> None:
        again = Waiting(waiting.update, waiting.queue, waiting.expires, repeat=True)
        self.waiting[waiting.update["update_id"]] = again
        queue.append(again)

    async def _deliver(self, waiting: Waiting) -> bool:
        """Try until accepted (True), or until it expired or there is no webhook any more (False)."""
        pause = 0.0
        while self.webhook is not None:
            if waiting.expires <= self.clock.now():
                self._drop(waiting.update["update_id"])
                return False
            async with self._slots:
                retry_after = await self._attempt(self.webhook, waiting)
            if retry_after is None:
                self._accepted(waiting, "webhook")
                return True
            await self.clock.sleep(retry_after or pause)
            pause = min(pause * 2 or 2.0, self.random.uniform(60, 120))
        return False

    async def _attempt(self, webhook: Webhook, waiting: Waiting) -> float | None:
        """One POST. None: accepted; otherwise the seconds Retry-After asks for, 0 if it does not."""
        waiting.attempts += 1
        self.history.attempts += 1
        session = self._session = self._session or _new_session()
        try:
            async with session.post(
                webhook.url,
                data=orjson.dumps(waiting.update),
                headers=webhook.headers,
                timeout=aiohttp.ClientTimeout(total=self.webhook_timeout),
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except TimeoutError:
            return self._failed("Read timeout expired")
        except aiohttp.ClientError as error:
            return self._failed("Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else str(error))
        if 200 <= response.status < 300:
            self.trouble.gone_since = None
            self._answer_in_reply(body)
            return None
        self._note_gone(response.status)
        self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
        asked = response.headers.get("Retry-After", "")
        return min(float(asked), 3600.0) if asked.isdigit() else 0.0

    def _failed(self, message: str) -> float:
        self.history.refused += 1
        self.trouble.at, self.trouble.message = int(self.clock.now()), message
        return 0.0

    def _note_gone(self, status: int) -> None:
        now = self.clock.now()
        if status != 410:
            self.trouble.gone_since = None
        elif self.trouble.gone_since is None:
            self.trouble.gone_since = now
        elif now - self.trouble.gone_since > GONE_FOR:
            self.webhook = None

    def _answer_in_reply(self, body: bytes) -> None:
        """A 2xx body may hold one API call, `{"method": ...}`; its outcome is never told."""
        if not body.startswith(b"{"):
            return
        with contextlib.suppress(orjson.JSONDecodeError, ApiError):
            call = orjson.loads(body)
            if isinstance(call.get("method"), str):
                self.standin.call(call["method"], {key: value for key, value in call.items() if key != "method"})

    def _stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()
        self._queues.clear()

    async def aclose(self) -> None:
        """Stop delivering and close the connections."""
        workers = list(self._workers.values())
        self._stop_workers()
        self._throw_out("terminated by shutdown")
        await asyncio.gather(*workers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


def _new_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)
