"""What holding an alert up promises: nothing more leaves, nothing is lost, nobody else waits; and what it came to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.words import catalogues
from domain.alert import Alert, Audience
from domain.query import Progress
from domain.reached import coarse, reason
from storage.alerts import next_open
from storage.claims import claim, claim_batch
from storage.steering import any_held, pause_alert, reached, resume_alert, wake
from storage.store import Store
from storage.tables import outbox
from tests.storage.test_alerts import NOW, crowd, tell


async def taken(store: Store, lane: Any = "routine", at: Any = NOW) -> int:
    return len(await store.write(lambda c: claim(c, "line", at, 100, (lane,))))


async def test_what_is_held_up_does_not_leave(store: Store) -> None:
    """Not one by one, not in a batch; let go on, all of it does, though it takes pages."""
    await crowd(store, 20)
    await tell(store, Alert("a", Audience()))
    assert [True, False] == [await store.write(lambda c: pause_alert(c, "a")) for _ in range(2)]

    assert 0 == await taken(store)
    assert [] == await store.write(lambda c: claim_batch(c, "line", NOW + timedelta(hours=2), 100, ("routine",)))

    assert [True, False] == [await store.write(lambda c: resume_alert(c, "a")) for _ in range(2)]
    later = NOW + timedelta(hours=2, seconds=1)
    pages = []
    while await store.read(any_held):
        pages.append(await store.write(lambda c: wake(c, later, 8)))
    assert [8, 8, 4, 0] == pages
    assert 20 == await taken(store, at=later)


async def test_a_paused_alert_is_not_spread(store: Store) -> None:
    """It is passed over for the next one, and spread when it goes on."""
    await tell(store, Alert("b", Audience("42"), lane="urgent"))
    await store.write(lambda c: c.exec_driver_sql("UPDATE alerts SET state = 'open'"))
    await store.write(lambda c: pause_alert(c, "b"))
    assert await store.read(next_open) is None

    await store.write(lambda c: resume_alert(c, "b"))
    found = await store.read(next_open)
    assert found is not None
    assert "b" == found.id


async def test_others_do_not_wait_behind_it(store: Store) -> None:
    """What is due beside a paused alert leaves in the same look, and what expires while it is held up never does."""
    await crowd(store, 5)
    await tell(store, Alert("a", Audience(), expires=NOW + timedelta(minutes=30)))
    await tell(store, Alert("b", Audience()))
    await store.write(lambda c: pause_alert(c, "a"))
    assert 5 == await taken(store)

    await store.write(lambda c: resume_alert(c, "a"))
    later = NOW + timedelta(hours=1)
    await store.write(lambda c: wake(c, later))
    left = await store.write(lambda c: claim(c, "line", later, 100, ("routine",)))
    assert {"b"} == {delivery.alert for delivery in left}
    assert (("expired", 5),) == (await store.read(lambda c: reached(c, "a"))).reasons


async def test_whom_it_reached(store: Store) -> None:
    """By channel, by place with small ones counted around them, and by reason."""
    states = {
        "42030101": ["sent"] * 3,
        "42030102": ["sent", "gone"],
        "420302": ["refused"],
        "": ["queued"],
    }
    notes = {"refused": "monthly limit", "gone": "gone"}
    rows = [
        {"id": f"{area}-{n}", "channel": "line", "address": f"{area}{n}", "lane": 2, "alert": "a", "area": area}
        | {"state": state, "note": notes.get(state, ""), "due": NOW, "created_at": NOW}
        for area, them in states.items()
        for n, state in enumerate(them)
    ]
    await store.write(lambda c: c.execute(insert(outbox), rows))
    await store.write(lambda c: c.execute(update(outbox).where(outbox.c.area == "420302").values(channel="telegram")))

    told = await store.read(lambda c: reached(c, "a"))

    assert (("line", Progress(queued=1, sent=4, gone=1)), ("telegram", Progress(refused=1))) == told.channels
    assert (("4203", 3, 1), ("42030101", 3, 3), ("", 1, 0)) == told.places
    assert (("gone", 1), ("month", 1)) == told.reasons


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"42030101": (3, 2)}, (("42030101", 3, 2),)),
        ({"42030101": (2, 2)}, (("", 2, 2),)),
        ({"42030101": (2, 2), "42030102": (2, 1)}, (("420301", 4, 3),)),
        ({"42030101": (2, 2), "42": (1, 0)}, (("42", 3, 2),)),
        ({"42030101": (9, 9), "42030102": (1, 1)}, (("42030101", 9, 9), ("", 1, 1))),
        ({}, ()),
    ],
    ids=str,
)
def test_few_are_counted_with_those_around(people: dict[str, tuple[int, int]], expected: Any) -> None:
    """No place with one or two people stands by itself, and nobody is left out of the sum."""
    assert expected == coarse(people)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("expired: 500", "expired"),
        ("stopped", "stopped"),
        ("batch: monthly limit", "month"),
        ("gave up: nobody who took it came back", "gave_up"),
        ("400: The property, 'to', is invalid", "refused"),
        ("lapsed", "lapsed"),
        ("opted out", "opted_out"),
        ("has no words", "words"),
        ("its words do not open", "words"),
    ],
)
def test_reasons_in_a_word(note: str, expected: str) -> None:
    """What was written down of a refusal comes to one of a few words, which every language has."""
    assert expected == reason(note)
    assert all(f"alerts.why_{expected}" in one.words for one in catalogues().values())
