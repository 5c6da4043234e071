"""Hotlines, banks and first-hour cards: the right number, in front, and nothing that nobody has checked."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from texts import facts
from texts.facts import (
    LANGUAGES,
    Words,
    all_banks,
    all_hotlines,
    bank_named,
    banks,
    first_aid,
    first_aid_cards,
    hotlines,
    stale,
    topics,
)

FIGURES = {
    "72": "hours a bank holds money on the victim's notice, and to report in: decree B.E. 2566 s.7 (tilleke)",
    "24": "hours a line is open: see `hours` in hotlines.toml",
    "3": "years, owner of a mule account: nationthailand 40063480",
    "300,000": "baht, owner of a mule account: nationthailand 40063480",
    "15": "years, face scans across the border: matichon news_5418233; youngest lured: mgronline 9680000102434",
    "50,000": "baht, from which banks scan the face: nationthailand 40027191",
    "20,000": "baht a month, promised by lures: matichon 5424140",
    "30,000": "baht a month, promised by lures: matichon 5424140",
    "2566": "year (2023) banks ended links in SMS: nationthailand 40026399",
    "2023": "the same year",
    "+697": "internet call from abroad: nationthailand 40021975",
    "+698": "Thai number roaming: nationthailand 40021975",
}
"""The numbers a text may hold beside phone numbers, and where each comes from."""

SITES = {"เช็กก่อน.com", "antifakenewscenter.com"}
"""The only addresses in our texts: the look-up site of the police, and the fake-news centre."""

PROMISES = ("ปลอดภัย", "นิรนาม", "ປອດໄພ", "ນິລະນາມ", "សុវត្ថិភាព", "អនាមិក")
SCRIPTS = {"th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff", "km": "\u1780-\u17ff\u19e0-\u19ff"}
PRESSED = re.compile(r"(?P<number>\d+) (?:กด|and press|ກົດ|ចុច) (?P<menu>\*?\d+)")
NUMBER = re.compile(r"[*+]?\d[\d,]*(?:-\d+)*#?")


FIRST = {
    "money_lost": ["1441"],
    "told": ["1441"],
    "phone_controlled": ["1441"],
    "trafficking": ["1300", "191", "117"],
    "violence": ["1300", "191"],
    "child": ["1300", "191", "1280"],
    "suicide": ["1300", "191"],
    "uxo": ["191"],
    "emergency": ["191"],
    "drugs": ["1386", "191"],
    "official": ["1567", "1111"],
    "job_abroad": ["1506", "1300", "191"],
    "lure_job": ["1506", "1300", "191"],
    "cambodia": ["117", "1280"],
    "laos": ["1362"],
    "telco_ais": ["*1185#"],
    "telco_true": ["9777"],
}

NEEDS = [card.need for card in first_aid_cards()]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a text: those to call, in order, and those that nobody has checked."""

    called: list[str]
    unknown: list[str]


def numbers_in(text: str) -> Numbers:
    """Every number except the counting of the lines; a menu counts with its line only ("1506, press 2")."""
    lines = {line.number for line in all_hotlines() if line.verified}
    menus = {(line.number, line.menu) for line in all_hotlines() if line.verified and line.menu}
    bare = re.sub(r"^\d\. ", "", text, flags=re.MULTILINE)
    pressed = [(hit["number"], hit["menu"]) for hit in PRESSED.finditer(bare)]
    wrong = [f"{number} press {menu}" for number, menu in pressed if (number, menu) not in menus]
    found = [hit.rstrip(",") for hit in NUMBER.findall(PRESSED.sub(lambda hit: hit["number"], bare))]
    return Numbers(
        called=[number for number in found if number in lines],
        unknown=wrong + [number for number in found if number not in lines and number not in FIGURES],
    )


def promises_in(text: str) -> list[str]:
    """The words we never say: that something is safe, or that someone stays unknown."""
    english = re.findall(r"\b(?:safe(?:ly|ty|r)?|anonym\w*)\b", text, re.IGNORECASE)
    return [*english, *(word for word in PROMISES if word in text)]


def sites_in(text: str) -> set[str]:
    """Whatever a phone would turn into a link; a bare ending such as ".go.th" is none."""
    tokens = (token.lstrip("(\"'").rstrip(".,:;)\"'") for token in text.split())
    return {token for token in tokens if re.match(r"[^\s.]+\.[a-z]{2,}", token) or "://" in token}


def assert_in_its_script(text: str, language: str) -> None:
    """Written in the letters of its language (names such as AIS stay Latin), and in no neighbour's."""
    for other, letters in SCRIPTS.items():
        if other != language:
            cleared = text.replace("เช็กก่อน.com", "")
            assert re.findall(rf"[{letters}]+", cleared) == []
    if language == "en":
        assert re.search("[A-Za-z]", text)
    elif not re.fullmatch(r"[\w\s,()&-]+", text, re.ASCII):
        assert re.search(f"[{SCRIPTS[language]}]", text)


