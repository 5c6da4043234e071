"""
The whole database as one encrypted file, made while the bot runs, and back into an empty database of either kind.

Inside: a line of JSON that says of which version it is, then for each table a line with its columns and a line for
each row, then a line with how many rows each table has and a digest over them.
"""

import base64
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.migrate import head, upgrade
from storage.sealed import Sealer, Unreadable, unseal
from storage.store import Store
from storage.tables import Utc, audit, audit_head, metadata, reports
from storage.tables_sealing import seal_keys

CHUNK = 1 << 20
ROWS, HEAVY_ROWS = 500, 4
"""Rows fetched or inserted at a time; few of those that may hold megabytes."""
SORTED = orjson.OPT_SORT_KEYS
BEGUN = (audit_head, seal_keys)
"""Tables in which a database has a row as soon as a bot was started on it."""
NULLABLE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Tick = Callable[[], object]
Total = dict[str, list[Any]]
"""By table, how many rows, and the sum of their SHA-256 (mod 2^256), in hex: the order of rows does not matter."""


def nothing() -> None:
    """Nobody looks on."""


# --- making one ---


async def back_up(store: Store, file: BinaryIO, passphrase: str, now: datetime, tick: Tick = nothing) -> int:
    """
    Write everything into a file, as it was at one moment: how many rows. `tick` is called after each table.

    Nobody waits for it: SQLite reads from its log, PostgreSQL in a repeatable-read transaction.
    """
    async with store.engine.connect() as connection:
        if store.sqlite:
            # The driver begins no transaction for reading: each table would be of another moment.
            await connection.exec_driver_sql("BEGIN")
        else:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return await connection.run_sync(_write, file, passphrase, now, tick)


def _write(connection: Connection, file: BinaryIO, passphrase: str, now: datetime, tick: Tick) -> int:
    sealer, waiting, size = Sealer(file, passphrase), list[bytes](), 0
    for line in _lines(connection, now, tick):
        waiting.append(line)
        size += len(line)
        if size >= CHUNK:
            sealer.write(zlib.compress(b"\n".join(waiting)))
            waiting, size = [], 0
    sealer.write(zlib.compress(b"\n".join(waiting)), last=True)
    end: Total = orjson.loads(waiting[-1])["end"]
    return sum(many for many, _ in end.values())


def _lines(connection: Connection, now: datetime, tick: Tick) -> Iterator[bytes]:
    yield orjson.dumps({"rimkhong": 1, "version": head(), "at": now})
    end: Total = {}
    for table in metadata.sorted_tables:
        yield orjson.dumps({"table": table.name, "columns": [column.name for column in table.columns]})
        sum_up = _Sum()
        for line in _rows(connection, table):
            sum_up.add(line)
            yield line
        end[str(table.name)] = sum_up.told()
        tick()
    yield orjson.dumps({"end": end})


