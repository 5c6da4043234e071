"""Imported lists as they are kept: where each came from, and its numbers, accounts and pages."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, delete, select

from storage.outbox import insert_into, once
from storage.standing import LONGEST
from storage.store import Store
from storage.tables_lists import list_entries, lists

PAGE = 1000
"""Rows a statement, and a transaction of something long."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """
    Where a list came from, and how much is in it.

    `entries` counts all of it, `domains` those that lie in its table file, `skipped` what could not be used; `sha256`
    is of the file as it was read; `by` is who imported it.
    """

    name: str
    source: str
    licence: str
    format: str
    sha256: str
    entries: int
    domains: int
    skipped: int
    by: str
    imported_at: datetime


async def bring_list(store: Store, row: ListRow, keys: Sequence[str]) -> int:
    """
    Put a list's entries in the place of those of that name, a page at a time, so that nobody waits for all of them;
    how many it dropped.

    Until `replace_list` has ended it, what is new and what is old are both believed. Killed half-way, what was there
    is still said to be there, and the same import goes on from where it was.
    """
    kept = {key[:LONGEST] for key in keys}
    before = await store.read(lambda c: _entries(c, row.name))
    gone, new = sorted(before - kept), sorted(kept - before)
    if new:
        begun = asdict(row) | {"sha256": "", "entries": 0, "domains": 0}
        await store.write(lambda c: c.execute(once(c, lists), begun))
    for page in _pages(new):
        await store.write(partial(_add, name=row.name, keys=page), bulk=True)
    for page in _pages(gone):
        await store.write(partial(_drop, name=row.name, keys=page), bulk=True)
    return len(gone)


def replace_list(connection: Connection, row: ListRow, keys: Sequence[str]) -> int:
    """
    Put a list in the place of the one of that name, with exactly these indicators' keys; how many it dropped.

    All in the transaction at hand: of a long list `bring_list` has done most of it.
    """
    kept = {key[:LONGEST] for key in keys}
    values = asdict(row)
    put = insert_into(connection, lists).values(values)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=values))
    before = _entries(connection, row.name)
    gone = sorted(before - kept)
    for page in _pages(gone):
        _drop(connection, row.name, page)
    for page in _pages(sorted(kept - before)):
        _add(connection, row.name, page)
    return len(gone)


async def empty_list(store: Store, name: str) -> None:
    """Drop a list's entries a page at a time; `remove_list` then ends it."""
    for page in _pages(sorted(await store.read(lambda c: _entries(c, name)))):
        await store.write(partial(_drop, name=name, keys=page), bulk=True)


def _entries(connection: Connection, name: str) -> set[str]:
    return set(connection.execute(select(list_entries.c.indicator).where(list_entries.c.list == name)).scalars())


def _add(connection: Connection, name: str, keys: Sequence[str]) -> None:
    rows = [{"list": name, "indicator": key} for key in keys]
    connection.execute(insert_into(connection, list_entries).on_conflict_do_nothing(), rows)


def _drop(connection: Connection, name: str, keys: Sequence[str]) -> None:
    mine = and_(list_entries.c.list == name, list_entries.c.indicator.in_(keys))
    connection.execute(delete(list_entries).where(mine))


def remove_list(connection: Connection, name: str) -> bool:
    """Forget a list and all it held. Whether there was one."""
    connection.execute(delete(list_entries).where(list_entries.c.list == name))
    return connection.execute(delete(lists).where(lists.c.name == name)).rowcount == 1


def all_lists(connection: Connection) -> tuple[ListRow, ...]:
    """Every list, by name."""
    rows = connection.execute(select(lists).order_by(lists.c.name)).mappings()
    return tuple(ListRow(**row) for row in rows)


def find_list(connection: Connection, name: str) -> ListRow | None:
    """The list of this name; None when there is none."""
    row = connection.execute(select(lists).where(lists.c.name == name)).mappings().first()
    return ListRow(**row) if row else None


def _pages(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), PAGE):
        yield keys[start : start + PAGE]
