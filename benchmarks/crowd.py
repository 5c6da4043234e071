"""
An alert to a crowd, half on LINE and half on Telegram: how long it takes beside what the platforms' limits allow.

The bot runs as it does anywhere, in a process of its own; the stand-ins of both platforms, which keep their limits,
in two more. One coordinator writes the alert and another agrees to it, by chat. Meanwhile others go on asking.
"""

import asyncio
import itertools
import math
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, text

from benchmarks.load import SECRET, percentile, press, signed, update, webhook
from benchmarks.processes import BESIDE, SERVER, ask, first_line, program, until_up
from benchmarks.webhook import config as with_line
from domain.contact import Role
from domain.message import Address
from storage.migrate import migrate
from storage.people import contact_id
from storage.store import Store
from storage.tables import contacts, outbox
from tests.keys import KEYS
from tests.standins.telegram import TOKEN

PORT = 18087
RATE = 20
"""Events a second that come in while the alert leaves."""
TALKERS = 76, 4
"""Who sends them, on LINE and on Telegram: they live elsewhere, and the alert is not for them."""
ROUND = 12.0
"""Seconds of them between two looks at whether all of it has left."""
ALONE = 12.0
"""Seconds of the same events before the alert, for comparison."""
LIMIT_LINE, MEMBERS, LIMIT_TELEGRAM = 200, 500, 30
"""Multicasts a second, people in each, and messages a second (`tests/standins`, which say where that stands)."""
TEXTS = (
    "การไฟฟ้า: ท่านได้รับเงินคืน 3,250 บาท ลงทะเบียนที่ https://pea-refund.example/x ภายในวันนี้",
    "เบอร์ 081-234-5678 โทรมาบอกว่าเป็นตำรวจ",
    "/hotlines",
    "https://krungthai-bonus.example/login",
    "/menu",
)
FLOOD = "น้ำโขงขึ้นเร็ว ย้ายของขึ้นที่สูงก่อนค่ำวันนี้"
COMPOSED = (f"/alert {FLOOD}", "ทั้งพื้นที่ของฉัน", "ทุกคน", "🚨 ด่วน ไม่รอเวลาพัก", "📣 ส่งเลย")
AGREED = ("/second", "1", "✅ อนุมัติ ส่งเลย")