def _rows(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table, each as a JSON list."""
    every = select(table).execution_options(yield_per=_at_a_time(table))
    for row in connection.execute(every):
        yield orjson.dumps([_plain(value) for value in row], option=SORTED)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _at_a_time(table: Table) -> int:
    return HEAVY_ROWS if any(isinstance(column.type, LargeBinary) for column in table.columns) else ROWS


class _Sum:
    """How many rows, and a digest over them."""

    def __init__(self) -> None:
        self.many, self.digest = 0, 0

    def add(self, line: bytes) -> None:
        self.many += 1
        self.digest = (self.digest + int.from_bytes(sha256(line).digest())) % (1 << 256)

    def told(self) -> list[Any]:
        return [self.many, f"{self.digest:064x}"]


# --- and back ---


def look_through(path: Path, passphrase: str) -> Total:
    """
    Read a whole backup without writing anything: what it holds.

    Raises Unreadable, with a sentence, for a wrong pass phrase, for a file that was changed or cut off, and for one of
    another version of this program.
    """
    sums: dict[str, _Sum] = {}
    current, end = _Sum(), None
    for line in _read(path, passphrase):
        if line.startswith(b"["):
            current.add(line)
            continue
        told = orjson.loads(line)
        if "table" in told:
            current = sums[told["table"]] = _Sum()
        elif "version" in told and told["version"] != head():
            raise Unreadable(f"it was made at version {told['version']}, and this program restores {head()} only")
        end = told.get("end", end)
    found = {name: one.told() for name, one in sums.items()}
    if found != end:
        raise Unreadable("what it holds is not what it says it holds")
    return found


async def restore(
    store: Store, path: Path, passphrase: str, by: Callable[[Connection, int], None], tick: Tick = nothing
) -> int:
    """
    Put a backup into an empty database, and read it back to compare: how many rows.

    All of it or nothing: one transaction, tables and all, in which `by(connection, rows)` writes it into the audit.
    Raises Unreadable as `look_through` does, and when the database is not empty or gives back something else.
    """
    total = look_through(path, passphrase)
    rows: int = sum(many for many, _ in total.values())

    def work(connection: Connection) -> int:
        if not _empty(connection):
            raise Unreadable("the database is not empty: name a new one in storage.url")
        upgrade(connection)
        for table in BEGUN:
            connection.execute(delete(table))
        _fill(connection, path, passphrase, tick)
        if (back := {str(table.name): _summed(connection, table) for table in metadata.sorted_tables}) != total:
            wrong = next(name for name in back if back[name] != total.get(name))
            raise Unreadable(f"the database gave back something else than was written to {wrong}; nothing was kept")
        by(connection, rows)
        return rows

    return await store.write(work)


def _empty(connection: Connection) -> bool:
    there = set(inspect(connection).get_table_names())
    ours = [table for table in metadata.sorted_tables if table.name in there and table not in BEGUN]
    return all(connection.execute(select(text("1")).select_from(table).limit(1)).first() is None for table in ours)


def _read(path: Path, passphrase: str) -> Iterator[bytes]:
    with path.open("rb") as file:
        for chunk in unseal(file, passphrase):
            yield from zlib.decompress(chunk).split(b"\n")


def _fill(connection: Connection, path: Path, passphrase: str, tick: Tick) -> None:
    table, columns, waiting = audit, list[str](), list[dict[str, Any]]()
    for line in _read(path, passphrase):
        if line.startswith(b"["):
            waiting.append(_row(table, columns, orjson.loads(line)))
            if len(waiting) >= _at_a_time(table):
                connection.execute(_put(table), waiting)
                waiting = []
            continue
        if waiting:
            connection.execute(_put(table), waiting)
            waiting = []
        told = orjson.loads(line)
        if "table" in told:
            table, columns = metadata.tables[told["table"]], told["columns"]
            tick()
    _follow_up(connection)


def _put(table: Table) -> Insert:
    """An INSERT that writes nothing at all for None where otherwise JSON's own null would be written."""
    types = {column.name: NULLABLE if isinstance(column.type, JSON) else column.type for column in table.columns}
    return insert(table).values({name: bindparam(f"b_{name}", type_=type_) for name, type_ in types.items()})


def _row(table: Table, columns: Sequence[str], values: list[Any]) -> dict[str, Any]:
    return {f"b_{name}": _typed(table.c[name].type, value) for name, value in zip(columns, values, strict=True)}


def _typed(type_: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(type_, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(type_, Utc) else value


def _follow_up(connection: Connection) -> None:
    """What hangs on the rows and is not in them: the text index on SQLite, the counter of rows on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        words = select(reports.c.number, reports.c.folded)
        connection.execute(text(f"INSERT INTO reports_fts(rowid, folded) {words}"))
        return
    last = connection.execute(select(func.max(audit.c.seq))).scalar()
    if last:
        connection.execute(text("SELECT setval(pg_get_serial_sequence('audit', 'seq'), :n)"), {"n": last})


def _summed(connection: Connection, table: Table) -> list[Any]:
    sum_up = _Sum()
    for line in _rows(connection, table):
        sum_up.add(line)
    return sum_up.told()
