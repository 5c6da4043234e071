"""The weekly question: asked once of whom it is for, answered by one tap, and silence counted in weeks."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerts.campaigns import fire
from alerts.weekly import dress
from domain.contact import Role
from domain.message import Outgoing, Say
from domain.query import FindZero
from domain.zero import Silence, is_zero, week_of, zero_campaign
from storage.alerts import load_alert
from storage.campaigns import find_campaigns, keep_campaign
from storage.store import Store
from storage.tables import contacts
from storage.tables_dispatch import zeros
from storage.zeros import answer, find_zero, silences
from tests.storage.rings import on_sqlite, volunteer

SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
"""18:00 in Thailand."""
WEEK = timedelta(weeks=1)


def speak(say: Say, language: str) -> Outgoing:
    return Outgoing((say.key, *(offer.token for offer in say.offers)))


def look(connection: Any, now: datetime) -> tuple[str, ...]:
    return fire(connection, now, (), dress(speak)).alerts


async def begin(store: Store, *people: dict[str, Any]) -> None:
    """The question is on in the district, for the first time this Sunday."""
    await store.write(lambda c: c.execute(insert(contacts), list(people)))
    await store.write(lambda c: keep_campaign(c, zero_campaign("4203", "me", SUNDAY)))


async def test_each_is_asked_once_a_week(stores: tuple[Store, Store]) -> None:
    """Two processes that look at once ask once; the buttons know their week."""
    await begin(stores[0], volunteer("a", "420301"), volunteer("b", "420302"), volunteer("far", "420401"))

    raised = await asyncio.gather(*(stores[n % 2].write(lambda c: look(c, SUNDAY)) for n in range(4)))

    [[id]] = [each for each in raised if each]
    rows = await stores[0].read(lambda c: c.execute(select(zeros.c.contact, zeros.c.week, zeros.c.answer)).all())
    assert [("a", "2026-11-22", ""), ("b", "2026-11-22", "")] == sorted(tuple(row) for row in rows)
    alert = await stores[0].read(lambda c: load_alert(c, id))
    assert alert is not None
    assert "/zero none 2026-11-22" in alert.words["th"]
    assert (Role.VOLUNTEER, "routine") == (alert.audience.role, alert.lane)


@on_sqlite
async def test_two_areas_in_one_another_ask_of_one_week(store: Store) -> None:
    """Where the question is on twice over somebody, it is one question of theirs, and one silence."""
    await begin(store, volunteer("a", "420301"))
    await store.write(lambda c: keep_campaign(c, zero_campaign("42", "me", SUNDAY)))

    await store.write(lambda c: look(c, SUNDAY))

    assert (Silence("a", "", "420301", 1),) == await store.read(lambda c: silences(c, "42", SUNDAY))


@on_sqlite
async def test_news_is_no_question(store: Store) -> None:
    """Only the weekly question is known for one, and it comes back from the database as one."""
    await begin(store, volunteer("a", "420301"))
    [kept] = await store.read(find_campaigns)
    assert is_zero(kept)


async def test_silence_is_counted_in_weeks(store: Store) -> None:
    """From the last question back to the last answer; who is off or away is not missed; only volunteers count."""
    away = volunteer("away", "420301", away=SUNDAY + 10 * WEEK)
    others = (volunteer("off", "420301", on_duty=False), volunteer("left", "420301"), away)
    await begin(store, volunteer("a", "420301"), volunteer("b", "420301"), volunteer("c", "420302"), *others)
    for n in range(3):
        await store.write(lambda c, n=n: look(c, SUNDAY + n * WEEK))
    for who, n in (("a", 0), ("b", 2)):
        at = SUNDAY + n * WEEK
        await store.write(lambda c, who=who, at=at: answer(c, who, week_of(at), "none", at))
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "left").values(role=0)))

    found = await store.read(lambda c: silences(c, "4203", SUNDAY + 2 * WEEK))

    assert found == (
        Silence("a", "", "420301", 2),
        Silence("b", "", "420301", 0),
        Silence("c", "", "420302", 3),
    )
    assert found[2:] == await store.read(lambda c: silences(c, "420302", SUNDAY + 2 * WEEK))


@on_sqlite
async def test_an_answer_counts_once_and_for_its_week(store: Store) -> None:
    """The latest word counts, the time of the first stays; who was not asked has nothing to answer."""
    await begin(store, volunteer("a", "420301"))
    await store.write(lambda c: look(c, SUNDAY))
    for minutes, word in ((5, "none"), (9, "some")):
        at = SUNDAY + timedelta(minutes=minutes)
        await store.write(lambda c, word=word, at=at: answer(c, "a", "2026-11-22", word, at))
        await store.write(lambda c, word=word, at=at: answer(c, "stranger", "2026-11-22", word, at))

    rows = await store.read(lambda c: c.execute(select(zeros)).all())

    assert [("a", "2026-11-22", "some", SUNDAY + timedelta(minutes=5))] == [
        (row.contact, row.week, row.answer, row.answered_at) for row in rows
    ]
    weeks = [await store.read(lambda c, who=who: find_zero(c, FindZero(who))) for who in ("a", "stranger")]
    assert ["2026-11-22", None] == weeks


@on_sqlite
async def test_a_year_is_kept(store: Store) -> None:
    """What was asked more than a year ago goes with the next question."""
    await begin(store, volunteer("a", "420301"))
    old = {"contact": "a", "week": "2025-11-09", "area": "420301", "answer": "none"}
    await store.write(lambda c: c.execute(insert(zeros), [old, old | {"week": "2025-12-07"}]))

    await store.write(lambda c: look(c, SUNDAY))

    weeks = await store.read(lambda c: c.execute(select(zeros.c.week).order_by(zeros.c.week)).scalars().all())
    assert ["2025-12-07", "2026-11-22"] == weeks


def test_a_week_is_of_the_day_in_thailand() -> None:
    """A question asked just after midnight there is of the new day."""
    assert week_of(datetime(2026, 11, 22, 17, 30, tzinfo=UTC)) == "2026-11-23"


@pytest.mark.parametrize("area", ["", "42", "420301"])
def test_one_question_for_an_area(area: str) -> None:
    """Turning it on again is the same question."""
    assert zero_campaign(area, "me", None).id == zero_campaign(area, "you", SUNDAY).id
