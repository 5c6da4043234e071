"""Statements run straight on the driver do what SQLAlchemy's own execution does, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.outbox import once
from storage.prepared import Prepared
from storage.store import Store
from storage.tables import contacts, inbox, pace

NOW = datetime(2026, 11, 26, 8, 30, 1, 250_000, tzinfo=UTC)
FIND = Prepared(lambda _: select(contacts).where(contacts.c.id == bindparam("who")))
NOTE = Prepared(lambda connection: once(connection, inbox), inbox.c.keys())
PUT = Prepared(lambda _: insert(pace), pace.c.keys())
MOVE = Prepared(lambda _: update(pace).where(pace.c.channel == bindparam("it")).values(tat=bindparam("at")))
EVENT = {"channel": "line", "event": "e1", "at": NOW, "raw": None, "why": None}


def somebody(connection: Connection) -> None:
    new = {"id": "ann", "channel": "line", "address": "U1", "language": "th", "conversation": {"flow": "ลิงก์"}}
    connection.execute(insert(contacts).values(**new, seen_at=NOW, created_at=NOW, consented_at=None))


async def test_a_row_is_as_sqlalchemy_reads_it(store: Store) -> None:
    """Times, truth values, JSON and NULL come back as the same values under the same names."""
    await store.write(somebody)

    def both(connection: Connection) -> tuple[Any, Any]:
        return connection.execute(select(contacts)).one()._asdict(), FIND.first(connection, {"who": "ann"})._asdict()

    by_them, by_us = await store.write(both)
    assert by_them == by_us
    assert (True, {"flow": "ลิงก์"}, NOW, None) == (
        by_us["subscribed"],
        by_us["conversation"],
        by_us["seen_at"],
        by_us["consented_at"],
    )
    assert await store.write(lambda c: FIND.first(c, {"who": "bob"})) is None


async def test_it_says_how_many_rows_it_changed(store: Store) -> None:
    """One for a row that is new, none for one that was there: that is how a repeated event is known."""
    assert [1, 0] == [await store.write(lambda c: NOTE.run(c, EVENT)) for _ in range(2)]


async def test_many_at_once(store: Store) -> None:
    """One statement for many rows does for each what it would have done alone."""
    rows = [{"channel": name, "tat": NOW} for name in "abc"]
    later = NOW.replace(year=2027)

    def work(connection: Connection) -> list[Any]:
        PUT.run_each(connection, rows)
        MOVE.run_each(connection, [{"it": "a", "at": later}, {"it": "c", "at": later}])
        return list(connection.execute(select(pace.c.tat).order_by(pace.c.channel)).scalars())

    assert [later, NOW, later] == await store.write(work)


async def test_it_belongs_to_the_transaction(store: Store) -> None:
    """Being the first statement of a transaction, it is undone with it, however the transaction was begun."""

    def fail(connection: Connection) -> None:
        NOTE.run(connection, EVENT)
        raise ValueError("changed our mind")

    with pytest.raises(ValueError, match="changed"):
        await store.write(fail)

    def alone(connection: Connection) -> None:
        with connection.engine.connect() as other:
            NOTE.run(other, EVENT)
            other.rollback()

    if store.sqlite and store._writer:
        with store._writer.engine.connect() as connection:
            alone(connection)
    assert 0 == await store.read(lambda c: c.execute(select(func.count()).select_from(inbox)).scalar())


async def test_what_goes_wrong_has_the_same_name(store: Store) -> None:
    """An error of the driver comes out as SQLAlchemy's, with no values in its words."""
    await store.write(lambda c: PUT.run(c, {"channel": "secret", "tat": NOW}))
    with pytest.raises(IntegrityError) as told:
        await store.write(lambda c: PUT.run(c, {"channel": "secret", "tat": NOW}))
    assert "2026" not in str(told.value)
