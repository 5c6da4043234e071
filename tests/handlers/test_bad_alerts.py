"""What a coordinator can get wrong about an alert: each is met with one clear sentence, and nothing is sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.contact import Role
from domain.message import Press, Text
from storage.approvals import keep_figure
from storage.people import change
from storage.store import Store
from storage.tables import alerts, campaigns
from tests.conversations.stage import Stage
from tests.databases import sqlite_at
from tests.handlers.test_approving import THAI, press
from tests.keys import KEYS


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A coordinator of Chiang Khan and a second one, a resident on LINE in one tambon, and nobody in the next."""
    stage = Stage(Store(sqlite_at(tmp_path / "bad.db"), keys=KEYS), channels={"auntie": "line"})
    stage.setting = replace(stage.setting, rules=replace(stage.setting.rules, approval_above=0))
    await stage.known("auntie", area="420301", agreed=True)
    await stage.known("ann", Role.COORDINATOR, "4203", agreed=True)
    await stage.known("bob", Role.COORDINATOR, "4203", agreed=True)
    yield stage
    await stage.store.close()


async def does(stage: Stage, *acts: str) -> str:
    """What Ann is told last, when she types this, or presses what stands in brackets."""
    said = ""
    for act in acts:
        label = act.strip("[]")
        heard = await press(stage, "ann", label) if act != label else await stage.say("ann", content(act))
        said = "\n".join(one.message.text for one in heard if one.whom == "ann")
    return said


def content(act: str) -> Text | Press:
    return Press(act) if act.startswith("/") else Text(act)


async def rows(stage: Stage, table: Any) -> int:
    return int(await stage.store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()))


WHERE = ("/alert น้ำขึ้น",)
LOUD = ("[ทุกคน]", "[🚨 ด่วน ไม่รอเวลาพัก]")
SCHEDULE = ("/schedule new", "ประชุมวันศุกร์", "[ทั้งพื้นที่ของฉัน]")
WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "an unknown area": ((*WHERE, "ดาวอังคาร"), "alert.nowhere"),
    "an area that is not theirs": ((*WHERE, "ปากชม"), "alert.nowhere"),
    "an unknown area among others": ((*WHERE, "ต.เชียงคาน อ.เชียงคาน, ดาวอังคาร"), "alert.where.unsure"),
    "more areas than anybody reads": ((*WHERE, ",".join(["ต.ธาตุ"] * 11)), "alert.where.many"),
    "nobody there": ((*WHERE, "ต.ธาตุ อ.เชียงคาน", *LOUD, "[📣 ส่งเลย]"), "alert.nobody"),
    "no groups and nobody": ((*WHERE, "ต.ธาตุ อ.เชียงคาน", "[ทุกคนและกลุ่ม]", LOUD[1], "[📣 ส่งเลย]"), "alert.nobody"),
    "too long a text": (("/alert", "ก็้" * 1001), "alert.long"),
    "too long a text with the command": (("/alert " + "ก็้" * 1001,), "alert.long"),
    "too long a text again and again": (("/schedule new", "ก็้" * 1001), "alert.long"),
    "no text": (("/alert", "\u200b \n"), "answer.words"),
    "a beginning in the past": (
        (*WHERE, "[ทั้งพื้นที่ของฉัน]", *LOUD, "[✏️ แก้ไข]", "[เริ่มเมื่อไร]", "2026-11-01 07:00"),
        "alert.onset.past",
    ),
    "a schedule in the past": ((*SCHEDULE, "once 2026-11-01 07:00"), "schedule.past"),
    "a recurrence that never comes": ((*SCHEDULE, "cron 0 7 30 2 *"), "schedule.never"),
    "a recurrence every minute": ((*SCHEDULE, "cron * * * * *"), "schedule.often"),
    "no recurrence": ((*SCHEDULE, "เร็ว ๆ นี้"), "schedule.unread"),
    "an update of nothing": (("/update 00000000-0000-0000-0000-000000000000",), "alerts.none"),
    "an update of anything": (("/update",), "alerts.which"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_one_clear_sentence_and_nothing_sent(stage: Stage, name: str) -> None:
    """The line for just this stands in the answer, filled in, and there is neither an alert nor a campaign."""
    acts, key = WRONG[name]

    said = await does(stage, *acts)

    assert THAI[key].partition("{")[0] in said
    assert "{" not in said
    assert (0, 0) == (await rows(stage, alerts), await rows(stage, campaigns))


async def test_a_time_that_went_by_while_looking(stage: Stage) -> None:
    """What was to come when it was typed, and is past when it is confirmed, is not kept."""
    await does(stage, *SCHEDULE, "once 2026-11-22 20:05")
    stage.now += timedelta(minutes=10)

    said = await does(stage, "[✅ ตั้งเลย]")

    assert THAI["schedule.past"].partition("{")[0] in said
    assert 0 == await rows(stage, campaigns)


async def test_a_quota_that_is_not_told(stage: Stage) -> None:
    """When LINE has not answered for a while, that and what it means stands among the figures."""
    await stage.store.write(lambda c: keep_figure(c, "line", 300, 1, stage.now - timedelta(hours=1)))

    said = await does(stage, *WHERE, "[ทั้งพื้นที่ของฉัน]", "[ทุกคน]", "[ทั่วไป]")

    assert THAI["alert.quota.stale"].partition("{")[0] in said
    assert THAI["alert.quota.waits"] in said


async def test_a_language_that_is_missing(stage: Stage) -> None:
    """Whoever reads another language than the typed one is counted before it leaves."""
    stage.languages["mai"] = "lo"
    await stage.known("mai", area="420301", agreed=True)

    said = await does(stage, *WHERE, "[ทั้งพื้นที่ของฉัน]", *LOUD)

    assert THAI["alert.others"].format(count=1) in said


@pytest.mark.parametrize("lost", [{"role": 0}, {"area": "43"}], ids=str)
@pytest.mark.parametrize("who", ["ann", "bob"])
async def test_a_yes_of_who_lost_the_role(stage: Stage, lost: dict[str, Any], who: str) -> None:
    """Neither an author nor an approver who serves there no longer lets it go."""
    await does(stage, *WHERE, "[ทั้งพื้นที่ของฉัน]", *LOUD, "[📣 ส่งเลย]")
    id = stage.id(who)
    await stage.store.write(lambda c: change(c, id, **lost))

    [heard] = await press(stage, "bob", "✅ อนุมัติ ส่งเลย")

    refusals = {THAI[key] for key in ("command.refused", "second.unknown", "second.author_gone")}
    assert heard.message.text in refusals
    assert 0 == await rows(stage, alerts)
