"""What the clocks of the channels promise: a limit is kept by all processes together, and a pause by all of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.pace import allowance, give_back, pause, spend
from storage.store import Store
from storage.tables import pace

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def ask(store: Store, seconds: float, want: int, rate: float = 10, burst: int = 5, channel: str = "x") -> int:
    return await store.write(lambda c: allowance(c, channel, rate, burst, at(seconds), want))


async def test_a_burst_and_then_a_trickle(store: Store) -> None:
    """After a rest a burst may leave at once, and from then on as many as the rate says."""
    assert [await ask(store, t / 10, 9) for t in range(5)] == [5, 1, 1, 1, 1]
    assert await ask(store, 100, 9) == 5
    assert await ask(store, 100.25, 9) == 2


async def test_no_more_than_wanted(store: Store) -> None:
    """What is not asked for is not counted."""
    assert [await ask(store, 0, 2), await ask(store, 0, 0), await ask(store, 0, 9)] == [2, 0, 3]


async def test_two_processes_share_a_limit(stores: tuple[Store, Store]) -> None:
    """Eight askers on two stores, all at once and for three seconds, get together what one would."""
    granted = 0
    for tenth in range(31):
        granted += sum(await asyncio.gather(*(ask(stores[n % 2], tenth / 10, 3) for n in range(8))))

    assert granted == 5 + 30


async def test_asking_waits_for_who_is_claiming(stores: tuple[Store, Store]) -> None:
    """On PostgreSQL, until one who was granted something has committed, another's question is not answered."""
    if stores[0].sqlite:
        pytest.skip("on SQLite there is one writer at a time")
    await ask(stores[0], 0, 1)
    async with stores[0].engine.begin() as mine:
        mine_granted = await mine.run_sync(lambda c: allowance(c, "x", 10, 5, at(10), 4))
        other = asyncio.create_task(ask(stores[1], 10, 4))
        await asyncio.sleep(0.3)
        assert not other.done()

    assert (mine_granted, await other) == (4, 1)


async def test_what_was_not_used_is_given_back(store: Store) -> None:
    """Four granted and three given back leave room for four."""
    await ask(store, 0, 4)
    await store.write(lambda c: give_back(c, "x", 10, 3))

    assert await ask(store, 0, 9) == 4


async def test_replies_count_without_asking(store: Store) -> None:
    """Calls that could not wait slow down the ones that can."""
    await store.write(lambda c: spend(c, "x", 10, NOW, 7))

    assert [await ask(store, 0, 9), await ask(store, 0.2, 9), await ask(store, 0.3, 9)] == [0, 0, 1]


async def test_a_pause_is_for_the_whole_channel(stores: tuple[Store, Store]) -> None:
    """After "retry after 30 s" nothing leaves before, on any process or endpoint; a shorter pause changes nothing."""
    await stores[0].write(lambda c: pause(c, "x", at(30)))
    await stores[0].write(lambda c: pause(c, "x", at(10)))

    assert await ask(stores[1], 29.9, 9) == 0
    assert await ask(stores[1], 29.9, 9, channel="x.multicast") == 0
    assert await ask(stores[1], 29.9, 9, channel="y") == 5
    assert await ask(stores[1], 30, 9) == 5


async def test_one_row_a_clock(store: Store) -> None:
    """However often it is asked, a channel has one row."""
    for n in range(3):
        await ask(store, n, 1)

    assert await store.read(lambda c: c.execute(select(pace.c.channel)).scalars().all()) == ["x"]
