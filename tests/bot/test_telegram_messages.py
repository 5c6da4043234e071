"""Our words as what Telegram's `sendMessage` takes."""

from typing import Any

import pytest

from bot.telegram import dress
from bot.telegram_messages import edited, pieces
from domain.message import Button, Outgoing

YES, NO = Button("ใช่", "r1:yes"), Button("ไม่ใช่", "r1:no")
LONG = Button("ขอให้เจ้าหน้าที่ติดต่อกลับพรุ่งนี้", "r1:call")


def text(words: str, markup: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"text": words, "link_preview_options": {"is_disabled": True}}
    return found | ({"reply_markup": markup} if markup else {})


def inline(*rows: tuple[Button, ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": b.label, "callback_data": b.token} for b in row] for row in rows]}


def place(label: str, *rows: tuple[str, ...]) -> dict[str, Any]:
    keys = [[{"text": key} for key in row] for row in rows]
    asking = [{"text": label, "request_location": True}]
    return {"keyboard": [asking, *keys], "resize_keyboard": True, "one_time_keyboard": True}


CASES: list[tuple[str, Outgoing, bool, list[dict[str, Any]]]] = [
    ("one bubble", Outgoing(("สวัสดี",)), True, [text("สวัสดี")]),
    ("buttons under the last", Outgoing(("1", "2"), (YES, NO)), True, [text("1"), text("2", inline((YES, NO)))]),
    (
        "short ones in pairs, long ones alone",
        Outgoing(("?",), (YES, NO, YES, LONG, NO)),
        True,
        [text("?", inline((YES, NO), (YES,), (LONG,), (NO,)))],
    ),
    (
        "a place, and what can be said instead",
        Outgoing(("อยู่ที่ไหน",), (YES, NO), wants="place"),
        True,
        [text("อยู่ที่ไหน", place("📍 ส่งตำแหน่ง", ("ใช่", "ไม่ใช่")))],
    ),
    (
        "a place, asked in the language of the words",
        Outgoing(("Where is it?",), wants="place"),
        True,
        [text("Where is it?", place("📍 Send my location"))],
    ),
    (
        "no location button in a group",
        Outgoing(("อยู่ที่ไหน",), (YES,), wants="place"),
        False,
        [text("อยู่ที่ไหน", inline((YES,)))],
    ),
    ("a photo needs no button", Outgoing(("มีรูปไหม",), (NO,), wants="photo"), True, [text("มีรูปไหม", inline((NO,)))]),
    ("blank bubbles are nothing", Outgoing(("", " \n"), (YES,)), True, []),
]


@pytest.mark.parametrize(
    ("outgoing", "private", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_dress(outgoing: Outgoing, private: bool, expected: list[dict[str, Any]]) -> None:
    """What stands in the table is what Telegram gets."""
    assert expected == dress(outgoing, private=private)


def test_a_long_text_is_cut_between_letters() -> None:
    """At most 4,096 a message, nothing lost, the buttons under the last."""
    found = dress(Outgoing(("น้ำ" * 4000,), (YES,)))

    assert "".join(each["text"] for each in found) == "น้ำ" * 4000
    assert max(len(each["text"]) for each in found) <= 4096
    assert {"น"} == {each["text"][0] for each in found}
    assert ["reply_markup" in each for each in found] == [False, False, True]


def test_an_edit_is_one_message() -> None:
    """What is too long for one is cut between letters; without words there is nothing to edit."""
    found = edited(Outgoing(("น้ำ" * 4000,), (YES,)))

    assert found is not None
    assert (True, inline((YES,))) == (4000 < len(found["text"]) <= 4096, found["reply_markup"])
    assert edited(Outgoing((" ",), (YES,))) is None


def test_each_message_is_counted() -> None:
    """Bubbles, the parts of one that is too long, and files: each is a call that Telegram's limits count."""
    words = Outgoing(("สั้น", "ย" * 9_000), (YES,), attached=("f",))
    assert len(dress(words)) + 1 == pieces(words) == 5
