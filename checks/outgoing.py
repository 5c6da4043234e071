"""What a message to many must not give away: positions, exact points, people by name, and victims called offenders."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from checks.accusing import neighbours
from checks.find import Found, found_in
from checks.official import official_numbers

Why = Literal[
    "forces", "shelter", "route", "victims", "point", "blame", "id", "accused", "person", "plate", "house", "phone"
]
POSITIONS: tuple[Why, ...] = ("forces", "shelter", "route", "victims")
NEAR = 40
"""Characters between whom a text speaks of and where they are."""
AROUND = 16
"""Characters before a word in which it is denied, or only named as whom to turn to."""
LONGEST_NAME = 40
WHOLE = 9
"""Digits of somebody's own number; shorter ones are help lines."""
MAPS = frozenset(
    {
        "maps.app.goo.gl",
        "maps.google.com",
        "maps.google.co.th",
        "maps.apple.com",
        "openstreetmap.org",
        "osm.org",
        "waze.com",
        "w3w.co",
        "what3words.com",
        "plus.codes",
        "map.longdo.com",
        "share.here.com",
    }
)
"""Hosts whose every page is a point; what else has "/maps" or "/dir" in its path counts, too."""

_PAIR = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}(?!\d)")
_DEGREES = re.compile(r"\d{1,3}\s?[°º]\s?\d{1,2}\s?['′’]")
_GRID = re.compile(r"\b(?:4[6-8][pqr]\s?)[a-z]{2}\s?\d{2,5}\s?\d{2,5}\b")
_PLUS = re.compile(r"(?<![a-z0-9])[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}(?![a-z0-9])")
_NAMED_POINT = re.compile(r"พิกัด\s*:?\s*\d{2}")
_ID = re.compile(r"(?<!\d)\d[- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d(?!\d)")
_HOUSE = re.compile(
    r"(?:บ้านเลขที่|ເຮືອນເລກທີ|ផ្ទះលេខ|\bhouse (?:no\.?|number))\s*\d+(?:/\d+)?|(?<!\d)\d{1,4}/\d{1,4}\s*(?:หมู่|ม\.)"
)
_KILOGRAMS = r"กก(?![ -]?\d{4}(?!\d| ?(?:บาท|฿|บ\.|ถุง|กล่อง|ลัง|กระสอบ)))"
"""กก is kilograms, and the commonest series of old plates: four digits that are no price tell."""
_PLATE = re.compile(
    r"(?:ทะเบียน|ป้าย)\s*\d?[ก-ฮ]{1,3}[ -]?\d{1,4}(?!\d)"
    rf"|(?<![\d/.])\d(?!คน|คัน|วัน|ชม|{_KILOGRAMS}|กม|ตร|ซม)[ก-ฮ]{{2}}[ -]?\d{{1,4}}(?!\d)"
    rf"|(?<![ก-๙])(?!คน|(?<=\d)กก|(?<=\d )กก|{_KILOGRAMS}|กม|ชม|ถน|บท|พศ|ณ)[ก-ฮ]{{2}} ?\d{{4}}(?!\d)"
)
_RANK = r"(?:พล|พ|ร|จ|ส|ด)\.(?:ส\.)?[ตทอ]\.(?:[ตทอ]\.)?(?:หญิง)?|น\.ส\.|ด\.[ชญ]\.|เด็กชาย|เด็กหญิง|เสี่ย|เฮีย|เจ๊|ไอ้"
_THAI_NAME = r"\s?[ก-ฮเแโใไ][ก-๙]{1,40}(?: [ก-ฮเแโใไ][ก-๙]{2,40})?"
_TITLED = re.compile(rf"(นาย|นาง(?:สาว)?|{_RANK})({_THAI_NAME})")
_NAMED = re.compile(r"ชื่อ\s*(?!จริง|เล่น|และ|หรือ)[ก-๙]{2,25}\s+(?:นาม)?สกุล\s*(?!เลข|และ|หรือ|เบอร์)[ก-๙]{2,40}")
_FOREIGN = re.compile(
    r"\b(?:mr|mrs|ms|miss)\b\.? [a-z]{2,}|(?:ທ້າວ|ນາງ(?:ສາວ)?)\s?[ກ-ຮເ-ໄ][ກ-ໝ]{2,}"
    r"|(?:ឈ្មោះ|កញ្ញា)\s?(?!លេខ|របស់|អ្នក|ណា|និង|ឬ|ពេញ|រូប|កុំ|គណនី|ឃុំ|ដែល|ទៅ|មនុស្ស|អ្វី|ចេញ|គេហ|ភូមិ)[ក-អ][\u1780-\u17d3]{2,}"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that must not leave: why, and the piece of the text it is about.

    A `firm` one is never let out; another may be meant well (a missing child's name), so whoever wrote it is asked.
    """

    why: Why
    what: str
    firm: bool


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("outgoing.toml").read_text("utf-8"))


@cache
def _pattern(*path: str) -> re.Pattern[str]:
    rows: Any = _rules()
    for name in path:
        rows = rows[name]
    return re.compile("|".join(rows))


@cache
def _at_once() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(_rules()['at_once'])})$")


@cache
def _bare_place() -> re.Pattern[str]:
    return re.compile(_rules()["place"])


def revealing(text: str, own: str = "") -> tuple[Finding, ...]:
    """
    What of a text must not leave, the firm first, each reason once. Pure, linear, never raises.

    `own` is how to reach whoever runs this: a number in it may be told. So may published numbers of institutions.
    """
    found = found_in(text)
    words = found.text.lower()
    each: dict[str, Finding] = {}
    accused = bool(_pattern("suspicion", "words").search(words))
    for why, what, firm in (*_places(found, words), *_blame(words), *_people(found, words, own)):
        named = why in ("person", "plate", "house") and accused
        kept: Why = "accused" if named else why
        each.setdefault(kept, Finding(kept, what.strip()[:LONGEST_NAME], firm or named))
    for name, said in neighbours(found.text, words, suspicious=accused):
        of: Why = "accused" if said == "accused" else "person"
        each.setdefault(of, Finding(of, name[:LONGEST_NAME], said == "accused"))
    return tuple(sorted(each.values(), key=lambda one: not one.firm))


def tells_positions(text: str) -> bool:
    """Whether a text says where forces, shelters, routes out or victims are, or gives a point on the map for one."""
    words = found_in(text).text.lower()
    return any(True for why in POSITIONS for _ in _positions(words, why))


def _places(found: Found, words: str) -> Iterator[tuple[Why, str, bool]]:
    for why in POSITIONS:
        yield from ((why, what, True) for what in _positions(words, why))
    for shown, link in found.links:
        if link.host in MAPS or link.registrable in MAPS or re.search(r"/(?:maps?|dir)(?:/|\?|$)", shown.lower()):
            yield "point", shown, True
    for pattern in (_PAIR, _DEGREES, _GRID, _PLUS, _NAMED_POINT):
        if point := pattern.search(words):
            yield "point", point[0], True


def _positions(words: str, why: Why) -> Iterator[str]:
    """Whom and where, close together: each piece of the text that says so."""
    place = _pattern("way" if why == "route" else "where")
    for who in _pattern(why).finditer(words):
        if _pattern("told").search(words[max(0, who.start() - AROUND) : who.start()]):
            continue
        # The end of the sentence is the end of what is said of them.
        after = re.split(r"[\n;]|(?<=[a-z])\. ", words[who.end() : who.end() + NEAR], maxsplit=1)[0]
        at = place.search(after) or (_bare_place().match(after) if _at_once().search(who[0]) else None)
        if at:
            yield words[who.start() : who.end() + at.end()] + re.split(r"\s", after[at.end() :], maxsplit=1)[0]


def _blame(words: str) -> Iterator[tuple[Why, str, bool]]:
    denied = _pattern("blame", "denied")
    for who in _pattern("blame", "who").finditer(words):
        start = max(0, who.start() - NEAR)
        for called in _pattern("blame", "called").finditer(words, start, who.end() + NEAR):
            if not denied.search(words[max(0, called.start() - AROUND) : called.start()]):
                yield "blame", called[0], True


def _people(found: Found, words: str, own: str) -> Iterator[tuple[Why, str, bool]]:
    if number := _ID.search(words):
        yield "id", f"{number[0][:3]}…", True
    if house := _HOUSE.search(words):
        yield "house", house[0], False
    if plate := _PLATE.search(words):
        yield "plate", plate[0], False
    yield from (("person", name, False) for name in _names(words))
    told = re.sub(r"\D", "", own)
    for one in found.indicators:
        digits = re.sub(r"\D", "", one.shown or one.value)
        known = len(digits) < WHOLE or one.value in official_numbers() or digits in told
        if one.kind in ("phone", "account", "promptpay") and not known:
            yield "phone", one.shown or one.value, False


def _names(words: str) -> Iterator[str]:
    """People by title and name, or by first and family name."""
    rules = _rules()["names"]
    for one in _TITLED.finditer(words):
        title, rest = one[1], one[2].strip()
        none = rules["after"].get(title, ())
        before = words[max(0, one.start() - 5) : one.start()]
        if title in ("นาย", "นาง") and before.endswith(tuple(rules["before"])):
            continue
        if not rest.startswith(tuple(none)):
            yield one[0]
    for pattern in (_NAMED, _FOREIGN):
        yield from (one[0] for one in pattern.finditer(words))
