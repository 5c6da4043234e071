"""How Thai, Lao, Khmer and English are written: matching, counting, cutting, without assuming spaces."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, Literal

import regex  # type: ignore[import-untyped]  # the one engine here that knows \X

Script = Literal["th", "lo", "km", "en", ""]
Unit = Literal["utf16", "chars"]

# Every decimal digit of every script, so Thai ๓, Lao ໓, Khmer ៣ and full-width ３ are all "3".
_DIGITS: Final = {n: str(unicodedata.decimal(chr(n))) for n in range(128, 0x1FBFA) if chr(n).isdecimal()}
# Seen by nobody, and used to slip words past filters: zero-width, bidi, joiners, variation selectors, tags, controls.
_UNSEEN: Final = re.compile(
    r"[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0000-\U000e0fff]+"
)
# How the marks above and below a letter are put in order: below, above, tone, then silencer and nikhahit.
_MARKS: Final = {
    **dict.fromkeys("\u0e3a\u0eba", 0),
    **dict.fromkeys("\u0e38\u0e39\u0eb8\u0eb9\u0ebc", 1),
    **dict.fromkeys("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0eb1\u0eb4\u0eb5\u0eb6\u0eb7\u0ebb", 2),
    **dict.fromkeys("\u0e48\u0e49\u0e4a\u0e4b\u0ec8\u0ec9\u0eca\u0ecb", 3),
    **dict.fromkeys("\u0e4c\u0e4e\u0ecc", 4),
    **dict.fromkeys("\u0e4d\u0ecd", 5),
    **dict.fromkeys("\u0e32\u0eb2", 6),
}
_TONE: Final = 3
_AA: Final = 6
_RUN: Final = re.compile(f"[{''.join(_MARKS)}]{{2,}}")
_KHMER: Final = re.compile("([\u17b6-\u17c5]+)([\u17c9\u17ca]+)")  # a shifter typed after its vowel
_SPACE: Final = re.compile(r"\s+")
_clusters: Final[Callable[[str], Iterator[re.Match[str]]]] = regex.compile(r"\X").finditer


@lru_cache(maxsize=4096)
def _ordered(run: str) -> str:
    """One order and no repetition for the marks typed on one letter; an "aa" that follows stays last."""
    once = sorted(dict.fromkeys(run), key=lambda mark: (_MARKS[mark], mark))
    tones = [mark for mark in run if _MARKS[mark] == _TONE]
    marks = [mark for mark in once if _MARKS[mark] < _AA and (_MARKS[mark] != _TONE or mark == tones[0])]
    return "".join(marks) + "".join(mark for mark in run if _MARKS[mark] == _AA)


def folded(text: str) -> str:
    """
    The spelling that everybody's spelling of the same words comes to; for matching and search, never for showing.

    NFKC (so that styled and full-width letters are plain), SARA AM in one piece however it was typed, marks in
    order and once, digits of all scripts as ASCII, no case, nothing invisible, one space for any white space.
    Folding what is folded changes nothing. Cost is linear in the length.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", plain)).translate(_DIGITS)
    plain = plain.replace("\u0e40\u0e40", "\u0e41").replace("\u0ec0\u0ec0", "\u0ec1")  # two E typed for one AE
    plain = _RUN.sub(lambda run: _short(run.group()), plain)
    plain = _KHMER.sub(r"\2\1", plain)
    plain = plain.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")
    return _SPACE.sub(" ", plain).strip()


def _short(run: str) -> str:
    """Order a run; a very long one (nobody writes those) is ordered without filling the cache."""
    return _ordered(run) if len(run) <= 8 else _ordered.__wrapped__(run)


def digits(text: str) -> str:
    """The same text with every digit of every script (Thai, Lao, Khmer, full-width …) as ASCII; the rest untouched."""
    return text.translate(_DIGITS)


def graphemes(text: str) -> list[str]:
    """What a reader sees as single letters: a consonant with its vowels and tone, an emoji with its parts."""
    return [cluster.group() for cluster in _clusters(text)]


