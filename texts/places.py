"""Where things are: areas by DOPA code, found by typing in Thai or English. (Pins are in `texts.pins`.)"""

import heapq
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

from rapidfuzz.fuzz import ratio

from texts.writing import digits, folded, sound_of

Level = Literal["province", "district", "tambon", "village"]

DATA: Final = Path(__file__).parent / "data" / "places"
_SMALLEST_FIRST: Final[tuple[Level, ...]] = ("tambon", "district", "province")
_BANGKOK: Final = "10"


@dataclass(frozen=True, slots=True)
class Place:
    """An area: its DOPA code (2 digits province, 4 district, 6 tambon, 8 village), its bare names, what it is."""

    code: str
    th: str
    en: str
    level: Level


@cache
def _places() -> dict[str, Place]:
    """Every province, district and tambon by code (GeoThai, CC BY 4.0), in order of code."""
    import geothai  # noqa: PLC0415 - read when first asked for, not whenever a word is shown

    found: dict[str, Place] = {}
    for province in geothai.provinces():
        found[province.code] = Place(province.code, province.name_th, province.name_en, "province")
        for district in geothai.districts(province.code):
            found[district.code] = Place(district.code, district.name_th, district.name_en, "district")
            for tambon in geothai.subdistricts(district.code):
                found[tambon.code] = Place(tambon.code, tambon.name_th, tambon.name_en, "tambon")
    return found


def place(code: str) -> Place | None:
    """
    The area with this DOPA code, or None if there is none.

    Villages are known by number only: "หมู่ 5" of a tambon that exists, whether or not it has so many.
    """
    if len(code) == 8 and code.isascii() and code.isdecimal() and code[6:] != "00" and code[:6] in _places():
        number = int(code[6:])
        return Place(code, f"หมู่ {number}", f"Moo {number}", "village")
    return _places().get(code)


def name(code: str, language: str = "th") -> str:
    """
    The name people write: "ต.เชียงคาน อ.เชียงคาน จ.เลย", in English "Chiang Khan, Loei" (same names said once).

    Lao readers get the Thai name, which they can read, and Khmer readers the English one. A code nobody knows is
    given back as it is.
    """
    if (here := place(code)) is None:
        return code
    chain = [here, *_above(code)]
    if language in ("th", "lo"):
        return " ".join(_written(each) for each in chain)
    return ", ".join(dict.fromkeys(each.en for each in chain))


def _above(code: str) -> list[Place]:
    """The areas an area lies in, the smallest first."""
    return [_places()[code[:size]] for size in (6, 4, 2) if size < len(code)]


def _written(here: Place) -> str:
    """A name with the short word that Thai puts before it."""
    if here.level == "village" or here.code == _BANGKOK:
        return here.th
    if here.code.startswith(_BANGKOK):
        return f"แขวง{here.th}" if here.level == "tambon" else here.th  # a district's name begins with เขต already
    return {"province": "จ.", "district": "อ.", "tambon": "ต."}[here.level] + here.th


def within(code: str, prefix: str) -> bool:
    """Whether an area is another or lies in it. Everything lies in ""."""
    return code.startswith(prefix)


def inside(code: str) -> list[Place]:
    """The areas one level below: the districts of a province, the tambons of a district; of "", the provinces."""
    return [each for each in _places().values() if len(each.code) == len(code) + 2 and each.code.startswith(code)]


