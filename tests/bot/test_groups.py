"""Groups and corrections, end to end: through real sockets, on both platforms and both databases."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.line import Line
from bot.line_events import parse as parse_line
from bot.telegram_updates import parse as parse_telegram
from domain.contact import Role
from domain.delivery import Refused
from domain.message import Address
from storage.asked import mark
from storage.people import change, contact_id
from storage.tables import asked, audit, contacts
from tests.bot.conftest import NOW, delivery
from tests.bot.running import Phone, Town, before_value, eventually, label, town
from tests.databases import sqlite_at
from tests.standins.line import LineStandin

SHOP = "https://www.shop-loei.com/sale"


async def coordinator(town: Town, channel: str) -> Phone:
    """Somebody who coordinates Loei."""
    phone = town.on(channel, "ปลัดสมศรี")
    await phone.adds()
    id = phone.person.id if channel == "line" else str(phone.user.id)  # type: ignore[attr-defined]
    who = contact_id(Address(channel, id))
    await town.app.store.write(lambda c: change(c, who, role=int(Role.COORDINATOR), area="42"))
    return phone


async def test_a_changed_verdict_reaches_who_asked_over_either_platform(database: str) -> None:
    """They asked on LINE and on Telegram, a coordinator on one confirms: both hear of it, once, and nobody else."""
    async with town(database) as place:
        staff = await coordinator(place, "telegram")
        people = [place.on("line"), place.on("telegram"), place.on("line")]
        for one in people:
            await one.adds()
        for one in people[:2]:
            await one.says(SHOP)

        await staff.says("/confirm hxxps://www[.]shop-loei[.]com/sale ร้านปลอม")
        for one in people[:2]:
            await one.hears(before_value("correction.dangerous"))
        await staff.says("/confirm shop-loei.com")
        await place.all_sent()

        words = before_value("correction.dangerous")
        heard = [sum(words in said for said in one.bubbles()) for one in (*people, staff)]
        assert heard == [1, 1, 0, 0]
        mine = await place.found(select(asked.c.word).where(asked.c.mark == mark("domain:shop-loei.com")))
        assert [row.word for row in mine] == ["dangerous", "dangerous"]
        written = await place.found(select(audit.c.what).where(audit.c.on == "domain:shop-loei.com"))
        assert [row.what for row in written] == ["confirm"]


async def test_a_group_on_line_is_answered_for_nothing(database: str) -> None:
    """Hello, one warning and silence, all by free replies; a coordinator among the members mutes it."""
    async with town(database) as place:
        staff, neighbour = await coordinator(place, "line"), place.on("line")
        group = place.line.new_group(staff.person, neighbour.person)  # type: ignore[attr-defined]

        await place.line.invites(group)
        await staff.says("/confirm shop-loei.com")
        for text in ("สวัสดี", SHOP, f"อีกที {SHOP}", "แจ้งเรื่อง"):
            await place.line.says(neighbour.person, text, group=group)  # type: ignore[attr-defined]
        await place.line.says(neighbour.person, "/mute", group=group)  # type: ignore[attr-defined]
        await place.line.says(staff.person, "/mute", group=group)  # type: ignore[attr-defined]
        await eventually(lambda: label("group.muted") in place.line.inbox(group))
        await place.all_sent()

        hello, warning, muted = place.line.inbox(group)
        assert hello.startswith(before_value("group.hello"))
        assert warning.startswith(f"{label('verdict.dangerous')}\n🔗 hxxps://www[.]shop-loei[.]com/sale")
        assert "https://line.me/R/ti/p/%40" in warning
        assert muted == label("group.muted")
        assert {each.kind for each in place.line.deliveries} == {"reply"}
        told = [row.conversation for row in await place.found(select(contacts).where(contacts.c.is_group))]
        assert told == [{}]


async def test_a_group_on_telegram_is_warned(database: str) -> None:
    """The same there, with a link to the private chat."""
    async with town(database) as place:
        staff, neighbour = await coordinator(place, "telegram"), place.on("telegram")
        group = place.telegram.new_group(members=[neighbour.user], privacy=False)  # type: ignore[attr-defined]

        await staff.says("/confirm shop-loei.com")
        for text in (SHOP, SHOP, "แจ้งเรื่อง"):
            await place.telegram.says(neighbour.user, text, chat=group)  # type: ignore[attr-defined]
        await place.telegram.settled()
        await place.all_sent()

        (warning,) = [message.text for message in place.telegram.inbox(group)]
        assert warning.startswith(label("verdict.dangerous"))
        assert "https://t.me/" in warning


async def test_linked_groups_are_told_of_an_urgent_alert(tmp_path: Path) -> None:
    """A group on each platform hears it once, LINE's by a push that costs its members; then they are unlinked."""
    async with town(sqlite_at(tmp_path / "bot.db")) as place:
        staff, there = await coordinator(place, "line"), await coordinator(place, "telegram")
        neighbours = [place.line.new_user() for _ in range(3)]
        on_line = place.line.new_group(staff.person, *neighbours)  # type: ignore[attr-defined]
        on_telegram = place.telegram.new_group(members=[there.user])  # type: ignore[attr-defined]
        await place.line.invites(on_line)
        await place.line.says(staff.person, "/link อ.เชียงคาน", group=on_line)  # type: ignore[attr-defined]
        await place.telegram.says(there.user, "/เชื่อมกลุ่ม อ.เชียงคาน", chat=on_telegram)  # type: ignore[attr-defined]
        await place.telegram.settled()
        await eventually(lambda: any("/unlink" in one for one in place.line.inbox(on_line)))
        await place.app.count_groups()
        before = place.line.billed

        for said in ("/alert น้ำขึ้นเร็ว", "อ.เชียงคาน"):
            await staff.says(said)
        await staff.presses("alert.who.groups")
        preview = "\n".join(await staff.presses("alert.how.urgent"))
        assert label("alert.groups.in", channel="line", count=1, members=4) in preview
        assert label("alert.groups.in", channel="telegram", count=1, members=2) in preview
        assert label("alert.cost", count=4) in preview
        await staff.presses("alert.confirm.send")
        await place.all_sent()
        assert 1 == place.line.inbox(on_line).count("น้ำขึ้นเร็ว")
        assert 1 == [message.text for message in place.telegram.inbox(on_telegram)].count("น้ำขึ้นเร็ว")
        assert before + 4 == place.line.billed

        await place.line.removes(on_line)
        await place.telegram.kicks_bot(there.user, on_telegram)  # type: ignore[attr-defined]
        await place.telegram.settled()
        linked = select(contacts.c.id).where(contacts.c.is_group, contacts.c.area != "")
        await eventually(lambda: place._none_of(select(func.count()).select_from(linked.subquery())))
        assert ([], []) == (place.line.violations, place.telegram.violations)


