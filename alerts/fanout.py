"""From one alert to one delivery for each person, a page of people at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from alerts.quiet import Hours, release
from storage.alerts import fan_out, next_open
from storage.store import Store

PAGE = 300
"""People a page: few enough that a turn which arrives meanwhile hardly waits (see benchmarks/fanout.py)."""


async def spread(
    store: Store, quiet: Hours, now: datetime, page: int = PAGE, paged: Callable[[], None] | None = None
) -> int:
    """
    Queue every open alert for everyone it concerns, the most urgent first; how many deliveries that made.

    Each page is a transaction of its own, so that turns come in between, an urgent alert raised meanwhile goes
    first, and a crash costs one page. Any number of processes may do this together. `paged` is called after each
    page, for whoever sends need not wait for the last. After each the database is left alone as long as it took: half
    of its time is for those who write to us.
    """
    clock, total = asyncio.get_running_loop().time, 0
    begun = clock()
    while (queued := await store.write(lambda c: _page(c, quiet, now, page), bulk=True)) is not None:
        total += queued
        if paged and queued:
            paged()
        await asyncio.sleep(clock() - begun)
        begun = clock()
    return total


def _page(connection: Connection, quiet: Hours, now: datetime, page: int) -> int | None:
    alert = next_open(connection)
    if alert is None:
        return None
    due = release(quiet, alert.lane, alert.severity, now)
    late = release(quiet, alert.lane, alert.severity, max(now, alert.deadline)) if alert.deadline else due
    return fan_out(connection, alert.id, page, now, due, late) or 0
