"""What the outbox promises: everything leaves once, nothing is lost, and nothing leaves that should not."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from domain.delivery import BACKOFF, LEASE, Delivery, Gone, Refused, Retry, Sent
from domain.ids import derived
from domain.message import Address, Button, Outgoing
from domain.query import Progress
from storage.claims import Apart, Manners, claim, claim_batch
from storage.message import packed, unpacked
from storage.outbox import progress, purge, queue, settle, waiting
from storage.store import Store
from storage.tables import alert_texts, alerts, contacts, outbox
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HELLO = Outgoing(("สวัสดี",))


def letter(id: str = "d", **more: Any) -> Delivery:
    address = Address(more.pop("channel", "line"), more.pop("address", f"to-{id}"))
    return replace(Delivery(id, address, HELLO, NOW), **more)


async def put(store: Store, *deliveries: Delivery) -> int:
    return await store.write(lambda c: queue(c, deliveries, NOW))


async def take(store: Store, at: datetime = NOW, limit: int = 10, **more: Any) -> list[Delivery]:
    return await store.write(lambda c: claim(c, more.pop("channel", "line"), at, limit, **more))


async def batch(store: Store, at: datetime = NOW, many: int = 500, **more: Any) -> list[Delivery]:
    return await store.write(lambda c: claim_batch(c, "line", at, many, **more))


async def row(store: Store, id: str = "d") -> Any:
    return await store.read(lambda c: c.execute(select(outbox).where(outbox.c.id == id)).one())


async def meet(store: Store, id: str, address: str, channel: str = "line", **more: Any) -> None:
    person = {"id": id, "channel": channel, "address": address, "language": "th", "conversation": {}}
    person |= {"seen_at": NOW, "created_at": NOW} | more
    await store.write(lambda c: c.execute(insert(contacts).values(person)))


async def alert_for(store: Store, people: int, alert: str = "a", language: str = "th", **more: Any) -> None:
    """An alert that has been fanned out to so many."""

    def work(connection: Any) -> None:
        if not connection.execute(select(alerts.c.id).where(alerts.c.id == alert)).first():
            told = {
                "id": alert,
                "audience": {},
                "lane": 2,
                "created_at": NOW,
                "severity": more.pop("severity", "Minor"),
            }
            connection.execute(insert(alerts).values(told))
        words = {"alert": alert, "language": language, "message": packed(Outgoing((f"{alert} {language}",)))}
        connection.execute(insert(alert_texts).values(words))
        common = {"channel": "line", "lane": 2, "due": NOW, "alert": alert, "language": language, "created_at": NOW}
        rows = [
            {"id": f"{alert}:{language}{n:04}", "address": f"U{n:04}", "contact": f"p{n:04}"} | common | more
            for n in range(people)
        ]
        connection.execute(insert(outbox), rows)

    await store.write(work)


def test_a_message_comes_back_as_it_was_kept() -> None:
    """Words, buttons, what is wanted and attached survive being stored."""
    whole = Outgoing(("หนึ่ง", "two"), (Button("ใช่", "y:1"), Button("ไม่", "n:1")), "place", ("report.csv",))

    assert whole == unpacked(packed(whole))
    assert unpacked(packed(HELLO)) == HELLO


async def test_the_same_delivery_is_queued_once(store: Store) -> None:
    """Queueing what is there already changes nothing, and says so."""
    assert await put(store, letter("a"), letter("b")) == 2
    assert await put(store, letter("a", message=Outgoing(("other",))), letter("c")) == 1

    assert [d.message for d in await take(store) if d.id == "a"] == [HELLO]


async def test_a_delivery_knows_whose_it_is(store: Store) -> None:
    """The contact is found by the address; a stranger's is empty."""
    await meet(store, "ann", "to-a")

    await put(store, letter("a"), letter("b"))

    assert [(await row(store, id)).contact for id in "ab"] == ["ann", ""]


