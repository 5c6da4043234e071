"""What is told again and again: once each time, on time, and never five times to make up for an absence."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alerts.campaigns import DEFAULT_CAMPAIGN, fire, fire_due, plainly, words_of
from alerts.fanout import spread
from alerts.quiet import hours
from domain.alert import Alert, Audience, Campaign
from domain.contact import Role
from domain.ids import derived
from domain.message import Button, Outgoing
from storage.alerts import load_alert, raise_alert
from storage.campaigns import find_campaigns, keep_campaign
from storage.store import Store
from storage.tables import alerts, contacts, outbox
from texts.facts import Words
from texts.lesson import Lesson, Quiz

SEVEN = datetime(2026, 11, 23, 0, tzinfo=UTC)  # Monday, seven in the morning in Thailand
DAILY = Campaign("c", "น้ำ", Audience("42"), "daily:07:00", {"th": "ระวังน้ำ", "en": ""}, on=True, due=SEVEN, by="ann")


def lesson(number: int, lo: str = "") -> Lesson:
    words = Words(f"บท {number}", f"Lesson {number}", lo)
    quiz = Quiz(words, (words, words, words), 0, words)
    return Lesson(number, f"l{number}", "scam", words, words, quiz, "", date(2026, 11, 22), ())


COURSE = (lesson(1), lesson(2, "ບົດ"), lesson(3))


async def keep(store: Store, campaign: Campaign) -> None:
    await store.write(lambda c: keep_campaign(c, campaign))


async def kept(store: Store) -> Campaign:
    (campaign,) = await store.read(find_campaigns)
    return campaign


async def raised(store: Store) -> list[Any]:
    return list(await store.read(lambda c: c.execute(select(alerts).order_by(alerts.c.created_at)).all()))


async def test_a_campaign_fires_once(stores: tuple[Store, Store]) -> None:
    """Five workers on two stores that look at the same moment raise one alert and move on by one day."""
    await keep(stores[0], DAILY)

    fired = await asyncio.gather(*(fire_due(stores[n % 2], SEVEN) for n in range(5)))

    assert sum(len(each.alerts) for each in fired) == 1
    assert ((await kept(stores[0])).due, (await kept(stores[0])).told) == (SEVEN + timedelta(days=1), 1)
    (alert,) = await raised(stores[0])
    assert (alert.id, alert.campaign, alert.by) == (derived("c", SEVEN.isoformat()), "c", "ann")


async def test_one_who_crashed_halfway_has_done_nothing(store: Store) -> None:
    """Alert and next time are one transaction: after a crash the next look makes the same alert."""
    await keep(store, DAILY)

    def crash(connection: Any) -> None:
        fire(connection, SEVEN, COURSE)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.write(crash)
    assert await raised(store) == []
    assert (await fire_due(store, SEVEN)).alerts == (derived("c", SEVEN.isoformat()),)


async def test_not_before_its_time(store: Store) -> None:
    """A second before seven nothing is told."""
    await keep(store, DAILY)

    assert (await fire_due(store, SEVEN - timedelta(seconds=1))).alerts == ()


async def test_what_was_missed_is_told_once(store: Store) -> None:
    """After five days away there is one alert, and the next is tomorrow's, at seven."""
    await keep(store, DAILY)
    back = SEVEN + timedelta(days=5, hours=3)

    assert [len((await fire_due(store, back)).alerts) for _ in range(3)] == [1, 0, 0]
    assert (await kept(store)).due == SEVEN + timedelta(days=6)


async def test_once_is_once(store: Store) -> None:
    """What has no next time is switched off when it has been told."""
    await keep(store, Campaign("c", "x", Audience(), "once:2026-11-23T07:00", {"th": "x"}, on=True, due=SEVEN))
    await fire_due(store, SEVEN)

    assert ((await kept(store)).on, (await kept(store)).due) == (False, None)


async def test_what_is_switched_on_is_wound_up(store: Store) -> None:
    """A campaign that is on and has no next time gets one, and is not told before it."""
    await keep(store, Campaign("c", "x", Audience(), "daily:07:00", {"th": "x"}, on=True))

    assert (await fire_due(store, SEVEN + timedelta(hours=1))).alerts == ()
    assert (await kept(store)).due == SEVEN + timedelta(days=1)


