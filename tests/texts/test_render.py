"""Bubbles: one meaning is put into each reader's words, with facts, names, times and buttons filled in."""

from datetime import UTC, datetime

import pytest

from domain.message import Area, At, Button, Key, Offer, Say
from texts import load, render

SAID = load()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_facts_fill_texts_buttons_and_tokens() -> None:
    """A report's number is known only once it is kept, and stands wherever it is wanted."""
    said = (Say("thanks.self"), Say("link.next", offers=(Offer("thanks.add", "/add {number}"),)))
    out = render(said, SAID["en"], NOW, {"number": 482913})

    assert out.bubbles[0].startswith("✅ We have your report. Its number: 482913\n")
    assert (Button("➕ Add more", "/add 482913"),) == out.buttons


@pytest.mark.parametrize(
    ("code", "bubble"),
    [
        ("th", "เรื่องที่คุณแจ้ง เลขที่ 7\nตอนนี้: ปิดเรื่องแล้ว"),
        ("en", "Your report 7\nNow: Closed"),
        ("lo", "ເລື່ອງທີ່ເຈົ້າແຈ້ງ ເລກທີ 7\nຕອນນີ້: ປິດເລື່ອງແລ້ວ"),
        ("km", "ករណីដែលអ្នករាយការណ៍ លេខ 7\nឥឡូវ៖ បានបិទករណី"),
    ],
)
def test_a_key_in_a_text_is_read_in_the_readers_language(code: str, bubble: str) -> None:
    """The same meaning, in each language."""
    said = Say("reporter.status", {"number": 7, "status": Key("status.closed")})

    assert (bubble,) == render((said,), SAID[code], NOW).bubbles


def test_times_and_places_are_told_as_people_tell_them() -> None:
    """A time is Thailand's, a place has its name, and no place says so."""
    time = At(datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    said = [Say("show.status", {"status": Key("status.new"), "at": time}), Say("show.area", {"area": Area("420301")})]
    out = render([*said, Say("show.area", {"area": Area("")})], SAID["en"], NOW)

    assert "20:00" in out.bubbles[0]
    assert out.bubbles[1:] == ("Place: Chiang Khan, Loei", "Place: Place not known yet")


def test_lines_stand_before_and_after_in_one_bubble() -> None:
    """`first` and `then` belong to their bubble; what has no words leaves no gap and no bubble."""
    said = Say("menu.name", first=(Say("answer.yes"), Say("")), then=(Say("answer.no"),))

    assert render((Say(""), said), SAID["en"], NOW).bubbles == ("Yes\nMenu\nNo",)


def test_a_token_takes_the_facts_it_names_and_nothing_else() -> None:
    """Braces that somebody typed stand as they are: no fact of ours is meant."""
    said = Say("menu.name", offers=(Offer("answer.yes", "/add {number}"), Offer("answer.no", "/confirm url:{x} {")))

    tokens = [button.token for button in render((said,), SAID["en"], NOW, {"number": 7}).buttons]
    assert ["/add 7", "/confirm url:{x} {"] == tokens


def test_the_last_buttons_count() -> None:
    """Only the last bubble that offers anything has its buttons shown; so too with what it wants."""
    first = Say("menu.name", offers=(Offer("answer.yes", "yes"),), wants="photo")
    second = Say("menu.name", offers=(Offer("answer.no", "no"),), wants="place")
    out = render((first, second, Say("menu.name")), SAID["en"], NOW)

    assert ((Button("No", "no"),), "place") == (out.buttons, out.wants)
