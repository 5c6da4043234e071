"""The four catalogues: whole, short, promising nothing; and what checking them finds."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.words import said_by_checks
from texts import LANGUAGES, load
from texts.__main__ import read
from texts.checking import LONGEST_LABEL, is_label, label_length, problems

OURS = read()


def found(**changed: dict[str, str]) -> list[str]:
    """What is wrong when these keys are put into otherwise sound small catalogues of all four languages."""
    sound = {"th": "สวัสดี", "en": "Hello", "lo": "ສະບາຍດີ", "km": "សួស្តី"}
    return problems({code: {"hello": sound[code]} | changed.get(code, {}) for code in LANGUAGES})


def test_nothing_is_wrong_with_our_words() -> None:
    """Every rule below holds for every text of every language."""
    assert [] == problems(OURS)


def test_nothing_is_wrong_with_what_the_checks_say() -> None:
    """Reasons and advice, the first-hour cards and the list of numbers keep the same rules."""
    said = said_by_checks()
    cards = {
        code: {key: text for key, text in one.words.items() if key.startswith(("first_aid.", "hotlines."))}
        for code, one in load().items()
    }

    assert [] == problems({code: said[code] | cards[code] for code in LANGUAGES})


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_who_still_knows(code: str) -> None:
    """Nobody agrees, or reads what we keep, without reading that LINE and Telegram know the account."""
    for key in ("consent.ask", "about.privacy"):
        assert "LINE" in OURS[code][key]
        assert "Telegram" in OURS[code][key]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_what_we_are_not(code: str) -> None:
    """The first message names who runs this and sends emergencies to 191."""
    assert "{operator}" in OURS[code]["welcome.self"]
    assert "191" in OURS[code]["welcome.not"]
    assert "OTP" in OURS[code]["welcome.never"]


def test_a_missing_key_is_named_with_its_thai() -> None:
    """Whoever translates is told the key and the words to translate."""
    assert ["lo new.one: missing; in Thai it is “ใหม่”"] == found(
        th={"new.one": "ใหม่"}, en={"new.one": "New"}, km={"new.one": "ថ្មី"}
    )


def test_a_key_that_thai_does_not_have_is_named() -> None:
    """A key left over from before is found."""
    assert ["en old: Thai has no such key"] == found(en={"old": "Old"})


@pytest.mark.parametrize(
    ("thai", "english", "problem"),
    [
        ("เรื่อง {number}", "Report", "en x: has no placeholder where Thai has {number}"),
        ("เรื่อง", "Report {number}", "en x: has {number} where Thai has no placeholder"),
        ("เรื่อง {number}", "Report {nmuber}", "en x: has {nmuber} where Thai has {number}"),
        ("อันตรายโทร 191", "Danger: call 911", "en x: the number 191 of the Thai is not there"),
        ("เรื่อง", "Report {", "en x: its braces do not match; write {{ for a brace that is shown"),
        ("เรื่อง {0}", "Report {0}", "en x: {0} is not a name"),
    ],
)
def test_a_translation_fills_in_what_the_thai_fills_in(thai: str, english: str, problem: str) -> None:
    """Placeholders and help-line numbers are those of the Thai."""
    lines = found(th={"x": thai}, en={"x": english})

    assert problem in lines


@pytest.mark.parametrize(
    ("code", "text", "problem"),
    [
        ("en", "", "empty"),
        ("en", " \n", "empty"),
        ("en", "Hello ", "has blanks at an end of a line"),
        ("en", "Hello \nyou", "has blanks at an end of a line"),
        ("en", "Hel\u200blo", "holds U+200B, which nobody sees"),
        ("en", "Hel\u202elo", "holds U+202E, which nobody sees"),
        ("en", "Hello\tyou", "holds U+0009, which nobody sees"),
        ("en", "a" * 601, "601 letters in a bubble, at most 600"),
    ],
)
def test_what_nobody_sees_or_reads_is_found(code: str, text: str, problem: str) -> None:
    """Empty texts, hidden characters, blanks at line ends and endless bubbles are problems."""
    assert f"{code} hello: {problem}" in found(**{code: {"hello": text}})


def test_a_word_break_in_khmer_and_a_joined_emoji_are_no_problem() -> None:
    """Characters that do something for the reader may stay."""
    assert [] == found(km={"hello": "សួស្តី\u200bអ្នក"}, en={"hello": "Hello 👩\u200d🌾"})


@pytest.mark.parametrize(
    ("code", "text", "word"),
    [
        ("th", "ลิงก์นี้ปลอดภัย", "ปลอดภัย"),
        ("th", "แจ้งแบบนิรนาม", "นิรนาม"),
        ("th", "ขอบคุณครับ", "ครับ"),
        ("th", "ขอบคุณค่ะ", "ค่ะ"),
        ("en", "You are Safe now", "Safe"),
        ("en", "Report anonymously", "anonymously"),
        ("lo", "ລິ້ງນີ້ປອດໄພ", "ປອດໄພ"),
        ("lo", "ແຈ້ງແບບນິລະນາມ", "ນິລະນາມ"),
        ("km", "តំណនេះមានសុវត្ថិភាព", "សុវត្ថិភាព"),
        ("km", "រាយការណ៍អនាមិក", "អនាមិក"),
    ],
)
def test_no_text_promises_what_nobody_can_keep(code: str, text: str, word: str) -> None:
    """Neither safety nor namelessness is promised, and the bot is neither man nor woman."""
    lines = found(**{code: {"hello": text}})

    assert [f"{code} hello: says “{word}”"] == [line.split(":", 2)[0] + ":" + line.split(":", 2)[1] for line in lines]


@pytest.mark.parametrize(
    ("code", "text", "problem"),
    [
        ("lo", "ສະບາຍดี", "holds letters of “th”: ดี"),
        ("th", "สวัສดี", "holds letters of “lo”: ສ"),
        ("en", "Hello ครู", "holds letters of “th”: ครู"),
        ("km", "Hello", "is not in “km”: “Hello”"),
    ],
)
def test_a_text_is_written_in_its_own_letters(code: str, text: str, problem: str) -> None:
    """A neighbour's letters, and words nobody translated, are found; Latin names may stand in any language."""
    assert f"{code} hello: {problem}" in found(**{code: {"hello": text}})


def test_a_text_of_placeholders_and_a_brand_is_in_any_language() -> None:
    """“{number} · {kind}” needs no translation, and LINE is LINE."""
    same = {"x": "{number} · {kind}"}

    assert [] == found(th=same, en=same, lo=same | {"hello": "LINE ສະບາຍດີ"}, km=same)


def test_a_label_is_measured_filled_in() -> None:
    """A button that fits only without its name does not fit."""
    assert 20 == label_length("Switch off {name}"[:10] + "{name}")
    lines = found(
        th={"schedule.turn_off": "ปิด {name}"},
        en={"schedule.turn_off": "Switch it off: {name}"},
        lo={"schedule.turn_off": "ປິດ {name}"},
        km={"schedule.turn_off": "បិទ {name}"},
    )

    assert ["en schedule.turn_off: 25 letters on a button that holds 20: “Switch it off: {name}”"] == lines


def test_a_label_has_one_line() -> None:
    """A line break on a button would be lost."""
    assert "en menu.report: a button has one line" in found(en={"menu.report": "Report\nit"})


def test_a_question_is_no_label() -> None:
    """“alert.who.ask” is asked in a bubble; its answers stand on buttons."""
    assert (False, True, True) == (is_label("alert.who.ask"), is_label("alert.who.everyone"), is_label("link.name"))


def test_labels_of_every_language_fit_a_button() -> None:
    """LINE refuses a quick reply of more than 20 grapheme clusters."""
    measured = [label_length(text) for words in OURS.values() for key, text in words.items() if is_label(key)]

    assert max(measured) <= LONGEST_LABEL
    assert len(measured) > 500  # the list of labels has not come loose from the keys


@pytest.mark.parametrize(
    ("thai", "english", "problem"),
    [
        ("แจ้ง", "report", "th commands.report: its plain name “report” is not among its words"),
        ("report, report", "report", "th commands.report: an empty word, or one that stands there twice"),
        ("report, แจ้ง,", "report", "th commands.report: an empty word, or one that stands there twice"),
        ("report", "report, CHECK", "en commands.check: “check” means report already (in “en”)"),
    ],
)
def test_a_typed_word_means_one_command(thai: str, english: str, problem: str) -> None:
    """Commands answer to their plain name and never to each other's, in any language, however they are spelled."""
    lines = found(
        th={"commands.report": thai},
        en={"commands.report": english, "commands.check": "check"},
    )

    assert problem in lines


def test_a_word_of_another_language_may_not_mean_something_else() -> None:
    """What a Thai word means, no other language may give another meaning: Thai wins."""
    lines = found(th={"commands.status": "status, state"}, en={"commands.status": "status", "commands.area": "area, state"})

    assert "en commands.area: “state” means status already (in “th”)" in lines


def test_the_program_names_the_languages_and_leaves_with_nothing() -> None:
    """`python -m texts` is part of `make check`."""
    done = subprocess.run([sys.executable, "-m", "texts"], capture_output=True, text=True, check=False)

    assert (0, f"texts: {len(OURS['th'])} keys in 4 languages\n") == (done.returncode, done.stdout)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    """A forgotten quotation mark is reported with its file and line, not as a traceback."""
    (tmp_path / "th.toml").write_text('hello = "สวัสดี', "utf-8")

    with pytest.raises(SystemExit, match=r"^texts/th\.toml: .*line 1"):
        read(tmp_path)


def test_a_language_falls_back_to_english_and_english_to_thai(tmp_path: Path) -> None:
    """A text that is not translated yet is read in the next best language, never as a key."""
    (tmp_path / "th.toml").write_text('one = "หนึ่ง"\ntwo = "สอง"\nthree = "สาม"\n', "utf-8")
    (tmp_path / "en.toml").write_text('one = "One"\ntwo = "Two"\n', "utf-8")
    (tmp_path / "lo.toml").write_text('needs_review = "yes"\none = "ໜຶ່ງ"\n', "utf-8")
    lao = load(folder=tmp_path)["lo"]

    assert ("ໜຶ່ງ", "Two", "สาม") == (lao["one"], lao["two"], lao["three"])
    assert (True, False) == (lao.needs_review, load(folder=tmp_path)["en"].needs_review)
    with pytest.raises(KeyError, match="four"):
        lao["four"]


def test_a_shared_question_is_found_under_ask(tmp_path: Path) -> None:
    """A flow without words of its own for a question asks it in the shared ones, and keeps its own where it has them."""
    (tmp_path / "th.toml").write_text('[ask]\nwhen.ask = "เมื่อไร"\n[money]\nwhen.ask = "โอนเมื่อไร"\n', "utf-8")
    thai = load(folder=tmp_path)["th"]

    assert ("เมื่อไร", "โอนเมื่อไร") == (thai["border.when.ask"], thai["money.when.ask"])
