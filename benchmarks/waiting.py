"""How long a webhook waits for its 200 at fifty events a second, alone and while an alert goes to 10,000 people."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

from benchmarks.load import percentile, press
from benchmarks.processes import BESIDE, SERVER, ask, first_line, program, until_up
from benchmarks.webhook import STANDIN, config, people, talk
from domain.alert import Alert, Audience
from domain.message import Outgoing
from storage.alerts import raise_alert
from storage.migrate import migrate
from storage.store import Store
from storage.tables import contacts
from tests.keys import KEYS

PORT = 18085
SECONDS = 10.0
RATE = 50
MANY = 10_000


def rows(many: int, now: datetime) -> list[dict[str, object]]:
    """People who have added the bot on LINE before."""
    return [
        {
            "id": f"{n:08d}-0000-0000-0000-000000000000",
            "channel": "line",
            "address": f"U{n + 10_000_000:032x}",
            "language": "th",
            "conversation": {},
            "seen_at": now,
            "created_at": now,
        }
        for n in range(many)
    ]


async def fill(database: str) -> None:
    store = Store(database, keys=KEYS)
    await migrate(store)
    now = datetime.now(UTC)
    for start in range(0, MANY, 1000):
        page = rows(MANY, now)[start : start + 1000]
        await store.write(partial(_insert, page=page))
    await store.close()


def _insert(connection: Connection, page: list[dict[str, object]]) -> None:
    connection.execute(insert(contacts), page)


async def alarm(database: str) -> None:
    """An urgent alert to everybody, as a coordinator would raise it."""
    store = Store(database, keys=KEYS)
    alert = Alert("00000000-0000-0000-0000-00000000a1e7", Audience(), lane="urgent", severity="Severe")
    words = {"th": Outgoing(("น้ำโขงขึ้นเร็ว ขนของขึ้นที่สูง",))}
    await store.write(lambda c: raise_alert(c, alert, words, datetime.now(UTC)))
    await store.close()


async def steady(port: int, tokens: list[list[str]]) -> list[float]:
    """Fifty people, one event a second each: how long each waited (seconds)."""
    base = time.time_ns() // 1000 % 10**13
    streams = [
        talk(who, given, itertools.count(base * 100_000 + n * 1_000))
        for n, (who, given) in enumerate(zip(people(), tokens, strict=True))
    ]
    lines = await press(port, streams, SECONDS, gap=len(streams) / RATE)
    return [one for line in lines for one in line.took]


def measure(database: str) -> tuple[float, float, int]:
    """The 99th percentile (ms) alone and during the alert, and how many people the alert reached meanwhile."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = f"sqlite:///{folder}/bench.db" if database == "sqlite" else database
        asyncio.run(fill(database))
        url = first_line(stack.enter_context(program("-m", "tests.standins", "line", *STANDIN, where=BESIDE)))
        ask(f"{url}/_control/users", {"ids": people() + [str(row["address"]) for row in rows(MANY, datetime.now(UTC))]})
        stack.enter_context(
            program("-m", "bot", "run", "--config", str(config(folder, database, url, PORT)), where=SERVER)
        )
        until_up(f"http://127.0.0.1:{PORT}/health")
        tokens = [ask(f"{url}/_control/tokens", {"chat": who, "count": 60})["tokens"] for who in people()]
        alone = asyncio.run(steady(PORT, tokens))

        async def busy() -> list[float]:
            await alarm(database)
            return await steady(PORT, [given[20:] for given in tokens])

        during = asyncio.run(busy())
        reached = ask(f"{url}/_control/stats")["billed"]
        return percentile(alone, 0.99) * 1000, percentile(during, 0.99) * 1000, reached


def main(databases: Sequence[str] = ("sqlite",)) -> None:
    for name in databases:
        alone, during, reached = measure(name)
        label = "sqlite" if name == "sqlite" else "postgresql"
        print(
            f"{label:12} p99 {alone:5.1f} ms alone, {during:5.1f} ms during an alert (goal 50); it reached {reached:,}"
        )


if __name__ == "__main__":
    main()
