"""Lessons that ride on free answers: once each, never in the way, never lost, never paid for twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from alerts.fanout import spread
from alerts.quiet import Hours
from bot.converse import turn
from domain.alert import Alert, Audience, Lane
from domain.delivery import ABOARD, LEASE, Delivery, Gone, Outcome, Refused, Retry, Sent
from domain.message import Content, Incoming, Joined, Outgoing, Press, Sticker, Text
from storage.alerts import clear_stopped, raise_alert, stop_alert
from storage.claims import claim, claim_batch
from storage.outbox import progress, settle, settle_each
from storage.people import change
from storage.riding import RODE
from storage.sealing import day
from storage.steering import pause_alert, resume_alert, wake
from storage.store import Store
from storage.tables import outbox
from tests.alerts.test_campaigns import SEVEN
from tests.conversations.stage import Stage
from tests.keys import KEYS

LESSON = Outgoing(("บทเรียน: อย่ากดลิงก์",))
WEEK = timedelta(days=7)
ANN = "Uann"


class Village(Stage):
    """Ann, on LINE, where answers are free while their token lasts."""

    async def settled(self) -> "Village":
        self.channels = {ANN: "line", "bob": "telegram"}
        self.now = SEVEN + timedelta(hours=3)
        for who in (ANN, "bob"):
            await self.known(who, area="4203", agreed=True)
        return self

    async def lesson(
        self, id: str = "a", lane: Lane = "routine", wait: timedelta = timedelta(days=5), **more: Any
    ) -> None:
        """Everybody is to be told, at the latest after so long."""
        made = Alert(id, Audience(topic="lessons"), lane=lane, expires=self.now + WEEK)
        made = replace(made, deadline=self.now + wait if wait else None)
        await self.store.write(lambda c: raise_alert(c, made, {"th": LESSON}, self.now))
        await spread(self.store, Hours(), self.now)

    async def hears(self, content: Content, token: str = "token", who: str = ANN) -> Delivery | None:
        """What is queued as the answer to something somebody does."""
        self.events += 1
        self.now += timedelta(seconds=5)
        sender = self.address(who)
        incoming = Incoming(f"event-{self.events:06}", f"{self.events}", sender, self.now, content, token)
        return (await self.store.write(lambda c: turn(c, incoming, self.setting, self.now))).reply

    async def ended(self, reply: Delivery | None, outcome: Outcome) -> None:
        assert reply
        await self.store.write(lambda c: settle_each(c, [(reply, outcome)], self.now))

    async def waiting(self, id: str = "a", who: str = ANN) -> Any:
        one = select(outbox).where(outbox.c.id == f"{id}:{self.id(who)}")
        return (await self.store.read(lambda c: c.execute(one).all()))[0]

    async def pushed(self, after: timedelta) -> list[str]:
        """What a worker that comes by then may push on LINE: whose."""
        lanes: tuple[Lane, ...] = ("urgent", "reply", "routine", "lazy")
        work = lambda c: claim_batch(c, "line", self.now + after, 50, lanes)  # noqa: E731
        return [one.id for one in await self.store.write(work)]


@pytest.fixture
async def village(database: str) -> Any:
    store = Store(database, keys=KEYS)
    yield await Village(store).settled()
    await store.close()


def rode(reply: Delivery | None) -> bool:
    return reply is not None and reply.message.along == LESSON.bubbles


async def test_it_rides_once_and_costs_nothing(village: Village) -> None:
    """The next answer carries it, after its own words; the one after does not, and nobody pushes it any more."""
    await village.lesson()
    first, second = await village.hears(Sticker()), await village.hears(Sticker())
    assert (True, False) == (rode(first), rode(second))
    await village.ended(first, Sent("1"))

    row = await village.waiting()
    assert ("sent", RODE) == (row.state, row.note)
    assert {day(village.now)} == {row.due, row.settled_at}  # not when its reader wrote
    assert [] == await village.pushed(WEEK)


async def test_routine_is_pushed_at_its_deadline(village: Village) -> None:
    """Who does not write is pushed to on the fifth day and not before; where pushing is free, at once."""
    await village.lesson()
    assert [] == await village.pushed(timedelta(days=5, seconds=-1))
    free = await village.store.write(lambda c: claim(c, "telegram", village.now, 5))
    assert [village.address("bob")] == [one.to for one in free]
    assert [f"a:{village.id(ANN)}"] == await village.pushed(timedelta(days=5))


async def test_lazy_is_never_pushed(village: Village) -> None:
    """It lapses when it expires, and where pushing is free it is told like everything else."""
    await village.lesson(lane="lazy", wait=timedelta())
    free = await village.store.write(lambda c: claim(c, "telegram", village.now, 5))
    assert ["bob"] == [one.to.id for one in free]
    assert [] == await village.pushed(WEEK - timedelta(seconds=1))
    assert [] == await village.pushed(WEEK)
    assert ("refused", "lapsed") == ((await village.waiting()).state, (await village.waiting()).note)


async def test_nothing_rides_of_a_paused_alert(village: Village) -> None:
    """Held up is held up: whoever writes meanwhile does not get it with the answer; let go on, they do."""
    await village.lesson()
    await village.store.write(lambda c: pause_alert(c, "a"))
    assert not rode(await village.hears(Sticker()))
    await village.store.write(lambda c: resume_alert(c, "a"))
    assert rode(await village.hears(Sticker()))


async def test_what_is_aboard_is_not_woken(village: Village) -> None:
    """Put off by a pause, let go on, and aboard an answer by then: it is not sent by itself, too."""
    await village.lesson(wait=timedelta())
    await village.store.write(lambda c: pause_alert(c, "a"))
    assert [] == await village.pushed(timedelta())
    await village.store.write(lambda c: resume_alert(c, "a"))
    answer = await village.hears(Sticker())
    await village.store.write(lambda c: wake(c, village.now))

    assert (rode(answer), []) == (True, await village.pushed(timedelta(minutes=1)))


async def test_lazy_rides(village: Village) -> None:
    """On an answer it goes like routine."""
    await village.lesson(lane="lazy", wait=timedelta())
    assert rode(await village.hears(Sticker()))


async def test_a_dead_process_loses_neither(village: Village) -> None:
    """The reply and its rider are one delivery to whoever takes them over, and are done with together."""
    await village.lesson()
    await village.hears(Sticker())
    village.now += LEASE
    (again,) = await village.store.write(lambda c: claim(c, "line", village.now, 5))
    assert rode(again)
    await village.store.write(lambda c: settle(c, [again], Sent("2"), village.now))
    assert ("sent", []) == ((await village.waiting()).state, await village.pushed(WEEK))


async def test_a_refused_answer_is_tried_without_its_rider(village: Village) -> None:
    """It may be the rider's fault: the answer goes alone at once, the lesson waits for its deadline."""
    await village.lesson()
    await village.ended(await village.hears(Sticker()), Refused("400: text"))
    (alone,) = await village.store.write(lambda c: claim(c, "line", village.now, 5))
    assert ((), "") == (alone.message.along, alone.rides)
    assert not rode(await village.hears(Sticker()))
    assert [] == await village.pushed(timedelta(days=4))
    taken = await village.store.write(lambda c: claim(c, "line", village.now + timedelta(days=5), 5))
    assert f"a:{village.id(ANN)}" in [one.id for one in taken]