_LABELS: Final = re.compile(
    r"(?P<tambon>ตำบล|(?<!\S)แขวง|ต\.|(?<!\S)ต(?=\s)|\b(?:tambon|tambol|subdistrict|sub-district|khwaeng|t\.))"
    r"|(?P<district>กิ่งอำเภอ|อำเภอ|(?<!\S)เขต|อ\.|(?<!\S)อ(?=\s)|\b(?:amphoe|amphur|amphor|district|khet|a\.))"
    r"|(?P<province>จังหวัด|จ\.|(?<!\S)จ(?=\s)|\b(?:changwat|jangwat|province|p\.))"
)
_AFTER: Final = re.compile(r"([^,\d]{1,40}?)\s+(subdistrict|sub-district|district|province)(?=\s*(?:,|$))")
_MOO: Final = re.compile(
    r"(?:หมู่บ้านที่|หมู่ที่|หมู่บ้าน|หมู่|(?<![\u0e00-\u0e7f.])ม\.|\b(?:moo|mu|village|m\.))\s*\.?\s*(\d{1,2})(?!\d)"
)
_JUNK: Final = re.compile(r"[^\w\u0e00-\u0e7f]|_|ฯ")
_NEEDLESS: Final = re.compile(r"\d{5}|ประเทศไทย|\bthailand\b")
_MOST: Final = 120  # characters of a typed place that are read
_GOOD: Final = 72.0
_SURE: Final = 97.0


def _bare(text: str) -> str:
    """Folded letters only."""
    return _JUNK.sub("", folded(text))


class _Typed(NamedTuple):
    """What someone typed: the number of the village, names said to be of a level, and whatever else."""

    village: int
    labelled: dict[Level, str]
    free: str


def _read(text: str) -> _Typed:
    """Take a typed place apart. Never raises."""
    rest, village = folded(text[:_MOST]), 0
    if found := _MOO.search(rest):
        village = int(found[1])
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    rest = _AFTER.sub(lambda match: f"{match[2]} {match[1]}", _NEEDLESS.sub(" ", rest))
    marks = list(_LABELS.finditer(rest))
    ends = [mark.start() for mark in marks[1:]] + [len(rest)]
    labelled: dict[Level, str] = {}
    for mark, end in zip(marks, ends, strict=False):
        if value := _bare(rest[mark.end() : end]):
            labelled.setdefault(cast("Level", mark.lastgroup), value)
    return _Typed(village, labelled, _bare(rest[: marks[0].start()] if marks else rest))


class _Entry(NamedTuple):
    """A place and every way its own name is written, bare and as it sounds."""

    place: Place
    bare: tuple[str, ...]
    sounds: tuple[str, ...]


class _Index(NamedTuple):
    """What finding needs: entries by code, the codes that sound so, and the sounds that share a pair of letters."""

    entries: dict[str, _Entry]
    codes: dict[str, list[str]]
    sounds: tuple[str, ...]
    pairs: dict[str, list[int]]


_SHORT_NAMES: Final = {  # what people call a place for short
    "10": ("กทม", "กรุงเทพ", "krungthep", "bkk"),
    "14": ("อยุธยา", "ayutthaya"),
    "2706": ("อรัญ", "aran"),
    "30": ("โคราช", "korat"),
    "34": ("อุบล", "ubon"),
    "41": ("อุดร", "udon"),
}


def _entry(here: Place) -> _Entry:
    names = [here.th, here.en, here.th.removeprefix("เขต"), *_SHORT_NAMES.get(here.code, ())]
    if here.level == "district" and here.th.startswith("เมือง") and here.code.endswith("01"):
        names += ["เมือง", "mueang", "muang"]  # people write "อ.เมือง" and leave the province's name out
    bare = tuple(dict.fromkeys(_bare(each) for each in names))
    return _Entry(here, bare, tuple(dict.fromkeys(sound_of(each) for each in bare)))


@cache
def _index() -> _Index:
    entries = {code: _entry(here) for code, here in _places().items()}
    codes, pairs = defaultdict[str, list[str]](list), defaultdict[str, list[int]](list)
    for code, entry in entries.items():
        for sound in entry.sounds:
            codes[sound].append(code)
    for number, sound in enumerate(codes):
        for pair in _pairs(sound):
            pairs[pair].append(number)
    return _Index(entries, dict(codes), tuple(codes), dict(pairs))


def ready() -> int:
    """Read and index all names now (about 0.3 s, once) and not at the first search; how many places there are."""
    return len(_index().entries)


def _pairs(sound: str) -> set[str]:
    """Letters that stand side by side."""
    return {sound[at : at + 2] for at in range(len(sound) - 1)} or {sound}