@pytest.mark.parametrize("id", ["C" + "0" * 32, "R" + "0" * 32])
async def test_an_answer_to_a_group_is_never_pushed(line: Line, line_api: LineStandin, id: str) -> None:
    """When the free reply is gone the answer is given up: a push would cost as much as the group has members."""
    outcome = await line.send(delivery(Address("line", id), "อันตราย", reply_token="gone"))

    assert isinstance(outcome, Refused)
    assert (line_api.deliveries, line_api.billed) == ([], 0)


def test_who_speaks_in_a_group_is_known_where_the_platform_tells() -> None:
    """For their role; in a private chat nobody else is speaking, and an admin who hides is not told."""

    text = {"id": "1", "type": "text", "text": "x"}
    hidden = {"sender_chat": {"id": -5}}

    def on_line(**source: str) -> Address | None:
        event = {"type": "message", "source": source, "message": text, "timestamp": 1}
        (found,) = parse_line({"events": [event]}, lambda: "i", NOW)
        return found.speaker  # type: ignore[union-attr]

    def on_telegram(chat: str, *, bot: bool = False) -> Address | None:
        said = {"message_id": 1, "date": 1, "text": "x", "chat": {"id": -5, "type": chat}}
        message = said | {"from": {"id": 7, "is_bot": bot}} | (hidden if bot else {})
        (found,) = parse_telegram({"update_id": 1, "message": message}, lambda: "i", NOW)
        return found.speaker  # type: ignore[union-attr]

    assert on_line(type="group", groupId="C1", userId="U1") == Address("line", "U1")
    assert on_line(type="group", groupId="C1") is None
    assert on_line(type="user", userId="U1") is None
    assert on_telegram("supergroup") == Address("telegram", "7")
    assert on_telegram("supergroup", bot=True) is None
    assert on_telegram("private") is None
