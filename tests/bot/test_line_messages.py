"""Our words as LINE's message objects, each of them something LINE takes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.line import dress
from domain.message import Button, Outgoing
from tests.standins.line_actions import graphemes, units
from tests.standins.line_rules import wrong_messages


def nowhere(_: str) -> str:
    return ""


def public(id: str) -> str:
    return f"https://rimkhong.example/files/{id}"


def text(words: str, *labels: dict[str, str]) -> dict[str, Any]:
    items = [{"type": "action", "action": label} for label in labels]
    return {"type": "text", "text": words} | ({"quickReply": {"items": items}} if items else {})


def press(label: str, data: str, shown: str = "") -> dict[str, str]:
    return {"type": "postback", "label": label, "data": data, "displayText": shown or label}


YES, NO = Button("ใช่", "r1:yes"), Button("ไม่ใช่", "r1:no")
LONG = "ขอให้เจ้าหน้าที่ติดต่อกลับพรุ่งนี้เช้า"

CASES: list[tuple[str, Outgoing, list[dict[str, Any]]]] = [
    ("one bubble", Outgoing(("สวัสดี",)), [text("สวัสดี")]),
    (
        "buttons under the last bubble",
        Outgoing(("หนึ่ง", "สอง"), (YES, NO)),
        [text("หนึ่ง"), text("สอง", press("ใช่", "r1:yes"), press("ไม่ใช่", "r1:no"))],
    ),
    (
        "a long label is cut, and said whole",
        Outgoing(("?",), (Button(LONG, "x"),)),
        [text("?", press("ขอให้เจ้าหน้าที่ติดต่อกลับพ…", "x", LONG))],
    ),
    (
        "a place",
        Outgoing(("อยู่ที่ไหน",), (YES,), wants="place"),
        [text("อยู่ที่ไหน", {"type": "location", "label": "📍 ส่งตำแหน่ง"}, press("ใช่", "r1:yes"))],
    ),
    (
        "a photo, in the language of the words",
        Outgoing(("ມີຮູບບໍ່",), wants="photo"),
        [
            text(
                "ມີຮູບບໍ່",
                {"type": "camera", "label": "📷 ຖ່າຍຮູບ"},
                {"type": "cameraRoll", "label": "🖼 ເລືອກຮູບ"},
            )
        ],
    ),
    ("blank bubbles are nothing", Outgoing(("", "  \n"), (YES,)), []),
    ("a file without a public address", Outgoing(("QR",), attached=("a.png",)), [text("QR")]),
]


@pytest.mark.parametrize(("outgoing", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_dress(outgoing: Outgoing, expected: list[dict[str, Any]]) -> None:
    """What stands in the table is what LINE gets."""
    assert expected == dress(outgoing, nowhere)


def test_pictures_go_by_their_address_and_other_files_too() -> None:
    """LINE fetches a picture itself; it has no message for other files, so their address is told."""
    found = dress(Outgoing(("QR อยู่ข้างบน",), (YES,), attached=("a.png", "b.csv")), public)

    picture = {"type": "image", "originalContentUrl": public("a.png"), "previewImageUrl": public("a.preview.jpg")}
    assert [picture, text(public("b.csv")), text("QR อยู่ข้างบน", press("ใช่", "r1:yes"))] == found


def test_buttons_that_do_not_fit_can_be_typed() -> None:
    """LINE has room for thirteen; the others are listed under the text."""
    buttons = tuple(Button(f"หมู่ {n}", f"v{n}") for n in range(1, 16))

    *_, first, second = dress(Outgoing(("หมู่บ้านไหน",), buttons, wants="place"), nowhere)

    assert (first["text"], second["text"]) == ("หมู่บ้านไหน", "• หมู่ 13\n• หมู่ 14\n• หมู่ 15")
    assert len(second["quickReply"]["items"]) == 13


def test_many_bubbles_become_five() -> None:
    """Nothing is lost when there are more bubbles than LINE takes: they are joined."""
    words = tuple(f"ข้อ {n}" for n in range(9))

    assert [text("\n\n".join(words))] == dress(Outgoing(words), nowhere)


def test_a_long_text_is_cut_between_letters() -> None:
    """Five thousand UTF-16 units a bubble, never through a letter with its marks."""
    found = dress(Outgoing(("น้ำ" * 4000,)), nowhere)

    assert "".join(each["text"] for each in found) == "น้ำ" * 4000
    assert max(units(each["text"]) for each in found) <= 5000
    assert 4000 * graphemes("น้ำ") == sum(graphemes(each["text"]) for each in found)


LABELS = st.text(st.sampled_from("กขน้ำเด็ğ👨‍👩‍👧🇹🇭 ab"), min_size=1, max_size=60).filter(lambda label: label.strip())

WORDS = st.text(st.sampled_from("น้ำ 👩‍👧\nab.") | st.characters(codec="utf-8"), max_size=3000)


@given(
    bubbles=st.lists(
        st.text(st.sampled_from("น้ำ 👩‍👧\nab.") | st.characters(codec="utf-8"), max_size=3000), max_size=8
    ),
    labels=st.lists(LABELS, max_size=20),
    wants=st.sampled_from(["", "place", "photo"]),
    attached=st.lists(st.sampled_from(["a.png", "b.jpg", "c.pdf"]), max_size=7),
)
@settings(max_examples=60, deadline=None)
def test_line_takes_whatever_we_say(bubbles: list[str], labels: list[str], wants: Any, attached: list[str]) -> None:
    """Any words, buttons and files become messages with which LINE finds nothing wrong, or none at all."""
    buttons = tuple(Button(label, f"t{n}") for n, label in enumerate(labels))

    found = dress(Outgoing(tuple(bubbles), buttons, wants, tuple(attached)), public)

    assert not found or wrong_messages(found) == []
