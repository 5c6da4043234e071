"""What tests of the platforms' channels need: the stand-ins behind real sockets, and channels that talk to them."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.line import Line
from bot.telegram import Telegram
from domain.delivery import Delivery
from domain.ids import derived
from domain.message import Address, Button, Outgoing
from tests.patience import PATIENCE
from tests.standins.line import SECRET, TOKEN, LineStandin
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin

NOW = datetime(2025, 12, 1, 8, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def delivery(to: Address, *bubbles: str, cause: str = "", buttons: tuple[Button, ...] = (), **more: Any) -> Delivery:
    """A delivery of some bubbles, first try; the same cause gives the same id."""
    outgoing = {name: more.pop(name) for name in ("wants", "attached") if name in more}
    message = Outgoing(bubbles, buttons, **outgoing)
    return Delivery(derived("test", cause, *bubbles), to, message, NOW, **({"tries": 1} | more))


def answering(status: int, body: Any, path: str = "/{rest:path}") -> Starlette:
    """A host that answers every call the same."""

    async def answer(_: Request) -> Response:
        return JSONResponse(body, status) if isinstance(body, dict | None) else Response(body, status)

    return Starlette(routes=[Route(path, answer, methods=["GET", "POST", "PUT", "DELETE"])])


@pytest.fixture
async def line_api() -> AsyncIterator[LineStandin]:
    """LINE, as strict as it is, but for the two seconds it waits for us."""
    async with LineStandin() as api:
        api.patience = PATIENCE
        yield api


@pytest.fixture
async def line(line_api: LineStandin) -> AsyncIterator[Line]:
    """Our channel, with an account at the stand-in; patient for no machine is to be too slow."""
    line = Line(SECRET, TOKEN, api_base=line_api.url, api_data_base=line_api.url, patience=6.0)
    yield line
    await line.aclose()


@pytest.fixture
async def telegram_api() -> AsyncIterator[TelegramStandin]:
    """Telegram, as strict as it is."""
    async with TelegramStandin() as api:
        yield api


@pytest.fixture
async def telegram(telegram_api: TelegramStandin) -> AsyncIterator[Telegram]:
    """Our channel, with a bot at the stand-in; as patient."""
    async with served(telegram_api.app) as url:
        telegram = Telegram(telegram_api.token, "s3cret", api_base=url, patience=6.0)
        yield telegram
        await telegram.aclose()


@pytest.fixture(scope="session")
def forker() -> Iterator[str]:
    """Where commands are taken that run in processes of their own, to be killed: see `forker.py`."""
    with TemporaryDirectory(prefix="rimkhong-") as folder:
        path = f"{folder}/forker"
        command = (sys.executable, "-m", "tests.bot.forker", path)
        with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, start_new_session=True) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            yield path