async def test_hundreds_are_queued_at_once(store: Store) -> None:
    """More rows than one statement may carry are queued all the same."""
    assert await put(store, *(letter(f"d{n}") for n in range(2_500))) == 2_500


async def test_each_is_taken_once(stores: tuple[Store, Store]) -> None:
    """Eight takers on two stores share two hundred deliveries, and none gets what another has."""
    await put(stores[0], *(letter(f"d{n}") for n in range(200)))
    taken: list[str] = []

    async def work(store: Store) -> None:
        while some := await take(store, limit=7):
            taken.extend(d.id for d in some)

    await asyncio.gather(*(work(stores[n % 2]) for n in range(8)))

    assert sorted(taken) == sorted(f"d{n}" for n in range(200))


async def test_a_taker_does_not_wait_for_another(database: str, stores: tuple[Store, Store]) -> None:
    """On PostgreSQL, while one holds its rows in an open transaction, another gets different ones at once."""
    if stores[0].sqlite:
        pytest.skip("on SQLite there is one writer at a time")
    await put(stores[0], *(letter(f"d{n}") for n in range(4)))
    async with stores[0].engine.begin() as mine:
        first = await mine.run_sync(lambda c: claim(c, "line", NOW, 2))
        second = await asyncio.wait_for(take(stores[1], limit=4), PATIENCE)

    assert sorted(d.id for d in first + second) == ["d0", "d1", "d2", "d3"]
    assert len(second) == 2


async def test_what_a_dead_worker_took_comes_back(stores: tuple[Store, Store]) -> None:
    """What was taken and never settled is taken by another when the lease has run out, and not before."""
    await put(stores[0], letter())
    assert len(await take(stores[0])) == 1

    assert await take(stores[1], NOW + LEASE - timedelta(seconds=1)) == []
    assert [d.tries for d in await take(stores[1], NOW + LEASE)] == [2]


async def test_a_reply_is_left_to_whoever_is_answering(stores: tuple[Store, Store]) -> None:
    """A reply that was queued already leased is nobody else's until its lease runs out."""
    await put(stores[0], letter(due=NOW + LEASE, tries=1, reply_token="token"))

    assert await take(stores[1], NOW + timedelta(seconds=30)) == []
    assert [(d.tries, d.reply_token) for d in await take(stores[1], NOW + LEASE)] == [(2, "token")]


async def test_urgent_overtakes(store: Store) -> None:
    """Lanes leave in the order urgent, reply, routine, and within a lane what was due first."""
    early = NOW - timedelta(minutes=5)
    await put(store, letter("routine", lane="routine", due=early), letter("reply", due=early), letter("late reply"))
    await put(store, letter("urgent", lane="urgent"))

    assert [[d.id for d in await take(store, limit=1)] for _ in range(4)] == [
        ["urgent"], ["reply"], ["late reply"], ["routine"],
    ]  # fmt: skip


async def test_a_lane_can_be_held_back(store: Store) -> None:
    """Only the lanes asked for are taken from."""
    await put(store, letter("r", lane="routine"), letter("u", lane="urgent"))

    assert [d.id for d in await take(store, lanes=("urgent", "reply"))] == ["u"]


async def test_what_expired_is_not_sent(store: Store) -> None:
    """A delivery whose time is over is refused when its turn comes, and does not cost the others theirs."""
    await put(store, *(letter(f"old{n}", expires=NOW) for n in range(5)), letter("z", expires=NOW + LEASE))

    assert [d.id for d in await take(store, limit=2)] == ["z"]
    assert ((await row(store, "old0")).state, (await row(store, "old0")).note) == ("refused", "expired")


async def test_a_message_that_kills_its_sender_is_given_up(store: Store) -> None:
    """A try counts when it begins, so nothing can be tried for ever."""
    await put(store, letter())
    limit = len(BACKOFF["reply"]) + 1

    tries = [len(await take(store, NOW + n * LEASE)) for n in range(limit + 2)]

    assert tries == [1] * limit + [0, 0]
    assert (await row(store)).state == "refused"


