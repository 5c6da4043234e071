"""What volunteers answer: the others hear of it, and the next ring is asked when it must be."""

import asyncio

from sqlalchemy import Connection, text, update

from domain.dispatch import Call
from domain.message import Say
from domain.report import Called
from storage.dispatching import answer, called, end, find_call, looked
from storage.store import Store
from storage.tables import contacts
from tests.storage.rings import MINUTE, NOW, SPOKEN, begin, heard, later, on_sqlite, says, volunteer, words


@on_sqlite
async def test_when_one_goes_the_others_need_not(store: Store) -> None:
    """The others who were asked hear once that somebody goes, no ring follows, and who wants may still join."""
    await begin(store)
    await later(store, 10)
    await says(store, "tambon", "going", 11)
    await says(store, "village", "going", 12)
    await says(store, "tambon", "going", 13)

    assert ["next village", "village"] == await heard(store, "taken")
    assert [0, 0] == [await later(store, minutes) for minutes in (21, 60)]
    assert Called("taken", 3, 2, 2) == await store.read(lambda c: called(c, "r"))


async def test_two_go_at_once(stores: tuple[Store, Store]) -> None:
    """Of two who press in the same moment in two processes, nobody is told twice."""
    await begin(stores[0])
    await later(stores[0], 10)

    await asyncio.gather(says(stores[0], "tambon", "going", 11), says(stores[1], "village", "going", 11))

    told = await heard(stores[0], "taken")
    assert "next village" in told
    assert len(told) == len(set(told))


@on_sqlite
async def test_when_nobody_of_a_ring_can(store: Store) -> None:
    """The next is asked at once, and has its own time to answer."""
    await begin(store)
    await says(store, "village", "cant", 2)

    assert ["village", "next village", "tambon"] == await heard(store)
    assert [0, 1] == [await later(store, minutes) for minutes in (11, 12)]


async def test_the_last_two_who_cannot_say_so_at_once(stores: tuple[Store, Store]) -> None:
    """Whichever of them is second, in whatever process, the next ring is asked."""
    await begin(stores[0], volunteer("a", "42030105"), volunteer("b", "42030105"), volunteer("next", "420301"))

    def slowly(connection: Connection) -> None:
        answer(connection, "d", "a", "cant", SPOKEN, words, NOW + MINUTE)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_sleep(0.3)"))

    async def then() -> None:
        await asyncio.sleep(0.1)
        await says(stores[1], "b", "cant")

    await asyncio.gather(stores[0].write(slowly), then())

    assert ["a", "b", "next"] == await heard(stores[0])


@on_sqlite
async def test_who_needs_help_is_joined_by_the_next_ring(store: Store) -> None:
    """More people are asked at once, though somebody went already."""
    await begin(store)
    await says(store, "village", "going", 1)
    await says(store, "village", "help", 3)

    assert ["village", "next village", "tambon"] == await heard(store)


@on_sqlite
async def test_who_went_and_cannot_after_all(store: Store) -> None:
    """Those who were told that they need not go are asked again, once, and then the next ring."""
    await begin(store)
    await later(store, 10)
    await says(store, "village", "going", 11)
    await says(store, "village", "cant", 12)
    await says(store, "village", "going", 13)
    await says(store, "village", "cant", 14)

    assert ["village", "next village", "tambon", "next village", "tambon"] == await heard(store)
    assert [0, 1] == [await later(store, minutes) for minutes in (23, 24)]


@on_sqlite
async def test_those_on_their_way_hear_that_it_is_over(store: Store) -> None:
    """Who said they go is told, who has told what they found or cannot go is not; twice is once."""
    await begin(store)
    await later(store, 10)
    await says(store, "village", "going")
    await says(store, "tambon", "going")
    await says(store, "next village", "cant")
    await store.write(lambda c: looked(c, "d", "tambon", "nothing"))

    for _ in range(2):
        await store.write(lambda c: end(c, "r", Say("over"), words, NOW))

    assert ["village"] == await heard(store, "over")


@on_sqlite
async def test_what_one_found_ends_the_asking(store: Store) -> None:
    """It is kept with who found it, who does not learn who reported it; nobody else is asked, but for help."""
    await begin(store)
    await store.write(lambda c: looked(c, "d", "village", "nothing"))

    assert await later(store, 10) == 0
    call = await store.write(lambda c: find_call(c, "d", "village"))
    assert isinstance(call, Call)
    assert ("nothing", "looked", "") == (call.outcome, call.state, call.report and call.report.reporter)
    assert await store.write(lambda c: find_call(c, "d", "stranger")) is None
    await says(store, "village", "help")
    assert ["village", "next village", "tambon"] == await heard(store)


@on_sqlite
async def test_who_was_not_asked_cannot_answer(store: Store) -> None:
    """An answer by somebody else changes nothing."""
    await begin(store)
    await says(store, "far", "going")
    assert Called("open", 1, 0, 0) == await store.read(lambda c: called(c, "r"))


@on_sqlite
async def test_those_gone_meanwhile_are_not_told(store: Store) -> None:
    """Who blocked us after being asked hears no more of it."""
    await begin(store)
    await later(store, 10)
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "tambon").values(muted=True)))

    await says(store, "village", "going", 11)

    assert ["next village"] == await heard(store, "taken")
