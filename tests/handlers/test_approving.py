"""A second coordinator's word: nothing leaves without it, and only for what was shown, once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.words import catalogues
from domain.alert import Alert, Audience
from domain.contact import Role
from domain.message import Press, Text
from domain.plan import mark_of
from handlers.approving import composed
from handlers.composing import told_in
from handlers.following import followed
from handlers.grading import graded
from handlers.wording import INCIDENTS, answered, wording
from storage.approvals import keep_figure
from storage.people import change
from storage.store import Store
from tests.conversations.stage import Heard, Stage

THAI = catalogues()["th"]
LANGUAGES = ("th", "en", "lo", "km")


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Three residents of Chiang Khan, two coordinators over them, and more than one person needs a second word."""
    stage = Stage(store)
    stage.setting = replace(stage.setting, rules=replace(stage.setting.rules, approval_above=1))
    for who in ("auntie", "uncle", "grandma"):
        await stage.known(who, area="420301", agreed=True)
    await stage.known("author", Role.COORDINATOR, "4203", agreed=True)
    await stage.known("second", Role.COORDINATOR, "42", agreed=True)
    return stage


async def compose(stage: Stage, how: str = "🚨 ด่วน ไม่รอเวลาพัก", who: str = "author") -> list[Heard]:
    await stage.say(who, Press("/alert น้ำขึ้น"))
    for label in ("ทั้งพื้นที่ของฉัน", "ทุกคน", how):
        await press(stage, who, label)
    return await press(stage, who, "📣 ส่งเลย")


async def press(stage: Stage, who: str, label: str, old: bool = False) -> list[Heard]:
    button = stage.button(who, label, old)
    assert button, label
    return await stage.say(who, Press(button.token))


def told(heard: list[Heard]) -> set[str]:
    return {one.whom for one in heard if one.message.text.startswith("น้ำขึ้น") and len(one.message.bubbles) == 1}


def reply(heard: list[Heard], who: str) -> str:
    return next(one.message.text for one in heard if one.whom == who)


async def test_two_people_send(stage: Stage) -> None:
    """Before the second word nobody hears of it but who is asked; after it everybody does."""
    asked = await compose(stage)
    sent = await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    assert {"author", "second"} == {one.whom for one in asked}
    assert {"auntie", "uncle", "grandma", "author"} == told(sent)


async def test_pressed_twice_it_is_sent_once(stage: Stage) -> None:
    """The second press of a yes sends nothing, whoever presses."""
    await stage.known("third", Role.COORDINATOR, "4203", agreed=True)
    await compose(stage)
    await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    for who in ("second", "third"):
        again = await press(stage, who, "✅ อนุมัติ ส่งเลย")
        assert (THAI["second.approved"], set()) == (reply(again, who), told(again))


async def test_nobody_agrees_to_their_own(stage: Stage) -> None:
    """The author who gets hold of the yes button sends nothing with it."""
    await compose(stage)
    button = stage.button("second", "✅ อนุมัติ ส่งเลย")
    assert button

    heard = await stage.say("author", Press(button.token))

    assert [("author", THAI["second.own"])] == [(one.whom, one.message.text) for one in heard]


async def test_a_yes_to_what_was_changed_is_void(stage: Stage) -> None:
    """It names what was shown; after an edit it sends nothing and shows what it is now, where a yes counts again."""
    await compose(stage)
    await press(stage, "author", "✏️ แก้ไข")
    await press(stage, "author", "✏️ แก้ไข")
    await press(stage, "author", "ข้อความ")
    await stage.say("author", Text("น้ำขึ้นสูงมาก"))
    await press(stage, "author", "📣 ส่งเลย")

    void = await press(stage, "second", "✅ อนุมัติ ส่งเลย", old=True)
    assert ["second"] == [one.whom for one in void]
    assert THAI["second.changed"] in reply(void, "second")
    assert "น้ำขึ้นสูงมาก" in reply(void, "second")

    sent = await press(stage, "second", "✅ อนุมัติ ส่งเลย")
    assert {"auntie", "uncle", "grandma", "author"} == told(sent)
    assert "น้ำขึ้นสูงมาก" == reply(sent, "auntie")


async def test_who_lost_the_role_is_refused(stage: Stage) -> None:
    """A demoted coordinator's button is no yes."""
    await compose(stage)
    id = stage.id("second")
    await stage.store.write(lambda c: change(c, id, role=0))

    heard = await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    assert [("second", THAI["command.refused"])] == [(one.whom, one.message.text) for one in heard]


async def test_who_serves_elsewhere_now_is_refused(stage: Stage) -> None:
    """A coordinator who was moved to another province learns nothing of it."""
    await compose(stage)
    id = stage.id("second")
    await stage.store.write(lambda c: change(c, id, area="43"))

    heard = await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    assert [("second", THAI["second.unknown"])] == [(one.whom, one.message.text) for one in heard]


async def test_what_a_demoted_author_wrote_is_not_sent(stage: Stage) -> None:
    """The author must still serve when the second word comes."""
    await compose(stage)
    id = stage.id("author")
    await stage.store.write(lambda c: change(c, id, role=0))

    heard = await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    assert [("second", THAI["second.author_gone"])] == [(one.whom, one.message.text) for one in heard]