async def test_an_unreadable_rule_harms_no_other(store: Store) -> None:
    """A campaign whose rule makes no sense is told this time and switched off; the next one is told as ever."""
    await keep(store, DAILY)
    await keep(store, Campaign("d", "broken", Audience(), "whenever", {"th": "x"}, on=True, due=SEVEN))

    assert len((await fire_due(store, SEVEN)).alerts) == 2
    assert {c.id: c.on for c in await store.read(find_campaigns)} == {"c": True, "d": False}


async def test_it_expires_before_it_is_told_again(store: Store) -> None:
    """What could not be sent until the next time is not sent beside it."""
    await keep(store, DAILY)
    await fire_due(store, SEVEN)

    assert [alert.expires for alert in await raised(store)] == [SEVEN + timedelta(days=1)]


async def test_lessons_are_told_in_turn(store: Store) -> None:
    """First, second, third, and round again, in each language the lesson has."""
    await keep(store, Campaign("c", "x", Audience(), "daily:07:00", lessons=True, on=True, due=SEVEN))
    told = []
    for day in range(4):
        fired = await store.write(lambda c, day=day: fire(c, SEVEN + timedelta(days=day), COURSE))
        alert = await store.read(lambda c, fired=fired: load_alert(c, fired.alerts[0]))
        assert alert is not None
        told.append(dict(alert.words))

    assert [words["en"] for words in told] == [f"Lesson {n}\n\nLesson {n}" for n in (1, 2, 3, 1)]
    assert [set(words) for words in told[:2]] == [{"th", "en"}, {"th", "en", "lo"}]


async def test_a_campaign_without_words_is_passed_by(store: Store) -> None:
    """Nothing is raised, it is reported, and its next time comes as ever."""
    await keep(store, Campaign("c", "x", Audience(), "daily:07:00", {"th": " "}, on=True, due=SEVEN))

    fired = await fire_due(store, SEVEN)

    assert (fired.alerts, fired.wordless) == ((), ("c",))
    assert ((await kept(store)).due, (await kept(store)).told) == (SEVEN + timedelta(days=1), 0)


async def test_words_are_dressed(store: Store) -> None:
    """Whoever puts it together may put a button under a campaign's words."""
    button = Button("หยุดรับ", "/stop")
    await keep(store, DAILY)
    dress = {"th": Outgoing(("ระวังน้ำ",), (button,))}

    fired = await fire_due(store, SEVEN, lambda campaign, words: dress)

    assert len(fired.alerts) == 1
    assert plainly(DAILY, {"th": "x"}) == {"th": Outgoing(("x",))}
    assert words_of(DAILY, COURSE) == {"th": "ระวังน้ำ"}


def test_what_ships_is_off() -> None:
    """The weekly lesson waits for somebody to want it, and can be opted out of."""
    assert (DEFAULT_CAMPAIGN.on, DEFAULT_CAMPAIGN.due, DEFAULT_CAMPAIGN.audience.topic) == (False, None, "lessons")


async def test_an_alert_raised_at_night_is_spread_for_the_morning(store: Store) -> None:
    """Routine raised at ten in the evening falls due at six, urgent at once."""
    late = datetime(2026, 11, 22, 15, tzinfo=UTC)
    person = {"id": "p", "channel": "line", "address": "U", "language": "th", "role": Role.RESIDENT.value}
    times = {"conversation": {}, "seen_at": late, "created_at": late}
    await store.write(lambda c: c.execute(insert(contacts).values(person | times)))
    for each in (Alert("r", Audience(), lane="routine"), Alert("u", Audience(), lane="urgent")):
        await store.write(lambda c, each=each: raise_alert(c, each, {"th": Outgoing(("x",))}, late))

    assert await spread(store, hours("21:00-06:00"), late) == 2

    rows = await store.read(lambda c: c.execute(select(outbox.c.alert, outbox.c.due)).all())
    assert {row.alert: row.due for row in rows} == {"r": SEVEN - timedelta(hours=1), "u": late}