def length(text: str) -> int:
    """How many letters a reader sees (grapheme clusters), not code points."""
    return sum(1 for _ in _clusters(text))


def cut(text: str, limit_graphemes: int, *, end: str = "…") -> str:
    """At most so many grapheme clusters of `text`; when something was left out, the last of them is `end`."""
    if len(text) <= limit_graphemes:
        return text  # a cluster is one code point at least
    seen = graphemes(text)
    if len(seen) <= limit_graphemes:
        return text
    room = limit_graphemes - length(end)
    return "".join(seen[:room]) + end if room >= 0 else "".join(seen[: max(limit_graphemes, 0)])


# --- how it sounds ------------------------------------------------------------------------------------------------

_SAID: Final = str.maketrans("ณฑธศษภฎฏฐฆฬฤใญผฝฌ", "นททสสพดตถคลรไยพฟช", "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4e\u0e3a")
_SILENT: Final = re.compile(r"[ก-ฮ][\u0e34\u0e38]?\u0e4c")
_ROMAN: Final = re.compile(r"kh|ph|th|ch|ue|eu|ae|oe|ie|oo|ee|w|([a-z])\1")
_ROMAN_SAID: Final = dict(
    zip(
        ("kh", "ph", "th", "ch", "ue", "eu", "ae", "oe", "ie", "oo", "ee", "w"),
        ("k", "p", "t", "j", "u", "u", "e", "o", "ia", "u", "i", "v"),
        strict=True,
    )
)


@lru_cache(maxsize=64)
def sound_of(bare: str) -> str:
    """
    Folded letters as they sound, roughly: Thai letters said the same are one, tones and silenced letters are gone,
    and the ways English spells one Thai sound are one ("Chieng Kan" and "Chiang Khan"). For finding names that
    people spell by ear; linear in the length.
    """
    thai = _SILENT.sub("", bare).translate(_SAID).replace("สร", "ส")  # ศรี and สระ are said without the r
    return _ROMAN.sub(lambda found: _ROMAN_SAID.get(found.group(), found.group()[0]), thai)


# --- bubbles ------------------------------------------------------------------------------------------------------

_PARAGRAPH, _LINE, _SENTENCE, _WORD = range(4)
_ENDS_SENTENCE: Final = frozenset(".!?…។៕ฯ。！？")
_NO_BREAK: Final = frozenset("\u00a0\u202f\u2007")


