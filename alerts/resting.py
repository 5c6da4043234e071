"""Waiting for something to do, and leaving others time for what they do."""

import asyncio
from contextlib import suppress


async def rest(longest: float, kicked: asyncio.Event, stop: asyncio.Event) -> None:
    """Until somebody kicked, so many seconds have gone, or it is over. A kick is used up by it."""
    waits = [asyncio.ensure_future(event.wait()) for event in (kicked, stop)]
    try:
        await asyncio.wait(waits, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    kicked.clear()


async def pause(seconds: float, stop: asyncio.Event) -> None:
    """So many seconds, whoever kicks, unless it is over."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
