"""Who may need help now: money just lost, a phone under control, a person in danger."""

from collections.abc import Mapping, Sequence

from checks.cues import Need, needs_in_order
from checks.silencing import has_happened, is_lived, is_near, is_silenced
from domain.verdict import ReadsAs

_ELSEWHERE = (
    "ข่าว ", "แชร์ข่าว", "ข่าววันนี้", "ข่าวเช้า", "ข่าวดัง", "ข่าวเมื่อ", "ดูข่าว", "อ่านข่าว", "ดูหนัง", "หนังเรื่อง", "ดูละคร", "ละครเรื่อง",
    "ซีรีส์", "ในนิยาย", "อบรม", "สายด่วนยา", "ตำรวจรวบ", "ตำรวจทลาย", "รวบแก๊ง", "ทลายแก๊ง", "จับแก๊ง", "ทหารซ้อม", "ซ้อมแผน",
    "ซ้อมดับเพลิง", "news:",
    "the movie", "ຂ່າວ ", "ຂ່າວ:", "ព័ត៌មាន៖",
)  # fmt: skip
"""What follows is on the news, on a screen or in a class-room: nobody needs to be rescued from it."""
_ANSWERED_BY_ANYONE = frozenset({"suicide", "phone_controlled"})
"""Needs that count even in a text that reads like a trick: better a hotline too many."""
_ANSWERED_WHERE_LIVED = frozenset({"violence", "trafficking", "child"})
"""The same where it was done to the writer: "tell nobody" sounds like a trick."""

_ENOUGH: Mapping[ReadsAs, float] = {"report": 0.45, "ordinary": 0.6, "question": 0.65, "warning": 0.95, "scam": 0.85}
"""From which chance on the wording alone speaks of a need, by what the text reads as."""
_ELSEWHERE_ENOUGH = 0.97
"""The same for a text that speaks of the news, of a film or of a class."""
_WORDS_ENOUGH = 28
"""Characters below which a text is an answer, a time, a place, a name: there only phrases speak of a need."""


def needs(
    heard: Sequence[Need], lowered: str, reads_as: ReadsAs, read: Sequence[tuple[str, float]] = ()
) -> tuple[str, ...]:
    """
    What the writer of a folded, lower-case text may need at once, each once, in the order of `needs.toml`.

    `read` holds the needs that the wording model reads from it, with their chances. Texts that read as a trick or as
    advice to others ask for nothing, but for what nobody should miss and for what the writer lives through. Phrases may
    be silenced by what stands around them (`silencing`), and with them what the model reads of the same need.
    """
    read = read if len(lowered) >= _WORDS_ENOUGH else ()
    if not heard and not read:
        return ()
    elsewhere = min((lowered.index(word) for word in _ELSEWHERE if word in lowered), default=len(lowered))
    plain = [one for one in heard if not is_silenced(lowered, one)]
    near = [one for one in plain if one.at < elsewhere or one.need == "suicide" or is_near(lowered, one)]
    meant = [one for one in near if _counts(one, lowered, reads_as)]
    silenced = {one.need for one in heard} - {one.need for one in plain}
    likely = {need for need, chance in read if _is_likely(need, chance, reads_as, elsewhere < len(lowered))} - silenced
    # What only may be meant gives way to what is: "help me" after "I was robbed" is no second need.
    found = {one.need for one in meant if one.sure} | likely or {one.need for one in meant}
    return tuple(need for need in needs_in_order() if need in found) if found else ()


def _is_likely(need: str, chance: float, reads_as: ReadsAs, is_elsewhere: bool) -> bool:
    if reads_as == "scam" and need not in _ANSWERED_BY_ANYONE:
        return False
    if reads_as == "question" and need in ("border", "drugs"):
        return False
    return chance >= max(_ENOUGH[reads_as], _ELSEWHERE_ENOUGH if is_elsewhere else 0.0)


def _counts(one: Need, lowered: str, reads_as: ReadsAs) -> bool:
    """Whether a phrase speaks of a need in such a text: in a warning or a trick only of what the writer lives."""
    match reads_as:
        case "warning":
            return one.sure and (is_lived(lowered, one) or _is_cry(one, lowered))
        case "scam" if one.need in _ANSWERED_BY_ANYONE:
            return one.sure
        case "scam":
            return one.sure and one.need in _ANSWERED_WHERE_LIVED and has_happened(one) and is_lived(lowered, one)
        case "report":
            return True
        case "question":
            return one.need not in ("border", "drugs") if one.sure else one.need == "money_lost"
        case "ordinary":
            return one.sure and one.need != "border"


def _is_cry(one: Need, lowered: str) -> bool:
    """Whether a phrase stands in a text too short for advice; "no drawing of money" is said of tricks at any length."""
    return len(lowered) < _WORDS_ENOUGH and not one.phrase.startswith("ไม่ให้")
