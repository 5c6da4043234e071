"""Statements of every turn: written by SQLAlchemy once, then run as their text, straight on the driver."""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Build = Callable[[Connection], Any]


class Prepared:
    """
    A statement that is the same at every run, but for its values.

    SQLAlchemy spends several times what SQLite does on each run: on looking the text up, and on results that can do
    everything. Here it writes the text once for each dialect, and its types still convert the values. Not for
    statements with lists that expand or defaults that Python computes: every value is given by its name.
    """

    def __init__(self, build: Build, columns: Sequence[str] | None = None) -> None:
        """`build` makes the statement for a connection's dialect; `columns` are those that an INSERT fills."""
        self.build: Final = build
        self.columns: Final = columns
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it once; how many rows it changed. Raises as `Connection.execute` does."""
        text = self._text(connection)
        with _cursor(connection, text.sql) as cursor:
            cursor.execute(text.sql, text.bound(values))
            return int(cursor.rowcount)

    def run_each(self, connection: Connection, many: Sequence[Values]) -> None:
        """Run it once for each of these. Raises as `Connection.execute` does."""
        text = self._text(connection)
        with _cursor(connection, text.sql) as cursor:
            cursor.executemany(text.sql, [text.bound(values) for values in many])

    def first(self, connection: Connection, values: Values) -> Any:
        """The first row of a SELECT, a named tuple; None when there is none. Raises as `Connection.execute` does."""
        text = self._text(connection)
        with _cursor(connection, text.sql) as cursor:
            cursor.execute(text.sql, text.bound(values))
            row = cursor.fetchone()
        return None if row is None else text.read(row)

    def _text(self, connection: Connection) -> "_Text":
        name = connection.dialect.name
        return self._texts.get(name) or self._texts.setdefault(
            name, _Text(self.build(connection), connection.dialect, self.columns)
        )


class _Text:
    """A statement in one dialect's words, and what its values and columns are converted by."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = compiled.string
        # Both drivers count their places. Those that the statement fills itself (a comparison with "") keep its value.
        self.places: list[str] = list(compiled.positiontup or ())
        self.fixed = {name: one.value for name, one in compiled.binds.items() if one.value is not None}
        types = ((n, name, compiled.binds[name].type) for n, name in enumerate(self.places))
        self.bind = [(n, convert) for n, _, kind in types if (convert := _binder(kind, dialect))]
        chosen = list(statement.selected_columns) if isinstance(statement, Select) else []
        self.load = [(n, convert) for n, one in enumerate(chosen) if (convert := _loader(one.type, dialect))]
        self.row: Any = _row([str(one.key) for one in chosen])

    def bound(self, values: Values) -> tuple[Any, ...]:
        fixed = self.fixed
        given = [values[name] if name in values else fixed[name] for name in self.places]
        for n, convert in self.bind:
            given[n] = convert(given[n])
        return tuple(given)

    def read(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for n, convert in self.load:
            values[n] = convert(values[n])
        return self.row._make(values)


def _row(names: list[str]) -> Any:
    return namedtuple("row", names, rename=True)


def _binder(kind: Any, dialect: Dialect) -> Convert | None:
    found: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _loader(kind: Any, dialect: Dialect) -> Convert | None:
    found: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found


@contextmanager
def _cursor(connection: Connection, sql: str) -> Iterator[Any]:
    """A cursor of the driver's own; what it raises comes out as SQLAlchemy's errors, which everybody here knows."""
    if not connection.in_transaction():
        connection.begin()  # SQLAlchemy begins with its own first statement, and knows nothing of ours
    held, dialect = connection.connection, connection.dialect
    errors = dialect.loaded_dbapi.Error
    cursor = held.cursor()
    try:
        yield cursor
    except errors as error:
        gone = dialect.is_disconnect(error, held.dbapi_connection, cursor)
        told = DBAPIError.instance(
            sql, None, error, errors, hide_parameters=True, connection_invalidated=gone, dialect=dialect
        )
        if gone:
            connection.invalidate(error)
        raise told from error
    finally:
        cursor.close()