def _preselected(sound: str, most: int = 40) -> list[_Entry]:
    """
    The places worth a closer look: named inside what was typed, or sharing its rarer pairs of letters.

    Common pairs are in thousands of names and say little; leaving them out is what keeps this within milliseconds.
    """
    index, shared = _index(), Counter[int]()
    near = [sound[at:end] for at in range(len(sound)) for end in range(at + 2, min(at + 24, len(sound)) + 1)]
    found = dict.fromkeys(code for part in near for code in index.codes.get(part, ()))
    for postings in sorted((index.pairs.get(pair, ()) for pair in sorted(_pairs(sound))), key=len):
        if shared.total() < 2_500:
            shared.update(postings)
    fuller = [(count - 0.3 * max(0, len(index.sounds[n]) - len(sound)), n) for n, count in shared.items()]
    alike = [(count - 0.3 * abs(len(index.sounds[n]) - len(sound)), n) for n, count in shared.items()]
    for _, number in (*heapq.nlargest(most, fuller), *heapq.nlargest(most, alike)):
        found.update(dict.fromkeys(index.codes[index.sounds[number]]))
    return [index.entries[code] for code in found]


def _score(bare: str, entry: _Entry) -> float:
    """How well a place fits what was typed, 0 to 100: the same, same sound, all explained, a beginning, misspelled."""
    sound = sound_of(bare)
    if bare in entry.bare or sound in entry.sounds:
        return 100.0 if bare in entry.bare else _SURE
    best = _with_parents(sound, entry)
    for known in entry.sounds:
        if len(sound) > 1 and known.startswith(sound):
            best = max(best, 80 + 16 * len(sound) / len(known))
        best = max(best, ratio(sound, known, score_cutoff=40) * 0.96)
    return best


def _with_parents(sound: str, entry: _Entry) -> float:
    """How much of what was typed is explained by a place's name and the names of what it lies in, in any order."""
    best = 0.0
    parents = [_index().entries[each.code] for each in _above(entry.place.code)]
    for known in entry.sounds:
        if not sound.startswith(known) and (len(known) < 4 or known not in sound):
            continue
        rest, close = sound.replace(known, "", 1), 0.0
        for parent in parents:
            said = next((each for each in parent.sounds if each in rest), "")
            rest = rest.replace(said, "", 1) if said else rest
            close = max([close, *(ratio(rest, each) for each in parent.sounds if rest and not said)])
        left = len(rest) * (1 - close / 100 if close >= 70 else 1)
        best = max(best, 60 + 38 * (1 - left / len(sound)), 74 if len(known) > 5 else 0)
    return best


def _score_labelled(typed: _Typed, level: Level, entry: _Entry) -> float:
    """The score of a place for a name with a level, lowered where what it lies in is not what was said."""
    score = _score(typed.labelled[level], entry)
    for above in _above(entry.place.code):
        if said := typed.labelled.get(above.level):
            alike = _score(said, _index().entries[above.code])
            score -= (100 - alike) * 0.15 if alike >= 70 else 25
    return score


def _ranked(text: str, served: tuple[str, ...] = (), good: float = _GOOD) -> list[tuple[float, Place]]:
    """Places with how well they fit, best first; served ones are lifted above equally good others."""
    scored = _scored(typed := _read(text), good)
    best = max((score for score, _ in scored), default=0.0)
    floor = max(good, best - (12 if best >= _SURE - 1 else 25))
    kept = [(score, here) for score, here in scored if score >= floor]
    if typed.village:  # a district filled up to "420300" is no tambon, so it stays a district
        kept = [(score, place(f"{here.code:0<6}{typed.village:02d}") or here) for score, here in kept]
    return sorted(kept, key=lambda each: (-each[0] - _lift(each[1].code, served), len(each[1].code), each[1].code))