@pytest.mark.parametrize("row", [*all_hotlines(), *all_banks(), *first_aid_cards()])
def test_every_row_tells_where_it_is_from_and_when(row):
    """A row without a source or a date is a rumour."""
    assert row.source.strip() != ""
    assert type(row.verified_on) is date


def test_ids_are_used_once():
    """Two rows never share an id."""
    ids = [row.id for row in (*all_hotlines(), *all_banks())]

    assert sorted(set(ids)) == sorted(ids)


def test_topics_name_existing_rows_and_every_row_has_a_topic():
    """The order under [topics] and the rows fit each other."""
    ids = {line.id for line in all_hotlines()}

    assert {id for listed in facts.read(facts.DATA / "hotlines.toml")["topics"].values() for id in listed} == ids
    assert [line.id for line in all_hotlines() if not line.topics] == []


@pytest.mark.parametrize("topic", topics())
def test_only_verified_lines_are_shown(topic):
    """Whatever is asked, residents see verified rows, and at least one."""
    assert {line.verified for line in hotlines(topic)} == {True}


@pytest.mark.parametrize(("topic", "numbers"), FIRST.items())
def test_the_number_to_call_first_stands_first(topic, numbers):
    """Each need begins with the numbers it needs at once."""
    assert [line.number for line in hotlines(topic)][: len(numbers)] == numbers


def test_an_unknown_need_gets_general_help():
    """Nobody who asks for help gets an empty list."""
    assert hotlines("no such topic") == hotlines("emergency")


@pytest.mark.parametrize("number", ["1669", "1323", "1387", "1207", "1178", "1191", "1888", "02-572-8442"])
def test_numbers_from_memory_are_kept_but_not_shown(number):
    """What nobody has checked stays in the file for checking, and away from residents."""
    assert number in {line.number for line in all_hotlines()}
    assert number not in {line.number for topic in topics() for line in hotlines(topic)}


@pytest.mark.parametrize("line", all_hotlines(), ids=lambda line: line.id)
def test_a_line_can_be_reached(line):
    """A row has a number that can be dialled, or the name of an app or site, not both and not neither."""
    assert (line.number == "") != (line.handle == "")
    assert line.number == "" or re.fullmatch(r"\+?[\d -]+|\*\d+(\*\d+)?#", line.number)


@pytest.mark.parametrize("line", [line for line in all_hotlines() if line.verified], ids=lambda line: line.id)
def test_a_shown_line_is_named_in_every_language(line):
    """Residents read who answers and what for in their own language and script."""
    for language in LANGUAGES:
        assert_in_its_script(line.who.said(language), language)
        assert_in_its_script(line.purpose.said(language), language)
        assert promises_in(line.purpose.said(language)) == []


def test_words_fall_back_to_thai():
    """A language without words, or not ours, reads Thai."""
    words = Words(th="ไทย", en="Thai", lo="", km="ខ្មែរ")

    assert [words.said(language) for language in ("th", "en", "lo", "km", "fr")] == [
        "ไทย",
        "Thai",
        "ไทย",
        "ខ្មែរ",
        "ไทย",
    ]


@pytest.mark.parametrize("bank", all_banks(), ids=lambda bank: bank.id)
def test_a_bank_has_a_number_and_what_people_call_it(bank):
    """Number, menu and aliases are there and can be dialled and typed."""
    assert re.fullmatch(r"\d{4}|02-\d{3}-\d{4}", bank.number)
    assert re.fullmatch(r"\*?\d{0,3}", bank.menu)
    assert len(bank.aliases) > 0


def test_banks_shown_are_the_verified_ones():
    """The banks of the second-hand list are not shown."""
    assert [bank.id for bank in banks()] == ["kbank", "ktb", "bay", "bbl", "scb", "ttb", "gsb", "cimb"]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("เงินหายจากบัญชีกสิกรหมดเลยทำไงดี", "kbank"),
        ("โอนผ่านKBANKไปแล้ว", "kbank"),
        ("ใช้ k plus อยู่", "kbank"),
        ("เคแบงก์ค่ะ", "kbank"),
        ("โอนจากธนาคารกรุงไทยไปแล้ว50000", "ktb"),
        ("ktb", "ktb"),
        ("ธนาคารกรุงเทพ", "bbl"),
        ("ไทยพาณิชย์", "scb"),
        ("โดนดูดเงินจาก SCB", "scb"),
        ("ออม\u200bสิน", "gsb"),
        ("แบงก์ทหารไทย", "ttb"),
        ("กรุงศรี", "bay"),
    ],
)
def test_a_bank_is_found_in_unspaced_text(text, id):
    """People name their bank in the middle of a sentence, in either script."""
    assert bank_named(text) == next(bank for bank in banks() if bank.id == id)


