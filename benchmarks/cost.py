"""Twelve weeks of a weekly lesson to LINE residents: what is billed for each lesson that arrives, and who gets it."""

import asyncio
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from alerts.campaigns import DEFAULT_CAMPAIGN, fire
from alerts.fanout import spread
from alerts.quiet import hours
from alerts.quota import Budget
from alerts.settings import Settings
from alerts.taking import Door, take
from bot.riding import with_ride
from domain.contact import Contact
from domain.conversation import Conversation, Operator, Scene
from domain.delivery import Sent
from domain.message import Address, Outgoing
from domain.plan import Rules
from domain.verdict import Verdict
from storage.campaigns import keep_campaign
from storage.outbox import settle
from storage.riding import RODE, arrived
from storage.store import Store
from storage.tables import contacts, metadata, outbox
from texts.lesson import lessons

PEOPLE, WEEKS = 10_000, 12
BEGIN = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""Monday, 18:00 in Thailand: when the shipped campaign is told."""
WEEK = timedelta(days=7)

LEVELS = {
    0.0075: "a tipline: Cofacts in Taiwan, 150 messages a week of 20,000 people (2018)",
    0.20: "a weekly poll, low: U-Report Uganda, 20 % answered (2014)",
    0.35: "a weekly poll, middle",
    0.50: "a weekly poll, high: U-Report Uganda, 50 % answered (2014)",
    0.65: "assumed: a bot that most people tap every week",
    0.80: "assumed: nearly everybody does",
}
"""Share of people who write, tap or send anything in a week. Sources in the notes that are printed."""
TAIL = 0.5
"""Shape of the gamma distribution of how often people write: below 1 few write much, most hardly ever. Assumed."""
UNFIT = 0.25
"""Share of contacts that nothing may ride on: in a question, beside help, no room. Assumed."""
DAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.8)
"""How much is written from Monday to Sunday. Assumed."""
CLOCK = (0.1,) * 6 + (0.6, 1.0, 1.0, 1.0, 1.0, 1.1, 1.2, 1.0, 0.9, 0.9, 1.0, 1.3, 1.6, 1.8, 1.7, 1.2, 0.6, 0.2)
"""How much is written in each hour of a day in Thailand. Assumed, with an evening's peak."""
BUBBLES = (1, 1, 2, 2, 3, 3, 4)
"""How long answers are: the menu is one bubble, a verdict three."""

NOTES = f"""
It stands on this:
- The real rules and the real database (SQLite): campaign, fan-out, boarding, deadline, batches. The clock is
  simulated; words are not put together, nothing is sent, and every call succeeds.
- {PEOPLE:,} people on LINE, none of whom block us; a lesson every Monday at 18:00, pushed on the fifth day to whom it
  has not reached; {WEEKS} weeks.
- How often somebody writes is drawn once a person from a gamma distribution of shape {TAIL} (few write much, most
  rarely), then by chance; Saturdays and Sundays a little less, evenings more. {UNFIT:.0%} of contacts carry nothing.
- A contact is anything with a reply token: words, a sticker, a tap in the menu. That lessons make people tap is left
  out.
- "Arrived" stands for "read": LINE tells neither. Who gets a lesson with an answer is looking at the chat already.
- Sources of the shares: Cofacts, tictec.mysociety.org (2018); U-Report Uganda, viveks.info/ureport-uganda (2014),
  SMS polls, not LINE. Nothing was found that says how many people write to an official LINE account in a week.
- The last column is the least that anybody can pay who reaches 95 % within the week, for LINE has no third way beside
  an answer and a push: (0.95 - writers) / 0.95.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to: deliveries that were due, arrived within their week, rode on an answer, and were billed."""

    due: int
    arrived: int
    rode: int
    billed: int
    writers: float

    @property
    def ratio(self) -> float:
        """Billed messages for each lesson that arrived; a plain push of each is 1."""
        return self.billed / self.arrived if self.arrived else 0.0

    @property
    def reached(self) -> float:
        return self.arrived / self.due if self.due else 0.0

    @property
    def least(self) -> float:
        return max(0.0, (0.95 - self.writers) / 0.95)


def main(people: int = PEOPLE, weeks: int = WEEKS) -> None:
    """Print a line for each level of activity, and one for a month that is too small."""
    print(f"{'write in a week':>16}{'billed per lesson':>20}{'arrived in its week':>22}{'least possible':>17}")
    for share, what in LEVELS.items():
        _line(simulated(share, people, weeks), what)
    print("the same, and the month holds 15,000 messages (100 of them kept for what is urgent):")
    _line(simulated(0.35, people, weeks, month=15_000), LEVELS[0.35])
    print("plain push                          1.00               100 %")
    print("goal                              ≤ 0.35              ≥ 95 %")
    print(NOTES)


def _line(found: Result, what: str) -> None:
    print(f"{found.writers:>15.1%} {found.ratio:>19.2f}{found.reached:>21.1%}{found.least:>17.2f}   {what}")


def simulated(share: float, people: int, weeks: int, month: int | None = None, seed: int = 1) -> Result:
    """Some weeks in which this share of people write at least once in each. `month` is LINE's limit, None for none."""
    with tempfile.TemporaryDirectory(prefix="rimkhong-bench-") as folder:
        return asyncio.run(_simulate(Path(folder), share, people, weeks, month, random.Random(seed)))


async def _simulate(
    folder: Path, share: float, people: int, weeks: int, month: int | None, chance: random.Random
) -> Result:
    store = Store(f"sqlite:///{folder}/cost.db")
    try:
        await store.write(metadata.create_all)
        await _meet(store, people)
        rates = weekly_rates(share, people, chance)
        run = Run(store, rates, month, chance)
        for week in range(weeks):
            await run.week(BEGIN + week * WEEK)
        return await run.result(people * weeks)
    finally:
        await store.close()


