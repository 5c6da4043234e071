"""The real python-telegram-bot, and a web server for its webhook, connected to the Telegram stand-in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from tests.patience import PATIENCE
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_state import User

SECRET = "a-Secret_1"
PATIENT = {"connect_timeout": PATIENCE, "read_timeout": PATIENCE, "write_timeout": PATIENCE, "pool_timeout": PATIENCE}


@pytest.fixture(name="tg")
async def tg_fixture() -> AsyncIterator[TelegramStandin]:
    """A fresh stand-in."""
    async with TelegramStandin() as standin:
        yield standin


@pytest.fixture(name="url")
async def url_fixture(tg: TelegramStandin) -> AsyncIterator[str]:
    """Where it answers."""
    async with served(tg.app) as address:
        yield address


@pytest.fixture(name="bot")
async def bot_fixture(tg: TelegramStandin, url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """The real client, pointed at it."""
    # Without this python-telegram-bot 22.8 warns whenever `RetryAfter.retry_after` is read.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request, polls = (HTTPXRequest(httpx_kwargs={"trust_env": False}, **PATIENT) for _ in range(2))
    bot = Bot(tg.token, f"{url}/bot", f"{url}/file/bot", request=request, get_updates_request=polls)
    async with bot:
        yield bot


@pytest.fixture(name="user")
def user_fixture(tg: TelegramStandin) -> User:
    """A person who has started the bot."""
    return tg.new_user("สมหญิง", "th", started=True)


class Listener:
    """A bot's web server: keeps what Telegram posts and answers what `answers` says next, else 200."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[Response] = []
        self.in_flight: dict[int, int] = {}
        self.most_at_once = 0
        self.pause = 0.0

    async def __call__(self, request: Request) -> Response:
        update = await request.json()
        chat = update.get("message", {}).get("chat", {}).get("id", 0)
        self.in_flight[chat] = self.in_flight.get(chat, 0) + 1
        self.most_at_once = max(self.most_at_once, self.in_flight[chat])
        await asyncio.sleep(self.pause)
        self.in_flight[chat] -= 1
        self.got.append(update)
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        return self.answers.pop(0) if self.answers else Response()

    @property
    def texts(self) -> list[str]:
        """The texts of the messages that came."""
        return [update["message"]["text"] for update in self.got if "message" in update]


@asynccontextmanager
async def listening(bot: Bot, answers: Sequence[Response] = (), **settings: Any) -> AsyncIterator[Listener]:
    """A webhook set and listening, with these answers first."""
    listener = Listener()
    listener.answers = [*answers]
    app = Starlette(routes=[Route("/hook", listener.__call__, methods=["POST"])])
    async with served(app) as address:
        await bot.set_webhook(f"{address}/hook", secret_token=SECRET, **settings)
        yield listener


async def refusal(call: Awaitable[object]) -> str:
    """What the error says, with its class."""
    with pytest.raises(TelegramError) as caught:
        await call
    return f"{type(caught.value).__name__}: {caught.value}"


def inline(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    """One row of inline buttons."""
    return InlineKeyboardMarkup([buttons])
