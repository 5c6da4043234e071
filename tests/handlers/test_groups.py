"""In a group the bot is silent, but for what is surely dangerous, once a day each, and until a coordinator mutes it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.converse import turn as decided_on
from checks import Known, Standing, judge
from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene, Turn
from domain.effect import Answered, Audit, Mute, ShowDoor, Subscribe, Unmute
from domain.effect_alert import LinkGroup, UnlinkGroup
from domain.message import (
    Address,
    Area,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    Place,
    Press,
    Say,
    Sticker,
    Text,
    Unread,
    Unsent,
)
from domain.query import FindAnswered, FindSpeaker
from domain.verdict import Verdict
from handlers import respond
from storage.people import change, contact_id, meet
from storage.store import Store
from storage.tables import metadata
from tests.conversations.stage import setting

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
GROUP, SPEAKER = Address("telegram", "-100"), Address("telegram", "7")
BAD = {
    "domain:evil.cc": Standing("dangerous"),
    "phone:+66812345678": Standing("dangerous", "ThaiList"),
    "account:1234567890": Standing("dangerous", "ThaiList"),
    "line:@badshop": Standing("dangerous", "ThaiList"),
}
DOUBTFUL = {"domain:odd.cc": Standing("", "", 4, 7)}


def judged(text: str) -> Verdict:
    return judge(text, Known(BAD | DOUBTFUL))


def said(content: Content, *, muted: bool = False, new: bool = False, speaker: Address | None = SPEAKER) -> Turn:
    """What a group's event leads to, before anything is looked up."""
    contact = Contact("g", GROUP, "th", subscribed=not muted)
    scene = Scene(contact, Conversation(), NOW, Operator("อำเภอ"), judged, last=None if new else NOW)
    return respond(scene, Incoming("i", "e", GROUP, NOW, content, group=True, speaker=speaker))


def answered(content: Content, *found: Any, **more: Any) -> Turn:
    turn = said(content, **more)
    for one in found:
        assert turn.then is not None
        turn = turn.then(one)
    return turn


def lines(turn: Turn) -> list[str]:
    return [line.key for say in turn.reply for line in (say, *say.then)]


def test_joining_says_one_line() -> None:
    """What it does there, and where the private chat is; nothing to press, no greeting of people."""
    turn = said(Joined(), new=True)

    assert turn.reply == (Say("group.hello"),)
    assert turn.effects == (Unmute(), Subscribe(True), UnlinkGroup(), ShowDoor())


SILENT: list[Content] = [
    Text("พรุ่งนี้ประชุม 9 โมง"),
    Text("โทรหาฉัน 089-999-9999"),
    Text("โดนหลอกโอนเงินไป 50,000 บาท ช่วยด้วย"),
    Text("https://odd.cc/x"),
    Text("ด่วน! บัญชีของท่านถูกระงับ โอนเงินตรวจสอบทันที"),
    Press("/report link"),
    Press("/start"),
    Press("/help", "ช่วยเหลือ"),
    Press("r123:words:skip"),
    Media("photo", "ref"),
    Media("file", "ref", name="evil.apk"),
    Place(17.9, 101.7),
    Sticker(),
    Unsent("m1"),
    Unread("story"),
]


@pytest.mark.parametrize("content", SILENT, ids=str)
@pytest.mark.parametrize("new", [True, False])
def test_everything_else_is_passed_over(content: Content, new: bool) -> None:
    """No command, no report, no doubt, no wording however alarming is answered, and nothing is kept or looked up."""
    turn = said(content, new=new)

    assert (turn.reply, turn.effects, turn.query, turn.conversation) == ((), (), None, Conversation())


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (Text("ลองดู https://www.evil.cc/a/b สิ"), ("domain:evil.cc",)),
        (Text("hxxps://evil[.]cc"), ("domain:evil.cc",)),
        (Text("โทร081-234-5678นะ"), ("phone:+66812345678",)),
        (Text("evil.cc/1 evil.cc/2 evil.cc"), ("domain:evil.cc",)),
        (Text("evil.cc หรือ 0812345678"), ("domain:evil.cc", "phone:+66812345678")),
        (Text("โอนมาที่บัญชี 1234567890 นะ"), ("account:1234567890",)),
        (Text("แอดไลน์ @badshop"), ("line:@badshop",)),
        (Media("photo", "ref", caption="evil.cc"), ("domain:evil.cc",)),
        (Press("/check evil.cc"), ("domain:evil.cc",)),
    ],
    ids=str,
)
def test_a_sure_danger_is_answered_with_its_reason(content: Content, keys: tuple[str, ...]) -> None:
    """However it is written, also under a picture; what is kept is the key alone."""
    turn = said(content)
    assert turn.query == FindAnswered("g", keys)
    warned = answered(content, frozenset[str]())

    assert warned.effects == (Answered(keys), ShowDoor())
    assert lines(warned)[0] == "verdict.dangerous"
    assert lines(warned)[-1] == "group.advice"
    assert any(key in ("reason.link.confirmed", "reason.number.listed") for key in lines(warned))
    assert all(not say.offers for say in warned.reply)


def test_a_warning_shows_no_live_link() -> None:
    """Nothing in it can be pressed."""
    warned = answered(Text("https://evil.cc/a"), frozenset[str]())

    assert [line.params for line in warned.reply[0].then if line.key == "verdict.seen"] == [
        {"what": "hxxps://evil[.]cc/a"}
    ]


def test_what_was_warned_of_today_is_passed_over() -> None:
    """And what is new beside it is not."""
    again = answered(Text("evil.cc"), frozenset({"domain:evil.cc"}))
    beside = answered(Text("evil.cc 0812345678"), frozenset({"domain:evil.cc"}))

    assert (again.reply, again.effects) == ((), ())
    assert beside.effects[0] == Answered(("phone:+66812345678",))


