"""What was deleted leaves SQLite's text index and log, too: both keep it until they are told to tidy up."""

import asyncio
import sqlite3
from contextlib import closing
from urllib.parse import quote

from sqlalchemy import Connection

from storage.store import Store

PATIENCE = 0.2
"""Seconds to wait for readers; writers wait that long at most."""
PAGES = 200
"""Pages of the index that are merged in one transaction: some hundredths of a second."""


def forget_words(connection: Connection) -> None:
    """
    Words were taken out of the text index, which on SQLite only marks them, and merges them away some day: have `scrub`
    do so now.

    That it is to be done stands in the file's own number for programs (https://www.sqlite.org/pragma.html#pragma_user_version),
    so that it is done even if we are killed. PostgreSQL drops them with VACUUM, which it runs by itself.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA user_version = 1")


async def scrub(store: Store) -> bool:
    """
    Merge the text index if words were taken out of it, and empty the write-ahead log into the database file; false when
    somebody was reading, and it is to be tried again.

    With `secure_delete` on, this takes the last bytes of what was deleted out of both files. PostgreSQL has a log and
    a vacuum of its own, and is left to them.
    """
    if not store.sqlite:
        return True
    if await store.read(_due):
        while await store.write(_merge, bulk=True):
            pass
    return await asyncio.to_thread(_truncate, store.url.database or "")


def _due(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar())


def _merge(connection: Connection) -> bool:
    """A page of the index (https://www.sqlite.org/fts5.html#the_merge_command); whether there may be more."""
    before = _changes(connection)
    connection.exec_driver_sql("INSERT INTO reports_fts(reports_fts, rank) VALUES ('merge', ?)", (-PAGES,))
    if _changes(connection) - before >= 2:
        return True
    connection.exec_driver_sql("PRAGMA user_version = 0")
    return False


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _truncate(path: str) -> bool:
    # mode=rw: a file that is gone is not made anew.
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=rw", timeout=PATIENCE, uri=True)) as connection:
            connection.isolation_level = None
            # Most of it without anybody waiting; the rest, for which writers wait, is then little.
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy
