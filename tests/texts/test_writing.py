"""Tests of how Thai, Lao, Khmer and English are matched, counted, cut and stored."""

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from texts import writing
from texts.writing import bubbles, clean, cut, digits, folded, graphemes, length, number, script, sound_of, utf16

THAI = st.text(st.characters(min_codepoint=0x0E00, max_codepoint=0x0EFF))
KHMER = st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17FF))
WRITTEN = st.one_of(st.text(), THAI, KHMER)


@pytest.mark.parametrize("typed", ["น้ำ", "นํ้า", "น้ํา", "นำ้", "นํา้", "น้้ำ", "น้\u200bำ"])
def test_sara_am(typed: str) -> None:
    """However someone types "water", it is one word."""

    assert folded(typed) == "น้ำ"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ນໍ້າ", "ນ້ຳ"),
        ("เเม่สาย", "แม่สาย"),
        ("ท่ีนี่", "ที่นี่"),
        ("ไม่่่มี", "ไม่มี"),
        ("๑๔๔๑ ໑໔໔໑ ១៤៤១ １４４１", "1441 1441 1441 1441"),
        ("𝐁𝐚𝐧𝐤 Ｂａｎｋ", "bank bank"),
        ("  a\t\u00a0b\r\n\nc ", "a b c"),
        ("\u202eกสิกร\u202c\u2066ไทย\u2069\x00", "กสิกรไทย"),
        ("ສະ\u200bບາຍ", "ສະບາຍ"),
        ("ម\u17c4\u17c9ង", "ម\u17c9\u17c4ង"),
    ],
)
def test_folded(typed: str, expected: str) -> None:
    """Spellings of the same words come to one: marks, digits, styles, white space, invisible characters."""

    assert unicodedata.normalize("NFC", expected) == folded(typed)


@given(WRITTEN)
@example("ẞ")
@example("\u0e32\u0e48\u0e32\u0e48")
def test_folding_again(text: str) -> None:
    """What is folded stays as it is."""

    once = folded(text)

    assert once == folded(once)


@given(WRITTEN)
def test_folded_hides_nothing(text: str) -> None:
    """Nothing folded has ends of white space, doubled spaces, null bytes or direction marks."""

    assert None is re.search("^ | $|  |[\x00\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", folded(text))


def test_digits() -> None:
    """Digits of all scripts are read; everything else stays."""

    assert digits("โทร ๐๘១-២໓໔ ５678 ນ້ຳ½") == "โทร 081-234 5678 ນ້ຳ½"


def test_graphemes() -> None:
    """A consonant and its marks are one letter to a reader, and so is a family of emoji."""

    assert graphemes("ที่ນ້ຳខ្មែ👨‍👩‍👧") == ["ที่", "ນ້ຳ", "ខ្មែ", "👨‍👩‍👧"]
    assert length("ที่ນ້ຳខ្មែ👨‍👩‍👧") == 4


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [("น้ำท่วม", 9, "น้ำท่วม"), ("น้ำท่วมบ้าน", 4, "น้ำท่ว…"), ("abc", 0, ""), ("abc", 1, "…"), ("", 3, ""), ("abc", -1, "")],
)
def test_cut(text: str, limit: int, expected: str) -> None:
    """A text is cut between letters, and a sign says that something is missing."""

    assert expected == cut(text, limit)


@given(WRITTEN, st.integers(0, 30))
def test_cut_is_never_longer(text: str, limit: int) -> None:
    """What was cut has at most as many letters as were asked for."""

    assert length(cut(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("hello world foo", 11, ["hello world", "foo"]),
        ("one two\n\nthree four", 14, ["one two", "three four"]),
        ("one. two three", 9, ["one. two", "three"]),
        ("First one. Then two", 15, ["First one.", "Then two"]),
        ("กขค งจฉ", 4, ["กขค", "งจฉ"]),
        ("ที่ที่ที่", 4, ["ที่", "ที่", "ที่"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
        ("ខ្មែរ\u200bខ្មែរ", 8, ["ខ្មែរ", "\u200bខ្មែរ"]),
    ],
)
def test_bubbles(text: str, limit: int, expected: list[str]) -> None:
    """Long texts are cut where a reader would pause."""

    assert expected == bubbles(text, limit)


@given(WRITTEN, st.integers(2, 40), st.sampled_from(["utf16", "chars"]))
def test_no_bubble_is_over_the_limit(text: str, limit: int, unit: writing.Unit) -> None:
    """Every bubble fits, none is blank, and together they say what the text said."""

    parts = bubbles(text, limit, unit)

    assert all(0 < (utf16(part) if unit == "utf16" else len(part)) <= limit for part in parts)
    assert "".join(text.split()) == "".join("".join(parts).split())


@given(st.lists(st.sampled_from(["ที่", "ນ້ຳ", "ខ្មែ", "👨‍👩‍👧", "a", " ", "\n"]), max_size=60), st.integers(8, 30))
def test_no_letter_is_broken(letters: list[str], limit: int) -> None:
    """No bubble begins or ends inside a grapheme cluster."""

    text = "".join(letters)
    parts = bubbles(text, limit)

    assert [each for each in graphemes(text) if each.strip()] == [
        each for part in parts for each in graphemes(part) if each.strip()
    ]


def test_a_pile_of_marks_is_broken_only_when_it_must_be() -> None:
    """One cluster longer than a bubble is the only thing that is cut inside."""

    assert bubbles("ก" + "่" * 10, 4) == ["ก" + "่" * 3, "่" * 4, "่" * 3]


def test_a_bubble_must_hold_something() -> None:
    """A limit that no emoji fits in is a mistake of ours."""

    with pytest.raises(ValueError, match="at least 2"):
        bubbles("a", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ดูนี่ https://kbank.co.th.secure-login.example/verify", "th"),
        ("โอนเงิน kbank-secure-login.example.com/verify/now", "th"),
        ("@somebody_with_a_long_name ສະບາຍດີ", "lo"),
        ("សួស្តី 12345", "km"),
        ("Is this link real? ปลอม", "en"),
        ("๑๒๓ ฿500 https://a.example", ""),
        ("😀 1441", ""),
        ("", ""),
    ],
)
def test_script(text: str, expected: str) -> None:
    """The language is the one most letters are of, links and names aside."""

    assert expected == script(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c\u202ed\ufeff", "abcd"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("bad\ud800end", "badend"),
        ("kban\u200bk.co\u200d.th", "kbank.co.th"),
        ("ខ្មែរ\u200bខ្មែរ", "ខ្មែរ\u200bខ្មែរ"),
        ("👨\u200d👩\u200d👧 ok\u200d", "👨\u200d👩\u200d👧 ok"),
        ("a\tb", "a\tb"),
        ("  \n ", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    """What is stored keeps line breaks and joiners that matter, and nothing that hides or breaks."""

    assert expected == clean(text, 100)


@given(WRITTEN, st.integers(0, 40))
def test_clean_can_be_stored(text: str, limit: int) -> None:
    """What is stored is short enough, is UTF-8, holds no null byte and is not changed by storing it again."""

    kept = clean(text, limit)

    assert len(kept) <= limit
    assert "\x00" not in kept
    assert kept == clean(kept.encode().decode(), limit)


def test_clean_cuts_between_letters() -> None:
    """A limit in the middle of a letter leaves that letter out."""

    assert clean("น้ำท่วม", 5 - 1) == "น้ำ"


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("โพไทร", "โพธิ์ไทร"),
        ("บุนทริก", "บุณฑริก"),
        ("สะแก้ว", "สระแก้ว"),
        ("chiengkan", "chiangkhan"),
        ("สีเชียงใหม่", "ศรีเชียงใหม่"),
    ],
)
def test_sound(heard: str, meant: str) -> None:
    """Names spelled by ear come out as the name does."""

    assert sound_of(meant) == sound_of(heard)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("12", 12), ("สิบสอง", 12), ("ยี่สิบเอ็ด", 21), ("ໜຶ່ງ", 1), ("ដប់ពីរ", 12), ("two", 2), ("สิบ", 10)],
)
def test_number(written: str, expected: int) -> None:
    """Numbers are read in digits and in words of four languages."""

    assert re.fullmatch(writing.NUMBER, folded(written))
    assert expected == number(folded(written))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "a." * 100_000,
        "@" * 200_000,
        "ก" + "่" * 200_000,
        "\u200b" * 200_000,
        " " * 200_000,
        "นํา้" * 50_000,
    ],
    ids=["letters", "dots", "ats", "marks", "unseen", "spaces", "words"],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    """A megabyte made to be slow is not."""

    before = time.thread_time()
    folded(text), script(text), clean(text, 5_000), bubbles(text, 5_000)

    assert time.thread_time() - before < 5
