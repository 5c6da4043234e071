"""A channel that takes nothing, answers late or differs over one call: no message pays for it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.fanout import spread
from alerts.quiet import Hours
from alerts.quota import Quota
from alerts.sender import Sender
from alerts.settings import Pace, Settings
from alerts.worker import Worker
from bot.replying import Replying
from domain.alert import Alert, Audience
from domain.delivery import BACKOFF, LEASE, UNCOUNTED, Delivery, Outcome, Parted, Refused, Retry, Sent
from domain.message import Address
from storage.outbox import queue
from storage.store import Store
from storage.tables import outbox
from tests.alerts.receivers import HELLO, NOON, Clock, Mass, Post, letters, meet, put, tell
from tests.patience import PATIENCE

FAST = Settings(pace={"line": Pace(1000, 1000)}, daily_cap=0)
MINUTE = timedelta(minutes=1)
CLOSED = Retry("401", MINUTE, whole_channel=True)


async def states(store: Store) -> dict[str, int]:
    return Counter(await store.read(lambda c: c.execute(select(outbox.c.state)).scalars().all()))


def reply(id: str = "d", channel: str = "telegram") -> Delivery:
    return Delivery(id, Address(channel, f"to-{id}"), HELLO, NOON + LEASE, tries=1, created=NOON)


async def tried(sender: Sender, clock: Clock, minutes: int) -> None:
    """A look each minute, for so long."""
    for _ in range(minutes):
        await sender.step()
        await asyncio.sleep(0.005)
        await sender.step()
        clock.on(60)


async def test_a_wrong_token_over_a_weekend_loses_nothing(store: Store) -> None:
    """However often the channel refuses all there is, the message is there when the token is mended."""
    wrong, clock = [True], Clock()
    post = Post(answer=lambda _: CLOSED if wrong[0] else Sent())
    await put(store, letters(3))
    sender = Sender(store, post, FAST, clock)

    await tried(sender, clock, 3 * len(BACKOFF["reply"]))
    clock.on(60 * 3600)
    await tried(sender, clock, 3)
    wrong[0] = False
    await sender.drain()

    assert (len(post.got), set(post.to.values())) == (3, {1})


async def test_a_week_is_enough(store: Store) -> None:
    """What waits for a channel that nobody mends for a week is given up like anything else."""
    clock = Clock()
    await put(store, letters(1))
    clock.on(UNCOUNTED.total_seconds())
    sender = Sender(store, Post(answer=lambda _: CLOSED), FAST, clock)

    for _ in range(2 + len(BACKOFF["reply"])):
        await tried(sender, clock, 1)
        clock.on(BACKOFF["reply"][-1].total_seconds())

    assert {"refused": 1} == await states(store)


async def test_a_slow_quota_holds_up_nothing_urgent(store: Store) -> None:
    """LINE takes its time over how much is left of the month; the flood warning has gone by then."""
    asked = asyncio.Event()

    async def never() -> int:
        asked.set()
        await asyncio.Event().wait()
        return 0

    await meet(store, 5)
    await tell(store, Alert("u", Audience(), lane="urgent"))
    await spread(store, Hours(), NOON)
    line = Mass()
    sender = Sender(store, line, FAST, Clock(), Quota(never, reserve=100))

    assert 5 == await sender.step()
    await asyncio.wait_for(asked.wait(), PATIENCE)
    await asyncio.sleep(0.05)
    assert 5 == len(line.got)
    await sender.finish()


async def test_a_call_that_ended_differently_is_written_down_so(store: Store) -> None:
    """Who got it is done, and of the others each is tried alone: nobody is taken for told who was not."""

    class Halves(Mass):
        async def send_many(self, deliveries: Sequence[Delivery], retry_key: str) -> Outcome | Parted:
            half = len(deliveries) // 2
            self.got.extend(deliveries[:half])
            return Parted(((deliveries[:half], Sent()), (deliveries[half:], Refused("400"))))

    await meet(store, 10)
    await tell(store, Alert("a", Audience(), lane="urgent"))
    await spread(store, Hours(), NOON)
    line = Halves(answer=lambda one: Refused("400") if one.to.id == "9" else Sent())
    await Sender(store, line, FAST, Clock()).drain()

    assert {"sent": 9, "refused": 1} == await states(store)
    assert (9, {1}) == (len(line.to), set(line.to.values()))


async def test_what_expired_is_not_counted_as_waiting(store: Store) -> None:
    """With the month used up nobody takes lessons; those that are over are given up all the same."""
    await meet(store, 3)
    for id, hours in (("old", 1), ("new", 9)):
        await tell(store, Alert(id, Audience(), lane="routine", expires=NOON + timedelta(hours=hours)))
        await spread(store, Hours(), NOON)
    clock = Clock()
    clock.on(2 * 3600)

    await Worker(store, {"line": Mass()}, FAST, clock).lapse()

    rows = await store.read(lambda c: set(c.execute(select(outbox.c.alert, outbox.c.state, outbox.c.note)).all()))
    assert {("old", "refused", "expired"), ("new", "queued", "")} == rows


async def test_answers_wait_while_their_channel_does(store: Store) -> None:
    """Told to wait a minute, the next answer makes no call; it leaves afterwards, and has lost no try."""
    clock, calls = Clock(), list[str]()

    def busy(one: Delivery) -> Any:
        calls.append(one.id)
        return CLOSED if clock() < NOON + MINUTE else Sent()

    post = Post(answer=busy)
    replying = Replying(store, {"telegram": post}, FAST, clock)
    for id in "ab":
        one = reply(id)
        await store.write(lambda c, one=one: queue(c, [one], NOON))
        await replying.send(one)

    assert ["a"] == calls
    assert [(0, NOON + MINUTE)] * 2 == await store.read(
        lambda c: [tuple(row) for row in c.execute(select(outbox.c.tries, outbox.c.due))]
    )
    clock.on(61)
    await Sender(store, post, FAST, clock).drain()
    assert {"a", "b"} == {one.id for one in post.got}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_answers_are_written_down_when_the_database_is_back(store: Store, tmp_path: Path) -> None:
    """It is away for a moment just after answers left: they are written down as sent, and nobody gets them twice."""
    there, away = tmp_path / "test.db", tmp_path / "away.db"
    post = Post()
    replying = Replying(store, {"telegram": post}, FAST, Clock())
    await store.write(lambda c: queue(c, [reply("a"), reply("b")], NOON))
    there.rename(away)
    writing = asyncio.create_task(replying.send(reply("a")))
    await asyncio.sleep(0.1)
    await replying.send(reply("b"))
    away.rename(there)
    await writing

    assert {"sent": 2} == await states(store)


async def test_the_last_try_is_not_lost_to_a_wrong_token(store: Store) -> None:
    """It was tried as often as it may be, and then the whole channel is closed: that is still no try of it."""
    last = replace(letters(1)[0], tries=len(BACKOFF["reply"]), created=NOON)
    await put(store, [last])
    wrong, clock = [True], Clock()
    post = Post(answer=lambda _: CLOSED if wrong[0] else Sent())
    sender = Sender(store, post, FAST, clock)

    await tried(sender, clock, 3)
    wrong[0] = False
    await sender.drain()

    assert {"sent": 1} == await states(store)


async def test_who_presses_on_and_on_costs_nobody_else_anything(store: Store) -> None:
    """One chat gets five answers at once and then one a second, in order; another's answer leaves at once."""
    clock = Clock()
    post = Post()
    replying = Replying(store, {"telegram": post}, Settings(daily_cap=0), clock)
    pressed = [replace(reply(f"p{n}"), to=Address("telegram", "1")) for n in range(8)]
    for one in [*pressed, reply("other")]:
        await store.write(lambda c, one=one: queue(c, [one], NOON))
        await replying.send(one)

    assert [*(f"p{n}" for n in range(5)), "other"] == [one.id for one in post.got]
    sender = Sender(store, post, Settings(daily_cap=0), clock)
    for _ in range(5):
        clock.on(1.1)
        await sender.step()
        await asyncio.sleep(0.01)
        await sender.step()
    assert ["p5", "p6", "p7"] == [one.id for one in post.got[6:]]
    assert {"sent": 9} == await states(store)


async def test_what_is_urgent_since_just_now_does_not_wait_behind_a_crowd(store: Store) -> None:
    """Thousands are still to hear of the flood; the note of people held somewhere leaves with the next few."""
    await put(store, [replace(d, id=f"flood {d.id}") for d in letters(300, lane="urgent")])
    post, clock = Post(), Clock()
    sender = Sender(store, post, Settings(pace={"telegram": Pace(rate=8, burst=8)}, daily_cap=0), clock)
    await sender.step()
    clock.on(1)
    note = replace(letters(1, lane="urgent")[0], id="note", to=Address("telegram", "coordinator"), due=clock())
    await store.write(lambda c: queue(c, [note], clock()))

    await sender.step()
    await asyncio.sleep(0.05)

    assert "note" in [one.id for one in post.got]
    assert len(post.got) <= 16
    await sender.finish()
