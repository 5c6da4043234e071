"""The main job, end to end: over LINE and Telegram, through the real SDKs and real sockets, on both databases."""

import pytest
from sqlalchemy import select

from bot.admin import make_invitation
from domain.contact import Role
from storage.tables import acks, audit, media, outbox, reports
from tests.bot.running import CHIANG_KHAN, SCAM, Phone, Town, before_value, label, picture, town

LOEI, TAMBON = "42", "420301"
ADULT = "join.age.adult"


async def staff(town: Town, channel: str) -> Phone:
    """A coordinator of Loei, let in by a code that the operator made on the command line."""
    code, _, _ = await make_invitation(town.app.config, Role.COORDINATOR, LOEI, 7)
    phone = town.on(channel, "ปลัดสมศรี")
    await joins(phone, code, "ปลัดสมศรี")
    await phone.hears(before_value("join.done.coordinator"))
    return phone


async def volunteer(town: Town, channel: str, coordinator: Phone) -> Phone:
    """A volunteer of Chiang Khan, invited by the coordinator in the chat, and approved by them."""
    said = "\n".join(await coordinator.says(f"/invite volunteer {TAMBON}"))
    code = said.split("/join ")[1][:11]
    phone = town.on(channel, "ชรบ.บุญมี")
    await joins(phone, code, "บุญมี ใจดี")
    await phone.hears(before_value("join.pending"))
    await coordinator.hears(before_value("join.asking"))
    await coordinator.presses("join.let_in")
    await phone.hears(before_value("approve.welcome"))
    return phone


async def joins(phone: Phone, code: str, name: str) -> None:
    """Add the bot, use a code, and answer what is asked."""
    said = await phone.adds(code)
    for _ in range(6):
        if any(before_value(f"join.{end}") in "\n".join(said) for end in ("done.coordinator", "pending")):
            return
        said = await (phone.presses(ADULT) if label(ADULT) in phone.labels else phone.says(name))


async def whole_journey(town: Town, resident: str, helper: str, office: str) -> None:
    """What the issue calls the main job, with everybody on the channel given."""
    coordinator = await staff(town, office)
    guard = await volunteer(town, helper, coordinator)
    person = town.on(resident)
    number = await reported(person)
    await told(coordinator, guard, number)
    await decided(coordinator, person, number)
    await town.all_sent()
    await kept(town, number)
    assert [] == town.line.violations
    assert [] == town.telegram.violations
    assert [] == town.line.duplicates()


async def reported(person: Phone) -> int:
    """They add the bot, paste what they got, hear a verdict, and report it with a photo and a pin."""
    hello = await person.adds()
    assert "อบต.ริมโขง" in "\n".join(hello)
    verdict = await person.says(SCAM)
    assert label("verdict.dangerous") in "\n".join(verdict)
    await person.presses("heard.report")
    number = await person.reports(photo=picture())
    mine = await person.says("/mine")
    assert str(number) in "\n".join(mine)
    return number


async def told(coordinator: Phone, guard: Phone, number: int) -> None:
    """The coordinator hears of it with its number, the volunteer without; one looks it up, the other answers."""
    await coordinator.hears(str(number))
    await guard.hears(before_value("tell.volunteer.self"))
    assert 0 == guard.times(str(number))
    assert "pea-refund" not in "\n".join(guard.bubbles())
    await guard.presses("tell.seen")
    listed = await coordinator.says("/reports")
    assert str(number) in "\n".join(listed)
    shown = await coordinator.says(f"/report {number}")
    assert "3,250" in "\n".join(shown)


async def decided(coordinator: Phone, person: Phone, number: int) -> None:
    """A decision reaches whoever made the report, once."""
    await coordinator.says(f"/status {number} confirmed")
    heard = await person.hears(label("status.confirmed"))
    assert str(number) in heard
    assert 1 == person.times(label("status.confirmed"))


async def kept(town: Town, number: int) -> None:
    """One report at the pin, with its photo; the volunteer's answer; everything sent; who looked, in the audit log."""
    pictures = select(media.c.kind, media.c.state).where(media.c.kind == "photo")
    [one] = await town.found(select(reports.c.number, reports.c.lat, reports.c.lon, reports.c.status))
    assert (number, *CHIANG_KHAN, "confirmed") == tuple(one)
    assert [("photo", "kept")] == [tuple(row) for row in await town.found(pictures)]
    assert [("seen",)] == [tuple(row) for row in await town.found(select(acks.c.answer))]
    assert {"sent"} == {row.state for row in await town.found(select(outbox.c.state))}
    written = {row.what for row in await town.found(select(audit.c.what))}
    assert {"read", "status", "approve", "join", "invite"} <= written


async def test_main_job_on_line(database: str) -> None:
    """A resident reports, volunteers and coordinators hear, decide and answer, all on LINE."""
    async with town(database) as made:
        await whole_journey(made, "line", "line", "line")


async def test_main_job_on_telegram(database: str) -> None:
    """The same, all on Telegram, which calls our webhook."""
    async with town(database) as made:
        await whole_journey(made, "telegram", "telegram", "telegram")


async def test_main_job_by_polling(tmp_path: object) -> None:
    """The same over Telegram without any webhook."""
    async with town(f"sqlite:///{tmp_path}/bot.db", mode="polling") as made:
        await whole_journey(made, "telegram", "telegram", "telegram")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_main_job_across_platforms(database: str) -> None:
    """A resident on LINE, a volunteer on Telegram and a coordinator on LINE meet in one bot."""
    async with town(database) as made:
        await whole_journey(made, "line", "telegram", "line")
