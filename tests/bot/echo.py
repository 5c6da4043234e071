"""A playground that says back what it hears, and how its page speaks with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.playground import routes
from bot.web import Attached, Web, guard
from domain.delivery import Delivery
from domain.message import Address, Content, Incoming, Outgoing, Text
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


class Echo:
    """A bot that repeats what it hears, on a playground of its own."""

    def __init__(self, attached: Attached | None = None, prepare: Callable[[], Awaitable[None]] | None = None) -> None:
        ids = count(1)
        self.web = Web(lambda: NOW, lambda: f"id-{next(ids)}", attached)
        self.heard: list[Incoming] = []
        self.broken = False
        self.closing = asyncio.Event()
        self.routes = routes(self.web, self.receive, self.closing, prepare)

    async def receive(self, incoming: Incoming) -> None:
        if self.broken:
            raise RuntimeError("the database is away")
        self.heard.append(incoming)
        if isinstance(incoming.content, Text):
            await self.web.send(delivery(incoming.sender.id, incoming.content.text, id=incoming.id))

    @property
    def contents(self) -> list[Content]:
        return [incoming.content for incoming in self.heard]

    def client(self, address: str = "127.0.0.1", remote: bool = False) -> httpx.AsyncClient:
        app = Starlette(routes=guard(self.routes, remote))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 5000))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")


def delivery(phone: str, *bubbles: str, id: str = "d1", **more: Any) -> Delivery:
    return Delivery(id, Address("web", phone), Outgoing(bubbles, **more), NOW)


def doing(n: int, **what: Any) -> dict[str, Any]:
    return {**what, "event": f"event-{n:04}"}


async def say(client: httpx.AsyncClient, phone: str, n: int, **what: Any) -> httpx.Response:
    return await client.post(f"/playground/{phone}/say", json=doing(n, **what))


@asynccontextmanager
async def serving(echo: Echo) -> AsyncIterator[str]:
    """The playground on a real server, which stops as the app does: first the listeners, then the rest."""
    config = uvicorn.Config(Starlette(routes=guard(echo.routes, False)), port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        echo.closing.set()
        server.should_exit = True
        await asyncio.wait_for(running, PATIENCE)


@asynccontextmanager
async def visiting(echo: Echo) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a real server."""
    async with (
        serving(echo) as address,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client,
        asyncio.timeout(PATIENCE),
    ):
        yield client


@asynccontextmanager
async def listening(echo: Echo) -> AsyncIterator[tuple[httpx.AsyncClient, AsyncIterator[str]]]:
    """A client of a real server, and the lines of its stream of events."""
    async with visiting(echo) as client, client.stream("GET", "/playground/events") as stream:
        yield client, stream.aiter_lines()
