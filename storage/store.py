"""Where the storage functions run: one writer thread on SQLite, any number of connections on PostgreSQL."""

import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.keys import OPTION, Keys
from storage.writer import Writer

T = TypeVar("T")
Work = Callable[[Connection], T]

TRIES = 3
CLASHES = ("40001", "40P01")
"""Serialization failure and deadlock (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
AWAY = ("08", "28", "3D", "53", "57")
"""Connection, authorization, no such database, no resources, shut down or starting (the same page)."""
NOT_OURS = ("25006", "42P01", "55000")
"""A standby that only reads; a database without our tables; one that is closed to connections."""
SIGNS = ("unable to open", "disk i/o", "is locked", "disk is full", "readonly", "no such table", "not a database")
"""What SQLite says (sqlite3.c, `sqlite3ErrStr`) where PostgreSQL has codes."""


class Away(Exception):
    """The database cannot be reached or written; nothing was done, and it is worth trying again."""


class Store:
    """
    The database behind two verbs: `write` runs a function in one transaction, `read` in one that cannot write.

    Storage functions are plain and synchronous over a `Connection`; here is decided where they run. On SQLite all
    writes go through one thread that begins with BEGIN IMMEDIATE and lets waiting writers share a commit; reads go
    through aiosqlite. On PostgreSQL each call has a connection of its own and rows are locked.
    """

    def __init__(self, url: str, pool: int = 16, keys: Keys | None = None) -> None:
        """
        Nothing is connected yet. Raises `Away` when a file cannot be made where it should be.

        `keys` go along with every connection (`storage.keys.keys_of`); without them nothing is sealed or opened.
        """
        self.url, self.keys = make_url(url), keys
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._file = self.url.database or "" if self.sqlite and self.url.database != ":memory:" else ""
        self._known: tuple[int, int] | None = None
        if self.sqlite:
            self._private_file()
            self.engine = _reader(_existing(self.url, "sqlite+aiosqlite")).execution_options(**{OPTION: keys})
            self._writer: Writer | None = Writer(writing_engine(url).execution_options(**{OPTION: keys}))
        else:
            self.engine = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg"),
                pool_size=pool,
                max_overflow=0,
                json_serializer=_dumps,
                json_deserializer=orjson.loads,
                connect_args={"timeout": 5, "command_timeout": 60},
                execution_options={OPTION: keys},
            )
            self._writer = None

    async def write(self, work: Work[T], *, bulk: bool = False) -> T:
        """
        Run `work(connection)` in one transaction and give back what it gives; when it raises, nothing is kept.

        `bulk` is for a page of something long (spreading, sending, forgetting): whoever waits meanwhile waits for one
        such page and not for all of them.

        Raises `Away` when the database is not there. A deadlock is nobody's fault, nor is a connection that the server
        closed while it lay idle: both are tried again, so `work` may be run more than once, even after a commit of
        which we did not hear. (Asking each connection whether it still lives, before each use, costs three more round
        trips than that.)
        """
        return await self._tried(lambda: self._write(work, bulk))

    async def read(self, work: Work[T]) -> T:
        """Run `work(connection)` where it can only read. Raises `Away` when the database is not there."""
        return await self._tried(lambda: self._read(work))

    async def _tried(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
        for _ in range(TRIES - 1):
            try:
                return await attempt()
            except Exception as error:
                if not _passing(error):
                    raise _plainer(error) from error
        try:
            return await attempt()
        except Exception as error:
            raise _plainer(error) from error

    async def _write(self, work: Work[T], bulk: bool) -> T:
        await self._look()
        if self._writer:
            return await self._writer.run(work, bulk)
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    async def _read(self, work: Work[T]) -> T:
        await self._look()
        async with self.engine.connect() as connection:
            if not self.sqlite:
                await connection.execution_options(postgresql_readonly=True)
            return await connection.run_sync(work)

    async def _look(self) -> None:
        """
        Make sure that the file we write to still has its name. Raises `Away` when it is gone.

        SQLite would go on writing into a file that was removed, and all of it would be lost at the end. One that was
        replaced (a backup put back) is opened anew.
        """
        if not self._file:
            return
        try:
            found = os.stat(self._file)
        except OSError as error:
            raise Away(f"{self._file}: {error.strerror}") from error
        if self._known and self._known != (found.st_dev, found.st_ino) and self._writer:
            self._writer.engine.dispose()
            await self.engine.dispose()
        self._known = (found.st_dev, found.st_ino)

    async def close(self) -> None:
        if self._writer:
            await self._writer.close()
        await self.engine.dispose()

    def _private_file(self) -> None:
        """The database holds what people told us: only its owner may read it."""
        path = self._file
        if path and not os.path.exists(path):
            try:
                os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as error:
                raise Away(f"{error.filename}: {error.strerror}") from error


def writing_engine(url: str) -> Engine:
    """A synchronous engine for the writer thread, migrations and the command line."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError("only SQLite is written through a thread")
    engine = create_engine(_existing(parsed, "sqlite+pysqlite"), json_serializer=_dumps, json_deserializer=orjson.loads)
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _lock_at_once)
    return engine


def _existing(url: URL, driver: str) -> URL:
    """
    The address of a file that is there already (https://www.sqlite.org/uri.html, `mode=rw`).

    SQLite makes a missing file by itself: a connection opened just after ours was taken away would leave an empty
    one in its place, and be believed.
    """
    if url.database in (None, "", ":memory:"):
        return url.set(drivername=driver)
    return url.set(drivername=driver, database=f"file:{quote(url.database)}", query={"mode": "rw", "uri": "true"})


def _reader(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=3, max_overflow=0, json_serializer=_dumps, json_deserializer=orjson.loads
    )
    event.listen(engine.sync_engine, "connect", _read_only)
    return engine


def _durable(dbapi: Any, _: Any) -> None:
    """
    Our own transactions (the driver's own lose updates), every commit on the disk before it is answered, zeros over
    whatever is deleted.
    """
    dbapi.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON", "secure_delete=ON"):
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


def _state(error: BaseException) -> str:
    """PostgreSQL's five letters for what went wrong; "" when it is not PostgreSQL's word."""
    return str(getattr(getattr(error, "orig", None) or error, "sqlstate", None) or "")


def _passing(error: Exception) -> bool:
    """A clash with another transaction, or a connection that the server had closed meanwhile: gone at the next try."""
    return _state(error) in CLASHES or bool(getattr(error, "connection_invalidated", False))


def _plainer(error: Exception) -> Exception:
    """`Away`, with the reason, for what is the database's fault; anything else as it is."""
    if isinstance(error, Away) or not _is_away(error):
        return error
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return Away(reason[:150] or type(error).__name__)


def _is_away(error: Exception) -> bool:
    """Whether the database, not our statement, is at fault: gone, shutting down, full, empty, locked for too long."""
    if isinstance(error, OSError | InterfaceError | PoolTimeout):
        return True
    state = _state(error)
    if state[:2] in AWAY or state in NOT_OURS:
        return True
    if not isinstance(error, DBAPIError):
        return False
    words = str(error.orig).lower()
    return error.connection_invalidated or any(sign in words for sign in SIGNS)
