"""What was deleted leaves SQLite's log, too: its pages are kept there until the log is emptied."""

import asyncio
import sqlite3
from contextlib import closing
from urllib.parse import quote

from storage.store import Store

PATIENCE = 0.2
"""Seconds to wait for readers; writers wait that long at most."""


async def scrub(store: Store) -> bool:
    """
    Empty the write-ahead log into the database file; false when somebody was reading, and it is to be tried again.

    With `secure_delete` on, this takes the last bytes of what was deleted out of both files. PostgreSQL has a log and
    a vacuum of its own, and is left to them.
    """
    if not store.sqlite:
        return True
    return await asyncio.to_thread(_truncate, store.url.database or "")


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
