"""Nobody can drown the others, and nobody in danger is ever too fast."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import judge
from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene, Turn
from domain.effect import DropMedia, FileReport, Mute
from domain.effect_alert import Raise, SendOut
from domain.limits import Limit, Limits
from domain.message import Address, Content, Incoming, Left, Media, Press, Text, Unsent
from domain.query import CountReports, FindCover, FindInvite
from handlers import respond
from handlers.pacing import paced, spend

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
SECOND = timedelta(seconds=1)
FEW = Limits(talk=Limit(3, 10 * SECOND), serving=Limit(6, SECOND), codes=Limit(2, 60 * SECOND))


def scene(
    now: datetime = NOW, *, role: Role = Role.RESIDENT, channel: str = "line", since: datetime = LONG_AGO, **more: str
) -> Scene:
    who = Contact("c1", Address(channel, "U1"), "th", role, "420301", consented=True, since=since, **more)
    return Scene(who, Conversation(), now, Operator("อำเภอ"), judge, last=now, limits=FEW)


def says(one: Scene, content: Content | str, after: timedelta = SECOND) -> tuple[Scene, Turn]:
    """They do something, and where that leaves them."""
    one = replace(one, now=one.now + after)
    event = Incoming(f"e{one.now.timestamp()}", "1", one.contact.address, one.now, Text(content))
    turn = respond(one, event if isinstance(content, str) else replace(event, content=content))
    return replace(one, conversation=turn.conversation), turn


def keys(turn: Turn) -> list[str]:
    return [say.key for say in turn.reply]


def tired(one: Scene) -> Scene:
    """They have spent all that they may send."""
    for _ in range(6 if one.contact.role else 3):
        one, turn = says(one, "สวัสดีตอนเย็น", timedelta())
        assert keys(turn) != ["pace.slow"]
    return one


def test_too_fast_is_said_once_and_is_over_soon() -> None:
    """Once, kindly; then silence, nothing kept; and after a pause all is well."""
    one = tired(scene())

    one, first = says(one, "http://evil.example")
    one, second = says(one, "http://evil.example")
    heard = one.conversation.heard
    one, later = says(one, "http://evil.example", timedelta(seconds=30))

    assert (keys(first), keys(second), second.effects) == (["pace.slow"], [], ())
    assert [each.text for each in heard] == ["สวัสดีตอนเย็น"] * 3
    assert keys(later) != ["pace.slow"]
    assert keys(later) != []


def test_danger_is_answered_however_fast() -> None:
    """Whoever writes of danger gets the numbers, every time, whatever was sent before."""
    one = tired(scene())

    for text, card in [
        ("ไฟไหม้บ้าน มีคนเจ็บ", "emergency"),
        ("หนูอยากตาย", "suicide"),
        ("โดนหลอกโอนเงินไปหมดบัญชี", "money_lost"),
    ] * 5:
        one, turn = says(one, text, timedelta())
        assert keys(turn) == [f"first_aid.{card}"]

    _, turn = says(one, Media("photo", "r1", caption="ไฟไหม้บ้าน มีคนเจ็บ"), timedelta())
    assert keys(turn) == ["first_aid.emergency"]


@pytest.mark.parametrize(
    ("content", "comes"),
    [
        (Press("/hotlines"), "hotlines.self"),
        (Press("/stop"), "stop.done"),
    ],
)
def test_numbers_and_rights_are_never_too_many(content: Content, comes: str) -> None:
    """The hotlines, and saying no, are always there."""
    assert keys(says(tired(scene()), content)[1])[0] == comes


def test_taking_back_is_never_too_fast() -> None:
    """What is taken back goes, and who leaves has left."""
    one = tired(scene())

    assert says(one, Unsent("m1"))[1].effects == (DropMedia("m1"),)
    assert says(one, Left())[1].effects == (Mute(),)


def test_who_serves_may_send_more() -> None:
    """A coordinator at work is not a flood."""
    one = scene(role=Role.COORDINATOR)
    for _ in range(6):
        one, turn = says(one, Press("/menu"), timedelta())
        assert keys(turn) == ["menu.self"]


def test_the_playground_has_no_limit() -> None:
    """A room full of people tries one phone."""
    one = scene(channel="web")
    for _ in range(20):
        one, turn = says(one, "สวัสดีตอนเย็น", timedelta())
        assert "pace.slow" not in keys(turn)
    assert {} == one.conversation.pace


def test_codes_can_be_tried_a_few_times() -> None:
    """Guessing an invitation is slowed, and the code is not even looked at then."""
    one = scene()
    for _ in range(2):
        one, turn = says(one, Press("/join AAAAA-AAAAA"))
        assert isinstance(turn.query, FindInvite)
    one, turn = says(one, "AAAAA-AAAAA")

    assert (turn.query, keys(turn)[0]) == (None, "join.slow")
    assert isinstance(says(one, Press("/join AAAAA-AAAAA"), timedelta(minutes=2))[1].query, FindInvite)


@given(gaps=st.lists(st.integers(0, 40), max_size=60), burst=st.integers(1, 8), every=st.integers(1, 20))
def test_never_more_than_the_limit(gaps: list[int], burst: int, every: int) -> None:
    """In any stretch of time no more pass than the burst and one for each step of it, and a pause gives them back."""
    limit, conversation, now, passed = Limit(burst, every * SECOND), Conversation(), NOW, []
    for gap in gaps:
        now += gap * SECOND
        if (after := spend(conversation, "x", limit, now)) is not None:
            conversation = after
            passed.append(now)

    for n, start in enumerate(passed):
        for m, end in enumerate(passed[n:], start=1):
            assert m <= burst + (end - start) / limit.every + 1e-9
    assert spend(conversation, "x", limit, now + burst * every * SECOND) is not None


def test_what_is_past_is_not_kept() -> None:
    """Nothing is written down of somebody who was slow: only instants that still matter."""
    one, _ = paced(scene(), Incoming("e", "1", Address("line", "U1"), NOW, Text("a")))
    later, _ = paced(
        replace(one, now=NOW + timedelta(hours=1)), Incoming("f", "2", Address("line", "U1"), NOW, Text("b"))
    )

    assert {"talk": (NOW + timedelta(hours=1, seconds=10)).isoformat()} == dict(later.conversation.pace)


# --- reports ---


ANSWERS = {"consent": "agree", "what": "drone", "where": {"area": "420301"}, "when": {"word": "now"}}
BESIDE = {"words": "เห็นสองรอบ", "media": None}


def filed(one: Scene, what: str = "drone", found: int = 0) -> tuple[Conversation, list[str], list[str]]:
    """A report sent, when its district had so many in the hour: what is kept of them, who is told, what they hear."""
    begun = replace(one.conversation, flow="border", run="r", answers={**ANSWERS, **BESIDE, "what": what})
    begun_scene = replace(one, conversation=begun)
    event = Incoming(f"r{one.conversation.pace}", "1", one.contact.address, one.now, Press("r:check:send"))
    turn = respond(begun_scene, event)
    if isinstance(turn.query, CountReports) and turn.then is not None:
        turn = turn.then((("", found),) if found else ())
    if isinstance(turn.query, FindCover) and turn.then is not None:
        turn = turn.then("here")
    raised = [each.alert.say.key for each in turn.effects if isinstance(each, Raise) and each.alert.say]
    raised += ["dispatch" for each in turn.effects if isinstance(each, SendOut)]
    assert any(isinstance(each, FileReport) for each in turn.effects) != bool(one.contact.blocked)
    lines = [line.key for say in turn.reply for line in (say, *say.then)]
    return turn.conversation, raised, lines


BOTH = ["tell.staff.self", "dispatch"]
TOLD = ["tell.staff.self", "tell.volunteer.self"]
URGENT = ["tell.staff.urgent", "tell.volunteer.urgent"]
FLOOD, AT_ONCE = Limits().flood, Limits().reports.burst


@pytest.mark.parametrize(
    ("age", "what", "found", "told"),
    [
        (timedelta(days=90), "drone", 0, BOTH),
        (timedelta(hours=6), "drone", 0, BOTH),
        (timedelta(hours=5), "drone", 0, TOLD),
        (timedelta(hours=5), "uxo", 0, URGENT),
        (timedelta(days=90), "drone", FLOOD, ["tell.many"]),
        (timedelta(days=90), "uxo", FLOOD, URGENT[:1]),
        (timedelta(hours=5), "uxo", FLOOD, URGENT[:1]),
    ],
)
def test_who_is_called_by_a_report(age: timedelta, what: str, found: int, told: list[str]) -> None:
    """By age of the account, urgency, and how much its district reports: it is kept, and coordinators know."""
    assert filed(scene(since=NOW - age), what=what, found=found)[1] == told


def test_one_person_calls_people_so_often_at_once() -> None:
    """After that their reports are kept, and told together; an hour later one more calls somebody."""
    one = replace(scene(), limits=Limits())
    for _ in range(AT_ONCE):
        left, told, _ = filed(one)
        assert told == BOTH
        one = replace(one, conversation=left, now=one.now + SECOND)
    _, told, heard = filed(one)

    assert (told, "thanks.many" in heard) == (["tell.many"], True)
    assert filed(replace(one, now=one.now + timedelta(hours=1)))[1] == BOTH


def test_many_reports_make_one_note_an_hour() -> None:
    """However many people report, it is the same note, until the hour is over."""

    def note(who: str, now: datetime) -> str:
        one = replace(scene(now), contact=replace(scene().contact, id=who))
        begun = Conversation("border", "r", {**ANSWERS, **BESIDE})
        event = Incoming(who, "1", one.contact.address, now, Press("r:check:send"))
        turn = respond(replace(one, conversation=begun), event)
        assert turn.then is not None
        known = turn.then((("", FLOOD),))
        assert known.then is not None
        return next(each.alert.id for each in known.then("here").effects if isinstance(each, Raise))

    assert note("c1", NOW) == note("c2", NOW + timedelta(minutes=59))
    assert note("c1", NOW) != note("c1", NOW + timedelta(hours=1))


def test_who_is_blocked_files_nothing_even_from_the_middle() -> None:
    """A report that was begun before is not kept either; they hear why, and that they may object."""
    assert filed(scene(blocked="482913"))[1:] == ([], ["block.self"])
