"""From one alert to one delivery for each person, a page of people at a time."""

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
    page, for whoever sends need not wait for the last.
    """
    total = 0
    while (queued := await store.write(lambda c: _page(c, quiet, now, page))) is not None:
        total += queued
        if paged and queued:
            paged()
    return total


def _page(connection: Connection, quiet: Hours, now: datetime, page: int) -> int | None:
    alert = next_open(connection)
    if alert is None:
        return None
    due = release(quiet, alert.lane, alert.severity, now)
    late = release(quiet, alert.lane, alert.severity, max(now, alert.deadline)) if alert.deadline else due
    return fan_out(connection, alert.id, page, now, due, late) or 0
