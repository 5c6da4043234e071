"""Who may do what, and who hears of what: the tables."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.words import catalogues
from domain.contact import Role
from domain.message import Place, Press, Text
from handlers.commands import COMMANDS
from handlers.refusing import LINES
from handlers.reports import KINDS
from storage.people import change
from storage.reports import find_report
from storage.search import Scope
from storage.store import Store
from storage.tables import audit
from tests.conversations.stage import Heard, Stage
from tests.databases import sqlite_at
from tests.keys import KEYS

REFUSED = (catalogues()["th"]["command.refused"],)
PEOPLE = {"resident": Role.RESIDENT, "volunteer": Role.VOLUNTEER, "coordinator": Role.COORDINATOR, "admin": Role.ADMIN}

EVERYBODY = [
    "start",
    "menu",
    "help",
    "report",
    "check",
    "mine",
    "add",
    "takeback",
    "receipt",
    "hotlines",
    "lesson",
    "language",
    "home",
    "about",
    "mydata",
    "delete",
    "stop",
    "resume",
    "cancel",
    "goon",
    "back",
    "skip",
    "join",
    "appeal",
]
VOLUNTEERS = ["duty", "digest", "ack", "answer", "outcome", "zero"]
COORDINATORS = [
    "reports",
    "count",
    "top",
    "assign",
    "takeover",
    "vouch",
    "block",
    "unblock",
    "status",
    "note",
    "reply",
    "photos",
    "dispatch",
    "response",
    "drill",
    "identity",
    "who",
    "roster",
    "silent",
    "approve",
    "remove",
    "invite",
    "alert",
    "alerts",
    "stopalert",
    "pausealert",
    "resumealert",
    "update",
    "allclear",
    "second",
    "schedule",
    "quota",
    "draft",
    "export",
    "indicator",
    "confirm",
    "clear",
    "mute",
    "unmute",
    "link",
    "unlink",
]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """One of each role, all of Loei."""
    stage = Stage(Store(sqlite_at(tmp_path / "roles.db"), keys=KEYS))
    for who, role in PEOPLE.items():
        await stage.known(who, role, "" if role == Role.ADMIN else "42", agreed=True)
    yield stage
    await stage.store.close()


def reply(heard: list[Heard], who: str) -> tuple[str, ...]:
    return next((one.message.bubbles for one in heard if one.whom == who), ())


def text(heard: list[Heard], who: str) -> str:
    return "\n".join(reply(heard, who))


@pytest.mark.parametrize("who", PEOPLE)
async def test_commands(stage: Stage, who: str) -> None:
    """Each command is for the roles this table says, and refused to all others in the same one way."""
    least = dict.fromkeys(EVERYBODY, Role.RESIDENT) | dict.fromkeys(VOLUNTEERS, Role.VOLUNTEER)
    least |= dict.fromkeys(COORDINATORS, Role.COORDINATOR)
    expected = {name: PEOPLE[who] < role for name, role in least.items()}

    refused = {name: reply(await stage.say(who, Press(f"/{name}")), who) == REFUSED for name in COMMANDS}

    assert expected == refused


@pytest.mark.parametrize("name", sorted(set(COORDINATORS) - {"alerts", "schedule"}))
async def test_refused_alike(stage: Stage, name: str) -> None:
    """What a report's number, a real one or not, has to do with a refusal: nothing."""
    number = await stage.report("resident", "link")

    answers = {
        reply(await stage.say("resident", Press(f"/{name}{rest}")), "resident") for rest in ("", f" {number}", " 1")
    }

    assert answers == {REFUSED}


async def test_another_district(stage: Stage) -> None:
    """A coordinator of another district gets the answer that an unknown number gets, and changes nothing."""
    await stage.known("elsewhere", Role.COORDINATOR, "4101", agreed=True)
    number = await stage.report("resident", "border")

    for name in ("report {}", "assign {} me", "status {} closed", "note {} x", "reply {} x", "photos {}"):
        theirs = text(await stage.say("elsewhere", Press("/" + name.format(number))), "elsewhere")
        nobodys = text(await stage.say("elsewhere", Press("/" + name.format(1))), "elsewhere")
        assert nobodys.replace("เลขที่ 1", "เลขที่ N") == theirs.replace(str(number), "N")

    found = await stage.store.write(lambda connection: find_report(connection, number, Scope(Role.ADMIN, "", "")))
    assert found
    assert ("new", "", ()) == (found.status, found.assignee, found.notes)


async def test_what_is_refused_is_written_down(stage: Stage) -> None:
    """Who tried what they may not, by which command and on what; of a resident no number, which may be their own."""
    await stage.known("elsewhere", Role.COORDINATOR, "4101", agreed=True)
    number, short = await stage.report("resident", "official"), stage.id("volunteer")[:8]
    tries: list[tuple[str, str, dict[str, object]]] = [
        ("resident", f"/assign {number} me", {"command": "assign"}),
        ("volunteer", f"/status {number} closed", {"command": "status"}),
        ("resident", "/join K7M2Q-9XDTP", {"command": "join"}),
        ("elsewhere", f"/report {number}", {"command": "report", "number": number}),
        ("elsewhere", f"/reply {number} x", {"command": "report", "number": number}),
        ("elsewhere", "/count area:เชียงคาน", {"command": "count", "area": "4203"}),
        ("elsewhere", f"/remove {short}", {"command": "remove", "person": short}),
        ("elsewhere", "/invite volunteer เชียงคาน", {"command": "invite", "area": "4203"}),
        ("elsewhere", "/second x yes", {"command": "second", "approval": "x"}),
        ("elsewhere", "/stopalert x", {"command": "stop", "alert": "x"}),
    ]
    for who, command, _ in (*tries, ("resident", "/report 1", {}), ("resident", "/add 1", {})):
        await stage.say(who, Press(command))

    lines = select(audit.c.who, audit.c.detail).where(audit.c.what == "refused").order_by(audit.c.seq)
    written = await stage.store.read(lambda c: [(row.who, row.detail) for row in c.execute(lines)])
    assert [(stage.id(who), detail) for who, _, detail in tries] == written