OUTCOMES = {
    "sent": (Sent("x1"), ("sent", "", "x1")),
    "refused": (Refused("too long"), ("refused", "too long", "")),
    "gone": (Gone(), ("gone", "gone", "")),
    "retry": (Retry("busy"), ("queued", "busy", "")),
}


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_how_it_went_is_written_down(store: Store, kind: str) -> None:
    """Each outcome leaves its state, its reason and the platform's own id; a finished reply keeps no words."""
    outcome, expected = OUTCOMES[kind]
    await put(store, letter())
    taken = await take(store)

    await store.write(lambda c: settle(c, taken, outcome, NOW))

    kept = await row(store)
    assert (kept.state, kept.note, kept.sent_id) == expected
    assert (kept.message is None, kept.settled_at) == ((False, None) if kind == "retry" else (True, NOW))


async def test_finished_words_are_really_gone(store: Store) -> None:
    """What is left of a finished reply in the database is NULL, not a JSON null with a past."""
    await put(store, letter())
    await store.write(lambda c: settle(c, [letter(tries=1)], Sent(), NOW))

    empty = text("SELECT id FROM outbox WHERE message IS NULL")
    assert await store.read(lambda c: c.execute(empty).scalars().all()) == ["d"]


async def test_a_retry_waits_as_long_as_it_was_told(store: Store) -> None:
    """After "come back in 90 seconds" it is not due at 89."""
    await put(store, letter())
    taken = await take(store)

    await store.write(lambda c: settle(c, taken, Retry("429", timedelta(seconds=90)), NOW))

    assert await take(store, NOW + timedelta(seconds=89)) == []
    assert len(await take(store, NOW + timedelta(seconds=90))) == 1


async def test_a_late_word_does_not_undo_a_later_try(store: Store) -> None:
    """A process that wakes after its lease may still say "sent", but no longer "retry" or "refused"."""
    await put(store, letter())
    slow = await take(store)
    await take(store, NOW + LEASE)

    await store.write(lambda c: settle(c, slow, Refused("?"), NOW + LEASE))
    assert (await row(store)).state == "queued"
    await store.write(lambda c: settle(c, slow, Sent(), NOW + LEASE))
    assert (await row(store)).state == "sent"


async def test_whoever_is_gone_is_muted(store: Store) -> None:
    """When a channel says a person has left, the same transaction mutes them and nobody else."""
    await meet(store, "ann", "to-d")
    await meet(store, "bob", "to-b")
    await put(store, letter())
    taken = await take(store)

    await store.write(lambda c: settle(c, taken, Gone(), NOW))

    muted = select(contacts.c.id).where(contacts.c.muted)
    assert list(await store.read(lambda c: c.execute(muted).scalars().all())) == ["ann"]


@pytest.mark.parametrize("known", [False, True])
async def test_a_group_that_moved_is_followed(store: Store, known: bool) -> None:
    """Its contact, this delivery and all that waits take the new address; the old is muted if that is known already."""
    await meet(store, "group", "-1", "telegram", is_group=True)
    if known:
        await meet(store, "new", "-1001", "telegram", is_group=True)
    await put(store, *(letter(id, channel="telegram", address="-1", due=NOW + n * LEASE) for n, id in enumerate("ab")))
    taken = await take(store, channel="telegram")

    await store.write(lambda c: settle(c, taken, Gone("-1001"), NOW))

    again = await take(store, NOW + LEASE, channel="telegram")
    assert {(d.id, d.to.id) for d in again} == {("a", "-1001"), ("b", "-1001")}
    people = select(contacts.c.id, contacts.c.address, contacts.c.muted).order_by(contacts.c.id)
    seen = [tuple(r) for r in await store.read(lambda c: c.execute(people).all())]
    assert seen == ([("group", "-1", True), ("new", "-1001", False)] if known else [("group", "-1001", False)])


