"""What keeping and spreading alerts promises: one alert, one delivery a person, and nobody who was not meant."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from domain.alert import Alert, Audience, Campaign
from domain.contact import Role
from domain.message import Outgoing
from domain.query import Progress
from storage.alerts import (
    any_stopped,
    clear_stopped,
    fan_out,
    find_alerts,
    load_alert,
    next_open,
    raise_alert,
    stop_alert,
)
from storage.audience import count_audience
from storage.campaigns import due_campaigns, find_campaigns, keep_campaign, move_campaign, unless_there
from storage.outbox import progress
from storage.store import Store
from storage.tables import acks, contacts, outbox

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WORDS = {"th": Outgoing(("น้ำมา",)), "en": Outgoing(("Water",))}


def person(id: str, area: str = "", role: Role = Role.RESIDENT, **more: Any) -> dict[str, Any]:
    known = {"id": id, "channel": "line", "address": f"U{id}", "language": "th", "role": role.value, "area": area}
    defaults = {"on_duty": True, "subscribed": True, "muted": False, "is_group": False}
    return known | defaults | {"conversation": {}, "seen_at": NOW, "created_at": NOW} | more


async def meet(store: Store, *people: dict[str, Any]) -> None:
    await store.write(lambda c: c.execute(insert(contacts), list(people)))


async def crowd(store: Store, many: int) -> None:
    await meet(store, *(person(f"p{n:03}", "4203") for n in range(many)))


async def tell(store: Store, alert: Alert, page: int = 100, now: datetime = NOW) -> int:
    await store.write(lambda c: raise_alert(c, alert, WORDS, NOW))
    return await spread(store, alert.id, page, now)


async def spread(store: Store, id: str, page: int = 100, now: datetime = NOW) -> int:
    total = 0
    while (some := await store.write(lambda c: fan_out(c, id, page, now, now))) is not None:
        total += some
    return total


async def told(store: Store, alert: str = "a") -> set[str]:
    rows = select(outbox.c.contact).where(outbox.c.alert == alert)
    return set(await store.read(lambda c: c.execute(rows).scalars().all()))


PEOPLE = (
    person("resident", "42030101"),
    person("elsewhere", "33"),
    person("nowhere"),
    person("volunteer", "42030101", Role.VOLUNTEER),
    person("volunteer-next", "42030102", Role.VOLUNTEER),
    person("volunteer-off", "42030101", Role.VOLUNTEER, on_duty=False),
    person("volunteer-district", "4203", Role.VOLUNTEER),
    person("volunteer-everywhere", "", Role.VOLUNTEER),
    person("coordinator", "4203", Role.COORDINATOR),
    person("admin", "", Role.ADMIN),
    person("opted-out", "42030101", subscribed=False),
    person("staff-opted-out", "42030101", Role.VOLUNTEER, subscribed=False),
    person("blocked", "42030101", Role.VOLUNTEER, muted=True),
    person("group", "42030101", is_group=True),
    person("thai-on-telegram", "42030102", channel="telegram", language="en"),
)
MEANT = {
    "everyone": (
        Audience(),
        "resident elsewhere nowhere volunteer volunteer-next volunteer-off volunteer-district volunteer-everywhere "
        "coordinator admin opted-out staff-opted-out thai-on-telegram",
    ),
    "inside": (
        Audience(area="420301"),
        "resident volunteer volunteer-next volunteer-off opted-out staff-opted-out thai-on-telegram",
    ),
    "volunteers": (Audience(area="42030101", role=Role.VOLUNTEER), "volunteer volunteer-off staff-opted-out"),
    "on duty": (Audience(area="42030101", role=Role.VOLUNTEER, on_duty=True), "volunteer staff-opted-out"),
    "upward": (
        Audience(area="42030101", role=Role.VOLUNTEER, on_duty=True, upward=True),
        "volunteer staff-opted-out volunteer-district volunteer-everywhere",
    ),
    "coordinators": (Audience(area="42030101", role=Role.COORDINATOR, upward=True), "coordinator admin"),
    "all around": (
        Audience(area="42030101", upward=True),
        "resident volunteer volunteer-off volunteer-district volunteer-everywhere coordinator admin opted-out "
        "staff-opted-out",
    ),
    "withheld": (
        Audience(area="420301", role=Role.VOLUNTEER, upward=True, excluding="42030101"),
        "volunteer-next volunteer-district volunteer-everywhere",
    ),
    "news": (Audience(area="42030101", topic="news"), "resident volunteer volunteer-off"),
    "a topic": (Audience(area="42030101", role=Role.VOLUNTEER, topic="lessons"), "volunteer volunteer-off"),
    "a channel": (Audience(channel="telegram"), "thai-on-telegram"),
    "a language": (Audience(language="en"), "thai-on-telegram"),
    "nobody": (Audience(area="99"), ""),
}


@pytest.mark.parametrize("who", MEANT)
async def test_those_are_told_who_are_meant(store: Store, who: str) -> None:
    """For each audience exactly its people get a delivery, and they are as many as were counted before."""
    audience, expected = MEANT[who]
    await meet(store, *PEOPLE)

    counted = await store.read(lambda c: count_audience(c, audience))
    await tell(store, Alert("a", audience))

    assert await told(store) == set(expected.split())
    assert sum(people for _, _, people in counted) == len(expected.split())


async def test_people_are_counted_by_channel_and_language(store: Store) -> None:
    """Before sending one sees where the people are, the most first."""
    await meet(store, *PEOPLE)

    assert await store.read(lambda c: count_audience(c, Audience(area="420301"))) == (
        ("line", "th", 6), ("telegram", "en", 1),
    )  # fmt: skip


async def test_the_same_alert_raised_twice_is_one(store: Store) -> None:
    """The second time changes nothing, neither its words nor who is told."""
    await crowd(store, 3)
    alert = Alert("a", Audience())

    assert await store.write(lambda c: raise_alert(c, alert, WORDS, NOW)) is True
    await spread(store, "a")
    assert await store.write(lambda c: raise_alert(c, alert, {"en": Outgoing(("Other",))}, NOW)) is False
    assert await spread(store, "a") == 0

    kept = await store.read(lambda c: load_alert(c, "a"))
    assert kept is not None
    assert (dict(kept.words), kept.state, kept.created) == ({"th": "น้ำมา", "en": "Water"}, "done", NOW)


async def test_an_alert_without_words_is_refused(store: Store) -> None:
    """Nothing is kept of an alert that says nothing."""
    with pytest.raises(ValueError, match="no words"):
        await store.write(lambda c: raise_alert(c, Alert("a", Audience()), {}, NOW))

    assert await store.read(lambda c: load_alert(c, "a")) is None


async def test_two_fan_outs_are_one(stores: tuple[Store, Store]) -> None:
    """Three spreaders on two stores, page by page, tell each of forty people once and stop together."""
    await crowd(stores[0], 40)
    await stores[0].write(lambda c: raise_alert(c, Alert("a", Audience()), WORDS, NOW))

    queued = await asyncio.gather(*(spread(stores[n % 2], "a", page=7) for n in range(3)))

    assert (sum(queued), len(await told(stores[0]))) == (40, 40)


async def test_a_fan_out_goes_on_where_it_was(store: Store) -> None:
    """After a page that was not committed the next one begins where the last committed one ended."""
    await crowd(store, 10)
    await store.write(lambda c: raise_alert(c, Alert("a", Audience()), WORDS, NOW))
    await store.write(lambda c: fan_out(c, "a", 4, NOW, NOW))

    def crash(connection: Any) -> None:
        fan_out(connection, "a", 4, NOW, NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.write(crash)
    assert len(await told(store)) == 4
    assert (await spread(store, "a", 4), len(await told(store))) == (6, 10)


async def test_a_page_waits_for_the_one_before(stores: tuple[Store, Store]) -> None:
    """On PostgreSQL, one who comes while a page is being made waits for it and makes the next, not the same again."""
    if stores[0].sqlite:
        pytest.skip("on SQLite there is one writer at a time")
    await crowd(stores[0], 10)
    await stores[0].write(lambda c: raise_alert(c, Alert("a", Audience()), WORDS, NOW))
    async with stores[0].engine.begin() as mine:
        first = await mine.run_sync(lambda c: fan_out(c, "a", 4, NOW, NOW))
        other = asyncio.create_task(stores[1].write(lambda c: fan_out(c, "a", 4, NOW, NOW)))
        await asyncio.sleep(0.3)
        assert not other.done()

    assert (first, await other, len(await told(stores[0]))) == (4, 4, 8)


async def test_everyone_hears_a_language_there_is(store: Store) -> None:
    """Someone whose language has no words is told in Thai, failing that in English, failing that in any there is."""
    await meet(store, *(person(each, language=each) for each in ("th", "en", "lo")))
    for alert, languages in (("a", ("th", "en")), ("b", ("en", "km")), ("c", ("km",))):
        words = {each: Outgoing((each,)) for each in languages}
        await store.write(lambda c, alert=alert, words=words: raise_alert(c, Alert(alert, Audience()), words, NOW))
        await spread(store, alert)

    rows = select(outbox.c.alert, outbox.c.contact, outbox.c.language).order_by(outbox.c.alert, outbox.c.contact)
    assert [tuple(r) for r in await store.read(lambda c: c.execute(rows).all())] == [
        ("a", "en", "en"), ("a", "lo", "th"), ("a", "th", "th"),
        ("b", "en", "en"), ("b", "lo", "en"), ("b", "th", "en"),
        ("c", "en", "km"), ("c", "lo", "km"), ("c", "th", "km"),
    ]  # fmt: skip


async def test_an_update_reaches_those_who_got_the_first(store: Store) -> None:
    """Whoever was refused the first, or came later, does not hear of its cancellation; who moved away does."""
    await meet(store, person("p1", "42"), person("p2", "42"), person("p3", "42"))
    await tell(store, Alert("a", Audience(area="42")))
    await store.write(lambda c: c.execute(update(outbox).where(outbox.c.contact == "p2").values(state="refused")))
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "p3").values(area="33")))
    await meet(store, person("p4", "42"))

    await tell(store, Alert("c", Audience(area="42"), type="Cancel", references="a"))

    assert await told(store, "c") == {"p1", "p3"}


async def test_a_drill_never_reaches_the_public(store: Store) -> None:
    """Whatever audience was asked for, an exercise or a test is for those who serve."""
    await meet(store, *PEOPLE)

    await tell(store, Alert("a", Audience(area="420301"), status="Exercise"))

    assert await told(store) == {"volunteer", "volunteer-next", "volunteer-off", "staff-opted-out"}


async def test_an_expired_alert_is_not_spread(store: Store) -> None:
    """When its time is over before its turn, nobody is queued and it is done."""
    await crowd(store, 3)
    assert await tell(store, Alert("a", Audience(), expires=NOW)) == 0
    assert await store.read(next_open) is None


async def test_a_stopped_alert_stops(store: Store) -> None:
    """After a stop in the middle no more are queued, and those that wait are refused."""
    await crowd(store, 10)
    await store.write(lambda c: raise_alert(c, Alert("a", Audience()), WORDS, NOW))
    await store.write(lambda c: fan_out(c, "a", 4, NOW, NOW))

    assert [await store.write(lambda c: stop_alert(c, "a")) for _ in range(2)] == [True, False]
    assert await spread(store, "a") == 0
    assert [await store.write(lambda c: clear_stopped(c, NOW, 3)) for _ in range(3)] == [3, 1, 0]
    assert await store.read(lambda c: progress(c, "a")) == Progress(refused=4)


async def test_what_waits_of_a_stopped_alert_is_seen(store: Store) -> None:
    """Whether there is anything to refuse can be seen without writing: not of one that goes on, nor when all is."""
    await crowd(store, 4)
    await tell(store, Alert("a", Audience()))
    await tell(store, Alert("b", Audience()))

    seen = [await store.read(any_stopped)]
    await store.write(lambda c: stop_alert(c, "a"))
    seen.append(await store.read(any_stopped))
    await store.write(lambda c: clear_stopped(c, NOW))
    seen.append(await store.read(any_stopped))

    assert [False, True, False] == seen
    assert await store.read(lambda c: progress(c, "b")) == Progress(queued=4)


async def test_urgent_alerts_are_spread_first(store: Store) -> None:
    """Of the open alerts the most urgent is next, then the oldest."""
    for n, (id, lane) in enumerate((("old", "routine"), ("new", "routine"), ("urgent", "urgent"))):
        alert = Alert(id, Audience(), lane=lane)
        await store.write(lambda c, alert=alert, n=n: raise_alert(c, alert, WORDS, NOW + timedelta(seconds=n)))
    order = []
    while (alert := await store.read(next_open)) is not None:
        order.append(alert.id)
        await spread(store, alert.id)

    assert order == ["urgent", "old", "new"]


async def test_alerts_are_found_with_how_far_they_got(store: Store) -> None:
    """Newest first, only those told within the area, with their words and progress; or just one."""
    await meet(store, person("p1", "4203"), person("p2", "3301"))
    for n, area in enumerate(("4203", "33", "42")):
        alert = Alert(f"a{n}", Audience(area=area, role=None), by="ann", report="r")
        await tell(store, alert)
        await store.write(
            lambda c, n=n: c.execute(update(outbox).where(outbox.c.alert == f"a{n}").values(state="sent"))
        )
    await store.write(lambda c: c.execute(insert(acks).values(alert="a0", contact="p1", answer="seen", at=NOW)))

    found = await store.read(lambda c: find_alerts(c, "42"))
    assert {(a.id, p) for a, p in found} == {("a0", Progress(sent=1, acknowledged=1)), ("a2", Progress(sent=1))}
    ((one, _),) = await store.read(lambda c: find_alerts(c, "42", id="a0"))
    assert (one.audience, one.by, one.report, dict(one.words)["en"]) == (Audience(area="4203"), "ann", "r", "Water")
    assert await store.read(lambda c: find_alerts(c, "42", id="a1")) == ()


CAMPAIGN = Campaign(
    "c", "น้ำ", Audience("42", Role.VOLUNTEER), "daily:07:00", {"th": "ระวัง"}, on=True, due=NOW, by="ann"
)


async def test_a_campaign_comes_back_as_it_was_kept(store: Store) -> None:
    """All of it, by area; keeping it again changes it, but not how often it was told."""
    await store.write(lambda c: keep_campaign(c, CAMPAIGN))
    assert await store.read(lambda c: find_campaigns(c, "42")) == (CAMPAIGN,)
    assert await store.read(lambda c: find_campaigns(c, "33")) == ()

    await store.write(lambda c: move_campaign(c, "c", NOW, told=5))
    await store.write(lambda c: keep_campaign(c, CAMPAIGN))
    assert [c.told for c in await store.read(find_campaigns)] == [5]


async def test_what_ships_does_not_undo_what_people_chose(store: Store) -> None:
    """A campaign we come with is added once, and left as it is from then on."""
    await store.write(lambda c: keep_campaign(c, CAMPAIGN))
    await store.write(lambda c: unless_there(c, Campaign("c", "other", Audience(), "daily:08:00")))

    assert await store.read(find_campaigns) == (CAMPAIGN,)


async def test_only_what_is_due_and_on_is_due(store: Store) -> None:
    """Not what is off or later; what was just switched on counts, to be wound up."""
    for id, on, due in (
        ("due", True, NOW),
        ("off", False, NOW),
        ("later", True, NOW + timedelta(1)),
        ("new", True, None),
    ):
        one = Campaign(id, id, Audience(), "daily:07:00", on=on, due=due)
        await store.write(lambda c, one=one: keep_campaign(c, one))

    assert {c.id for c in await store.write(lambda c: due_campaigns(c, NOW))} == {"due", "new"}
