"""What goes out to many: on its schedule, once, at the platforms' pace, and not to those who said no or are gone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from domain.contact import Role
from domain.message import Address
from storage.people import appoint
from storage.tables import contacts, outbox
from tests.bot.running import Phone, Town, label, town
from tests.bot.test_journey import staff
from tests.databases import sqlite_at

LESSON = "ตำรวจจริงไม่มีวันขอให้โอนเงินเพื่อตรวจสอบ ถ้ามีคนโทรมาแบบนี้ วางสาย แล้วโทร 1441"
FLOOD = "น้ำโขงขึ้นเร็ว คนริมตลิ่งเก็บของขึ้นที่สูงก่อนค่ำวันนี้"


async def neighbours(town: Town, channel: str, many: int) -> list[Phone]:
    """People of Chiang Khan who have told where they live."""
    phones = [town.on(channel, f"คนที่ {n}") for n in range(many)]
    for phone in phones:
        await phone.adds()
    await asyncio.gather(*(phone.says("/home 4203") for phone in phones))
    return phones


def lives(connection: Connection, user: int) -> str:
    """Somebody on Telegram who lives in Chiang Khan."""
    return appoint(connection, Address("telegram", str(user)), Role.RESIDENT, "4203", "", datetime.now(UTC))


async def schedules(coordinator: Phone, when: str) -> None:
    await coordinator.says("/schedule new")
    await coordinator.says(LESSON)
    await coordinator.says("เลย")
    await coordinator.says(when)
    await coordinator.presses("schedule.confirm.send")


async def test_scheduled_lesson_reaches_everyone_once(database: str) -> None:
    """At its hour a lesson leaves by one multicast on LINE and one message each on Telegram, and never again."""
    async with town(database) as made:
        coordinator = await staff(made, "line")
        people = [*await neighbours(made, "line", 4), *await neighbours(made, "telegram", 4)]
        await schedules(coordinator, "ทุกวัน 18:00")
        made.until_local(17, 59)
        await made.app.worker.fire()
        assert [0] * 8 == [phone.times(LESSON) for phone in people]
        made.until_local(18)
        made.telegram.pace.clear()
        await made.app.worker.fire()
        for phone in people:
            await phone.hears(LESSON)
        await made.app.worker.fire()
        await made.all_sent()
        assert [1] * 8 == [phone.times(LESSON) for phone in people]
        sent = [one for one in made.line.deliveries if one.kind == "multicast"]
        assert 1 == len({one.request_id for one in sent})
        assert [] == made.line.violations
        assert [] == made.telegram.violations


async def test_telegram_limits_are_kept(tmp_path: Path) -> None:
    """Forty people on Telegram hear a lesson within its strict limits, and nothing is refused."""
    async with town(sqlite_at(tmp_path / "bot.db"), hurried=False) as made:
        coordinator = await staff(made, "line")
        users = made.telegram.new_users(40)
        await made.app.store.write(lambda c: [lives(c, user.id) for user in users])
        await schedules(coordinator, "ทุกวัน 18:00")
        made.until_local(18)
        await made.app.worker.fire()
        await made.all_sent()
        heard = [sum(LESSON in message.text for message in made.telegram.inbox(user)) for user in users]
        assert [1] * 40 == heard
        assert [] == made.telegram.violations


async def test_quiet_hours(tmp_path: Path) -> None:
    """A lesson at night waits for the morning, and not for who wants none; an urgent alert wakes everybody."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        coordinator = await staff(made, "line")
        people = [*await neighbours(made, "line", 2), *await neighbours(made, "telegram", 2)]
        await people[0].says("/stop")
        await schedules(coordinator, "ทุกวัน 22:00")
        made.until_local(22)
        await made.app.worker.fire()
        await made.app.worker.once()
        assert [0] * 4 == [phone.times(LESSON) for phone in people]
        await coordinator.says("/alert")
        await coordinator.says(FLOOD)
        await coordinator.says("เลย")
        await coordinator.presses("alert.who.everyone")
        await coordinator.presses("alert.how.urgent")
        await coordinator.presses("alert.confirm.send")
        for phone in people:
            await phone.hears(FLOOD)
        made.until_local(6, 1)
        await made.all_sent()
        assert [0, 1, 1, 1] == [phone.times(LESSON) for phone in people]
        assert [1] * 4 == [phone.times(FLOOD) for phone in people]


async def test_those_who_are_gone_are_left_alone(database: str) -> None:
    """Who blocked us on LINE or Telegram, or deleted the account, is written to no more, until they come back."""
    async with town(database) as made:
        coordinator = await staff(made, "line")
        on_line = await neighbours(made, "line", 2)
        on_telegram = await neighbours(made, "telegram", 3)
        await made.line.unfollows(on_line[0].person)
        await made.telegram.blocks(on_telegram[0].user)
        await made.telegram.settled()
        made.telegram.deactivates(on_telegram[1].user)
        await schedules(coordinator, "ทุกวัน 18:00")
        made.until_local(18)
        await made.app.worker.fire()
        await on_line[1].hears(LESSON)
        await on_telegram[2].hears(LESSON)
        await made.all_sent()
        muted = await made.found(select(contacts.c.address).where(contacts.c.muted))
        gone = {on_line[0].person.id, str(on_telegram[0].user.id), str(on_telegram[1].user.id)}
        assert gone == {row.address for row in muted}
        unsent = await made.found(select(outbox.c.state).where(outbox.c.state != "sent"))
        assert ["gone"] == [row.state for row in unsent]
        await on_line[0].adds()
        await on_telegram[0].adds()
        assert 1 == len(await made.found(select(contacts.c.id).where(contacts.c.muted)))


async def test_answers_faster_than_telegram_allows(tmp_path: Path) -> None:
    """Someone who asks faster than a platform lets us answer gets every answer all the same, if later."""
    async with town(sqlite_at(tmp_path / "bot.db"), hurried=False) as made:
        phone = made.on("telegram")
        await phone.adds()
        for _ in range(5):
            await phone.says("/menu")
        await made.all_sent()
        assert 6 == phone.times(label("menu.self"))