def test_a_thousand_links_are_not_all_looked_at() -> None:
    """At most ten are judged, in whatever message."""
    seen: list[str] = []

    def count(text: str) -> Verdict:
        seen.append(text)
        return judged(text)

    contact = Contact("g", GROUP, "th")
    scene = Scene(contact, Conversation(), NOW, Operator("อำเภอ"), count, last=NOW)
    text = " ".join(f"https://site{n}.example/x" for n in range(1000))
    respond(scene, Incoming("i", "e", GROUP, NOW, Text(text), group=True))

    assert len(seen) == 10


def test_a_muted_group_hears_nothing() -> None:
    """Not even of a sure danger."""
    turn = said(Text("evil.cc"), muted=True)

    assert (turn.reply, turn.query) == ((), None)


def test_being_thrown_out_is_noted() -> None:
    """Nothing is written there any more, and added again it is no longer linked to any place."""
    assert said(Left()).effects == (Mute(), UnlinkGroup())


@pytest.mark.parametrize("order", ["/mute", "/unmute"])
@pytest.mark.parametrize("role", list(Role))
def test_only_a_coordinator_silences_it(order: str, role: Role) -> None:
    """Whoever else orders it is passed over in silence: a swindler in the group would be the first to."""
    turn = said(Press(order))
    assert turn.query == FindSpeaker(SPEAKER)
    done = answered(Press(order), Contact("someone", SPEAKER, "th", role))

    on = order == "/unmute"
    audit = Audit("group", "g", {"on": int(on), "by": "someone"})
    obeyed = ((Say("group.unmuted" if on else "group.muted"),), (Subscribe(on), audit))
    assert (done.reply, done.effects) == (obeyed if role >= Role.COORDINATOR else ((), ()))


COORDINATOR = Contact("someone", SPEAKER, "th", Role.COORDINATOR, "4203")


def test_a_coordinator_links_it_to_a_place() -> None:
    """To one place in their own area; the group hears what that means, and how it is ended."""
    turn = answered(Press("/link ต.เชียงคาน อ.เชียงคาน"), COORDINATOR)

    audit = Audit("link group", "g", {"area": "420301", "by": "someone"})
    assert (turn.reply, turn.effects) == (
        (Say("group.linked", {"area": Area("420301")}),),
        (LinkGroup("420301", "someone"), audit),
    )
    turn = answered(Press("/unlink"), COORDINATOR)
    assert (turn.reply[0].key, turn.effects[0]) == ("group.unlinked", UnlinkGroup())


@pytest.mark.parametrize("where", ["", "ที่ไหนก็ได้", "ปากชม", "33", "ประเทศไทย"])
def test_a_place_that_is_not_theirs_links_nothing(where: str) -> None:
    """An unknown place, one elsewhere, or none: a sentence, and nothing is linked."""
    turn = answered(Press(f"/link {where}".strip()), COORDINATOR)

    assert (turn.reply, turn.effects) == ((Say("group.where"),), ())


@pytest.mark.parametrize("order", ["/link เชียงคาน", "/unlink"])
def test_nobody_else_links_it(order: str) -> None:
    """From a resident or volunteer it is passed over in silence."""
    for role in (Role.RESIDENT, Role.VOLUNTEER):
        turn = answered(Press(order), replace(COORDINATOR, role=role))
        assert (turn.reply, turn.effects) == ((), ())


def test_a_stranger_or_somebody_hidden_is_passed_over() -> None:
    """Whom we never met, and whom the channel does not name."""
    met = answered(Press("/mute"), None)
    hidden = said(Press("/mute"), speaker=None)

    assert (met.reply, met.effects, hidden.reply, hidden.query) == ((), (), (), None)


def test_an_order_in_the_private_chat_is_explained() -> None:
    """It is given where it is meant for."""
    contact = Contact("c", SPEAKER, "th", Role.COORDINATOR)
    scene = Scene(contact, Conversation(), NOW, Operator("อำเภอ"), judged, last=NOW)

    turn = respond(scene, Incoming("i", "e", SPEAKER, NOW, Press("/mute")))
    assert (turn.reply, turn.effects) == ((Say("group.how"),), ())


async def test_nothing_said_in_a_group_is_kept(store: Store) -> None:
    """After a warning, a mute and much talk, no table holds a word of it: only the key that was warned of."""
    words = ["ความลับของหมู่บ้าน", "https://evil.cc/secret-page", "ชื่อของฉัน"]
    known = replace(setting(), known=Known(table=lambda host: "TheList" if host.endswith("evil.cc") else ""))
    talk: list[Content] = [
        Text(" ".join(words)),
        Press("/mute"),
        Media("photo", "ref-secret", words[0]),
        Text(words[1]),
    ]

    def work(connection: Any) -> str:
        meet(connection, Incoming("", "", SPEAKER, NOW, Joined()), "th")
        change(connection, contact_id(SPEAKER), role=int(Role.COORDINATOR))
        replies = []
        for n, content in enumerate(talk):
            one = Incoming(f"i{n}", f"e{n}", GROUP, NOW, content, group=True, speaker=SPEAKER)
            reply = decided_on(connection, one, known, NOW).reply
            replies.append(bool(reply))
        assert replies == [True, True, False, False]
        tables = [table for table in metadata.sorted_tables if table.name not in ("outbox", "answered")]
        return "\n".join(str(row) for table in tables for row in connection.execute(table.select()))

    kept = await store.write(work)

    assert [word for word in (*words, "ref-secret", "evil.cc") if word in kept] == []
