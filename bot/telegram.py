"""
Telegram: updates in by `parse`, messages out by `dress`, and the class that talks to the Bot API.

Telegram has no retry key: a call whose answer is lost may have been carried out, and is then carried out again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog

from bot.previews import is_long
from bot.receiving import Forged, Unanswered, decoded, header, same, unreadable
from bot.telegram_menu import Words, descriptions, menus, webhook
from bot.telegram_messages import dress, edited, pieces
from bot.telegram_poll import Events, poll
from bot.telegram_updates import KINDS, PRESSED, parse
from domain.delivery import Delivery, Outcome, Refused, Retry, Sent
from domain.message import Address, Incoming, Outgoing

if TYPE_CHECKING:
    from bot.telegram_api import Api

__all__ = ["Telegram", "dress", "parse"]

log = structlog.get_logger()

API = "https://api.telegram.org"
POLL = 25
"""Seconds one getUpdates waits; Telegram caps it at 50."""
REMEMBERED = 10_000
PHOTOS = ("image/jpeg", "image/png")
PHOTO_SIZE = 10 * 1024 * 1024

File = tuple[str, str, bytes]
"""A file we keep: its name, its MIME type, its bytes."""


async def no_file(_: str) -> File | None:
    """For a bot that sends no files."""
    return None


def new_id() -> str:
    return str(uuid4())


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Telegram:
    """
    One Telegram bot: `Channel`, `Piecewise`, `Fetcher` and `Receiver`.

    Nothing is opened before the first call, which must come from inside the event loop; `aclose()` closes it. `read`
    gives a file we keep by its id, None when it is gone. `patience` shortens every time-out, for tests.
    """

    token: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_base: str = API
    read: Callable[[str], Awaitable[File | None]] = no_file
    new_id: Callable[[], str] = new_id
    clock: Callable[[], datetime] = utc_now
    patience: float = 1.0
    name: str = "telegram"
    _made: "Api | None" = field(default=None, repr=False)
    _acknowledged: dict[str, None] = field(default_factory=dict, repr=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, repr=False)
    _part_sent: dict[str, int] = field(default_factory=dict, repr=False)

    # --- in ---

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Events:
        """What a webhook call brings: one update. Raises `Forged` without the secret; no secret lets nobody in."""
        if not same(header(headers, "x-telegram-bot-api-secret-token"), self.webhook_secret):
            raise Forged
        try:
            update = decoded(body)
        except ValueError:
            return [unreadable(body, "no JSON")]
        return self._read(update)

    def _read(self, update: Any) -> Events:
        return list(parse(update, self.new_id, self.clock()))

    async def poll(self, handle: Callable[[Events], Awaitable[None]], stop: asyncio.Event) -> None:
        """
        Fetch updates until `stop`, instead of a webhook (see `setup`); never raises.

        `handle` must have persisted what it is given when it returns; see `bot.telegram_poll`.
        """

        async def taken(events: Events) -> None:
            await handle(events)
            for event in events:
                if isinstance(event, Incoming):
                    self.acknowledge(event)

        await poll(lambda offset: self._api().updates(offset, KINDS, POLL), self._read, taken, stop)

    def acknowledge(self, incoming: Incoming) -> None:
        """Stop the spinner on a pressed button, once, without waiting for it. Other events need nothing."""
        self._stop_spinner(incoming.reply_token)

    def _stop_spinner(self, reply_token: str) -> None:
        query = reply_token.removeprefix(PRESSED)
        if query == reply_token or query in self._acknowledged:
            return
        _remember(self._acknowledged, query, None)
        task = asyncio.get_running_loop().create_task(self._acknowledge(query))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _acknowledge(self, query: str) -> None:
        found = await self._api().say("answerCallbackQuery", {"callback_query_id": query})
        if not isinstance(found, Sent):
            # It is older than Telegram remembers, which is no harm: the spinner has stopped by itself.
            log.debug("telegram.not_acknowledged", query=query)

    # --- out ---

    async def send(self, delivery: Delivery) -> Outcome:
        """
        Files first, then a message a bubble; `Sent.id` is the last one's id.

        When one of several fails for now, the next try in this process goes on where it stopped.
        """
        self._stop_spinner(delivery.reply_token)
        calls = await self._calls(delivery)
        if not calls:
            return Refused("nothing to say")
        found: Outcome = Sent()
        done = self._part_sent.pop(delivery.id, 0)
        for number, (method, params) in enumerate(calls[done:], done):
            found = await self._api().say(method, {"chat_id": delivery.to.id, **params})
            if isinstance(found, Retry) and number:
                _remember(self._part_sent, delivery.id, number)
            if not isinstance(found, Sent):
                why = getattr(found, "why", type(found).__name__)
                log.warning("telegram.not_sent", id=delivery.id, method=method, why=why)
                return found
        return found

    def pieces(self, delivery: Delivery) -> int:
        """How many messages, and so calls, a delivery is here."""
        return pieces(delivery.message)

    async def _calls(self, delivery: Delivery) -> list[tuple[str, dict[str, Any]]]:
        """Every method to be called for one delivery, in order, with all but `chat_id`."""
        files = [found for id in delivery.message.attached if (found := await self.read(id))]
        private = not delivery.to.id.startswith("-")
        texts = dress(delivery.message, private=private)
        return [_sending(file) for file in files] + [("sendMessage", params) for params in texts]

    async def edit(self, to: Address, message: str, outgoing: Outgoing) -> Outcome:
        """Replace a message we sent, by its `Sent.id`; the text is cut to one message. Its buttons are replaced too."""
        params = edited(outgoing)
        if params is None:
            return Refused("nothing to say")
        return await self._api().say("editMessageText", {"chat_id": to.id, "message_id": message, **params})

    async def fetch(self, ref: str, limit: int) -> bytes:
        """What someone sent, by its `file_id`; see `domain.ports.Fetcher`. Telegram gives bots 20 MB at most."""
        return await self._api().fetch(ref, limit)

    # --- asking ---

    async def bot_info(self) -> dict[str, Any]:
        """Telegram's words about this bot: `id`, `username`, `first_name` …. Raises `Unanswered`."""
        told = await self._api().ask("getMe")
        return dict(told) if isinstance(told, dict) else {}

    async def members(self, group: str) -> int:
        """How many are in a group, we among them; see `domain.ports.Census`. Raises `Unanswered`."""
        told = await self._api().ask("getChatMemberCount", {"chat_id": group})
        if not isinstance(told, int):
            raise Unanswered("Telegram's count of members cannot be read")
        return told

    async def setup(
        self,
        commands: Iterable[tuple[str, Words]],
        *,
        about: Words,
        short: Words,
        webhook_url: str = "",
        fix: bool = True,
    ) -> list[str]:
        """
        Command menu, descriptions and webhook as they should be; a line for each thing that was set.

        `webhook_url` "" means that we poll. Without `fix` nothing is set, and the lines say what differs. Raises
        `Unanswered`.
        """
        ask = self._api().ask
        return [
            *await menus(ask, commands, fix=fix),
            *await descriptions(ask, about, short, fix=fix),
            *await webhook(ask, webhook_url, self.webhook_secret, KINDS, fix=fix),
        ]

    def _api(self) -> "Api":
        # A third of a second and 36 MB, only for who has a bot.
        from bot.telegram_api import Api  # noqa: PLC0415

        self._made = self._made or Api(self.token, self.api_base.rstrip("/"), self.patience)
        return self._made

    async def aclose(self) -> None:
        """Lets what is under way end, and closes the connections."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        made, self._made = self._made, None
        if made:
            await made.aclose()


def _sending(file: File) -> tuple[str, dict[str, Any]]:
    from bot.telegram_api import upload  # noqa: PLC0415

    name, mime, data = file
    if mime in PHOTOS and len(data) <= PHOTO_SIZE and not is_long(data):
        return "sendPhoto", {"photo": upload(data, name)}
    return "sendDocument", {"document": upload(data, name)}


def _remember(kept: dict[str, Any], name: str, value: Any) -> None:
    """Keeps the newest; what is forgotten costs a repeated message at worst."""
    kept[name] = value
    while len(kept) > REMEMBERED:
        del kept[next(iter(kept))]