@dataclass(slots=True)
class Town:
    """Everybody there is: whom the alert is for, the two who send it, and those who ask meanwhile."""

    line: list[str]
    telegram: list[int]
    author: int
    second: str
    line_talkers: list[str]
    telegram_talkers: list[int]
    events: Iterator[int] = field(default_factory=lambda: itertools.count(time.time_ns() // 1000 % 10**9))

    @property
    def people(self) -> int:
        """How many the alert is for, its two authors among them."""
        return len(self.line) + len(self.telegram) + 2


@dataclass(slots=True)
class Found:
    """What came of it: seconds, megabytes, and what the stand-ins and the outbox say."""

    took: float = 0.0
    allowed: float = 0.0
    idle: float = 0.0
    memory: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    rounds: list[list[float]] = field(default_factory=list)
    bad: set[bytes] = field(default_factory=set)
    too_fast: int = 0
    wrong: list[str] = field(default_factory=list)


def main(people: int = 2_000, speed: float = 1.0, database: str = "sqlite") -> None:
    """Measure and print, for so many people and platforms whose limits are so many times the real ones."""
    show(measure(database, people, speed), people, speed, database)


def measure(database: str, people: int, speed: float) -> Found:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rimkhong-bench-")))
        url = f"sqlite:///{folder}/bench.db" if database == "sqlite" else database
        standins = standin("line", speed), standin("telegram", speed)
        line, telegram = (first_line(stack.enter_context(program(*one, where=BESIDE))) for one in standins)
        town = peopled(line, telegram, people)
        asyncio.run(fill(url, town))
        file = config(folder, url, line, telegram)
        bot = stack.enter_context(program("-m", "benchmarks.faster", str(speed), str(file), where=SERVER))
        until_up(f"http://127.0.0.1:{PORT}/health")
        return asyncio.run(watched(bot.pid, town, url, line, telegram, speed))


def standin(name: str, speed: float) -> tuple[str, ...]:
    """How a stand-in is started whose limits are so many times the platform's."""
    knobs = ["record=false"]
    if name == "line":
        knobs += [f"pace={speed}", "token=stand-in-token", f"secret={SECRET}"]
    else:
        limits = {
            "overall_per_second": LIMIT_TELEGRAM * speed,
            "overall_burst": round(LIMIT_TELEGRAM * speed),
            "chat_per_second": speed,
            "group_per_minute": round(20 * speed),
        }
        knobs += [f"limits={orjson.dumps(limits).decode()}"]
    return ("-m", "tests.standins", name, *(part for knob in knobs for part in ("--set", knob)))


def config(folder: Path, database: str, line: str, telegram: str) -> Path:
    """A deployment that speaks to both stand-ins."""
    file = with_line(folder, database, line, PORT)
    with file.open("a") as more:
        more.write(f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"\n')
        more.write(f'webhook_secret = "{SECRET}"\napi_base = "{telegram}"\n')
    return file


# --- who is there ---


def peopled(line: str, telegram: str, people: int) -> Town:
    """Everybody on their platform; both coordinators count as people."""
    on_line, on_telegram = people // 2 - 1, people - people // 2 - 1
    ids = [f"U{n:032x}" for n in range(on_line + 1 + TALKERS[0])]
    ask(f"{line}/_control/users", {"ids": ids})
    numbers = ask(f"{telegram}/_control/users", {"count": on_telegram + 1 + TALKERS[1]})["ids"]
    # Messages of a chat in which its person did something are kept: those that are written over have to be.
    ask(f"{telegram}/_control/do", {"act": "starts", "user": numbers[on_telegram]})
    return Town(
        ids[:on_line],
        numbers[:on_telegram],
        numbers[on_telegram],
        ids[on_line],
        ids[on_line + 1 :],
        numbers[on_telegram + 1 :],
    )


async def fill(database: str, town: Town) -> None:
    """They have all added the bot before, and live in the province."""
    store = Store(database, keys=KEYS)
    await migrate(store)
    known = [*(("line", one) for one in town.line), *(("telegram", str(one)) for one in town.telegram)]
    staff = [("line", town.second), ("telegram", str(town.author))]
    rows = [contact(n, *one) for n, one in enumerate(known)]
    rows += [contact(len(rows) + n, *one, Role.COORDINATOR) for n, one in enumerate(staff)]
    for start in range(0, len(rows), 1000):
        page = rows[start : start + 1000]
        await store.write(partial(_insert, page=page))
    if not store.sqlite:
        await store.write(lambda c: c.execute(text("ANALYZE contacts")))
    await store.close()


def _insert(connection: Connection, page: list[dict[str, Any]]) -> None:
    connection.execute(insert(contacts), page)


def contact(n: int, channel: str, address: str, role: Role = Role.RESIDENT) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": contact_id(Address(channel, address)),
        "channel": channel,
        "address": address,
        "language": ("th", "th", "lo", "th", "en")[n % 5] if role is Role.RESIDENT else "th",
        "role": role.value,
        "area": f"42{n % 9 + 1:02}{n % 7 + 1:02}" if role is Role.RESIDENT else "42",
        "conversation": {},
        "seen_at": now,
        "created_at": now,
    }


# --- what happens ---


async def watched(pid: int, town: Town, database: str, line: str, telegram: str, speed: float) -> Found:
    """Ask, send the alert, go on asking until all of it has left; and look at the bot all the while."""
    found, over = Found(), asyncio.Event()
    await asyncio.sleep(5)
    found.idle = resident(pid)
    found.alone = await asking(town, line, ALONE, found)
    before = await asyncio.to_thread(ask, f"{telegram}/_control/stats")
    await by_chat(town, line)
    begun = time.perf_counter()
    looking = asyncio.create_task(memory(pid, found, over))
    leaving = asyncio.create_task(until_left(town, line, telegram))
    while not leaving.done():
        found.rounds.append(await asking(town, line, ROUND, found))
    found.took = await leaving - begun
    over.set()
    await looking
    after = await asyncio.to_thread(ask, f"{telegram}/_control/stats")
    others = after["sent"] - before["sent"] - len(town.telegram)
    needed = len(town.telegram) / (LIMIT_TELEGRAM * speed), math.ceil(len(town.line) / MEMBERS) / (LIMIT_LINE * speed)
    # Answers go first, and take their share of what Telegram allows.
    found.allowed = max(needed[0] + others / (LIMIT_TELEGRAM * speed), needed[1])
    await checked(town, database, line, telegram, found)
    return found


async def asking(town: Town, line: str, seconds: float, found: Found) -> list[float]:
    """What the others' messages wait for their 200, in seconds, at a steady pace for so long."""
    each = math.ceil(seconds * RATE / sum(TALKERS)) + 1
    streams = []
    for who in town.line_talkers:
        given = await asyncio.to_thread(ask, f"{line}/_control/tokens", {"chat": who, "count": each})
        streams.append(on_line(town, who, given["tokens"]))
    streams += [on_telegram(town, who) for who in town.telegram_talkers]
    lines = await press(PORT, streams, seconds, gap=len(streams) / RATE)
    found.bad |= {status for one in lines for status in one.statuses} - {b"200"}
    return [took for one in lines for took in one.took]


def on_line(town: Town, who: str, tokens: list[str], texts: Sequence[str] = TEXTS) -> Iterator[bytes]:
    for words, token in zip(itertools.cycle(texts), tokens, strict=False):
        yield signed(webhook(who, words, f"01CROWD{next(town.events):019d}", token, time.time()))


def on_telegram(town: Town, who: int, texts: Sequence[str] = TEXTS) -> Iterator[bytes]:
    for words in itertools.cycle(texts):
        yield update(who, words, next(town.events), time.time())


async def by_chat(town: Town, line: str) -> None:
    """The author writes the alert on Telegram, the other coordinator agrees on LINE. It is sent when this returns."""
    given = await asyncio.to_thread(ask, f"{line}/_control/tokens", {"chat": town.second, "count": len(AGREED)})
    written = itertools.islice(on_telegram(town, town.author, COMPOSED), len(COMPOSED))
    await press(PORT, [written], 60, gap=1.0)
    await press(PORT, [on_line(town, town.second, given["tokens"], AGREED)], 60, gap=1.0)


async def until_left(town: Town, line: str, telegram: str) -> float:
    """When the last of them had it, by the platforms' own counts."""
    chats = len(town.telegram) + 1 + len(town.telegram_talkers)
    patience = time.perf_counter() + 120 + 2 * len(town.telegram) / LIMIT_TELEGRAM
    while time.perf_counter() < patience:
        there, here = [await asyncio.to_thread(ask, f"{url}/_control/stats") for url in (line, telegram)]
        if there["delivered"].get("multicast", 0) >= len(town.line) + 1 and here["chats"] >= chats:
            break
        await asyncio.sleep(0.2)
    return time.perf_counter()


async def memory(pid: int, found: Found, over: asyncio.Event) -> None:
    while not over.is_set():
        found.memory.append(resident(pid))
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 0.5)


def resident(pid: int) -> float:
    """Megabytes a process holds in memory (proc(5), `VmRSS`)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def checked(town: Town, database: str, line: str, telegram: str, found: Found) -> None:
    """Everybody had it once, nothing came too fast, and it is all written down."""
    await asyncio.sleep(2)
    there, here = [await asyncio.to_thread(ask, f"{url}/_control/stats") for url in (line, telegram)]
    heard = await asyncio.to_thread(ask, f"{telegram}/_control/counts")
    found.too_fast = here["violations"] + sum(many for what, many in there["answers"].items() if what.endswith(" 429"))
    once = sum(heard.get(str(one)) == 1 for one in town.telegram)
    store = Store(database, keys=KEYS)
    states = select(outbox.c.state, func.count().label("many")).where(outbox.c.alert != "").group_by(outbox.c.state)
    rows = await store.read(lambda c: {row.state: row.many for row in c.execute(states)})
    await store.close()
    counted = {
        "heard once on LINE": (there["delivered"].get("multicast", 0), len(town.line) + 1),
        "heard twice on LINE": (there["duplicates"], 0),
        "heard once on Telegram": (once, len(town.telegram)),
        "written down as sent": (rows, {"sent": town.people}),
        "answers other than 200": (found.bad, set()),
    }
    found.wrong = [f"{what}: {got}, not {want}" for what, (got, want) in counted.items() if got != want]


def show(found: Found, people: int, speed: float, database: str) -> None:
    name = "sqlite" if database == "sqlite" else "postgresql"
    scaled = "" if speed == 1 else f"; the platforms' limits and our own pace are {speed:g} times what they are"
    over = [one - found.idle for one in found.memory]
    during = [took for one in found.rounds for took in one]
    worst = max(percentile(one, 0.99) for one in found.rounds)
    print(f"{name}, {people:,} people{scaled}")
    print(f"  seconds                  {found.took:8.1f}   allowed {found.allowed:.1f}", end="")
    print(f"   {found.took / found.allowed:.3f} (goal 1.03)")
    print(f"  429 brought on ourselves {found.too_fast:8}   (goal 0)")
    print(f"  memory above {found.idle:3.0f} MB idle {statistics.median(over):8.1f}   most {max(over):.1f} (goal 50)")
    print(f"  webhook p99, ms          {percentile(during, 0.99) * 1000:8.1f}", end="")
    print(f"   alone {percentile(found.alone, 0.99) * 1000:.1f} (goal 100)", end="")
    print(f"   median {statistics.median(during) * 1000:.1f}, most {max(during) * 1000:.0f}", end="")
    print(f", p99 of its worst {ROUND:g} seconds {worst * 1000:.0f}")
    print(f"  everybody once           {'yes' if not found.wrong else 'NO: ' + '; '.join(found.wrong):>8}")
