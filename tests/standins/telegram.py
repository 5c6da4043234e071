"""A strict stand-in of the Telegram Bot API at wire level: what the bot may send, and people who use it.

Follows the Bot API page (10.x) and the published server (tdlib/telegram-bot-api v10.0, May 2026), read 2026-11-22. It
imitates the methods in `METHODS`; any other answers 404 as an unknown method does.

    async with TelegramStandin() as tg, served(tg.app) as url:
        bot = Bot(tg.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
        user = tg.new_user("สมหญิง", "th")
        await tg.starts(user)
        await tg.settled()
        [message] = await tg.heard(user)
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.routing import Route

from tests.patience import PATIENCE
from tests.standins.telegram_chats import ABOUT, logged_out
from tests.standins.telegram_control import control_routes
from tests.standins.telegram_faults import Fault, Faults
from tests.standins.telegram_groups import Groups
from tests.standins.telegram_pace import Clock, Limits, Pace, Violation
from tests.standins.telegram_people import chat_id_of
from tests.standins.telegram_send import SENDING
from tests.standins.telegram_state import Group, Ledger, Message, User, Wire
from tests.standins.telegram_updates import Updates
from tests.standins.telegram_wire import (
    ApiError,
    Params,
    Receive,
    Scope,
    Send,
    read_body,
    read_params,
    reply,
    reply_json,
    slow_down,
)

TOKEN = "7000000001:AAStandInStandInStandInStandInStand0"
METHODS = {name.lower(): handler for name, handler in {**SENDING, **ABOUT}.items()}
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class TelegramStandin(Groups):
    """One bot's Telegram. Serve `.app`; act through the methods of `People` and `Groups`; then look at what came.

    `time_scale` makes Telegram's clock (limits, retry_after, backoff, expiry, poll timeouts) run that much faster;
    `record=False` keeps counts instead of messages. Everything belongs to one event loop: use it as an async context
    manager, or call `aclose`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "rimkhong_bot",
        name: str = "ริมโขง",
        limits: Limits | dict[str, Any] | None = None,
        time_scale: float = 1.0,
        record: bool = True,
        seed: int = 0,
        webhook_timeout: float = 60.0,
    ) -> None:
        self.token = token
        self.me_wire: Wire = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.clock = Clock(time_scale)
        self.pace = Pace(limits if isinstance(limits, Limits) else Limits(**(limits or {})))
        self.faults = Faults(seed)
        self.query_life = 150.0
        self._seed, self._record, self._webhook_timeout = seed, record, webhook_timeout
        self._forget()
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", endpoint=_Bot(self)),
                Route("/file/bot{token}/{path:path}", endpoint=_Files(self)),
                *control_routes(self),
            ]
        )

    def _forget(self) -> None:
        self.ledger = Ledger(record=self._record)
        self.updates = Updates(self, seed=self._seed, webhook_timeout=self._webhook_timeout)
        self.violations: list[Violation] = []
        self.calls: Counter[str] = Counter()
        self.errors: Counter[tuple[str, int, str]] = Counter()
        self.queries: dict[str, float] = {}
        self.answers: dict[str, Wire] = {}
        self.chat_actions: list[tuple[int, str]] = []
        self.menus: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.menu_buttons: dict[int, Wire] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.logged_out = False
        self.webhook_set_at = 0.0
        self.born = self.clock.now()
        self.closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop delivering updates, let go of hanging requests, close connections."""
        self.closing.set()
        await self.updates.aclose()

    async def reset(self) -> None:
        """As new: nobody, nothing sent, no webhook, no faults, limits unused. Token, scale and limits stay."""
        await self.aclose()
        self.faults.clear(self._seed)
        self.pace.clear()
        self._forget()

    # What came of it

    @property
    def sent(self) -> list[Message]:
        """Every message of the bot that was accepted, in order, deleted ones too."""
        return self.ledger.sent

    @property
    def commands(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """Command menus by (scope, language_code); scope as "default", "all_private_chats", "chat:123"."""
        return self.menus

    def duplicates(self) -> list[list[Message]]:
        """Messages sent more than once to one chat, word for word; without `record` see `ledger.counts`."""
        return self.ledger.duplicates()

    def advance(self, seconds: float) -> None:
        """Let Telegram's clock jump ahead: queries grow old, buckets refill, links and updates expire."""
        self.clock.advance(seconds)
        self.updates.drop_expired()

    async def settled(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has accepted every update (2xx, or offset confirmed). Raises TimeoutError."""
        if not await self.updates.pulse.until(lambda: not self.updates.waiting, timeout):
            left = [each.update for each in self.updates.waiting.values()]
            raise TimeoutError(f"{len(left)} updates not accepted, the first: {left[0]}; {self.updates.trouble}")

    async def heard(
        self, chat: User | Group | int, count: int = 1, *, after: int | None = None, timeout: float = PATIENCE
    ) -> list[Message]:
        """Wait for `count` messages of the bot after message id `after` (default: after a person's last act)."""
        chat_id = chat_id_of(chat)
        if after is None:
            after = self.ledger.acted.get(chat_id, 0)

        def found() -> list[Message]:
            return [each for each in self.inbox(chat_id) if each.message_id > after]

        if not await self.ledger.pulse.until(lambda: len(found()) >= count, timeout):
            raise TimeoutError(f"{len(found())} of {count} messages came to {chat_id}: {[m.text for m in found()]}")
        return found()

    async def until(self, true: Callable[[], Any], timeout: float = PATIENCE) -> None:
        """Wait until `true()`, looked at whenever the bot sends, edits, deletes or answers. Raises TimeoutError."""
        if not await self.ledger.pulse.until(true, timeout):
            raise TimeoutError("it did not come to pass")

    def stats(self) -> dict[str, Any]:
        """Numbers for benchmarks and for another process."""
        history = self.updates.history
        return {
            "sent": sum(self.ledger.counts.values()),
            "chats": len(self.ledger.counts),
            "most_to_one_chat": max(self.ledger.counts.values(), default=0),
            "violations": len(self.violations),
            "violations_by_scope": dict(Counter(each.scope for each in self.violations)),
            "calls": dict(self.calls),
            "errors": {f"{method} {code} {why}": n for (method, code, why), n in self.errors.items()},
            "faults": dict(self.faults.hits),
            "updates_waiting": len(self.updates.waiting),
            "updates_delivered": len(history.delivered),
            "updates_dropped": len(history.dropped),
            "webhook_attempts": history.attempts,
            "webhook_refused": history.refused,
            "now": self.clock.now(),
        }

    # Carrying out a call

    def call(self, method: str, params: Params) -> Any:
        """Carry out one method other than getUpdates. Raises ApiError."""
        name = method.lower()
        handler = METHODS.get(name)
        if handler is None:
            raise ApiError(404, "Not Found")
        if self.logged_out:
            raise logged_out()
        self.calls[name] += 1
        try:
            return handler(self, params)
        except ApiError as error:
            self.errors[name, error.code, error.description.partition(": retry after")[0]] += 1
            raise

    def admit(self, chat: User | Group, now: float) -> None:
        """Count one message against the limits. Raises ApiError 429 and notes the violation."""
        violation = self.pace.admit(chat.id, group=isinstance(chat, Group), now=now)
        if violation is not None:
            self.violations.append(violation)
            raise slow_down(violation.retry_after)


class _Bot:
    """`/bot{token}/{method}` as a bare ASGI application: benchmarks pass through here."""

    def __init__(self, tg: TelegramStandin) -> None:
        self.tg = tg

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, body = scope["path_params"], await read_body(receive)
        method = path["method"].lower()
        if path["token"] != self.tg.token:
            await reply_json(send, 401, ApiError(401, "Unauthorized").body())
            return
        fault = self.tg.faults.pick(method)
        if fault is not None and not fault.after:
            await self._fail(fault, scope, receive, send)
            return
        status, answer = await self._answer(method, scope, body, receive)
        if fault is not None:
            await self._fail(fault, scope, receive, send)
            return
        await reply_json(send, status, answer)

    async def _answer(self, method: str, scope: Scope, body: bytes, receive: Receive) -> tuple[int, Wire]:
        try:
            params = read_params(scope, body)
            if method == "getupdates" and not self.tg.logged_out:
                self.tg.calls[method] += 1
                return 200, {"ok": True, "result": await self.tg.updates.poll(params, receive)}
            return 200, {"ok": True, "result": self.tg.call(method, params)}
        except ApiError as error:
            return error.code, error.body()

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case "500":
                await reply_json(send, 500, ApiError(500, "Internal Server Error").body())
            case "429":
                if fault.hold:
                    self.tg.pace.hold(self.tg.clock.now() + fault.retry_after)
                await reply_json(send, 429, slow_down(fault.retry_after).body())
            case "html":
                await reply(send, 502, BAD_GATEWAY, b"text/html")
            case "hang":
                self.tg.faults.hanging += 1
                await self._hang(receive)
                await _hang_up(scope, send)
            case _:
                await _hang_up(scope, send)

    async def _hang(self, receive: Receive) -> None:
        """Until the caller gives up, or the stand-in is closed."""
        waits = [asyncio.ensure_future(receive()), asyncio.ensure_future(self.tg.closing.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _hang_up(scope: Scope, send: Send) -> None:
    """Cut the connection, with the server's help if it offers `hangup`, else in the middle of an answer."""
    if "hangup" in scope:
        scope["hangup"]()
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


class _Files:
    """`/file/bot{token}/{path}`: downloads, as long as getFile's link is young."""

    def __init__(self, tg: TelegramStandin) -> None:
        self.tg = tg

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path_params"]
        if path["token"] != self.tg.token:
            await reply_json(send, 401, ApiError(401, "Unauthorized").body())
            return
        stored = self.tg.ledger.by_path.get(path["path"])
        if stored is None or stored.link_until < self.tg.clock.now():
            await reply_json(send, 404, ApiError(404, "Not Found").body())
            return
        await reply(send, 200, stored.data, b"application/octet-stream")
