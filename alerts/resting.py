"""Waiting for something to do."""

import asyncio


async def rest(longest: float, kicked: asyncio.Event, stop: asyncio.Event) -> None:
    """Until somebody kicked, so many seconds have gone, or it is over. A kick is used up by it."""
    waits = [asyncio.ensure_future(event.wait()) for event in (kicked, stop)]
    try:
        await asyncio.wait(waits, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    kicked.clear()
