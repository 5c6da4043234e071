"""Polling that nothing stops: not a bad network, not an unreadable update, not a database that is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.receiving import Unreadable
from bot.telegram import Telegram
from bot.telegram_poll import PATIENCE, Events, poll
from domain.delivery import Retry
from domain.message import Incoming, Press, Text
from storage.store import Away
from tests.bot.conftest import delivery
from tests.bot.test_telegram_sending import YES, to
from tests.standins.telegram import TelegramStandin

PROMPTLY = 20.0
"""Seconds, on the slowest machine: Telegram holds a call that brings nothing for 25."""


class Taken:
    """A handler that keeps what it is given; `failing` tells for which events it raises, and how often."""

    def __init__(self) -> None:
        self.events: list[Incoming | Unreadable] = []
        self.failing: dict[str, int] = {}
        self.tries = 0
        self.new = asyncio.Event()

    async def __call__(self, events: Events) -> None:
        self.tries += 1
        for event in events:
            if self.failing.get(event.event, 0) > 0 and isinstance(event, Incoming):
                self.failing[event.event] -= 1
                raise RuntimeError("the database is away")
        self.events += events
        self.new.set()

    @property
    def texts(self) -> list[str]:
        return [
            each.content.text for each in self.events if isinstance(each, Incoming) and isinstance(each.content, Text)
        ]

    async def until(self, count: int) -> None:
        """Until so many events have been taken."""
        async with asyncio.timeout(60):
            while len(self.events) < count:
                self.new.clear()
                await self.new.wait()


@asynccontextmanager
async def polling(telegram: Telegram) -> AsyncIterator[Taken]:
    """A bot that polls, until the block ends; then it must stop at once."""
    taken, stop = Taken(), asyncio.Event()
    task = asyncio.create_task(telegram.poll(taken, stop))
    yield taken
    stop.set()
    await asyncio.wait_for(task, PROMPTLY)


async def test_updates_come_in_order_and_are_confirmed(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """Everything people say is taken once, in order, and Telegram can forget it."""
    person = telegram_api.new_user(started=True)
    async with polling(telegram) as taken:
        for n in range(5):
            await telegram_api.says(person, f"ข้อ {n}")
        await taken.until(5)
        await telegram_api.settled()

    assert [f"ข้อ {n}" for n in range(5)] == taken.texts


async def test_what_was_not_taken_comes_again(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """A crash before the handler returned loses nothing: the next process gets it."""
    person = telegram_api.new_user(started=True)
    update = await telegram_api.says(person, "สวัสดี")
    assert update is not None
    with capture_logs():
        async with polling(telegram) as first:
            first.failing = {str(update["update_id"]): 1000}
            while not first.tries:
                await asyncio.sleep(0.01)
        async with polling(telegram) as second:
            await second.until(1)

    assert (first.texts, second.texts) == ([], ["สวัสดี"])


@pytest.mark.parametrize("kind", ["500", "html", "closed", "429"])
async def test_a_bad_network_is_survived(telegram: Telegram, telegram_api: TelegramStandin, kind: str) -> None:
    """After a failed call it asks again."""
    telegram_api.faults.next(1, kind, method="getUpdates", retry_after=1)
    person = telegram_api.new_user(started=True)
    with capture_logs():
        async with polling(telegram) as taken:
            await telegram_api.says(person, "ยังอยู่ไหม")
            await taken.until(1)

    assert taken.texts == ["ยังอยู่ไหม"]


async def test_an_unreadable_update_stops_nothing(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """It is handed on raw, once, and the ones after it are read."""
    person = telegram_api.new_user(started=True)
    async with polling(telegram) as taken:
        telegram_api.updates.push("message", "not an object", "chat1", force=True)
        telegram_api.updates.push("something_new", {"id": 1}, "chat1", force=True)
        await telegram_api.says(person, "หลังจากนั้น")
        await taken.until(2)
        await telegram_api.settled()

    assert [Unreadable, Incoming] == [type(each) for each in taken.events]


async def test_a_press_is_acknowledged(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """The spinner of a pressed button stops without anybody's doing."""
    person = telegram_api.new_user(started=True)
    await telegram.send(delivery(to(person), "?", buttons=(YES,)))
    async with polling(telegram) as taken:
        await telegram_api.presses(person, "ใช่")
        await taken.until(1)
        await asyncio.gather(*telegram._tasks)

    [press] = taken.events
    assert isinstance(press, Incoming)
    assert Press("r1:yes") == press.content
    assert len(telegram_api.answers) == 1