def weekly_rates(share: float, people: int, chance: random.Random) -> list[float]:
    """How often each writes in a week, such that so many write at all: P(none) = (1 + mean / shape) ** -shape."""
    mean = TAIL * ((1 - share) ** (-1 / TAIL) - 1)
    return [chance.gammavariate(TAIL, mean / TAIL) for _ in range(people)]


def contacts_of(rates: list[float], begin: datetime, chance: random.Random) -> list[tuple[datetime, int]]:
    """When each person writes in the week from `begin`, in order."""
    slots = [begin + timedelta(hours=n) for n in range(7 * 24)]
    local = [slot + timedelta(hours=7) for slot in slots]
    weights = [DAYS[at.weekday()] * CLOCK[at.hour] for at in local]
    found = [
        (slot + timedelta(seconds=chance.random() * 3600), person)
        for person, rate in enumerate(rates)
        for slot in chance.choices(slots, weights, k=poisson(rate, chance))
    ]
    return sorted(found)


def poisson(rate: float, chance: random.Random) -> int:
    """How often something happens that happens `rate` times on average (by the gaps between)."""
    many, at = 0, chance.expovariate(1.0)
    while at < rate:
        many, at = many + 1, at + chance.expovariate(1.0)
    return many


async def _meet(store: Store, people: int) -> None:
    def one(n: int) -> dict[str, Any]:
        times = {"conversation": {}, "seen_at": BEGIN, "created_at": BEGIN}
        return {"id": f"p{n:06}", "channel": "line", "address": f"U{n:06}", "language": "th"} | times

    await store.write(lambda c: c.execute(insert(contacts), [one(n) for n in range(people)]))
    on = replace(DEFAULT_CAMPAIGN, on=True, due=BEGIN)
    await store.write(lambda c: keep_campaign(c, on))


class Run:
    """Weeks that go by over one database."""

    def __init__(self, store: Store, rates: list[float], month: int | None, chance: random.Random) -> None:
        self.store, self.rates, self.month, self.chance = store, rates, month, chance
        self.settings = Settings(pace={})
        self.door = Door("line", 500, self.settings, hours(self.settings.quiet_hours))
        self.writers = 0
        self.weeks = 0
        self.billed = 0
        self.used: dict[str, int] = {}

    async def week(self, begin: datetime) -> None:
        """A lesson is told; people write as they do; on the fifth day, and every day after it, the worker pushes."""
        await self.store.write(lambda c: fire(c, begin, lessons()))
        await spread(self.store, self.door.quiet, begin)
        told = contacts_of(self.rates, begin, self.chance)
        self.writers += len({person for _, person in told})
        self.weeks += 1
        waiting = set(range(len(self.rates)))
        at = begin
        for stop in (begin + timedelta(days=5, minutes=1), begin + timedelta(days=6), begin + WEEK):
            some = [each for each in told if at <= each[0] < stop]
            for page in pages(some, 1_000):
                await self.store.write(lambda c, page=page: self._answer(c, page, waiting))
            await self._push(stop - timedelta(seconds=1))
            at = stop

    def _answer(self, connection: Connection, page: list[tuple[datetime, int]], waiting: set[int]) -> None:
        """People write, and are answered; what waits for them goes along where it may."""
        rode: list[str] = []
        for at, person in page:
            if person not in waiting or self.chance.random() < UNFIT:
                continue  # nothing is looked for where nothing waits: `Contact.waits` tells that in a real turn
            reply = Outgoing(("x",) * self.chance.choice(BUBBLES))
            _, ride = with_ride(connection, reply, scene(person, at, self.settings))
            if ride:
                rode.append(ride)
                waiting.discard(person)
        arrived(connection, rode, page[-1][0])

    async def _push(self, now: datetime) -> None:
        """What a worker that wakes now may push: within what the month has left."""
        month = f"{now:%Y-%m}"
        used = self.used.get(month, 0)
        room = None if self.month is None else max(0, self.month - used - self.settings.line_monthly_reserve)
        budget = None if room is None else Budget(room, now)
        while many := await self.store.write(lambda c: self._batch(c, budget, now)):
            self.billed += many
            used += many
        self.used[month] = used

    def _batch(self, connection: Connection, budget: Budget | None, now: datetime) -> int:
        taken = take(connection, self.door, 32, budget, now)
        for group in taken:
            settle(connection, group, Sent(), now)
        return sum(map(len, taken))

    async def result(self, due: int) -> Result:
        def count(connection: Connection) -> tuple[int, int]:
            sent = select(func.count()).where(outbox.c.state == "sent")
            rode = sent.where(outbox.c.note == RODE)
            return connection.execute(sent).scalar_one(), connection.execute(rode).scalar_one()

        sent, rode = await self.store.read(count)
        return Result(due, sent, rode, self.billed, self.writers / (len(self.rates) * self.weeks))


def pages(some: list[tuple[datetime, int]], size: int) -> Iterator[list[tuple[datetime, int]]]:
    return (some[start : start + size] for start in range(0, len(some), size))


def nothing(_: str) -> Verdict:
    return Verdict()


def scene(person: int, now: datetime, settings: Settings) -> Scene:
    """Somebody who writes, with something waiting for them."""
    me = Contact(f"p{person:06}", Address("line", f"U{person:06}"), "th", waits=True)
    return Scene(me, Conversation(), now, Operator(""), nothing, rules=Rules(daily_cap=settings.daily_cap))


if __name__ == "__main__":
    main()
