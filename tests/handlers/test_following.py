"""An all-clear stops what has not left: somebody else's urgent alert only with a second word."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.message import Press
from storage import tables
from storage.alerts import load_alert
from tests.conversations.stage import Stage
from tests.handlers.council import council
from tests.handlers.test_approving import compose, press


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Two residents, an author, and two other coordinators of the district; approval above many."""
    stage = await council(tmp_path / "follow.db", 50)
    yield stage
    await stage.store.close()


@pytest.mark.parametrize(
    ("who", "how", "arrived", "stopped"),
    [
        ("third", "🚨 ด่วน ไม่รอเวลาพัก", 1, False),
        ("third", "🚨 ด่วน ไม่รอเวลาพัก", 5, True),
        ("author", "🚨 ด่วน ไม่รอเวลาพัก", 1, True),
        ("third", "ทั่วไป", 1, True),
    ],
)
async def test_who_may_end_it_alone(stage: Stage, who: str, how: str, arrived: int, stopped: bool) -> None:
    """What is urgent and still leaving, those whose it is; else whoever coordinates its area."""
    await compose(stage, how=how)
    out = tables.outbox
    told = select(out.c.id).where(out.c.alert != "").limit(arrived).scalar_subquery()
    await stage.store.write(lambda c: c.execute(update(out).where(out.c.id.in_(told)).values(state="sent")))
    id = await stage.store.read(lambda c: c.execute(select(tables.alerts.c.id)).scalar_one())

    await stage.say(who, Press("/alerts"))
    await press(stage, who, "✅ เหตุยุติ")
    await press(stage, who, "ข้อความสำเร็จรูป")
    heard = await press(stage, who, "📣 ส่งเลย")

    first = await stage.store.read(lambda c: load_alert(c, id))
    assert first
    assert stopped == (first.state == "stopped")
    asked = [one for one in heard if one.whom == "second" and "✅ อนุมัติ ส่งเลย" in [b.label for b in one.message.buttons]]
    assert (not stopped) == bool(asked)
    if asked:
        await press(stage, "second", "✅ อนุมัติ ส่งเลย")
        first = await stage.store.read(lambda c: load_alert(c, id))
        assert first
        assert "stopped" == first.state