async def test_after_a_day_it_is_too_late(stage: Stage) -> None:
    """A yes after 24 hours sends nothing."""
    await compose(stage)
    stage.now += timedelta(hours=24)

    heard = await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    assert [("second", THAI["second.late"])] == [(one.whom, one.message.text) for one in heard]


async def test_a_refused_alert_stays_refused(stage: Stage) -> None:
    """Neither a later yes nor the author's change sends it."""
    await compose(stage)
    await press(stage, "second", "❌ ไม่อนุมัติ")

    heard = await press(stage, "second", "✅ อนุมัติ ส่งเลย") + await press(stage, "author", "✏️ แก้ไข")

    assert [THAI["second.refused"]] * 2 == [one.message.text for one in heard]


async def test_a_change_comes_too_late_after_the_yes(stage: Stage) -> None:
    """While its author is changing it somebody agrees: what was shown is sent, the change is not."""
    await compose(stage)
    await press(stage, "author", "✏️ แก้ไข")
    await press(stage, "second", "✅ อนุมัติ ส่งเลย")

    heard = await press(stage, "author", "📣 ส่งเลย")

    assert [("author", THAI["second.approved"])] == [(one.whom, one.message.text) for one in heard]


async def test_a_trial_reaches_nobody_else(stage: Stage) -> None:
    """A dry run is heard by its author alone, and asks nobody."""
    await stage.say("author", Press("/alert น้ำขึ้น"))
    for label in ("ทั้งพื้นที่ของฉัน", "ทุกคน", "ทั่วไป"):
        await press(stage, "author", label)

    heard = await press(stage, "author", "🙋 ลองส่งให้ตัวเอง")

    assert {"author"} == {one.whom for one in heard}
    assert {"author"} == told(heard)


async def test_the_quota_is_told_as_it_was_last_known(stage: Stage) -> None:
    """What is left, the reserve kept from it, and that it will not do."""
    stage.channels["onliner"] = "line"
    await stage.known("onliner", area="420301", agreed=True)
    await stage.store.write(lambda c: keep_figure(c, "line", 300, 200, stage.now))
    await compose(stage, how="ทั่วไป")

    asked = next(one for one in await compose(stage, how="ทั่วไป") if one.whom == "second").message.text

    assert "เหลือ 100 (สำรองไว้เรื่องด่วน 100)" in asked
    assert "ส่งได้ราว 0 จาก 1" in asked
    assert "ถึงสิ้นเดือน LINE จะใช้ราว 201 ข้อความ" in asked


ALERT = Alert("a", Audience("4203"), words={"th": "น้ำมา"}, lane="urgent", severity="Severe", by="ann")


@pytest.mark.parametrize(
    "changed",
    [
        {"words": {"th": "น้ำมาแล้ว"}},
        {"words": {"th": "น้ำมา", "en": "Water"}},
        {"audience": Audience("42")},
        {"audience": Audience("4203", Role.VOLUNTEER)},
        {"audience": Audience("4203", topic="news")},
        {"lane": "routine"},
        {"status": "Exercise"},
        {"type": "Cancel", "references": "b"},
        {"severity": "Minor"},
        {"category": "Fire"},
        {"urgency": "Future"},
        {"certainty": "Observed"},
        {"event": "flood"},
        {"onset": datetime(2026, 12, 1, tzinfo=UTC)},
        {"public": True},
        {"audience": Audience("4203", areas=("420301", "420302"))},
        {"audience": replace(ALERT.audience, above=True)},
    ],
    ids=str,
)
def test_the_mark_changes_with_what_is_shown(changed: dict[str, object]) -> None:
    """Whatever people agree to is in the mark; when it was made is not."""
    assert mark_of(ALERT) != mark_of(replace(ALERT, **changed))  # type: ignore[arg-type]
    assert mark_of(ALERT) == mark_of(replace(ALERT, id="b", expires=None))


@pytest.mark.parametrize("name", INCIDENTS)
@pytest.mark.parametrize("detail", [None, "ก่อนค่ำ"])
def test_words_lead_back_to_their_answers(name: str, detail: str | None) -> None:
    """An alert that waits is opened for change with the answers that made it."""
    answers = {"words": f"template:{name}", "detail": detail}

    assert answers == answered(wording(answers, LANGUAGES))


def test_an_alert_leads_back_to_its_answers() -> None:
    """Area, audience, urgency and what was changed of it come back as answered; so does what it follows."""
    about = {"certainty": "Unknown", "category": "Other", "event": "", "public": False}
    first = {"id": "b", "area": "4203", "status": "Actual", "severity": "Severe", "lane": "urgent"} | about
    answers = {"words": "น้ำมา", "where": "4203", "who": "everyone", "how": "urgent"}

    assert answers == composed(graded(ALERT, "", answers))
    later = answers | {"where": "420301,420302", "category": "Fire", "onset": "2026-12-01T00:00:00+00:00"}
    several = replace(ALERT, audience=told_in(later["where"]))
    assert later == composed(graded(several, "", later))
    flow, answers = followed(replace(ALERT, type="Cancel", references="b"))
    assert ("allclear", {"_first": first, "words": "น้ำมา"}) == (flow.name, answers)
