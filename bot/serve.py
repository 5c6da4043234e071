"""Running the web server around an `App`, and stopping it without losing anything."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import Iterator

import structlog
import uvicorn

from bot.app import App

log = structlog.get_logger()

PATIENCE = 10
"""Seconds open connections get at the end. Listeners are told to go first, so this is for slow webhooks."""


class Server(uvicorn.Server):
    """A web server whose open listeners are sent home before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self.app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.app.closing.set()
        await super().shutdown(sockets)


def bound(host: str, port: int) -> socket.socket:
    """
    A listening socket. Raises OSError when the port is taken or not ours.

    The protocol is named, for without it the server would leave Nagle's delay on and every answer take 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError:
        made.close()
        raise
    return made


def remedy(error: OSError) -> str:
    """Which of the two settings is at fault when there is no listening."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "Set web.host to an address of this machine, such as 127.0.0.1."
    return "Set web.port to another one."


async def serve(app: App, listening: socket.socket) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM). Raises `Away` when there is no database at first."""
    await started(app)
    settings = uvicorn.Config(
        app.asgi(),
        http="httptools",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=65,
    )
    await Server(settings, app).serve(sockets=[listening])


async def started(app: App) -> None:
    """Start, or close what is open already."""
    try:
        await app.start()
        app.tasks.append(asyncio.create_task(keep(app)))
    except BaseException:
        await app.close()
        raise


async def keep(app: App) -> None:
    """
    Tell the garbage collector that what is loaded by now stays.

    Walking all of it stands everything still for a quarter of a second, some times an hour when little happens, and
    every half minute while an alert goes to many.
    """
    await app.loaded.wait()
    gc.freeze()


async def work(app: App, stop: asyncio.Event) -> None:
    """Only send and fetch, serving nobody, until `stop`."""
    await started(app)
    await stop.wait()
    await app.stop()


@contextlib.contextmanager
def told_to_stop(stop: asyncio.Event) -> Iterator[None]:
    """While this lasts, SIGINT and SIGTERM set the event instead of ending the process."""

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
