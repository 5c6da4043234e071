"""The people who serve: found by name and place, let in by a plain yes, invited to somewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.contact import Role
from domain.message import Press
from storage.people import change, reach
from storage.store import Store
from tests.conversations.stage import Stage
from tests.keys import KEYS


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A coordinator of one district, and an admin of everywhere."""
    stage = await Stage(Store(f"sqlite:///{tmp_path}/serve.db", keys=KEYS)).open()
    await stage.known("ann", Role.COORDINATOR, "4203", agreed=True)
    await stage.known("boss", Role.ADMIN, "", agreed=True)
    yield stage
    await stage.store.close()


async def said(stage: Stage, who: str, token: str) -> tuple[str, list[str]]:
    """What the answer to a command says, with its buttons."""
    first = (await stage.say(who, Press(token)))[0].message
    return "\n".join(first.bubbles), [button.label for button in first.buttons]


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        ("", 1),
        ("yes", 1),
        ("YES", 1),
        ("ใช่", 1),
        ("อนุมัติ", 1),
        ("no", 0),
        ("No", 0),
        ("ไม่", 0),
        ("ไม่อนุมัติ", 0),
        ("เดี๋ยวก่อน", -1),
        ("nok", -1),
    ],
)
async def test_nobody_is_let_in_by_a_slip(stage: Stage, answer: str, role: int) -> None:
    """A plain yes lets a volunteer in, a plain no does not, and anything else is asked again (-1)."""
    await stage.known("mali")
    waits = {"pending": 1, "pending_area": "420301", "name": "มะลิ"}
    await stage.store.write(lambda c: change(c, stage.id("mali"), **waits))

    _, buttons = await said(stage, "ann", f"/approve {stage.id('mali')[:8]} {answer}".strip())

    found = await stage.store.read(lambda c: reach(c, stage.id("mali")))
    assert found
    assert (max(role, 0), ["✅ อนุมัติ", "✖ ไม่อนุมัติ"] if role < 0 else []) == (found[0].role, buttons)


async def test_a_name_goes_before_a_place(stage: Stage) -> None:
    """Somebody called like a village elsewhere is found; a place of ours is a place; what is neither is said."""
    await stage.known("mali", Role.VOLUNTEER, "420302")
    await stage.store.write(lambda c: change(c, stage.id("mali"), name="มะลิ"))

    found = {text: (await said(stage, "ann", f"/who {text}"))[0] for text in ("มะลิ", "ต.ธาตุ", "หนองคาย")}

    assert found["มะลิ"].startswith("ผู้ปฏิบัติงาน 1 คน")
    assert found["ต.ธาตุ"].startswith("ผู้ปฏิบัติงานใน ต.ธาตุ อ.เชียงคาน จ.เลย 1 คน")
    assert found["หนองคาย"].startswith("ไม่พบใครชื่อ หรือที่ที่เรียกว่า “หนองคาย”")


async def test_all_of_them_can_be_seen(stage: Stage) -> None:
    """The number is the true one, and those after the first twenty are on the next page."""
    for n in range(24):
        await stage.known(f"v{n:02}", Role.VOLUNTEER, "420301")

    first, buttons = await said(stage, "ann", "/who")
    more, none = await said(stage, "ann", "/who +20")

    assert [True, True] == [page.startswith("ผู้ปฏิบัติงาน 25 คน") for page in (first, more)]
    assert (20, 5) == (first.count("🟢"), more.count("🟢"))
    assert (["ถัดไป ▶"], []) == (buttons, none)


async def test_volunteers_are_invited_to_somewhere(stage: Stage) -> None:
    """Who serves everywhere says where; a coordinator for everywhere is called that, not a place nobody told."""
    assert "เชิญอาสาที่ไหน" in (await said(stage, "boss", "/invite volunteer"))[0]
    assert "พื้นที่: ทุกพื้นที่" in (await said(stage, "boss", "/invite coordinator"))[0]
    assert "รหัสเชิญ" in (await said(stage, "boss", "/invite volunteer เชียงคาน"))[0]