async def test_a_batch_says_one_thing(store: Store) -> None:
    """Those who go together share alert, language and batch; another language is another batch."""
    await alert_for(store, 5)
    await alert_for(store, 3, language="en")

    batches = [await batch(store, many=4) for _ in range(4)]

    assert sorted(len(b) for b in batches) == [0, 1, 3, 4]
    assert {(len({d.batch for d in b}), len({d.message for d in b})) for b in batches if b} == {(1, 1)}
    assert len({b[0].batch for b in batches if b}) == 3


async def test_a_batch_comes_back_whole_with_its_key(stores: tuple[Store, Store]) -> None:
    """After a crash the same members are taken again, under the same key, even if a call could now carry more."""
    await alert_for(stores[0], 7)
    first = await batch(stores[0], many=4)

    during = await batch(stores[1], NOW + timedelta(seconds=30))
    later = await batch(stores[1], NOW + LEASE, many=500)

    assert len(during) == 3
    assert {(d.id, d.batch) for d in later} == {(d.id, d.batch) for d in first}
    assert {d.tries for d in later} == {2}


async def test_half_a_batch_is_never_taken(stores: tuple[Store, Store]) -> None:
    """While one process is taking a batch over, another that comes for it waits, and gets none of it."""
    if stores[0].sqlite:
        pytest.skip("on SQLite there is one writer at a time")
    await alert_for(stores[0], 4)
    await batch(stores[0])
    async with stores[0].engine.begin() as mine:
        members = await mine.run_sync(lambda c: claim_batch(c, "line", NOW + LEASE, 500))
        other = asyncio.create_task(batch(stores[1], NOW + LEASE))
        await asyncio.sleep(0.3)
        assert not other.done()

    assert (len(members), await other) == (4, [])


async def test_a_retried_batch_keeps_its_key(store: Store) -> None:
    """A batch that met a busy platform is tried again whole, under the key it had."""
    await alert_for(store, 3)
    first = await batch(store)
    await store.write(lambda c: settle(c, first, Retry("500"), NOW))

    again = await batch(store, NOW + BACKOFF["routine"][0])

    assert {(d.id, d.batch) for d in again} == {(d.id, d.batch) for d in first}


async def test_a_refused_batch_is_tried_one_by_one(store: Store) -> None:
    """One bad address can cost all the call; then each goes alone and nobody is lost."""
    await alert_for(store, 3)
    first = await batch(store)

    await store.write(lambda c: settle(c, first, Refused("400"), NOW))

    assert await batch(store) == []
    alone = await take(store, batched=True)
    assert {d.id for d in alone} == {d.id for d in first}
    await store.write(lambda c: settle(c, alone[:1], Refused("400"), NOW))
    assert await store.read(lambda c: progress(c, "a")) == Progress(queued=2, refused=1)


async def test_what_can_go_together_is_left_for_a_batch(store: Store) -> None:
    """Where a channel takes many at once, singles are replies and groups; without batches everything is a single."""
    await alert_for(store, 2)
    await alert_for(store, 1, alert="g", batch="alone")
    await put(store, letter("reply"))

    assert {d.id for d in await take(store, batched=True)} == {"reply", "g:th0000"}
    assert {d.id for d in await take(store)} == {"a:th0000", "a:th0001"}


async def test_the_words_of_an_alert_are_kept_once(store: Store) -> None:
    """Deliveries of an alert carry its words in their language, though the rows hold none."""
    await alert_for(store, 1)

    assert [(d.message, d.retry_key) for d in await take(store)] == [(Outgoing(("a th",)), derived("a:th0000"))]
    assert (await row(store, "a:th0000")).message is None


async def test_a_stopped_alert_does_not_leave(store: Store) -> None:
    """What is still queued when an alert is stopped is refused, singly or in a batch."""
    await alert_for(store, 3)
    await store.write(lambda c: c.execute(update(alerts).values(state="stopped")))

    assert (await take(store, limit=1), await batch(store)) == ([], [])
    assert await store.read(lambda c: progress(c, "a")) == Progress(refused=3)


