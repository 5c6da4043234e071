"""What sending promises: once each, at the channel's pace, the urgent first, and nothing forgotten in a crash."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from alerts.fanout import spread
from alerts.quiet import Hours
from alerts.sender import IN_FLIGHT, Sender
from alerts.settings import Pace, Settings
from bot.replying import Replying
from domain.alert import Alert, Audience
from domain.delivery import LEASE, Gone, Refused, Retry, Sent
from domain.message import Outgoing
from domain.query import Progress
from storage import pace
from storage.outbox import progress
from storage.store import Store
from storage.tables import contacts, outbox
from tests.alerts.receivers import FAST, NOON, Clock, Mass, Post, Talkative, letters, meet, put, tell
from tests.patience import PATIENCE


async def states(store: Store) -> dict[str, int]:
    return Counter(await store.read(lambda c: c.execute(select(outbox.c.state)).scalars().all()))


async def settled(sender: Sender, clock: Clock, steps: int, seconds: float = 0.0) -> None:
    """Let a sender take so many steps, with time going on between them."""
    for _ in range(steps):
        await sender.step()
        await asyncio.sleep(0.005)
        clock.on(seconds)


async def test_each_delivery_is_sent_once(stores: tuple[Store, Store]) -> None:
    """Eight senders over two stores share two hundred deliveries, and nobody hears anything twice."""
    await put(stores[0], letters(200))
    post = Post()

    await asyncio.gather(*(Sender(stores[n % 2], post, FAST, Clock()).drain() for n in range(8)))

    assert (len(post.got), set(post.to.values())) == (200, {1})
    assert await states(stores[0]) == {"sent": 200}


async def test_only_so_many_are_on_their_way(store: Store) -> None:
    """However much waits, calls at once are bounded, and so is what a crash can repeat."""
    await put(store, letters(100))
    post = Post()

    await Sender(store, post, FAST, Clock()).drain()

    assert post.most_at_once == IN_FLIGHT


async def test_a_dead_senders_deliveries_are_taken_over(stores: tuple[Store, Store]) -> None:
    """What one had begun when it died is sent by another after the lease, and not before."""
    await put(stores[0], letters(5))
    clock = Clock()
    never = asyncio.Event()
    dying = Sender(stores[0], Post(answer=lambda _: _when(never)), FAST, clock)
    assert await dying.step() == 5
    post = Post()
    other = Sender(stores[1], post, FAST, clock)

    clock.on(LEASE.total_seconds() - 1)
    assert await other.drain() == 0
    clock.on(1)
    assert await other.drain() == 5
    never.set()


async def test_urgent_does_not_wait_behind_calls_that_hang(store: Store) -> None:
    """With routine on its way to a platform that does not answer, an urgent message leaves within the second."""
    await put(store, letters(20, lane="routine"))
    free = asyncio.Event()
    post = Post(answer=lambda d: Sent() if d.lane == "urgent" else _when(free))
    sender, stop = Sender(store, post, FAST, Clock()), asyncio.Event()
    running = asyncio.create_task(sender.run(stop, tick=10 * PATIENCE))
    while post.at_once < 20:
        await asyncio.sleep(0.01)

    urgent = letters(30, lane="urgent")[29:]
    await put(store, urgent)
    sender.kick()
    async with asyncio.timeout(PATIENCE):
        while not post.got:
            await asyncio.sleep(0.01)
    assert [delivery.id for delivery in post.got] == ["d29"]

    free.set()
    stop.set()
    await running
    assert await states(store) == {"sent": 21}


async def _when(free: asyncio.Event) -> Sent:
    await free.wait()
    return Sent()


async def test_slow_answers_are_written_down(store: Store) -> None:
    """An answer that comes steps after its call is settled like a quick one, and the message is not sent again."""
    await put(store, letters(3))
    free = asyncio.Event()
    post, clock = Post(answer=lambda _: _when(free)), Clock()
    sender = Sender(store, post, FAST, clock)
    await sender.step()
    await put(store, letters(4))
    await settled(sender, clock, steps=3)
    free.set()
    await settled(sender, clock, steps=2)

    clock.on(LEASE.total_seconds())
    await settled(sender, clock, steps=2)

    assert (await states(store), set(post.to.values())) == ({"sent": 4}, {1})


async def test_urgent_leaves_before_routine(store: Store) -> None:
    """When only some may leave, those are the urgent, then the replies."""
    for lane, ids in (("routine", "r"), ("reply", "y"), ("urgent", "u")):
        await put(store, [replace(d, id=f"{ids}{d.id}") for d in letters(4, lane=lane)])
    post, clock = Post(), Clock()
    slow = Settings(pace={"telegram": Pace(rate=1, burst=3)}, daily_cap=0)

    await settled(Sender(store, post, slow, clock), clock, steps=10, seconds=1)

    assert [delivery.id[0] for delivery in post.got] == list("uuuuyyyyrrrr")


async def test_a_pace_that_was_used_up_costs_no_whole_tick(store: Store) -> None:
    """After answers have used what might leave, alerts go on as soon as they may again, not at the next tick."""
    post, clock = Post(), Clock()
    paced = Settings(pace={"telegram": Pace(rate=20, burst=4)}, daily_cap=0)
    await store.write(lambda c: pace.spend(c, "telegram", 20, NOON, 4))
    await put(store, letters(4))
    sender, stop = Sender(store, post, paced, clock), asyncio.Event()

    running = asyncio.create_task(sender.run(stop, tick=30))
    await asyncio.sleep(0.3)
    before = len(post.got)
    clock.on(1)
    async with asyncio.timeout(25):
        while len(post.got) < 4:
            await asyncio.sleep(0.01)
    stop.set()
    await running

    assert 0 == before


async def test_answers_get_their_turn_while_a_crowd_is_told(store: Store) -> None:
    """Of each eight that may leave two are answers that wait; without any, all eight are urgent."""
    await put(store, [replace(d, id=f"u{d.id}") for d in letters(40, lane="urgent")])
    await put(store, [replace(d, id=f"y{d.id}", to=replace(d.to, id=f"y{d.id}")) for d in letters(3)])
    post, clock = Post(), Clock()
    paced = Settings(pace={"telegram": Pace(rate=8, burst=8)}, daily_cap=0)
    sender, left = Sender(store, post, paced, clock), []

    for step in range(1, 4):
        await sender.step()
        await sender.finish()
        clock.on(1)
        left.append(Counter(delivery.id[0] for delivery in post.got[8 * (step - 1) : 8 * step]))

    assert [{"y": 2, "u": 6}, {"y": 1, "u": 7}, {"u": 8}] == left


async def test_pace_is_kept_together(stores: tuple[Store, Store]) -> None:
    """Four senders over two stores send in ten seconds what the channel takes in ten seconds."""
    await put(stores[0], letters(400))
    post, clock = Post(), Clock()
    paced = Settings(pace={"telegram": Pace(rate=10, burst=5)}, daily_cap=0)
    senders = [Sender(stores[n % 2], post, paced, clock) for n in range(4)]

    for _ in range(100):
        await asyncio.gather(*(sender.step() for sender in senders))
        clock.on(0.1)
    await asyncio.gather(*(sender.finish() for sender in senders))

    assert 100 <= len(post.got) <= 105


async def test_a_channel_that_says_wait_is_left_alone(stores: tuple[Store, Store]) -> None:
    """After "retry after 30 s" nobody sends there until then; then everything goes, once."""
    await put(stores[0], letters(10))
    busy = [True]

    def answer(_: Any) -> Any:
        return Retry("429", timedelta(seconds=30), whole_channel=True) if busy[0] else Sent()

    post, clock = Post(answer=answer), Clock()
    paced = Settings(pace={"telegram": Pace(rate=100, burst=2)}, daily_cap=0)
    senders = [Sender(store, post, paced, clock) for store in stores]
    await settled(senders[0], clock, steps=2)
    busy[0] = False

    for _ in range(29):
        for sender in senders:
            await settled(sender, clock, steps=1, seconds=0.5)
    assert post.got == []
    for _ in range(20):
        for sender in senders:
            await settled(sender, clock, steps=1, seconds=0.5)
    assert (len(post.got), set(post.to.values())) == (10, {1})


async def test_a_channel_that_breaks_is_tried_again(store: Store) -> None:
    """What a channel raises is not the end of the sender nor of the message."""
    await put(store, letters(1))
    broken = [True]

    def answer(_: Any) -> Any:
        if broken.pop() if broken else False:
            raise RuntimeError("bug")
        return Sent()

    post, clock = Post(answer=answer), Clock()
    sender = Sender(store, post, FAST, clock)

    await settled(sender, clock, steps=4, seconds=3)

    assert (len(post.got), await states(store)) == (1, {"sent": 1})


async def test_what_could_not_be_written_down_is_not_forgotten(store: Store) -> None:
    """A message that was sent while the database failed is settled when it is back, and not sent again."""
    await put(store, letters(1))
    post, clock = Post(), Clock()
    sender = Sender(store, post, FAST, clock)
    await sender.step()
    await asyncio.sleep(0.02)
    await store.write(lambda c: c.execute(text("ALTER TABLE outbox RENAME TO lost")))
    with pytest.raises(Exception, match="outbox"):
        await sender.step()
    await store.write(lambda c: c.execute(text("ALTER TABLE lost RENAME TO outbox")))

    clock.on(LEASE.total_seconds())
    await sender.step()

    assert (len(post.got), await states(store)) == (1, {"sent": 1})


async def test_whoever_is_gone_is_muted_at_once(store: Store) -> None:
    """The next alert is not for someone who left."""
    await meet(store, 2)
    await tell(store, Alert("a", Audience()))
    await spread(store, Hours(), NOON)
    gone = Post("line", answer=lambda d: Gone() if d.to.id == "0" else Sent())

    await Sender(store, gone, FAST, Clock()).drain()

    muted = select(contacts.c.address).where(contacts.c.muted)
    assert await store.read(lambda c: c.execute(muted).scalars().all()) == ["0"]
    assert await store.read(lambda c: progress(c, "a")) == Progress(sent=1, gone=1)


async def test_an_alert_leaves_many_at_a_time(stores: tuple[Store, Store]) -> None:
    """Where a channel takes many, two senders tell each person once, in as few calls as can be."""
    await meet(stores[0], 230)
    await tell(stores[0], Alert("a", Audience()))
    await spread(stores[0], Hours(), NOON)
    line = Mass(many=50)

    await asyncio.gather(*(Sender(store, line, FAST, Clock()).drain() for store in stores))

    assert (len(line.to), set(line.to.values()), len(line.calls)) == (230, {1}, 5)
    assert await stores[0].read(lambda c: progress(c, "a")) == Progress(sent=230)


async def test_after_a_crash_the_same_batch_goes_again(stores: tuple[Store, Store]) -> None:
    """The platform had taken them when the process died: same members, same key, and nobody hears it twice."""
    await meet(stores[0], 30)
    await tell(stores[0], Alert("a", Audience()))
    await spread(stores[0], Hours(), NOON)
    line, clock = Mass(many=20), Clock()
    dying = Sender(stores[0], line, FAST, clock)
    await dying.step()
    await asyncio.sleep(0.02)  # it has been answered, and dies before it writes that down

    clock.on(LEASE.total_seconds())
    await Sender(stores[1], line, FAST, clock).drain()

    assert (len(line.to), set(line.to.values())) == (30, {1})
    assert sorted(Counter(line.calls).values()) == [1, 2]
    assert await stores[0].read(lambda c: progress(c, "a")) == Progress(sent=30)


async def test_one_bad_address_does_not_cost_the_others(store: Store) -> None:
    """When a call for many is refused, each is tried alone and only the bad one is lost."""
    await meet(store, 10)
    await tell(store, Alert("a", Audience()))
    await spread(store, Hours(), NOON)

    class Picky(Mass):
        async def send_many(self, deliveries: Any, retry_key: str) -> Any:
            return Refused("400")

    line = Picky(answer=lambda d: Refused("400") if d.to.id == "3" else Sent())
    await Sender(store, line, FAST, Clock()).drain()

    assert await store.read(lambda c: progress(c, "a")) == Progress(sent=9, refused=1)


async def test_a_reply_is_sent_at_once_and_counted(store: Store) -> None:
    """A reply does not ask for leave, is written down, and slows what can wait; on a free token it does not."""
    post, clock = Post(), Clock()
    paced = Settings(pace={"telegram": Pace(rate=1, burst=1)}, daily_cap=0)
    (reply,) = letters(1, tries=1)
    await put(store, [reply])
    await Replying(store, {reply.to.channel: post}, paced, clock).send(reply)
    assert len(post.got) == 1
    assert await states(store) == {"sent": 1}

    await put(store, letters(2))
    sender = Sender(store, post, paced, clock)
    assert await sender.step() == 0
    clock.on(1)
    assert await sender.step() == 1
    await sender.finish()


async def test_each_message_counts_where_each_is_a_call(store: Store) -> None:
    """Alerts and answers of three messages leave three times as slowly, on whatever token an answer goes."""
    post, clock = Talkative(), Clock()
    paced = Settings(pace={"telegram": Pace(rate=1, burst=1)}, daily_cap=0)
    reply, *alerts = (replace(one, message=Outgoing(("ก", "ข", "ค"))) for one in letters(4))
    reply = replace(reply, tries=1, reply_token="pressed")
    await put(store, [reply, *alerts])

    await Replying(store, {"telegram": post}, paced, clock).send(reply)
    sender, left = Sender(store, post, paced, clock), []
    for _ in range(10):
        left.append(await sender.step())
        clock.on(1)
    await sender.finish()

    assert [0, 0, 0, 1, 0, 0, 1, 0, 0, 1] == left


async def test_a_channel_with_nothing_to_do_writes_nothing(store: Store) -> None:
    """An idle sender only looks: there is not even a row for its pace."""
    sender = Sender(store, Post(), Settings(), Clock())

    assert [await sender.step() for _ in range(3)] == [0, 0, 0]
    assert await store.read(lambda c: c.execute(text("SELECT count(*) FROM pace")).scalar()) == 0
