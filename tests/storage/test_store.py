"""What a transaction promises, on each database we support."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage.store import Away, Store
from storage.tables import pace

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def test_what_is_written_is_read(store: Store) -> None:
    """A committed row is there for the next reader, its time in UTC."""
    await store.write(lambda c: c.execute(insert(pace).values(channel="line", tat=NOW)))

    assert await store.read(lambda c: [tuple(row) for row in c.execute(select(pace))]) == [("line", NOW)]


async def test_a_failure_keeps_nothing_and_costs_no_neighbour(store: Store) -> None:
    """Of many writes that share a commit, the one that raises is undone and the others stand."""

    def work(n: int):
        def write(connection) -> int:
            connection.execute(insert(pace).values(channel=f"c{n}", tat=NOW))
            if n == 3:
                raise ValueError(n)
            return n

        return store.write(write)

    results = await asyncio.gather(*(work(n) for n in range(8)), return_exceptions=True)

    assert [r for r in results if isinstance(r, int)] == [0, 1, 2, 4, 5, 6, 7]
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(pace)).scalar_one()) == 7


async def test_reading_cannot_write(store: Store) -> None:
    """What is meant to read only changes nothing that lasts."""
    with pytest.raises((Away, DBAPIError)):
        await store.read(lambda c: c.execute(insert(pace).values(channel="x", tat=NOW)))

    assert await store.read(lambda c: c.execute(select(func.count()).select_from(pace)).scalar_one()) == 0


async def test_no_update_is_lost(stores: tuple[Store, Store]) -> None:
    """Two processes that read, add and write a number a hundred times end at a hundred."""
    await stores[0].write(lambda c: c.execute(text("CREATE TABLE n (v INTEGER)")))
    await stores[0].write(lambda c: c.execute(text("INSERT INTO n VALUES (0)")))

    def add(connection) -> None:
        lock = "" if stores[0].sqlite else " FOR UPDATE"
        value = connection.execute(text("SELECT v FROM n" + lock)).scalar_one()
        connection.execute(text("UPDATE n SET v = :v"), {"v": value + 1})

    await asyncio.gather(*(stores[n % 2].write(add) for n in range(100)))

    assert await stores[0].read(lambda c: c.execute(text("SELECT v FROM n")).scalar_one()) == 100
