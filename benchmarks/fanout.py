"""How fast an alert is spread and taken, how long one page holds the database, and what a turn meanwhile waits."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text

from alerts.fanout import PAGE, spread
from alerts.quiet import Hours
from domain.alert import Alert, Audience
from domain.contact import Role
from domain.delivery import Delivery, Sent
from domain.message import Outgoing
from storage.alerts import fan_out, raise_alert
from storage.claims import claim, claim_batch
from storage.due import Apart
from storage.outbox import settle
from storage.store import Store
from storage.tables import contacts, metadata, outbox, pace
from tests.keys import KEYS
from tests.postgres import start_postgres

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WORDS = {"th": Outgoing(("ทดสอบ",)), "en": Outgoing(("test",))}
LANGUAGES = ("th", "th", "th", "th", "th", "th", "en", "lo", "km", "th")


def main(people: int = 100_000) -> None:
    """Print a table: one column a database, for so many people, half on LINE and half on Telegram."""
    with tempfile.TemporaryDirectory(prefix="rimkhong-bench-") as folder:
        columns = {"SQLite (FULL)": asyncio.run(measure(f"sqlite:///{folder}/bench.db", people))}
        server = start_postgres(Path(tempfile.mkdtemp(prefix="rimkhong-bench-pg-")))
        if isinstance(server, str):
            print(server)
        else:
            url = server.fresh()
            with suppress(KeyboardInterrupt):
                columns["PostgreSQL (no fsync)"] = asyncio.run(measure(url, people))
            server.stop()
    print(f"\nFan-out to {people:,} people, {PAGE} a page\n")
    print(" " * 44 + "".join(f"{name:>24}" for name in columns))
    for row in next(iter(columns.values())):
        print(f"{row:<44}" + "".join(f"{column[row]:>24}" for column in columns.values()))


async def measure(url: str, people: int) -> dict[str, str]:
    """All rows of the table for one database."""
    store = Store(url, keys=KEYS)
    try:
        await store.write(metadata.create_all)
        await _people(store, people)
        found: dict[str, str] = {}
        found |= await _spreading(store, people)
        found |= await _narrow(store)
        found |= await _taking(store, people)
    finally:
        await store.close()
    return found


async def _people(store: Store, people: int) -> None:
    def one(n: int) -> dict[str, Any]:
        channel, role = ("line", "telegram")[n % 2], Role.VOLUNTEER if n % 500 == 0 else Role.RESIDENT
        return {
            "id": str(UUID(int=(n * 2654435761 % 2**32) << 96 | n)),
            "channel": channel,
            "address": f"U{n:032x}" if channel == "line" else str(n),
            "language": LANGUAGES[n % 10],
            "role": role.value,
            "area": f"{42 + n % 3}{n % 9 + 1:02}{n % 7 + 1:02}",
            "conversation": {},
            "seen_at": NOW,
            "created_at": NOW,
        }

    for start in range(0, people, 5_000):
        page = [one(n) for n in range(start, min(start + 5_000, people))]
        await store.write(lambda c, page=page: c.execute(insert(contacts), page))
    if not store.sqlite:
        await store.write(lambda c: c.execute(text("ANALYZE contacts")))


async def _spreading(store: Store, people: int) -> dict[str, str]:
    """Spread to everybody twice: alone, page by page, and through the door with turns coming in."""
    await store.write(lambda c: raise_alert(c, Alert("all-1", Audience()), WORDS, NOW))
    held: list[float] = []

    def page(connection: Connection) -> int | None:
        begun = time.perf_counter()
        queued = fan_out(connection, "all-1", PAGE, NOW, NOW)
        held.append((time.perf_counter() - begun) * 1000)
        return queued

    begun = time.perf_counter()
    while await store.write(page) is not None:
        pass
    alone = time.perf_counter() - begun
    await store.write(lambda c: raise_alert(c, Alert("all-2", Audience()), WORDS, NOW))
    idle = await _turns(store, asyncio.sleep(2))
    busy = await _turns(store, spread(store, Hours(), NOW))
    return {
        "deliveries queued a second": f"{people / alone:,.0f}",
        "one page holds the writer, median ms": f"{statistics.median(held):.1f}",
        "one page holds the writer, 99 % under, ms": f"{_high(held):.1f}",
        "a small write waits, idle, 99 % under, ms": f"{_high(idle):.1f}",
        "a small write waits, spreading, 99 % under": f"{_high(busy):.1f}",
    }


async def _turns(store: Store, meanwhile: Awaitable[Any]) -> list[float]:
    """What a small write every 20 ms waits, in ms, while something else goes on."""
    waits: list[float] = []
    other = asyncio.ensure_future(meanwhile)
    n = 0
    while not other.done():
        begun = time.perf_counter()
        n += 1
        row = {"channel": f"t{n}-{time.time_ns() % 10**9}", "tat": NOW}
        await store.write(lambda c, row=row: c.execute(insert(pace).values(row)))
        waits.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.02)
    await other
    return waits


async def _narrow(store: Store) -> dict[str, str]:
    """From a report to the volunteers of its district, queued."""
    audience = Audience(area="420101", role=Role.VOLUNTEER, upward=True, on_duty=True)
    times = []
    for n in range(5):
        alert = Alert(f"narrow-{n}", audience, lane="urgent")
        await store.write(lambda c, alert=alert: raise_alert(c, alert, WORDS, NOW))
        begun = time.perf_counter()
        await spread(store, Hours(), NOW)
        times.append((time.perf_counter() - begun) * 1000)
    return {"an alert for one tambon's volunteers, ms": f"{statistics.median(times):.1f}"}


async def _taking(store: Store, people: int) -> dict[str, str]:
    batches = await _rate(store, lambda c: claim_batch(c, "line", NOW, 500), 60)
    apart = Apart(timedelta(seconds=1), timedelta(seconds=3))
    singles = await _rate(store, lambda c: claim(c, "telegram", NOW, 8, apart=apart), 200)
    plain = await _rate(store, lambda c: claim(c, "telegram", NOW, 100), 60)
    rows = await store.read(lambda c: c.execute(select(func.count()).select_from(outbox)).scalar_one())
    return {
        "LINE: taken and settled a second, 500 a call": batches,
        "Telegram: taken and settled a second, 8 a time": singles,
        "singly, taken and settled a second, 100": plain,
        "rows in the outbox": f"{rows:,}",
    }


async def _rate(store: Store, take: Callable[[Connection], list[Delivery]], rounds: int) -> str:
    done, begun, slowest = 0, time.perf_counter(), 0.0
    for _ in range(rounds):
        one = time.perf_counter()
        taken = await store.write(take)
        await store.write(lambda c, taken=taken: settle(c, taken, Sent(), NOW))
        slowest = max(slowest, time.perf_counter() - one)
        done += len(taken)
    return f"{done / (time.perf_counter() - begun):,.0f} (slowest {slowest * 1000:.0f} ms)"


def _high(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
