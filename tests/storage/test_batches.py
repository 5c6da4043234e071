"""What many are told in one call: whole, under one key, and one by one when it is refused."""

import asyncio
from datetime import timedelta

import pytest

from domain.delivery import BACKOFF, LEASE, Refused, Retry
from domain.query import Progress
from storage.claims import claim_batch
from storage.outbox import progress, settle
from storage.store import Store
from tests.storage.letters import NOW, alert_for, batch, letter, put, take


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
