"""Who may hold an alert up: what is urgent only those whose it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.contact import Role
from domain.message import Press
from storage.alerts import load_alert
from tests.conversations.stage import Stage
from tests.handlers.council import council
from tests.handlers.test_approving import THAI, compose, press, reply


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Residents, an author, who agrees, and a third coordinator over them."""
    stage = await council(tmp_path / "steer.db", 1)
    await stage.known("boss", Role.ADMIN, agreed=True)
    yield stage
    await stage.store.close()


async def sent(stage: Stage, how: str) -> str:
    """An alert on its way; its id."""
    await compose(stage, how=how)
    await press(stage, "second", "✅ อนุมัติ ส่งเลย")
    button = stage.button("author", "⏸ พักไว้ก่อน")
    assert button
    return button.token.split()[1]


async def paused(stage: Stage, id: str) -> bool:
    found = await stage.store.read(lambda c: load_alert(c, id))
    assert found
    return found.paused


@pytest.mark.parametrize(
    ("who", "urgent", "may"),
    [
        ("author", True, True),
        ("second", True, True),
        ("boss", True, True),
        ("third", True, False),
        ("third", False, True),
        ("auntie", False, False),
    ],
)
async def test_who_may_hold_it_up(stage: Stage, who: str, urgent: bool, may: bool) -> None:
    """An urgent one: who wrote it, who agreed to it, an admin. Any other: whoever coordinates its area."""
    id = await sent(stage, "🚨 ด่วน ไม่รอเวลาพัก" if urgent else "ทั่วไป")

    heard = await stage.say(who, Press(f"/pausealert {id}"))

    assert may == await paused(stage, id)
    refused = THAI["alert.not_yours"] if urgent else THAI["command.refused"]
    assert may or reply(heard, who).startswith(refused)
    for verb in ("resumealert", "stopalert"):
        heard = await stage.say(who, Press(f"/{verb} {id}"))
        assert may or reply(heard, who).startswith(refused)


async def test_on_and_off_again(stage: Stage) -> None:
    """Held up, pressed again, let go on, and once all is said there is nothing to hold up."""
    id = await sent(stage, "🚨 ด่วน ไม่รอเวลาพัก")
    for _ in range(2):
        assert THAI["alert.paused"] in reply(await press(stage, "author", "⏸ พักไว้ก่อน"), "author")
    shown = await stage.say("author", Press(f"/alerts {id}"))
    assert THAI["alerts.paused"] in reply(shown, "author")

    assert THAI["alert.sending"] == reply(await press(stage, "author", "▶ ส่งต่อ"), "author")
    assert not await paused(stage, id)
    await stage.deliver()
    assert THAI["alerts.all_left"] == reply(await stage.say("author", Press(f"/pausealert {id}")), "author")


async def test_an_alert_of_elsewhere_is_none(stage: Stage) -> None:
    """Who coordinates another province learns nothing of it."""
    await stage.known("far", Role.COORDINATOR, "43", agreed=True)
    id = await sent(stage, "ทั่วไป")

    assert THAI["alerts.none"] == reply(await stage.say("far", Press(f"/stopalert {id}")), "far")
