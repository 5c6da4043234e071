"""Who comes before whom, where one thread writes for all."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.store import Store

HELD = 60.0
"""Seconds the first write waits at most for the others to be there."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A SQLite file: elsewhere each write has a connection of its own, and none waits for another."""
    made = Store(f"sqlite:///{tmp_path}/order.db")
    yield made
    await made.close()


async def order(store: Store, kinds: str) -> str:
    """In which order writes are done that all came while the first was: p a page of something long, s some other."""
    begun, there, done = threading.Event(), threading.Event(), list[str]()

    def hold(_: Connection) -> bool:
        begun.set()
        return there.wait(HELD)

    first = asyncio.create_task(store.write(hold))
    assert await asyncio.to_thread(begun.wait, HELD)
    writes = [store.write(lambda _, kind=kind: done.append(kind), bulk=kind == "p") for kind in kinds]
    tasks = [asyncio.create_task(each) for each in writes]
    await asyncio.sleep(0)
    there.set()
    assert await first
    await asyncio.gather(*tasks)
    return "".join(done)


async def test_pages_wait_for_others(store: Store) -> None:
    """Whoever waits comes before the next page of something long, and after one such page at most."""
    assert "sssppp" == await order(store, "ppssps")


async def test_pages_are_not_starved(store: Store) -> None:
    """However many others come, a page leaves after each commit of theirs."""
    done = await order(store, "p" * 3 + "s" * 130)

    assert [64, 64, 2] == [len(list(group)) for kind, group in itertools.groupby(done) if kind == "s"]
    assert "p" == done[64] == done[129] == done[-1]


async def test_all_is_done_before_it_closes(store: Store) -> None:
    """What waits when the store is closed, pages too, is written first."""
    done: list[int] = []
    tasks = [asyncio.create_task(store.write(lambda _, n=n: done.append(n), bulk=n < 4)) for n in range(8)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)

    assert {*range(8)} == set(done)