async def test_trying_all_night_does_not_fill_the_log(stage: Stage) -> None:
    """Of one person thirty lines are written at once, then one each ten minutes; the answer is the same."""
    await stage.known("elsewhere", Role.COORDINATOR, "4101", agreed=True)
    said = {text(await stage.say("elsewhere", Press("/report 1")), "elsewhere") for _ in range(LINES.burst + 10)}
    lines = select(func.count()).select_from(audit).where(audit.c.what == "refused")
    assert (1, LINES.burst) == (len(said), await stage.store.read(lambda c: c.execute(lines).scalar_one()))


async def test_demoted(stage: Stage) -> None:
    """The buttons of somebody who serves no longer do nothing, even in the middle of an alert or an answer."""
    number = await stage.report("resident", "border")
    await stage.say("coordinator", Press(f"/report {number}"))
    take = stage.button("coordinator", "รับเรื่องนี้")
    await stage.say("coordinator", Press("/alert น้ำขึ้นเร็ว"))
    where = stage.button("coordinator", "ทั้งพื้นที่ของฉัน")
    assert take
    assert where
    id = stage.id("coordinator")
    await stage.store.write(lambda connection: change(connection, id, role=0))

    assert reply(await stage.say("coordinator", Press(take.token)), "coordinator") == REFUSED
    gone = text(await stage.say("coordinator", Press(where.token)), "coordinator")
    assert catalogues()["th"]["answer.gone"] in gone
    tried = select(audit.c.detail).where(audit.c.what == "refused").order_by(audit.c.seq)
    written = await stage.store.read(lambda c: list(c.execute(tried).scalars()))
    assert [{"command": "alert"}, {"command": "assign"}] == written
    assert await stage.say("coordinator", Press(f"/reply {number} x")) is not None
    found = await stage.store.write(lambda connection: find_report(connection, number, Scope(Role.ADMIN, "", "")))
    assert found
    assert ("", ()) == (found.assignee, found.notes)


HEARD = {
    "link": ("volunteer", "coordinator"),
    "call": ("volunteer", "coordinator"),
    "message": ("volunteer", "coordinator"),
    "app": ("volunteer", "coordinator"),
    "fake": ("volunteer", "coordinator"),
    "money": ("coordinator",),
    "mule": ("volunteer", "coordinator"),
    "trafficking": ("coordinator",),
    "drugs": ("coordinator",),
    "crossing": ("volunteer", "coordinator"),
    "border": ("volunteer", "coordinator"),
    "official": ("coordinator",),
    "other": ("volunteer", "coordinator"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_who_hears(stage: Stage, kind: str) -> None:
    """Sensitive reports and lost money are never told to volunteers; the rest is, and residents hear nothing."""
    await stage.known("neighbour", area="420301", agreed=True)
    await stage.known("teller", area="420301", agreed=True)
    before = {who: len(stage.shown.get(who, ())) for who in PEOPLE}

    await stage.report("teller", kind)

    told = {who for who in PEOPLE if len(stage.shown.get(who, ())) > before[who]}
    assert {*HEARD[kind], "admin"} == told
    assert "neighbour" not in stage.shown


async def test_what_volunteers_hear(stage: Stage) -> None:
    """Neither who, nor what was said, nor a pin, nor a place finer than the tambon."""
    await stage.known("teller", area="42030107", agreed=True)
    words = "นายแดงบ้านเลขที่ 99 ขนของจากเรือ"
    await stage.say("teller", Press("/report border"))
    await stage.say("teller", Text("1"))
    await stage.say("teller", Text("หมู่ 5 ต.เชียงคาน อ.เชียงคาน"))
    for said in (Text("เมื่อคืน 2 ทุ่ม"), Text(words), Text("ข้าม")):
        await stage.say("teller", said)
    send = stage.button("teller", "✅ ส่งเลย")
    assert send

    heard = await stage.say("teller", Press(send.token))

    told = text(heard, "volunteer")
    assert "ต.เชียงคาน อ.เชียงคาน จ.เลย" in told
    numbers = [str(number) for number in await stage.numbers()]
    for secret in ("หมู่", "แดง", "99", "ขน", "ทุ่ม", "teller", stage.id("teller")[:8], *numbers):
        assert secret not in told
    assert "หมู่ 5" in text(heard, "coordinator")


async def test_a_pin_is_for_coordinators(stage: Stage) -> None:
    """A pin's degrees reach no volunteer."""
    await stage.known("teller", agreed=True)
    await stage.say("teller", Place(17.89712, 101.66413))
    button = stage.button("teller", "📌 เรื่องอื่น ๆ")
    assert button
    await stage.say("teller", Press(button.token))
    for said in (Text("ไฟดับ"), Text("ข้าม")):
        await stage.say("teller", said)
    send = stage.button("teller", "✅ ส่งเลย")
    assert send

    told = text(await stage.say("teller", Press(send.token)), "volunteer")

    assert "อ.เชียงคาน" in told
    assert "17.8" not in told
    assert "101.6" not in told


async def test_home_is_not_jurisdiction(stage: Stage) -> None:
    """Staff cannot widen the area they serve by saying that they live elsewhere."""
    await stage.say("volunteer", Press("/home 41"))
    number = await stage.report("resident", "border")

    assert stage.button("volunteer", "🚶 กำลังไปดู")
    assert number