async def test_while_an_answer_is_tried_again_nobody_pushes_its_rider(village: Village) -> None:
    """A platform that is down holds both; when the answer is given up, the lesson is not."""
    await village.lesson()
    reply = await village.hears(Sticker())
    await village.ended(reply, Retry("500"))
    assert ABOARD == (await village.waiting()).due
    assert [] == await village.pushed(timedelta(days=6))

    assert reply
    last = replace(reply, tries=99)
    await village.store.write(lambda c: c.execute(outbox.update().where(outbox.c.id == reply.id).values(tries=99)))
    await village.ended(last, Retry("500"))
    row = await village.waiting()
    assert ("queued", "fell off") == (row.state, row.note)


async def test_an_answer_that_nobody_came_back_from_is_given_up_without_its_rider(village: Village) -> None:
    """What kills each of its senders is refused when it is taken once more; the lesson waits for its deadline."""
    await village.lesson()
    reply = await village.hears(Sticker())
    assert reply
    worn = outbox.update().where(outbox.c.id == reply.id).values(tries=99)
    await village.store.write(lambda c: c.execute(worn))
    later = village.now + LEASE
    assert [] == await village.store.write(lambda c: claim(c, "line", later, 5))
    row = await village.waiting()
    assert ("queued", True) == (row.state, row.due < ABOARD)


