"""Rings: nobody is forgotten or asked twice, whoever looks at the clock, however many do, and whenever one dies."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import Connection, select

from domain.contact import Role
from domain.dispatch import MOST, Dispatch
from domain.report import Status
from storage.dispatching import ring_due, send_out
from storage.erasing import erase
from storage.reports import set_status
from storage.store import Store
from storage.tables import alerts
from storage.tables_dispatch import calls, dispatches
from tests.storage.rings import MINUTE, NOW, ONE, SPOKEN, begin, heard, later, on_sqlite, says, volunteer, words
from tests.storage.test_alerts import person


async def test_rings_widen_until_the_coordinators(store: Store) -> None:
    """Village, tambon, district, each when the one before did not answer in time; then those who coordinate, once."""
    await begin(store)
    assert ["village"] == await heard(store)

    assert [0, 1, 0, 1, 1, 0] == [await later(store, minutes) for minutes in (9, 10, 19, 20, 30, 300)]

    assert ["village", "next village", "tambon", "district", "next tambon"] == await heard(store)
    assert ["coordinator"] == await heard(store, "unanswered")


@on_sqlite
async def test_who_is_never_asked(store: Store) -> None:
    """Not who reported, nor who is off, away, out of their hours, gone, of another district, or no volunteer."""
    await begin(store)
    for minutes in (10, 20, 30):
        await later(store, minutes)

    asked = set(await heard(store))

    assert asked.isdisjoint({"teller", "off", "on holiday", "mornings", "blocked", "far", "coordinator"})


@on_sqlite
async def test_a_ring_without_anybody_is_passed_over(store: Store) -> None:
    """Nobody waits ten minutes for an empty village."""
    await begin(store, volunteer("next tambon", "420302"), volunteer("teller", "42030105"))

    assert ["next tambon"] == await heard(store)


@on_sqlite
async def test_a_ring_that_was_asked_already_is_passed_over(store: Store) -> None:
    """Who did not answer as the village is not waited for again as the tambon and the district."""
    office = person("coordinator", "42", Role.COORDINATOR) | {"hours": "", "away": None}
    await begin(store, volunteer("village", "42030105"), office)

    await later(store, 10)

    assert ["village"] == await heard(store)
    assert ["coordinator"] == await heard(store, "unanswered")


@on_sqlite
async def test_nobody_on_duty_at_all(store: Store) -> None:
    """Coordinators hear at once that nobody can be asked, unless there are no volunteers to miss."""
    office = person("coordinator", "42", Role.COORDINATOR) | {"hours": "", "away": None}
    await begin(store, volunteer("off", "42030105", on_duty=False), office)
    assert ["coordinator"] == await heard(store, "unanswered")


@on_sqlite
async def test_no_volunteers_at_all(store: Store) -> None:
    """Where there are none, a coordinator is not told of it with every report, but when they ask for volunteers."""
    await begin(store, person("coordinator", "42", Role.COORDINATOR) | {"hours": "", "away": None})
    assert [] == await heard(store, "unanswered")
    by_hand = Dispatch("d2", "border", "42030105", "r", by="coordinator")
    await store.write(lambda c: send_out(c, by_hand, SPOKEN, words, NOW))
    assert ["coordinator"] == await heard(store, "unanswered")


async def test_two_workers_at_one_clock(stores: tuple[Store, Store]) -> None:
    """Any number of processes look at the same moment: each ring is asked once, and none is lost."""
    await begin(stores[0])
    for minutes in (10, 20, 30):
        many = await asyncio.gather(*(later(stores[n % 2], minutes) for n in range(6)))
        assert 1 == sum(many)

    assert {1} == set(Counter(await heard(stores[0])).values())
    assert 5 == len(await heard(stores[0]))
    assert ["coordinator"] == await heard(stores[1], "unanswered")


async def test_a_worker_that_dies_loses_no_ring(store: Store) -> None:
    """What was begun and not committed is done by whoever looks next."""
    await begin(store)

    def dying(connection: Connection) -> None:
        assert ring_due(connection, lambda _: SPOKEN, words, NOW + 10 * MINUTE) == 1
        raise RuntimeError("killed")

    try:
        await store.write(dying)
    except RuntimeError:
        assert ["village"] == await heard(store)
    assert await later(store, 11) == 1
    assert ["village", "next village", "tambon"] == await heard(store)


@on_sqlite
async def test_the_same_dispatch_twice_is_one(store: Store) -> None:
    """A turn that is run again asks nobody again."""
    await begin(store)
    assert not await store.write(lambda c: send_out(c, ONE, SPOKEN, words, NOW))
    assert ["village"] == await heard(store)


@on_sqlite
async def test_a_decided_report_rings_no_more(store: Store) -> None:
    """After a decision, or when the report is gone, no ring follows."""
    await begin(store)
    await store.write(lambda c: set_status(c, "r", Status.CLOSED, NOW))

    await later(store, 10)

    assert ["village"] == await heard(store)
    assert [0] == [await later(store, 300)]


async def test_a_ring_is_of_so_many_and_takes_turns(store: Store) -> None:
    """A large village is not asked all at once, and next time those who were not asked come first."""
    crowd = [volunteer(f"v{n:02}", "42030105") for n in range(MOST + 10)]
    await begin(store, *crowd)
    first = set(await heard(store))
    assert len(first) == MOST

    again = Dispatch("d2", "border", "42030105", "r")
    await store.write(lambda c: send_out(c, again, SPOKEN, words, NOW + MINUTE))

    second = (await heard(store))[MOST:]
    assert {row["id"] for row in crowd} - first <= set(second)


@on_sqlite
async def test_an_exercise_rings_too(store: Store) -> None:
    """Without a report it asks the same people, and ends with the coordinators."""
    drill = Dispatch("d", "border", "420301", "", exercise=True)
    await begin(store, one=drill)
    for minutes in (10, 20):
        await later(store, minutes)

    assert ["next village", "tambon", "teller", "village", "district", "next tambon"] == await heard(store)
    assert ["coordinator"] == await heard(store, "unanswered")
    kept = await store.read(lambda c: c.execute(select(alerts.c.report)).scalars().all())
    assert ["d"] == kept


async def test_after_a_year_nobody_knows_whom_we_asked(store: Store) -> None:
    """A new dispatch takes those of more than a year ago with it."""
    await begin(store)
    again = Dispatch("d2", "border", "42030105", exercise=True)

    await store.write(lambda c: send_out(c, again, SPOKEN, words, NOW + timedelta(days=366)))

    kept = await store.read(lambda c: set(c.execute(select(calls.c.dispatch)).scalars()))
    assert {"d2"} == kept


@on_sqlite
async def test_who_is_erased_was_never_asked(store: Store) -> None:
    """Erasing a volunteer takes away that they were asked, and what they answered."""
    await begin(store)
    await says(store, "village", "going")

    await store.write(lambda c: erase(c, "village", NOW))

    assert [] == await store.read(lambda c: c.execute(select(calls.c.contact)).scalars().all())


@on_sqlite
async def test_the_moment_it_is_due_is_kept(store: Store) -> None:
    """A change of settings does not move what waits: each dispatch keeps how long its rings have."""
    await begin(store, one=Dispatch("d", "border", "42030105", "r", wait=3 * MINUTE))
    due = await store.read(lambda c: c.execute(select(dispatches.c.due)).scalar_one())
    assert due == NOW + 3 * MINUTE
    assert [0, 1, 0, 1] == [await later(store, minutes) for minutes in (2, 3, 5, 6)]
