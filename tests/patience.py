"""How long tests wait for what must come, and how they make a time-out come at once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds after which it does not come any more: no machine is so slow, and nobody waits for it where all is well."""


class Faults(Protocol):
    """Those of a stand-in."""

    hanging: int
    """How many calls it has taken and will never answer."""


async def eventually(true: Callable[[], Any], patience: float = PATIENCE) -> None:
    """Wait until `true()`, which may have to be awaited. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while True:
            told = true()
            if await told if asyncio.iscoroutine(told) else told:
                return
            await asyncio.sleep(0.02)


async def ended(call: Coroutine[Any, Any, T], faults: Faults) -> T:
    """
    What comes of a call. When the stand-in has taken it and never answers, its time-out comes at once.

    A short time-out might come before the stand-in had the call, or fall on one that is answered.
    """
    before, asked = faults.hanging, asyncio.ensure_future(call)
    await eventually(lambda: asked.done() or faults.hanging > before)
    if not asked.done():
        loop = asyncio.get_running_loop()
        now = loop.time
        loop.time = lambda: now() + PATIENCE + 5  # type: ignore[method-assign]
    return await asked