def utf16(text: str) -> int:
    """The length LINE counts: UTF-16 code units, so an emoji outside the first plane is two."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def bubbles(text: str, limit: int, unit: Unit = "utf16") -> list[str]:
    """
    `text` as messages of at most `limit` units each (LINE: 5,000 UTF-16 units; Telegram: 4,096 characters).

    Cut where a reader would pause: paragraph, line, sentence, space, at worst between two letters, never inside a
    grapheme cluster (only one that is itself longer than the limit is broken). White space at a cut is dropped and
    nothing else. Blank text gives no bubble. Raises ValueError for a limit that could not hold one character.
    """
    if limit < 2:
        raise ValueError(f"a bubble must hold at least 2 units, not {limit}")
    size: Callable[[str], int] = utf16 if unit == "utf16" else len
    rest = text.strip()
    found: list[str] = []
    while rest:
        if len(rest) <= limit and size(rest) <= limit:
            return [*found, rest]
        end = _pause(rest, limit, size)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def _pause(text: str, limit: int, size: Callable[[str], int]) -> int:
    """Where to cut a text that is too long: the greatest pause that does not leave a bubble nearly empty."""
    used, end = 0, 0
    pauses: dict[int, int] = {}
    for start, cluster, level in _pauses(text):
        if level is not None and used:
            pauses[level] = start
        used += size(cluster)
        if used > limit:
            break
        end = start + len(cluster)
    for share in (end // 2, end // 10):
        for level in (_PARAGRAPH, _LINE, _SENTENCE, _WORD):
            if pauses.get(level, 0) > share:
                return pauses[level]
    return end or _inside(text, limit, size)


def _pauses(text: str) -> Iterator[tuple[int, str, int | None]]:
    """Each cluster with where it starts and, if it is a place to pause, how great the pause is."""
    before = ""
    for match in _clusters(text):
        cluster, level = match.group(), None
        if cluster[-1] in "\n\r\u2028\u2029":
            level = _PARAGRAPH if before[-1:] in ("\n", "\r") or text[match.end() : match.end() + 1] == "\n" else _LINE
        elif cluster == "\u200b" or (cluster.isspace() and cluster not in _NO_BREAK):
            level = _SENTENCE if before[-1:] in _ENDS_SENTENCE else _WORD
        yield match.start(), cluster, level
        before = cluster


def _inside(text: str, limit: int, size: Callable[[str], int]) -> int:
    """The first cluster is longer than a whole bubble (a pile of marks): as many of its characters as fit."""
    used = 0
    for place, letter in enumerate(text):
        used += size(letter)
        if used > limit:
            return place
    return len(text)


# --- which script -------------------------------------------------------------------------------------------------

_NOT_WORDS: Final = re.compile(
    r"https?://[!-~]++|(?<![a-z0-9._-])[a-z0-9_-]++(?:\.[a-z0-9_-]++)++(?:[/?#][!-~]*+)?|@[a-z0-9_.]++",
    re.IGNORECASE | re.ASCII,
)
# Letters and their marks only: neither digits nor currency signs say which language someone writes.
_LETTERS: Final[dict[Script, re.Pattern[str]]] = {
    "th": re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    "lo": re.compile(r"[\u0e81-\u0ecf\u0edc-\u0edf]"),
    "km": re.compile(r"[\u1780-\u17d3\u17d7\u17dc\u17dd]"),
    "en": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}


def script(text: str) -> Script:
    """
    Which of our four languages a text is written in, by counting letters per Unicode block; "" when it has none.

    Links and @names are left out first, or a Thai sentence with a link would read as English. Isan and Northern
    Khmer written in Thai letters are "th": there is no telling, so people can choose their language themselves.
    """
    words = _NOT_WORDS.sub(" ", text)
    counts = {name: len(letters.findall(words)) for name, letters in _LETTERS.items()}
    best: Script = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


# --- what may be stored -------------------------------------------------------------------------------------------

_BREAKS: Final = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_UNSTORED: Final = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]+"
)
# A joiner between two emoji and a word space in Khmer or Lao carry meaning; beside ASCII they only hide a link.
_JOINERS: Final = re.compile(r"(?<![^\x00-\x7f\s])[\u200b-\u200d]+|[\u200b-\u200d]+(?![^\x00-\x7f\s])")


def clean(text: str, limit: int) -> str:
    """
    What may be stored of a text: at most `limit` characters (code points), cut between grapheme clusters.

    Removed: null bytes (PostgreSQL refuses them), lone surrogates (no UTF-8), other controls, bidi marks and
    overrides, byte-order marks, tag characters. Kept: line breaks (all as newlines), tabs, emoji joiners, and the
    zero-width spaces between non-ASCII letters. Blank at either end is dropped.
    """
    kept = _JOINERS.sub("", _UNSTORED.sub("", _BREAKS.sub("\n", text))).strip()
    if len(kept) <= limit:
        return kept
    end = 0
    for match in _clusters(kept):
        if match.end() > limit:
            break
        end = match.end()
    return kept[: end or max(limit, 0)].rstrip()


# --- words as people spell them -----------------------------------------------------------------------------------

_TONES: Final = re.compile("[\u0e48-\u0e4b\u0ec8-\u0ecb]")


def toneless(word: str) -> str:
    """A word folded, without tone marks and dots: what a loosely spelled one is looked up by."""
    return _TONES.sub("", folded(word)).replace(".", "")


def any_of(*lines: str, between: str = " ", loose_from: int = 6) -> str:
    """
    A pattern (no groups) that finds any of the words on these lines in folded text, the longest first.

    Thai, Lao and Khmer words are found without spaces around them; those of `loose_from` characters or more also
    with a tone missing or wrong. Latin words are found as whole words only.
    """
    words = {folded(word) for line in lines for word in line.split(between)} - {""}
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(_spelled(word, loose=len(word) >= loose_from) for word in ordered)


def _spelled(word: str, *, loose: bool) -> str:
    if word.isascii():
        return rf"(?<![a-z]){re.escape(word)}(?![a-z])"  # "2h" and "8pm" are words too, so not \b
    escaped = re.escape(word)
    return _TONES.sub(_TONES.pattern + "?", escaped) if loose else escaped


def _numbers() -> dict[str, int]:
    """Number words of four languages: Thai to 59 (minutes), the others to 12."""
    ones = ["", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"]
    found = {ones[n]: n for n in range(1, 10)} | {"นึง": 1, "a": 1, "an": 1, "a couple of": 2}
    for ten, word in enumerate(("สิบ", "ยี่สิบ", "สามสิบ", "สี่สิบ", "ห้าสิบ"), start=1):
        found |= {word + ("เอ็ด" if n == 1 else ones[n]): 10 * ten + n for n in range(10)}
    for line in (
        "one two three four five six seven eight nine ten eleven twelve",
        "ໜຶ່ງ ສອງ ສາມ ສີ່ ຫ້າ ຫົກ ເຈັດ ແປດ ເກົ້າ ສິບ ສິບເອັດ ສິບສອງ",
        "មួយ ពីរ បី បួន ប្រាំ ប្រាំមួយ ប្រាំពីរ ប្រាំបី ប្រាំបួន ដប់ ដប់មួយ ដប់ពីរ",
    ):
        found |= {word: n for n, word in enumerate(line.split(), start=1)}
    return found


_NUMBERS: Final = {toneless(word): n for word, n in _numbers().items()}
NUMBER: Final = rf"(?:\d{{1,4}}|{any_of(*_numbers(), between='|', loose_from=0)})"
"""A pattern (no groups) for a number in folded text, in digits or in words of any of the four languages."""


def number(written: str) -> int:
    """What a number found by `NUMBER` is."""
    return int(written) if written.isdecimal() else _NUMBERS[toneless(written)]


def _numbered(*lines: str) -> dict[str, int]:
    return {toneless(word): n for line in lines for n, word in enumerate(line.split())}


SHOWN_MONTHS: Final = {
    "th": "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "lo": "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",
    "km": "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
}
_MONTH_LINES: Final = (
    *SHOWN_MONTHS.values(),
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "มกรา กุมภา มีนา เมษา พฤษภา มิถุนา กรกฎา สิงหา กันยา ตุลา พฤศจิกา ธันวา",
    "january february march april may june july august september october november december",
)
MONTHS: Final = _numbered(*_MONTH_LINES)
MONTH: Final = any_of(*_MONTH_LINES).replace(r"\.", r"\.?")
"""A pattern for the name of a month in folded text, long or short; `MONTHS` has its number, 0 to 11, by `toneless`."""
_WEEKDAY_LINES: Final = (
    "จันทร์ อังคาร พุธ พฤหัส ศุกร์ เสาร์ วันอาทิตย์",
    "วันจัน วันอังคาน วันพุด พฤหัสบดี วันสุก วันเสา วันทิด",
    "monday tuesday wednesday thursday friday saturday sunday",
    "ວັນຈັນ ວັນອັງຄານ ວັນພຸດ ວັນພະຫັດ ວັນສຸກ ວັນເສົາ ວັນອາທິດ",
    "ថ្ងៃចន្ទ ថ្ងៃអង្គារ ថ្ងៃពុធ ថ្ងៃព្រហស្បតិ៍ ថ្ងៃសុក្រ ថ្ងៃសៅរ៍ ថ្ងៃអាទិត្យ",
)
WEEKDAYS: Final = _numbered(*_WEEKDAY_LINES)
WEEKDAY: Final = any_of(*_WEEKDAY_LINES)
"""A pattern for the name of a day of the week; `WEEKDAYS` has its number, Monday 0, by `toneless`."""