async def test_who_has_gone_takes_it_along(village: Village) -> None:
    """Nothing waits for somebody who is no longer there."""
    await village.lesson()
    await village.ended(await village.hears(Sticker()), Gone())
    assert "gone" == (await village.waiting()).state


@pytest.mark.parametrize(
    ("content", "token"),
    [
        (Sticker(), ""),
        (Text("โอนเงินไปแล้ว โดนหลอก 50000 บาท"), "t"),
        (Press("/hotlines"), "t"),
        (Press("/report link"), "t"),
        (Joined(), "t"),
    ],
    ids=["no free answer", "money lost", "numbers", "a question", "first words"],
)
async def test_never_in_the_way(village: Village, content: Content, token: str) -> None:
    """Not where it would cost, not beside help, not in the middle of a question, not in a greeting."""
    await village.lesson()
    reply = await village.hears(content, token)
    assert reply
    assert not rode(reply)
    assert (await village.waiting()).state == "queued"


async def test_not_soon_after_help_was_asked_for(village: Village) -> None:
    """A sticker after a cry for help is no time for a lesson."""
    await village.lesson()
    await village.hears(Text("โดนหลอกโอนเงินไป 50000 บาท"))
    assert not rode(await village.hears(Sticker()))


async def test_only_where_there_is_room(village: Village) -> None:
    """A request takes five messages: what does not fit waits for a shorter answer."""
    long = Outgoing(tuple(f"{n}" for n in range(5)))
    alert = Alert("long", Audience(), expires=village.now + WEEK, deadline=village.now + WEEK)
    await village.store.write(lambda c: raise_alert(c, alert, {"th": long}, village.now))
    await spread(village.store, Hours(), village.now)
    await village.lesson("fits", wait=timedelta(days=6, hours=23))
    assert rode(await village.hears(Sticker()))


async def test_the_days_cap_holds(village: Village) -> None:
    """Three in a day, then no more before tomorrow; a stopped one not at all."""
    for n in range(4):
        await village.lesson(f"{n}")
    told = []
    for _ in range(4):
        reply = await village.hears(Sticker())
        told.append(rode(reply))
        await village.ended(reply, Sent())
    assert [True, True, True, False] == told
    village.now += timedelta(days=1)
    assert rode(await village.hears(Sticker()))


async def test_opting_out_holds_for_what_waits(village: Village) -> None:
    """After /stop what was queued before neither rides nor is pushed; who blocks us is not pushed to either."""
    await village.lesson()
    assert not rode(await village.hears(Press("/stop")))
    assert not rode(await village.hears(Sticker()))
    assert ("refused", []) == ((await village.waiting()).state, await village.pushed(WEEK))


async def test_two_answers_carry_two_different_ones(village: Village) -> None:
    """Side by side, each thing that waits is taken by one of them; the nearest deadline first."""
    await village.lesson("late", wait=timedelta(days=6))
    await village.lesson("soon", wait=timedelta(days=2))
    replies = [await village.hears(Sticker()) for _ in range(2)]
    assert [f"soon:{village.id(ANN)}", f"late:{village.id(ANN)}"] == [one.rides for one in replies if one]


async def test_a_stopped_alert_rides_no_more(village: Village) -> None:
    """Stopped before anybody answered is stopped."""
    await village.lesson()
    await village.store.write(lambda c: stop_alert(c, "a"))
    assert not rode(await village.hears(Sticker()))
    await village.store.write(lambda c: clear_stopped(c, village.now))
    told = await village.store.read(lambda c: progress(c, "a"))
    assert (0, 2) == (told.queued, told.refused)


async def test_who_has_nothing_waiting_pays_for_nothing(village: Village) -> None:
    """The answer to somebody for whom nothing waits takes not one statement more."""
    counts: list[int] = []

    async def counted() -> None:
        def work(connection: Connection) -> None:
            seen: list[str] = []

            def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
                seen.append(statement)

            event.listen(connection, "before_cursor_execute", note)
            village.events += 1
            sender = village.address(ANN)
            told = Incoming(f"e{village.events}", f"e{village.events}", sender, village.now, Sticker(), "t")
            turn(connection, told, village.setting, village.now)
            event.remove(connection, "before_cursor_execute", note)
            counts.append(len(seen))

        await village.store.write(work)

    await counted()
    await village.store.write(lambda c: change(c, village.id("bob"), area="42"))
    await counted()
    await village.lesson()
    await counted()
    assert [counts[0], counts[0], counts[0] + 2] == counts
