"""
Fetching updates from Telegram ourselves, so that no update and no bad network can stop it.

The library's own polling asks for the same updates for ever when one of them cannot be parsed.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Literal, TypeVar

import structlog

from bot.receiving import Unreadable, unreadable
from domain.delivery import Retry
from domain.message import Incoming
from storage.store import Away

log = structlog.get_logger()

Events = list[Incoming | Unreadable]
Fetch = Callable[[int], Awaitable[list[Any] | Retry]]
How = Literal["taken", "away", "failed"]
"""What became of an update: a database or key that is away says nothing about it, a failure may be its own."""
T = TypeVar("T")

LONGEST_WAIT = 60.0
PATIENCE = 5
"""How often an update may fail before it is kept as unreadable instead."""


async def poll(
    fetch: Fetch,
    read: Callable[[Any], Events],
    handle: Callable[[Events], Awaitable[None]],
    stop: asyncio.Event,
    *,
    pause: float = 1.0,
) -> None:
    """
    Hand every update to `handle`, one by one and in order, until `stop`.

    `fetch(offset)` gives the updates from there on, or how long to wait. An update counts as taken once `handle` has
    returned, so it must have persisted it: after a crash what was not taken comes again. When `handle` raises, the
    update is handed in again after a growing wait, and after `PATIENCE` times as `Unreadable`, for it may be the
    update's own fault. `Away` never is: an update waits for the database and for the key as long as they are away,
    or words that are to be sealed would be kept raw.
    """
    offset, wait, failed = 0, pause, 0
    while not stop.is_set():
        told = await _unless(stop, _fetched(fetch, offset))
        if told is None:
            return
        if isinstance(told, Retry):
            log.warning("telegram.poll_failed", why=told.why)
            wait = await _rest(stop, max(wait, told.wait.total_seconds()), wait)
            continue
        taken, how = await _each(told, read, handle, give_up=failed >= PATIENCE)
        failed = 0 if how == "taken" or taken > offset else failed + (how == "failed")
        if how == "taken" and (taken or not told):
            wait = pause
        else:
            wait = await _rest(stop, wait, wait)
        offset = taken or offset


async def _fetched(fetch: Fetch, offset: int) -> list[Any] | Retry:
    """What `fetch` gives; whatever it raises is a reason to wait, not to stop."""
    try:
        return await fetch(offset)
    except Exception as error:  # noqa: BLE001
        return Retry(type(error).__name__)


async def _each(
    updates: Sequence[Any],
    read: Callable[[Any], Events],
    handle: Callable[[Events], Awaitable[None]],
    *,
    give_up: bool,
) -> tuple[int, How]:
    """The offset after the last update taken (0 for none), and what became of the last one tried."""
    offset = 0
    for update in updates:
        number = update.get("update_id") if isinstance(update, dict) else None
        how = await _taken(handle, read(update), number)
        # Only once it has failed again: what it needs may have come back just now.
        if how == "failed" and give_up:
            how = await _taken(handle, [unreadable(update, "could not be handled", str(number))], number)
        if how != "taken":
            return offset, how
        if isinstance(number, int):
            offset = number + 1
    return offset, "taken"


async def _taken(handle: Callable[[Events], Awaitable[None]], events: Events, number: object) -> How:
    """What the handler made of them; nothing is taken at once."""
    try:
        if events:
            await handle(events)
    except Away as away:
        log.warning("telegram.update_waits", event_id=number, why=str(away))
        return "away"
    except Exception as error:  # noqa: BLE001
        # Without a traceback, which may hold what somebody wrote.
        log.error("telegram.update_not_taken", event_id=number, error=type(error).__name__)  # noqa: TRY400
        return "failed"
    return "taken"


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What comes of the work; None, and the work given up, when told to stop first."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


async def _rest(stop: asyncio.Event, seconds: float, wait: float) -> float:
    """Waits, unless told to stop; gives the next wait, twice as long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return min(wait * 2, LONGEST_WAIT)
