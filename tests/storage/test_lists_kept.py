"""A long list comes a page at a time, and is whole at the end, killed or not."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select

from storage.lists import PAGE, ListRow, bring_list, empty_list, find_list, remove_list, replace_list
from storage.store import Store
from storage.tables_lists import list_entries

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MANY = 4 * PAGE


def row(many: int) -> ListRow:
    return ListRow("thai", "", "", "plain", "0" * 64, many, 0, 0, "test", NOW)


def keys(start: int, end: int) -> list[str]:
    return [f"phone:+66{n:09}" for n in range(start, end)]


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(list_entries)).scalar_one())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_others_write_between_two_pages(store: Store) -> None:
    """Whoever writes while a long list comes, or goes, waits for a page of it and not for all."""
    for work in (bring_list(store, row(MANY), keys(0, MANY)), empty_list(store, "thai")):
        coming, seen = asyncio.create_task(work), set()
        while not coming.done():
            seen.add(await store.write(count))
        await coming
        assert any(0 < some < MANY for some in seen)


async def test_it_is_whole_in_the_end(store: Store) -> None:
    """What is new is there and what is gone is not, whatever an earlier one that was killed left behind."""
    await bring_list(store, row(30), keys(0, 30))
    begun = await store.read(lambda c: find_list(c, "thai"))
    assert begun
    assert "" == begun.sha256
    assert 10 == await bring_list(store, row(30), keys(10, 40))
    assert 0 == await store.write(lambda c: replace_list(c, row(30), keys(10, 40)))
    found = select(list_entries.c.indicator).order_by(list_entries.c.indicator)
    assert keys(10, 40) == await store.read(lambda c: list(c.execute(found).scalars()))
    assert row(30) == await store.read(lambda c: find_list(c, "thai"))
    await empty_list(store, "thai")
    assert await store.write(lambda c: remove_list(c, "thai"))
