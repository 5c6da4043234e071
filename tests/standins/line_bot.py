"""A bot that only listens, for the stand-in's own tests."""

import asyncio
import json
from typing import Any

from starlette.requests import Request


class Bot:
    """A bot that keeps what it gets and answers with `status`, once it is `ready`."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.status, self.ready = 200, asyncio.Event()
        self.ready.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.got.append((request.headers["x-line-signature"], await request.body()))
        await self.ready.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    @property
    def events(self) -> list[Any]:
        return [event for _, body in self.got for event in json.loads(body)["events"]]
