"""A group that became a supergroup is the same group: heard, linked and told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from domain.delivery import Delivery, Gone
from domain.message import Address, Incoming, Joined, Outgoing, Text
from storage.groups import link
from storage.outbox import queue, settle
from storage.people import contact_id, meet
from storage.store import Store
from storage.tables import contacts
from storage.tables_alerts import groups

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
OLD, MOVED = Address("telegram", "-100"), Address("telegram", "-100200")
ID = contact_id(OLD)


def heard(connection: Connection, at: Address, n: int) -> str:
    said = Text("สวัสดี") if n else Joined()
    return meet(connection, Incoming(f"e{n}", f"{n}", at, NOW + timedelta(minutes=n), said, group=True), "th")[0].id


def linked(connection: Connection) -> None:
    heard(connection, OLD, 0)
    link(connection, ID, "420301", "boss", NOW)


def told_that_it_moved(connection: Connection) -> None:
    one = Delivery("d", OLD, Outgoing(("ข่าว",)), NOW)
    queue(connection, [one], NOW)
    settle(connection, [one], Gone(MOVED.id), NOW)


async def test_it_is_heard_again(store: Store) -> None:
    """Whoever writes there is answered, as often as they like, as the group that was linked."""

    def work(connection: Connection) -> None:
        linked(connection)
        told_that_it_moved(connection)
        assert [ID, ID] == [heard(connection, MOVED, n) for n in (1, 2)]
        row = connection.execute(select(contacts)).one()
        assert (MOVED.id, "420301", False) == (row.address, row.area, row.muted)

    await store.write(work)


@pytest.mark.parametrize("wanted", [True, False])
async def test_who_wrote_first_is_linked(store: Store, wanted: bool) -> None:
    """Where somebody wrote there before we knew, alerts go on: there, once, and not if it was silenced."""

    def work(connection: Connection) -> None:
        linked(connection)
        connection.execute(contacts.update().values(subscribed=wanted))
        new = heard(connection, MOVED, 1)
        assert new != ID
        told_that_it_moved(connection)
        rows = {row.id: row for row in connection.execute(select(contacts))}
        assert ("420301", False, wanted) == (rows[new].area, rows[new].muted, rows[new].subscribed)
        assert ("", True) == (rows[ID].area, rows[ID].muted)
        assert [new] == list(connection.execute(select(groups.c.contact)).scalars())

    await store.write(work)
