"""Imported lists as they are kept: where each came from, and its numbers, accounts and pages."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.outbox import insert_into
from storage.standing import LONGEST
from storage.tables_lists import list_entries, lists

PAGE = 1000
"""Rows in one INSERT."""


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


def replace_list(connection: Connection, row: ListRow, keys: Sequence[str]) -> int:
    """
    Put a list in the place of the one of that name, with exactly these indicators' keys; how many it dropped.

    All in the transaction at hand: others see the old list or the new one.
    """
    kept = sorted({key[:LONGEST] for key in keys})
    values = asdict(row)
    put = insert_into(connection, lists).values(values)
    connection.execute(put.on_conflict_do_update(index_elements=["name"], set_=values))
    before = set(connection.execute(select(list_entries.c.indicator).where(list_entries.c.list == row.name)).scalars())
    gone, new = sorted(before.difference(kept)), [key for key in kept if key not in before]
    for page in _pages(gone):
        connection.execute(
            delete(list_entries).where(list_entries.c.list == row.name, list_entries.c.indicator.in_(page))
        )
    for page in _pages(new):
        connection.execute(insert(list_entries), [{"list": row.name, "indicator": key} for key in page])
    return len(gone)


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