@pytest.mark.parametrize(
    "text",
    ["", "โอนไปแล้วทำไงดี", "บ้านอยู่กรุงเทพ", "ทหารไทยที่ชายแดน", "ทำกสิกรรม", "subscbxyz", "อยุธยา", "a bay by the sea"],
)
def test_other_words_are_no_bank(text):
    """The city, the soldiers and the farm are not taken for a bank."""
    assert bank_named(text) is None


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("โอนจากกสิกรไปไทยพาณิชย์", "kbank"),
        ("โอนเข้าบัญชีไทยพาณิชย์ จากบัญชีกรุงไทย", "ktb"),
        ("transferred to SCB from my KBank account", "kbank"),
        ("กรุงไทยไปออมสิน", "ktb"),
    ],
)
def test_of_several_banks_the_one_the_money_left_is_meant(text, id):
    """The line of the person's own bank is shown, not that of the account it went to."""
    assert bank_named(text) == next(bank for bank in banks() if bank.id == id)


@pytest.mark.parametrize("text", ["เงินในธ.ก.ส.หาย", "โอนจากธกส.ไปกสิกร", "ธอส", "uob"])
def test_a_bank_whose_number_is_not_verified_is_not_replaced_by_another(text):
    """A customer of such a bank gets None (and so 1441), not another bank's line."""
    assert bank_named(text) is None


def test_rows_are_stale_after_the_days_are_over():
    """On the last day a row is still good; the day after, everything of that date is listed."""
    shown = {*(line for line in all_hotlines() if line.verified), *banks(), *first_aid_cards()}

    oldest = min(row.verified_on for row in shown)
    of_that_date = {row for row in shown if row.verified_on == oldest}

    assert stale(oldest + timedelta(days=180)) == ()
    assert set(stale(oldest + timedelta(days=181))) == of_that_date
    assert set(stale(oldest + timedelta(days=31), days=30)) == of_that_date


def test_there_is_a_card_for_every_need():
    """Every need a text may show, and every report that needs a number at once, has its card and its lines."""
    assert set(NEEDS) == {
        "money_lost",
        "told",
        "phone_controlled",
        "trafficking",
        "violence",
        "child",
        "suicide",
        "uxo",
        "drugs",
        "emergency",
        "lure_job",
        "official",
    }
    assert set(NEEDS) <= set(topics())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("need", NEEDS)
class TestCards:
    def test_short(self, need, language):
        """Three to six lines, none longer than a phone shows in two."""
        lines = first_aid(need, language).splitlines()

        assert 3 <= len(lines) <= 6
        assert max(map(len, lines)) <= 100

    def test_in_its_own_script(self, need, language):
        """Each language is written in its own letters."""
        assert_in_its_script(first_aid(need, language), language)

    def test_only_verified_numbers(self, need, language):
        """Every number on a card is a verified line or a known figure."""
        assert numbers_in(first_aid(need, language)).unknown == []

    def test_the_first_number_is_the_first_line(self, need, language):
        """Card and list agree on whom to call first."""
        assert numbers_in(first_aid(need, language)).called[0] == hotlines(need)[0].number

    def test_promises_nothing(self, need, language):
        """No card says that anything is safe or that anyone stays unknown."""
        assert promises_in(first_aid(need, language)) == []


def test_a_controlled_phone_is_cut_off_before_anybody_is_called():
    """The network goes first: every second it is on, money can leave."""
    assert first_aid("phone_controlled", "th").splitlines()[0] == "ตัดเน็ตก่อน เดี๋ยวนี้เลย"


def test_lost_money_is_told_of_the_police_within_72_hours():
    """Bank first, then the police within 72 hours, in every language."""
    for language in LANGUAGES:
        text = first_aid("money_lost", language)

        assert 0 <= text.index("1441") < text.index("72")


def test_an_unknown_card_is_an_error_and_an_unknown_language_is_thai():
    """A need nobody wrote a card for must show in tests, not to a resident as an empty reply."""
    with pytest.raises(KeyError):
        first_aid("no such need", "th")
    assert first_aid("uxo", "fr") == first_aid("uxo", "th")


def test_a_broken_file_is_named(tmp_path):
    """Whoever edits a data file is told which one is broken."""
    broken = tmp_path / "hotlines.toml"
    broken.write_text("id = ", encoding="utf-8")

    with pytest.raises(ValueError, match=r"hotlines\.toml"):
        facts.read(broken)