def _scored(typed: _Typed, good: float) -> list[tuple[float, Place]]:
    """Score by the smallest area that was labelled; by the next one when nothing is called so."""
    levels = [level for level in _SMALLEST_FIRST if level in typed.labelled]
    if typed.free and "tambon" not in typed.labelled:
        sure = 88.0 if levels else good  # beside an "อ." the rest is often a village, whose name we do not know
        found = [each for each in _scored_free(typed, levels[0] if levels else None) if each[0] >= sure]
        if found or not levels:
            return found
    for level in levels:
        entries = _preselected(sound_of(typed.labelled[level]))
        found = [(_score_labelled(typed, level, each), each.place) for each in entries if each.place.level == level]
        if found := [each for each in found if each[0] >= good]:
            return found
    return []


def _scored_free(typed: _Typed, below: Level | None) -> list[tuple[float, Place]]:
    """Score names that no word gave a level: any level, or only those below the one that was labelled."""
    found: dict[Place, float] = {}
    for bare in {typed.free, typed.free.removeprefix("บ้าน")} - {""}:
        for entry in _preselected(sound_of(bare)):
            here = entry.place
            if here.level != "tambon" and (typed.village or below == "district" or below == here.level):
                continue
            score = _score_labelled(_Typed(0, {**typed.labelled, here.level: bare}, ""), here.level, entry)
            found[here] = max(score, found.get(here, 0.0))
    return [(score, here) for here, score in found.items()]


def _lift(code: str, served: tuple[str, ...]) -> float:
    """How much a place is preferred for being served: a little less when only a part of it is."""
    return max((12.0 if code.startswith(p) else 6.0 * p.startswith(code) for p in served), default=0.0)


def find_place(text: str, served: tuple[str, ...] = (), limit: int = 5) -> list[Place]:
    """
    The places a typed text may mean, best first; [] when nothing is like it. Never raises.

    Thai or English, with or without ต. อ. จ. หมู่ and their English words, glued or spaced, misspelled a little; a
    DOPA code too. Places inside `served` come before equally good others. "หมู่ 5 ต.เชียงคาน" is a village.
    """
    if known := place(digits(text).strip()):
        return [known]
    return [here for _, here in _remembered(text[:LONGEST], served)[:limit]]


@lru_cache(maxsize=2048)
def _remembered(text: str, served: tuple[str, ...]) -> tuple[tuple[float, Place], ...]:
    """In one district people type the same few names all day."""
    return tuple(_ranked(text, served))


LONGEST: Final = 200
"""Characters of a typed place that are read."""


def suggest(text: str, limit: int = 3) -> list[Place]:
    """The places whose names are nearest to a text that means none; for "did you mean …?"."""
    return [here for _, here in _ranked(text, good=40.0)[:limit]]


def from_query(text: str, served: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    The codes an `area:` filter means: a code, a name in Thai or English, or several with commas; () for none.

    Of places with exactly that name the largest kind counts (เชียงคาน is the district, "ต.เชียงคาน" the tambon), all
    of it (five districts are called เฉลิมพระเกียรติ), or only those inside `served` if there are such. A name that is
    only nearly right means the best match.
    """
    best, whole = _meant(text, served)
    parts = [part for part in re.split(r"[,;|]|\sและ\s", text[: _MOST * 4]) if part.strip()]
    if best >= _SURE - 1 or len(parts) < 2:
        return whole
    codes = dict.fromkeys(code for part in parts for code in _meant(part, served)[1])
    return tuple(code for code in codes if not any(code != other and code.startswith(other) for other in codes))


def _meant(text: str, served: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
    """The places that fit a name best, and how well."""
    typed = digits(text).strip().removesuffix("*")
    if typed.isascii() and typed.isdecimal():
        return 100.0, ((typed,) if place(typed) else ())
    ranked = _ranked(text, served)
    best = max((score for score, _ in ranked), default=0.0)
    if best < _SURE - 1:
        return best, tuple(here.code for _, here in ranked[:1])
    same = [here.code for score, here in ranked if score >= best - 0.01]
    ours = [code for code in same if _lift(code, served)] or same
    return best, tuple(code for code in ours if len(code) == min(map(len, ours)))
