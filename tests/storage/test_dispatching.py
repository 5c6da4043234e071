"""Rings: nobody is forgotten or asked twice, whoever looks at the clock, however many do, and whenever one dies."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update

from domain.contact import Role
from domain.dispatch import MOST, Call, Dispatch, Response, Spoken
from domain.duty import hours_of
from domain.effect import FileReport
from domain.message import Outgoing, Say
from domain.report import Called, Status
from storage.alerts import fan_out, next_open
from storage.dispatching import answer, called, end, find_call, looked, ring_due, send_out
from storage.erasing import erase
from storage.message import read_message
from storage.reports import file_report, set_status
from storage.responses import responses
from storage.store import Store
from storage.tables import acks, alerts, contacts, outbox
from storage.tables_dispatch import calls, dispatches
from tests.keys import KEYS
from tests.storage.test_alerts import person

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
"""Sunday, 20:00 in Thailand."""
MINUTE = timedelta(minutes=1)
SPOKEN = Spoken(Say("ask"), Say("taken"), Say("over"), Say("unanswered"))
ONE = Dispatch("d", "border", "42030105", "r")
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is a matter of the rules and of no database."""


def words(says: tuple[Say, ...], language: str, facts: Mapping[str, str | int]) -> Outgoing:
    """What was meant, instead of words for it."""
    return Outgoing((f"{says[0].key} {facts.get('number', '')}".strip(),))


def volunteer(id: str, area: str, **more: Any) -> dict[str, Any]:
    """Somebody on duty; `hours` and `away` are theirs."""
    return person(id, area, Role.VOLUNTEER, **({"hours": "", "away": None} | more))


CAST = (
    volunteer("village", "42030105"),
    volunteer("tambon", "420301"),
    volunteer("next village", "42030106"),
    volunteer("next tambon", "420302"),
    volunteer("district", "4203"),
    volunteer("far", "420401"),
    volunteer("off", "42030105", on_duty=False),
    volunteer("mornings", "42030105", hours=hours_of([(day, 6, 12) for day in range(7)])),
    volunteer("on holiday", "42030105", away=NOW + timedelta(days=3)),
    volunteer("teller", "42030105"),
    volunteer("blocked", "42030105", muted=True),
    person("coordinator", "42", Role.COORDINATOR) | {"hours": "", "away": None},
)


async def begin(store: Store, *people: dict[str, Any], one: Dispatch = ONE, **more: Any) -> None:
    """A report by `teller`, and a dispatch of it."""

    def work(connection: Connection) -> None:
        connection.execute(insert(contacts), list(people or CAST))
        file_report(connection, FileReport("r", "border", {}, area=one.area, **more), "teller", "420301", "line", NOW)
        send_out(connection, one, SPOKEN, words, NOW)

    await store.write(work)


async def later(store: Store, minutes: float) -> int:
    """So many minutes after the beginning a worker looks."""
    return await store.write(lambda c: ring_due(c, lambda _: SPOKEN, words, NOW + minutes * MINUTE))


async def says(store: Store, who: str, what: str, minutes: float = 1) -> None:
    await store.write(lambda c: answer(c, "d", who, what, SPOKEN, words, NOW + minutes * MINUTE))


async def heard(store: Store, what: str = "ask") -> list[str]:
    """Who was told this, in the order in which they were, coordinators too."""

    def said(row: Any) -> str:
        if row.message is None:  # an alert's, to the coordinators
            return "unanswered"
        return read_message(KEYS, row.id, row.address, row.message)[1].bubbles[0]

    def work(connection: Connection) -> list[str]:
        while alert := next_open(connection):
            fan_out(connection, alert.id, 100, NOW, NOW)
        rows = connection.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.contact))
        return [row.contact for row in rows if said(row) == what]

    return await store.write(work)


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
async def test_a_decided_report_rings_no_more(store: Store) -> None:
    """After a decision, or when the report is gone, no ring follows."""
    await begin(store)
    await store.write(lambda c: set_status(c, "r", Status.CLOSED, NOW))

    await later(store, 10)

    assert ["village"] == await heard(store)
    assert [0] == [await later(store, 300)]


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


async def test_how_villages_answer(store: Store) -> None:
    """By village, the median time to the first answer; exercises apart from what was real."""
    await begin(store)
    await later(store, 10)
    await says(store, "village", "cant", 4)
    await says(store, "tambon", "going", 12)
    await store.write(
        lambda c: send_out(c, Dispatch("d2", "border", "42030105", "r"), SPOKEN, words, NOW + 20 * MINUTE)
    )
    await store.write(lambda c: answer(c, "d2", "village", "going", SPOKEN, words, NOW + 28 * MINUTE))
    drill = Dispatch("x", "border", "42030105", exercise=True)
    await store.write(lambda c: send_out(c, drill, SPOKEN, words, NOW + 40 * MINUTE))
    since = NOW - timedelta(days=30)

    real = await store.read(lambda c: responses(c, "4203", since))
    practised = await store.read(lambda c: responses(c, "4203", since, exercise=True))

    assert real == (
        Response("420301", 1, 1, 2 * MINUTE),
        Response("42030105", 2, 2, 6 * MINUTE),
        Response("42030106", 1, 0, None),
    )
    assert practised == (Response("42030105", 1, 0, None),)
    assert () == await store.read(lambda c: responses(c, "4204", since))
    assert () == await store.read(lambda c: responses(c, "", NOW + timedelta(days=1)))


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


@on_sqlite
async def test_those_gone_meanwhile_are_not_told(store: Store) -> None:
    """Who blocked us after being asked hears no more of it."""
    await begin(store)
    await later(store, 10)
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "tambon").values(muted=True)))

    await says(store, "village", "going", 11)

    assert ["next village"] == await heard(store, "taken")


async def test_answers_to_exercise_alerts_are_measured(store: Store) -> None:
    """An exercise alert counts for each village it was sent to, answered or not."""
    people = [volunteer("a", "42030105"), volunteer("b", "42030105"), volunteer("c", "420302")]

    def work(connection: Connection) -> None:
        connection.execute(insert(contacts), people)
        row = {"id": "x", "audience": {}, "lane": 1, "status": "Exercise", "state": "done", "created_at": NOW}
        connection.execute(insert(alerts), row)
        sent = {"channel": "line", "lane": 1, "state": "sent", "due": NOW, "alert": "x", "created_at": NOW}
        rows = [sent | {"id": f"x:{who['id']}", "address": who["id"], "contact": who["id"]} for who in people]
        connection.execute(insert(outbox), rows)
        for who, minutes in (("a", 9), ("b", 4)):
            at = NOW + minutes * MINUTE
            connection.execute(insert(acks).values(alert="x", contact=who, answer="seen", at=at))

    await store.write(work)

    found = await store.read(lambda c: responses(c, "42", NOW - MINUTE, exercise=True))

    assert found == (Response("42030105", 1, 1, 4 * MINUTE), Response("420302", 1, 0, None))
    assert () == await store.read(lambda c: responses(c, "42", NOW - MINUTE))
