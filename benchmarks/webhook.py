"""
Conversation turns a second through LINE's signed webhook, as a share of an endpoint that only checks the signature.

Fifty people make reports side by side: each turn is verified, deduplicated, decided, kept durably (commit on disk)
with its reply in the outbox, answered 200, and the reply really sent to a stand-in of LINE in another process.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load import SECRET, percentile, press, signed, webhook
from benchmarks.processes import BESIDE, SERVER, ask, first_line, program, until_up
from tests.keys import SEALING

PEOPLE = 50
SECONDS = 5.0
ROUNDS = 3
REPORT = (
    "รายงาน",
    "🌊 เหตุชายแดน/ริมโขง",
    "โดรน",
    "ต.เชียงคาน อ.เชียงคาน จ.เลย",
    "เมื่อคืน 2 ทุ่ม",
    "เห็นโดรนบินวนเหนือหมู่บ้านสามรอบ",
    "ข้าม",
    "✅ ส่งเลย",
)
TOKENS = 700
KNOBS = ("record=false", "pace=0", "strangers=create", "token=stand-in-token", f"secret={SECRET}")
STANDIN = tuple(part for knob in KNOBS for part in ("--set", knob))


def people() -> list[str]:
    return [f"U{n:032x}" for n in range(1, PEOPLE + 1)]


def talk(user: str, tokens: list[str], events: Iterator[int]) -> Iterator[bytes]:
    """One person's endless chat: agree once, then one report after the other."""
    lines = itertools.chain(("🌊 เหตุชายแดน/ริมโขง", "/report border", "ยินยอม"), itertools.cycle(REPORT))
    for text, token in zip(lines, itertools.chain(tokens, itertools.repeat("0" * 32)), strict=False):
        yield signed(webhook(user, text, f"01BENCH{next(events):019d}", token, time.time()))


async def measure(port: int, line_url: str) -> tuple[float, float]:
    """Turns a second, and the 99th percentile (seconds) from request to 200, at full speed."""
    tokens = [
        await asyncio.to_thread(ask, f"{line_url}/_control/tokens", {"chat": who, "count": TOKENS}) for who in people()
    ]
    begun = int(time.time() * 1000)
    streams = [
        talk(who, given["tokens"], itertools.count(begun * 1_000_000 + n * 10_000))
        for n, (who, given) in enumerate(zip(people(), tokens, strict=True))
    ]
    started = time.perf_counter()
    lines = await press(port, streams, SECONDS)
    took = [one for line in lines for one in line.took]
    bad = {status for line in lines for status in line.statuses} - {b"200"}
    if bad:
        raise RuntimeError(f"answers other than 200: {bad}")
    return len(took) / (time.perf_counter() - started), percentile(took, 0.99)


def config(folder: Path, database: str, line_url: str, port: int) -> Path:
    """A deployment that speaks to the stand-in."""
    file = folder / "config.toml"
    file.write_text(
        f'[sealing]\nkey = "{SEALING}"\n[storage]\nurl = "{database}"\n'
        f'[web]\nport = {port}\nplayground = "off"\npublic_url = "http://127.0.0.1:{port}"\n'
        f'[line]\nchannel_secret = "{SECRET}"\nchannel_access_token = "stand-in-token"\n'
        f'api_base = "{line_url}"\napi_data_base = "{line_url}"\n[areas]\nserved = ["42"]\n'
        "[limits]\nmessages = 0\n"  # one person of the benchmark speaks for hundreds
    )
    return file


def ours(database: str, port: int, seconds_idle: float = 1.0) -> tuple[float, float, int]:
    """Turns a second, p99 and replies delivered, for the whole bot on a database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if database == "sqlite":
            database = f"sqlite:///{folder}/bench.db"
        line = stack.enter_context(program("-m", "tests.standins", "line", *STANDIN, where=BESIDE))
        url = first_line(line)
        ask(f"{url}/_control/users", {"ids": people()})
        file = config(folder, database, url, port)
        stack.enter_context(program("-m", "bot", "run", "--config", str(file), where=SERVER))
        until_up(f"http://127.0.0.1:{port}/health")
        found = [asyncio.run(measure(port, url)) for _ in range(ROUNDS)]
        time.sleep(seconds_idle)
        told = ask(f"{url}/_control/stats")
    rate, late = statistics.median(rate for rate, _ in found), statistics.median(late for _, late in found)
    return rate, late, told["delivered"].get("reply", 0)


def bare(port: int) -> float:
    """Requests a second of the endpoint that only checks the signature."""
    with program("-m", "benchmarks.bare", str(port), where=SERVER):
        until_up(f"http://127.0.0.1:{port}/health")
        rates = []
        for _ in range(ROUNDS):
            streams = [talk(who, [], itertools.count(n * 100_000)) for n, who in enumerate(people())]
            lines = asyncio.run(press(port, streams, SECONDS / 2))
            rates.append(sum(len(line.took) for line in lines) / (SECONDS / 2))
        return statistics.median(rates)


def show(name: str, limit: float, database: str, goal: float) -> None:
    """Measure one database and print its line."""
    rate, late, replies = ours(database, 18081)
    share = f"{rate / limit:.2f} (goal {goal:.2f})"
    print(
        f"{name:24} {rate:8.0f} turns/s     {share}   p99 {late * 1000:.0f} ms at full speed   {replies} replies sent"
    )


def main() -> None:
    limit = bare(18080)
    print(f"bare endpoint            {limit:8.0f} requests/s  1.00")
    show("sqlite", limit, "sqlite", goal=0.20)


if __name__ == "__main__":
    main()