async def test_nobody_is_woken_by_routine(store: Store) -> None:
    """What falls due in the quiet hours is put off to their end without counting as a try; severe alerts leave."""
    morning = NOW + timedelta(hours=8)
    quiet = Manners(quiet_until=morning)
    await alert_for(store, 1)
    await alert_for(store, 1, alert="severe", severity="Severe")
    await put(store, letter("reply"))

    assert {d.id for d in await take(store, manners=quiet)} == {"reply", "severe:th0000"}
    assert [(d.id, d.tries) for d in await take(store, morning) if d.id == "a:th0000"] == [("a:th0000", 1)]


async def test_nobody_is_taught_more_than_the_cap(store: Store) -> None:
    """Someone who has had their lessons for today gets the next one tomorrow; someone who has not gets it now."""
    tomorrow = NOW + timedelta(hours=20)
    manners = Manners(cap=2, since=NOW - timedelta(hours=10), again=tomorrow)
    for alert, people in (("x", 1), ("y", 1)):
        await alert_for(store, people, alert=alert)
        taken = await take(store, manners=manners)
        await store.write(lambda c, taken=taken: settle(c, taken, Sent(), NOW))
    await alert_for(store, 2, alert="z")

    free = await batch(store, manners=manners)
    await store.write(lambda c: settle(c, free, Sent(), NOW))

    assert [d.id for d in free] == ["z:th0001"]
    assert [d.id for d in await batch(store, tomorrow)] == ["z:th0000"]


async def test_one_chat_is_not_hurried(stores: tuple[Store, Store]) -> None:
    """Two messages for one chat do not leave within a second, nor for one group within three, from any process."""
    apart = Apart(timedelta(seconds=1), timedelta(seconds=3))
    for n in range(3):
        await put(stores[0], letter(f"p{n}", address="7"), letter(f"g{n}", address="-7"))

    gaps = []
    for tenth in range(65):
        at = NOW + timedelta(seconds=tenth / 10)
        for one in await take(stores[tenth % 2], at, apart=apart):
            gaps.append((one.to.id, tenth))
            if tenth % 4:  # some are settled at once, some are still on their way
                await stores[0].write(lambda c, one=one, at=at: settle(c, [one], Sent(), at))

    assert [t for who, t in gaps if who == "7"] == [0, 10, 20]
    assert [t for who, t in gaps if who == "-7"] == [0, 30, 60]


async def test_progress_and_what_waits(store: Store) -> None:
    """Deliveries are counted by state for an alert, and by channel and lane for the queue."""
    await alert_for(store, 4)
    await put(store, letter("r"), letter("s", channel="telegram"))
    first, second, *_ = await take(store, lanes=("routine",), limit=2)
    await store.write(lambda c: settle(c, [first], Sent(), NOW))
    await store.write(lambda c: settle(c, [second], Gone(), NOW))

    assert await store.read(lambda c: progress(c, "a")) == Progress(queued=2, sent=1, gone=1)
    assert [(w.channel, w.lane, w.many, w.oldest) for w in await store.read(waiting)] == [
        ("line", "reply", 1, NOW), ("line", "routine", 2, NOW), ("telegram", "reply", 1, NOW),
    ]  # fmt: skip


async def test_what_is_done_is_forgotten_in_time(store: Store) -> None:
    """Settled rows older than asked go, a page at a time; what is queued stays, however old."""
    await put(store, *(letter(f"d{n}") for n in range(5)))
    taken = await take(store, limit=4)
    await store.write(lambda c: settle(c, taken, Sent(), NOW))

    def forget(when: datetime) -> Callable[[Any], int]:
        return lambda c: purge(c, ["line"], when, 3)

    assert await store.write(forget(NOW)) == 0
    assert [await store.write(forget(NOW + timedelta(days=1))) for _ in range(3)] == [3, 1, 0]
    assert len(await take(store)) == 1
