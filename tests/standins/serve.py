"""Runs a web application on a free loopback port, in the event loop that is already there."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

GRACE = 0.5
"""Seconds that a request may still take when the server stops; then its connection is cut."""


class Cuttable(HttpToolsProtocol):
    """Gives the application `scope["hangup"]`: a call that cuts the connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["hangup"] = self.transport.abort  # type: ignore[typeddict-unknown-key]


class Served:
    """One ASGI application behind a real socket. `await start()` gives its address, `await stop()` closes it.

    No lifespan, no signal handlers, no thread, and no task but those of the requests in flight. It stops at once, or
    after `GRACE` when a request hangs.
    """

    def __init__(self, app: Any, *, port: int = 0) -> None:
        self.app = app
        self.port = port
        self.url = ""
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None

    async def start(self) -> str:
        """Listens on 127.0.0.1; returns the address, such as `http://127.0.0.1:49152`, without a slash at the end."""
        config = uvicorn.Config(
            self.app,
            http=Cuttable,
            interface="asgi3",
            proxy_headers=False,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=75,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        # With the protocol spelled out, asyncio switches Nagle's algorithm off; without, every answer takes 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", self.port))
        except OSError:
            self._socket.close()
            raise
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # uvicorn's own `serve()` would take over the process's signals and look at its clock ten times a second.
        await self._server.startup(sockets=[self._socket])
        await self._server.on_tick(0)
        return self.url

    async def stop(self) -> None:
        """Closes the port and every connection; a second call does nothing."""
        if self._server is None or self._socket is None:
            return
        server, self._server = self._server, None
        for listening in server.servers:
            listening.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        # uvicorn's own shutdown sleeps for a tenth of a second first, which tests would pay hundreds of times.
        await self._until_quiet(server.server_state)
        for listening in server.servers:
            await listening.wait_closed()
        self._socket.close()

    async def _until_quiet(self, state: ServerState) -> None:
        clock = asyncio.get_running_loop().time
        patience = clock() + GRACE
        while state.connections or state.tasks:
            if clock() > patience:
                for connection in list(state.connections):
                    connection.transport.abort()
                for task in list(state.tasks) if clock() > patience + GRACE else ():
                    task.cancel()
            await asyncio.sleep(0.002)
        # A closed transport lets go of its socket one turn of the loop later.
        await asyncio.sleep(0)

    async def __aenter__(self) -> "Served":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


@asynccontextmanager
async def served(app: Any, *, port: int = 0) -> AsyncIterator[str]:
    """`async with served(app) as url:` the application answers at `url` inside the block."""
    async with Served(app, port=port) as server:
        yield server.url
