"""What is taken from the outbox: by one at a time, the urgent first, and nothing that should not leave."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.delivery import BACKOFF, LEASE, Sent
from domain.ids import derived
from domain.message import Outgoing
from domain.query import Progress
from storage.claims import Manners, claim
from storage.due import Apart
from storage.outbox import progress, settle
from storage.store import Store
from storage.tables import alerts
from tests.patience import PATIENCE
from tests.storage.letters import NOW, alert_for, batch, letter, put, row, take


async def test_each_is_taken_once(stores: tuple[Store, Store]) -> None:
    """Eight takers on two stores share two hundred deliveries, and none gets what another has."""
    await put(stores[0], *(letter(f"d{n}") for n in range(200)))
    taken: list[str] = []

    async def work(store: Store) -> None:
        while some := await take(store, limit=7):
            taken.extend(d.id for d in some)

    await asyncio.gather(*(work(stores[n % 2]) for n in range(8)))

    assert sorted(taken) == sorted(f"d{n}" for n in range(200))


async def test_a_taker_does_not_wait_for_another(database: str, stores: tuple[Store, Store]) -> None:
    """On PostgreSQL, while one holds its rows in an open transaction, another gets different ones at once."""
    if stores[0].sqlite:
        pytest.skip("on SQLite there is one writer at a time")
    await put(stores[0], *(letter(f"d{n}") for n in range(4)))
    async with stores[0].engine.begin() as mine:
        first = await mine.run_sync(lambda c: claim(c, "line", NOW, 2))
        second = await asyncio.wait_for(take(stores[1], limit=4), PATIENCE)

    assert sorted(d.id for d in first + second) == ["d0", "d1", "d2", "d3"]
    assert len(second) == 2


async def test_what_a_dead_worker_took_comes_back(stores: tuple[Store, Store]) -> None:
    """What was taken and never settled is taken by another when the lease has run out, and not before."""
    await put(stores[0], letter())
    assert len(await take(stores[0])) == 1

    assert await take(stores[1], NOW + LEASE - timedelta(seconds=1)) == []
    assert [d.tries for d in await take(stores[1], NOW + LEASE)] == [2]


async def test_a_reply_is_left_to_whoever_is_answering(stores: tuple[Store, Store]) -> None:
    """A reply that was queued already leased is nobody else's until its lease runs out."""
    await put(stores[0], letter(due=NOW + LEASE, tries=1, reply_token="token"))

    assert await take(stores[1], NOW + timedelta(seconds=30)) == []
    assert [(d.tries, d.reply_token) for d in await take(stores[1], NOW + LEASE)] == [(2, "token")]


async def test_urgent_overtakes(store: Store) -> None:
    """Lanes leave in the order urgent, reply, routine, and within a lane what was due first."""
    early = NOW - timedelta(minutes=5)
    await put(store, letter("routine", lane="routine", due=early), letter("reply", due=early), letter("late reply"))
    await put(store, letter("urgent", lane="urgent"))

    assert [[d.id for d in await take(store, limit=1)] for _ in range(4)] == [
        ["urgent"], ["reply"], ["late reply"], ["routine"],
    ]  # fmt: skip


async def test_a_lane_can_be_held_back(store: Store) -> None:
    """Only the lanes asked for are taken from."""
    await put(store, letter("r", lane="routine"), letter("u", lane="urgent"))

    assert [d.id for d in await take(store, lanes=("urgent", "reply"))] == ["u"]


async def test_what_expired_is_not_sent(store: Store) -> None:
    """A delivery whose time is over is refused when its turn comes, and does not cost the others theirs."""
    await put(store, *(letter(f"old{n}", expires=NOW) for n in range(5)), letter("z", expires=NOW + LEASE))

    assert [d.id for d in await take(store, limit=2)] == ["z"]
    assert ((await row(store, "old0")).state, (await row(store, "old0")).note) == ("refused", "expired")


async def test_a_message_that_kills_its_sender_is_given_up(store: Store) -> None:
    """A try counts when it begins, so nothing can be tried for ever."""
    await put(store, letter())
    limit = len(BACKOFF["reply"]) + 1

    tries = [len(await take(store, NOW + n * LEASE)) for n in range(limit + 2)]

    assert tries == [1] * limit + [0, 0]
    assert (await row(store)).state == "refused"


async def test_the_words_of_an_alert_are_kept_once(store: Store) -> None:
    """Deliveries of an alert carry its words in their language, though the rows hold none."""
    await alert_for(store, 1)

    assert [(d.message, d.retry_key) for d in await take(store)] == [(Outgoing(("a th",)), derived("a:th0000"))]
    assert (await row(store, "a:th0000")).message is None


async def test_a_stopped_alert_does_not_leave(store: Store) -> None:
    """What is still queued when an alert is stopped is refused, singly or in a batch."""
    await alert_for(store, 3)
    await store.write(lambda c: c.execute(update(alerts).values(state="stopped")))

    assert (await take(store, limit=1), await batch(store)) == ([], [])
    assert await store.read(lambda c: progress(c, "a")) == Progress(refused=3)


async def test_nobody_is_woken_by_routine(store: Store) -> None:
    """What falls due in the quiet hours is put off to their end without counting as a try; severe alerts leave."""
    morning = NOW + timedelta(hours=8)
    quiet = Manners(quiet_until=morning)
    await alert_for(store, 1)
    await alert_for(store, 1, alert="severe", severity="Severe")
    await put(store, letter("reply"))

    assert {d.id for d in await take(store, manners=quiet)} == {"reply", "severe:th0000"}
    assert [(d.id, d.tries) for d in await take(store, morning) if d.id == "a:th0000"] == [("a:th0000", 1)]


async def test_nobody_is_taught_more_than_the_cap(store: Store) -> None:
    """Someone who has had their lessons for today gets the next one tomorrow; someone who has not gets it now."""
    tomorrow = NOW + timedelta(hours=20)
    manners = Manners(cap=2, since=NOW - timedelta(hours=10), again=tomorrow)
    for alert, people in (("x", 1), ("y", 1)):
        await alert_for(store, people, alert=alert)
        taken = await take(store, manners=manners)
        await store.write(lambda c, taken=taken: settle(c, taken, Sent(), NOW))
    await alert_for(store, 2, alert="z")

    free = await batch(store, manners=manners)
    await store.write(lambda c: settle(c, free, Sent(), NOW))

    assert [d.id for d in free] == ["z:th0001"]
    assert [d.id for d in await batch(store, tomorrow)] == ["z:th0000"]


async def test_one_chat_is_not_hurried(stores: tuple[Store, Store]) -> None:
    """Two messages for one chat do not leave within a second, nor for one group within three, from any process."""
    apart = Apart(timedelta(seconds=1), timedelta(seconds=3))
    for n in range(3):
        await put(stores[0], letter(f"p{n}", address="7"), letter(f"g{n}", address="-7"))

    gaps = []
    for tenth in range(65):
        at = NOW + timedelta(seconds=tenth / 10)
        for one in await take(stores[tenth % 2], at, apart=apart):
            gaps.append((one.to.id, tenth))
            if tenth % 4:  # some are settled at once, some are still on their way
                await stores[0].write(lambda c, one=one, at=at: settle(c, [one], Sent(), at))

    assert [t for who, t in gaps if who == "7"] == [0, 10, 20]
    assert [t for who, t in gaps if who == "-7"] == [0, 30, 60]
