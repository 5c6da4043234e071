"""The worker as a whole: what is due leaves, whatever else goes wrong, until it is told to stop."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from alerts.settings import Settings
from alerts.worker import TICK, Job, Worker
from domain.alert import Alert, Audience, Campaign
from domain.delivery import Sent
from domain.query import Progress
from storage.alerts import stop_alert
from storage.campaigns import find_campaigns, keep_campaign
from storage.outbox import progress
from storage.store import Store
from storage.tables import outbox
from tests.alerts.receivers import NOON, Clock, Mass, Post, letters, meet, put, tell
from tests.patience import PATIENCE

SETTINGS = Settings(quiet_hours="", pace={})


@asynccontextmanager
async def running(worker: Worker) -> Any:
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield task
    finally:
        stop.set()
        await task


async def until(what: Any, seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


async def test_an_alert_reaches_everyone_on_every_channel(stores: tuple[Store, Store]) -> None:
    """Two workers, two channels, one alert: everybody hears it once, soon after the kick."""
    await meet(stores[0], 40, "line")
    await meet(stores[0], 40, "telegram")
    line, telegram = Mass(many=15), Post("telegram")
    workers = [Worker(store, {"line": line, "telegram": telegram}, SETTINGS, Clock()) for store in stores]

    async with running(workers[0]), running(workers[1]):
        await tell(stores[0], Alert("a", Audience(), lane="urgent"))
        workers[0].kick()
        await until(lambda: len(line.got) + len(telegram.got) >= 80)

    assert (set(line.to.values()), set(telegram.to.values())) == ({1}, {1})
    assert await stores[0].read(lambda c: progress(c, "a")) == Progress(sent=80)


async def test_a_kick_is_answered_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed and kicked for leaves well before the next tick."""
    monkeypatch.setattr("alerts.worker.TICK", 10 * PATIENCE)
    post = Post()
    worker = Worker(store, {"telegram": post}, SETTINGS, Clock())
    async with running(worker):
        await asyncio.sleep(0.3)  # it has looked, found nothing and rests until the next tick
        await put(store, letters(1))
        worker.kick()
        await until(lambda: post.got)


async def test_without_a_kick_it_is_seen_at_the_next_tick(store: Store) -> None:
    """What another process committed leaves without anybody's doing, and ticks are no further apart than a second."""
    post = Post()
    async with running(Worker(store, {"telegram": post}, SETTINGS, Clock())):
        await asyncio.sleep(0.3)
        await put(store, letters(1))
        await until(lambda: post.got)

    assert TICK <= 1


async def test_a_job_that_fails_does_not_end_the_others(store: Store) -> None:
    """Its failure is logged, it is tried again at its next time, and messages leave meanwhile."""
    tries = []

    async def bad() -> None:
        tries.append(1)
        raise RuntimeError("bug")

    post = Post()
    jobs = [Job("bad", timedelta(milliseconds=100), bad)]
    with capture_logs() as logs:
        async with running(Worker(store, {"telegram": post}, SETTINGS, Clock(), jobs=jobs)):
            await until(lambda: len(tries) >= 2)
            await put(store, letters(1))
            await until(lambda: post.got)

    assert [(line["event"], line["job"]) for line in logs][:1] == [("job failed; going on", "bad")]


async def test_a_campaign_is_told(store: Store) -> None:
    """What fell due while nobody ran is told when the worker starts, once."""
    await meet(store, 3, "telegram")
    late = Campaign("c", "x", Audience(), "daily:07:00", {"th": "ระวัง"}, on=True, due=NOON - timedelta(days=3))
    await store.write(lambda c: keep_campaign(c, late))
    post = Post()

    async with running(Worker(store, {"telegram": post}, SETTINGS, Clock())):
        await until(lambda: len(post.got) >= 3)

    assert {d.message.text for d in post.got} == {"ระวัง"}
    assert set(post.to.values()) == {1}


async def test_everything_due_can_be_done_once(store: Store) -> None:
    """`once` fires, spreads and sends all that is due, says how much, and then there is nothing left."""
    await meet(store, 7)
    await tell(store, Alert("a", Audience()))
    await put(store, letters(2, channel="line"))
    worker = Worker(store, {"line": Mass(many=3)}, SETTINGS, Clock())

    assert [await worker.once(), await worker.once()] == [9, 0]


async def test_the_weekly_lesson_is_there_and_off(store: Store) -> None:
    """After the first run coordinators find the campaign we ship, switched off, and it stays as they leave it."""
    worker = Worker(store, {}, SETTINGS, Clock())
    await worker.once()
    (shipped,) = await store.read(find_campaigns)
    assert (shipped.on, shipped.lessons) == (False, True)


async def test_a_stopped_alert_leaves_the_queue(store: Store) -> None:
    """What waited of it is refused by the worker, and nothing of it is sent."""
    await meet(store, 5)
    await tell(store, Alert("a", Audience()))
    line = Mass(many=2)
    worker = Worker(store, {"line": line}, Settings(quiet_hours="00:00-23:59", pace={}), Clock())
    await worker.once()
    await store.write(lambda c: stop_alert(c, "a"))

    await worker.once()

    assert (line.got, await store.read(lambda c: progress(c, "a"))) == ([], Progress(refused=5))


async def test_stopping_waits_for_what_is_on_its_way(store: Store) -> None:
    """A call that is out when the worker is told to stop is waited for and written down."""
    await meet(store, 1, "telegram")
    await tell(store, Alert("a", Audience()))
    begun, go = asyncio.Event(), asyncio.Event()

    async def slowly() -> Any:
        begun.set()
        await go.wait()
        return Sent()

    post = Post(answer=lambda _: slowly())
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(store, {"telegram": post}, SETTINGS, Clock()).run(stop))
    await begun.wait()
    stop.set()
    await asyncio.sleep(0.1)
    assert not task.done()
    go.set()
    await task

    assert await store.read(lambda c: progress(c, "a")) == Progress(sent=1)


async def test_old_deliveries_are_forgotten(store: Store) -> None:
    """What was sent three months ago is not kept."""
    await put(store, letters(3))
    clock = Clock()
    worker = Worker(store, {"telegram": Post()}, SETTINGS, clock)
    await worker.once()
    await worker.forget()
    assert len(await store.read(_ids)) == 3

    clock.now = datetime(2027, 4, 1, tzinfo=UTC)
    await worker.forget()
    assert await store.read(_ids) == []


def _ids(connection: Any) -> list[str]:
    return list(connection.execute(select(outbox.c.id)).scalars())
