"""What the outbox promises: queued once, nothing lost, and how it went is written down."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from domain.delivery import LEASE, Gone, Refused, Retry, Sent
from domain.message import Button, Outgoing
from domain.query import Progress
from storage.message import packed, unpacked
from storage.outbox import progress, purge, settle, waiting
from storage.store import Store
from storage.tables import contacts
from tests.storage.letters import HELLO, NOW, alert_for, letter, meet, put, row, take


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