async def test_it_waits_for_whoever_polls_already(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """With a webhook set there is nothing to poll: it says so and goes on trying until there is."""
    await telegram.setup([], about={}, short={}, webhook_url="http://127.0.0.1:9/x")
    person = telegram_api.new_user(started=True)
    with capture_logs() as logs:
        async with polling(telegram) as taken:
            while not logs:
                await asyncio.sleep(0.01)
            await telegram.setup([], about={}, short={})
            await telegram_api.says(person, "สวัสดี")
            await taken.until(1)

    assert logs[0]["why"] == "another process polls, or a webhook is set"


# --- the loop alone, with a Telegram made of lists --------------------------------------------------------------------


class Listed:
    """Telegram as a list: what comes of each call, in turn; then it stops the loop."""

    def __init__(self, *answers: list[Any] | Retry | Exception) -> None:
        self.answers, self.offsets, self.stop = list(answers), [], asyncio.Event()

    async def __call__(self, offset: int) -> list[Any] | Retry:
        self.offsets.append(offset)
        if not self.answers:
            self.stop.set()
            await asyncio.sleep(5)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def read(update: Any) -> Events:
    return [Unreadable(str(update.get("update_id")), "", "")]


async def test_the_offset_follows_what_was_taken() -> None:
    """Each call asks for what comes after the last update taken; whatever a call raises is survived."""
    telegram = Listed([{"update_id": 7}, {"update_id": 8}], RuntimeError(), [], Retry("busy"), [{"update_id": 9}])
    taken = Taken()
    with capture_logs():
        await poll(telegram, read, taken, telegram.stop, pause=0.001)

    assert telegram.offsets == [0, 9, 9, 9, 9, 10]
    assert [each.event for each in taken.events] == ["7", "8", "9"]


async def test_an_update_without_a_number_is_passed_over() -> None:
    """It cannot be confirmed, so it may come again; what follows it is taken and confirmed."""
    telegram = Listed([{}, {"update_id": 3}], [{}])
    taken = Taken()

    await poll(telegram, read, taken, telegram.stop, pause=0.001)

    assert telegram.offsets == [0, 4, 4]
    assert [each.event for each in taken.events] == ["None", "3", "None"]


async def test_a_poison_update_is_given_up_in_the_end() -> None:
    """One that can never be handled is kept as unreadable, and its successors are heard."""
    telegram = Listed(*[[{"update_id": 1}, {"update_id": 2}]] * (PATIENCE + 1))
    kept: list[str] = []

    async def handle(events: Events) -> None:
        if events[0].event == "1" and isinstance(events[0], Unreadable) and events[0].why != "could not be handled":
            raise ValueError("poison")
        kept.append(events[0].event)

    with capture_logs():
        await poll(telegram, read, handle, telegram.stop, pause=0.001)

    assert kept == ["1", "2"]
    assert telegram.offsets == [0] * (PATIENCE + 1) + [3]


async def test_a_database_that_was_away_for_long_costs_no_message() -> None:
    """However often an update failed before, once it can be handled it is handled, not put aside."""
    telegram = Listed(*[[{"update_id": 1}]] * (PATIENCE + 4))
    kept: list[Incoming | Unreadable] = []
    tries = []

    async def handle(events: Events) -> None:
        tries.append(events)
        if len(telegram.answers) > 0:
            raise OSError("away")
        kept.extend(events)

    with capture_logs():
        await poll(telegram, read, handle, telegram.stop, pause=0.001)

    assert len(tries) > PATIENCE
    assert [each.why for each in kept if isinstance(each, Unreadable)] == [""]


@pytest.mark.parametrize("poison", [False, True])
async def test_what_waits_for_the_database_or_the_key_is_never_put_aside(poison: bool) -> None:
    """While these are away nothing is kept raw, nor what failed for its own sake before: its words may be sealed."""
    telegram = Listed(*[[{"update_id": 1}]] * (2 * PATIENCE + 4))
    tries: list[Incoming | Unreadable] = []

    async def handle(events: Events) -> None:
        tries.extend(events)
        if poison and len(tries) <= PATIENCE:
            raise ValueError("its own fault")
        if len(telegram.answers) > 0:
            raise Away("the key of sealed reports is another one")

    with capture_logs():
        await poll(telegram, read, handle, telegram.stop, pause=0.00001)

    assert len(tries) == 2 * PATIENCE + 4
    assert {each.why for each in tries if isinstance(each, Unreadable)} == {""}


async def test_it_stops_at_once_when_told() -> None:
    """Neither a call under way nor a wait holds it up."""
    stop = asyncio.Event()
    calls = []

    async def fetch(offset: int) -> list[Any] | Retry:
        calls.append(offset)
        await asyncio.sleep(600)
        return []

    task = asyncio.create_task(poll(fetch, read, Taken(), stop))
    while not calls:
        await asyncio.sleep(0)
    stop.set()

    await asyncio.wait_for(task, PROMPTLY)
    assert calls == [0]
