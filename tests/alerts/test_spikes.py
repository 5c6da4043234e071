"""More of one thing than usual is told to coordinators, with a draft, once a day; and nothing is sent by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from alerts.spikes import Spikes
from bot.words import catalogues
from domain.contact import Role
from domain.message import Outgoing, Press, Say
from domain.spike import Spike, spiking
from handlers.spiking import look, suggestion, write
from storage.message import read_message
from storage.spikes import spikes
from storage.store import Store
from storage.tables import alerts, contacts, outbox, reports, sightings
from tests.conversations.stage import Stage
from tests.keys import KEYS
from texts import render

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
OLD = NOW - timedelta(days=60)
SITE = "domain:evil.example"


async def filed(store: Store, people: int, each: int = 1, ago: float = 1, **more: object) -> None:
    """Reports of a link by so many people, so many each, some hours ago."""
    many = (await store.read(lambda c: c.execute(select(func.count()).select_from(reports)).scalar())) or 0
    common = {"kind": "link", "area": "420301", "status": "new", "answers": {}, "changed": NOW}
    common |= {"at": NOW - timedelta(hours=ago)} | more
    rows = [
        {"id": f"r{n}", "number": 100000 + n, "reporter": f"p{n % people}"} | common
        for n in range(many, many + people * each)
    ]
    seen = [{"report": row["id"], "indicator": SITE, "contact": row["reporter"], "at": row["at"]} for row in rows]
    await store.write(lambda c: c.execute(insert(reports), rows))
    await store.write(lambda c: c.execute(insert(sightings), seen))


async def known(store: Store, age: timedelta = NOW - OLD) -> None:
    """Ten residents, and coordinators of that district, of another, and of the province."""
    served = {"here": "4203", "there": "4204", "above": "42"}
    rows = [(f"p{n}", 0, "") for n in range(10)] + [(n, Role.COORDINATOR.value, at) for n, at in served.items()]
    people = [
        {"id": id, "channel": "telegram", "address": id, "language": "th", "role": role, "area": area}
        | {"conversation": {}, "seen_at": NOW, "created_at": NOW - age}
        for id, role, area in rows
    ]
    await store.write(lambda c: c.execute(insert(contacts), people))


def watch(store: Store, now: datetime = NOW) -> Spikes:
    def words(say: Say, language: str) -> Outgoing:
        return render((say,), catalogues()[language], now)

    return Spikes(store, words, lambda: now)


async def found(store: Store) -> list[tuple[str, str, int, int]]:
    seen = await store.read(lambda c: spikes(c, NOW))
    return [(one.what, one.area, one.reports, one.people) for one in seen]


async def test_the_usual_is_counted_as_today_is(store: Store) -> None:
    """What was taken back, is sensitive, or came from accounts only just made hides no wave."""
    await known(store)
    for more in ({"status": "withdrawn"}, {"sensitive": True}):
        await filed(store, people=10, each=4, ago=72, **more)
    await filed(store, people=3, each=2)
    assert [("indicator", "4203", 6, 3), ("kind", "4203", 6, 3)] == sorted(await found(store))


async def test_five_reports_from_three_people(store: Store) -> None:
    """Six from three are a spike, of the kind and of the site; five from two are not."""
    await known(store)
    await filed(store, people=2, each=3)
    assert [] == await found(store)
    await filed(store, people=3, each=1)
    assert [("indicator", "4203", 9, 3), ("kind", "4203", 9, 3)] == await found(store)


async def test_what_is_usual_is_no_spike(store: Store) -> None:
    """Six today are none where two a day were usual, and are one where one was."""
    await known(store)
    await filed(store, people=6)
    for day in range(1, 29):
        await filed(store, people=1, ago=24 * day + 2)
    assert [6] * 2 == [many for _, _, many, _ in await found(store)]
    for day in range(1, 29):
        await filed(store, people=2, ago=24 * day + 3)
    assert [] == await found(store)


@pytest.mark.parametrize(
    "more",
    [{"sensitive": True, "kind": "official"}, {"status": "withdrawn"}, {"ago": 25}],
    ids=["grave", "taken", "old"],
)
async def test_what_does_not_count(store: Store, more: dict[str, object]) -> None:
    """Grave kinds, what was taken back, and yesterday."""
    await known(store)
    await filed(store, people=6, **more)  # type: ignore[arg-type]
    assert [] == await found(store)


async def test_new_accounts_do_not_count(store: Store) -> None:
    """A thousand phones made for the purpose must not make a village afraid of a shop."""
    await known(store, age=timedelta(hours=1))
    await filed(store, people=6)
    assert [] == await found(store)


async def test_it_is_suggested_once_a_day_and_sent_to_nobody(stores: tuple[Store, Store]) -> None:
    """Whoever looks, the coordinators around it get one message a cause with three buttons; there is no alert."""
    store = stores[0]
    await known(store)
    await filed(store, people=6)

    await asyncio.gather(*(watch(stores[n % 2]).look() for n in range(4)))
    await watch(store, NOW + timedelta(minutes=30)).look()

    rows = await store.read(lambda c: c.execute(select(outbox).order_by(outbox.c.address)).all())
    assert ["above", "above", "here", "here"] == [row.address for row in rows]
    every = [read_message(KEYS, row.id, row.address, row.message)[1] for row in rows]
    message = next(one for one in every if "evil" in one.text)
    assert ["🔎 ดูเรื่อง", "📣 เขียนเตือน", "ไว้ก่อน"] == [button.label for button in message.buttons]
    assert "evil[.]example\n24 ชั่วโมง: 6 เรื่อง จาก 6 คน" in message.text
    assert "ปกติไม่ถึงวันละ 1" in message.text
    assert [] == await store.read(lambda c: c.execute(select(alerts)).all())


async def test_the_draft_is_an_alert_in_the_making(store: Store) -> None:
    """The button leads to the usual questions, with words, detail and place filled in; *not now* ends it."""
    stage = Stage(store)
    await stage.known("here", Role.COORDINATOR, "4203", agreed=True)
    spike = Spike("indicator", SITE, "4203", 6, 6, 0.0)

    (asked,) = await stage.say("here", Press(write(spike)))
    assert "ส่งถึงใคร" in asked.message.text
    for label in ("ทุกคน", "ทั่วไป"):
        button = stage.button("here", label)
        assert button
        (asked,) = await stage.say("here", Press(button.token))
    assert "evil[.]example" in asked.message.text
    assert "อ.เชียงคาน" in asked.message.text
    (noted,) = await stage.say("here", Press("/draft later"))
    assert "วันนี้จะไม่ชวนเรื่องนี้อีก" in noted.message.text
    assert [] == await store.read(lambda c: c.execute(select(alerts)).all())


async def test_other_kinds_are_drafted_without_words(store: Store) -> None:
    """What is no trick has no words of ours: they are asked for first."""
    stage = Stage(store)
    await stage.known("here", Role.COORDINATOR, "4203", agreed=True)
    (asked,) = await stage.say("here", Press(write(Spike("kind", "border", "4203", 6, 6, 0.0))))
    assert "เขียนข้อความเตือน" in asked.message.text


async def test_a_person_taken_off_has_no_say(store: Store) -> None:
    """Coordinators who blocked us are not asked."""
    await known(store)
    await filed(store, people=6)
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.role > 0).values(muted=True)))
    assert 0 == await watch(store).look()


@pytest.mark.parametrize(
    ("reports_", "people", "before", "expected"),
    [(5, 3, 0, True), (4, 3, 0, False), (5, 2, 0, False), (6, 3, 56, True), (5, 3, 56, False), (100, 50, 1000, False)],
)
def test_the_rule(reports_: int, people: int, before: int, expected: bool) -> None:
    """At least five, of three people, and three times a usual day."""
    assert expected == spiking(reports_, people, before)


def test_buttons_fit() -> None:
    """However long a link is, a button's token is one that every channel takes."""
    for spike in (
        Spike("indicator", f"url:https://{'a' * 300}.example/x", "4203", 5, 5, 0.0),
        Spike("kind", "trafficking", "", 5, 5, 4.0),
    ):
        assert all(len(offer.token.encode()) <= 64 for offer in suggestion(spike).offers)
        assert look(spike)
