"""The text index forgets what was deleted, a page at a time, and even if we were killed meanwhile."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from storage import scrubbing
from storage.scrubbing import forget_words, scrub
from storage.search import index
from storage.store import Store

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WORD = "ความลับ"


def segments(connection: Connection) -> bytes:
    """All that the index holds, as it lies in the file."""
    return b"".join(connection.execute(text("SELECT block FROM reports_fts_data")).scalars())


def crowd(connection: Connection) -> None:
    for n in range(300):
        index(connection, n, f"{WORD} {n} เรื่องของชาวบ้าน {n * 7919} ที่ริมโขง {n * 104729}")


def emptied(connection: Connection) -> None:
    connection.execute(text("DELETE FROM reports_fts"))
    forget_words(connection)


async def test_no_trace_of_a_word_is_left(store: Store) -> None:
    """Erasing marks it only; the job does it, for another process too, and then has nothing more to do."""
    await store.write(crowd)
    await store.write(emptied)
    assert WORD[:3].encode() in await store.read(segments)

    again = Store(str(store.url), keys=store.keys)
    try:
        assert await scrub(again)
    finally:
        await again.close()

    assert WORD[:3].encode() not in await store.read(segments)
    assert 0 == await store.read(lambda c: c.exec_driver_sql("PRAGMA user_version").scalar())


async def test_nobody_waits_for_all_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others write between two pages."""
    monkeypatch.setattr(scrubbing, "PAGES", 1)
    await store.write(crowd)
    await store.write(lambda c: c.execute(text("DELETE FROM reports_fts WHERE rowid % 2")))
    await store.write(forget_words)
    scrubbed, due = asyncio.create_task(scrub(store)), 0
    while not scrubbed.done():
        due += await store.write(lambda c: c.exec_driver_sql("PRAGMA user_version").scalar_one())
    await scrubbed
    assert due > 2
