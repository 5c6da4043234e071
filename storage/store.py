"""Where the storage functions run: one writer thread on SQLite, any number of connections on PostgreSQL."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.writer import Writer

T = TypeVar("T")
Work = Callable[[Connection], T]


class Away(Exception):
    """The database cannot be reached or written; nothing was done, and it is worth trying again."""


class Store:
    """
    The database behind two verbs: `write` runs a function in one transaction, `read` in one that cannot write.

    Storage functions are plain and synchronous over a `Connection`; here is decided where they run. On SQLite all
    writes go through one thread that begins with BEGIN IMMEDIATE and lets waiting writers share a commit; reads go
    through aiosqlite. On PostgreSQL each call has a connection of its own and rows are locked.
    """

    def __init__(self, url: str, pool: int = 16) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            self._private_file()
            self.engine = _reader(self.url.set(drivername="sqlite+aiosqlite"))
            self._writer: Writer | None = Writer(writing_engine(url))
        else:
            self.engine = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg"),
                pool_size=pool,
                max_overflow=0,
                pool_pre_ping=True,
                json_serializer=_dumps,
                json_deserializer=orjson.loads,
                connect_args={"timeout": 5, "command_timeout": 60},
            )
            self._writer = None

    async def write(self, work: Work[T]) -> T:
        """
        Run `work(connection)` in one transaction and give back what it gives; when it raises, nothing is kept.

        Raises `Away` when the database is not there.
        """
        try:
            if self._writer:
                return await self._writer.run(work)
            async with self.engine.begin() as connection:
                return await connection.run_sync(work)
        except (OSError, InterfaceError) as error:
            raise Away(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated or _is_away(error):
                raise Away(type(error).__name__) from error
            raise

    async def read(self, work: Work[T]) -> T:
        """Run `work(connection)` where it can only read. Raises `Away` when the database is not there."""
        try:
            async with self.engine.connect() as connection:
                if not self.sqlite:
                    await connection.execution_options(postgresql_readonly=True)
                return await connection.run_sync(work)
        except (OSError, InterfaceError) as error:
            raise Away(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated or _is_away(error):
                raise Away(type(error).__name__) from error
            raise

    async def close(self) -> None:
        if self._writer:
            await self._writer.close()
        await self.engine.dispose()

    def _private_file(self) -> None:
        """The database holds what people told us: only its owner may read it."""
        path = self.url.database
        if path and path != ":memory:" and not os.path.exists(path):
            os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def writing_engine(url: str) -> Engine:
    """A synchronous engine for the writer thread, migrations and the command line."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError("only SQLite is written through a thread")
    engine = create_engine(
        parsed.set(drivername="sqlite+pysqlite"), json_serializer=_dumps, json_deserializer=orjson.loads
    )
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _lock_at_once)
    return engine


def _reader(url: Any) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=3, max_overflow=0, json_serializer=_dumps, json_deserializer=orjson.loads
    )
    event.listen(engine.sync_engine, "connect", _read_only)
    return engine


def _durable(dbapi: Any, _: Any) -> None:
    """Our own transactions (the driver's own lose updates), every commit on the disk before it is answered."""
    dbapi.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        dbapi.execute(f"PRAGMA {pragma}").close()


def _lock_at_once(connection: Connection) -> None:
    # A deferred BEGIN that reads first fails at its first write when another process has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _read_only(dbapi: Any, _: Any) -> None:
    cursor = dbapi.cursor()
    for pragma in ("busy_timeout=10000", "query_only=1"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _is_away(error: DBAPIError) -> bool:
    """Whether the database, not our statement, is at fault: gone, shutting down, full, locked for too long."""
    words = str(error.orig).lower()
    with suppress(AttributeError):
        if str(error.orig.sqlstate)[:2] in ("08", "53", "57"):  # type: ignore[union-attr]
            return True
    return any(
        word in words for word in ("unable to open", "disk i/o", "is locked", "database or disk is full", "readonly")
    )
