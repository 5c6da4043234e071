"""What of a person can be read in a copy of the database, and what comes back with whom."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.conversation import Conversation, Heard
from domain.message import Address, Incoming, Text
from storage.erasing import erase
from storage.people import appoint, change, meet, reach, seal_conversation
from storage.store import Store
from storage.tables import contacts

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
ANN = Address("line", "Uann")

REMEMBERED: dict[str, tuple[Conversation, set[str]]] = {
    "a right receipt": (Conversation(answers={"receipt": "r1"}), {"sealed"}),
    "a report that is being told": (Conversation(flow="drugs", answers={"words": "x"}), {"sealed", "answers"}),
    "something pasted": (Conversation(heard=(Heard(0, "x", (), ""),)), {"sealed", "heard"}),
}


@pytest.mark.parametrize("name", REMEMBERED)
async def test_nobody_is_told_apart_by_a_receipt(store: Store, name: str) -> None:
    """Readable is only what is to be forgotten in time; not that somebody used a receipt or added to a report."""
    one, readable = REMEMBERED[name]
    assert readable == set(await store.read(lambda c: seal_conversation(c, "ann", one, NOW)))


async def test_who_comes_back_gets_news_again(store: Store) -> None:
    """Having once said /stop ends with the person who was erased."""

    def work(connection: Connection) -> bool:
        id = appoint(connection, ANN, Role.RESIDENT, "", "", NOW)
        change(connection, id, subscribed=False)
        erase(connection, id, NOW)
        return meet(connection, Incoming("e", "e", ANN, NOW, Text("สวัสดี")), "th")[0].subscribed

    assert await store.write(work)


async def test_who_is_appointed_again_is_reached(store: Store) -> None:
    """Somebody who was erased, and is given a role by the operator, hears of it where they are."""

    def work(connection: Connection) -> None:
        id = appoint(connection, ANN, Role.VOLUNTEER, "4203", "แอน", NOW)
        erase(connection, id, NOW)
        assert id == appoint(connection, ANN, Role.COORDINATOR, "42", "แอน", NOW)
        found = reach(connection, id)
        assert found
        assert (ANN, Role.COORDINATOR, True) == (found[0].address, found[0].role, found[1])
        assert 1 == len(connection.execute(select(contacts.c.id)).all())

    await store.write(work)
