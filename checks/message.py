"""The verdict on a whole message: what it reads as, what it tries, what is found in it, what its reader needs."""

import math
import re
from collections.abc import Iterator, Sequence

from checks.asking import asks
from checks.categories import category_of
from checks.combine import ordered, score_of, word_for
from checks.cues import Heard, hear, weights
from checks.find import Found, found_in, things_of
from checks.known import NOTHING_KNOWN, Known
from checks.link import is_known, verdict_on
from checks.needs import needs
from checks.number import verdict_on_number
from checks.official import is_official
from checks.wording import Reading, read
from domain.verdict import ReadsAs, Reason, Verdict

_LINKS_READ = 20
"""How many links are looked at closely. Whatever is known to be dangerous is, wherever it stands."""
_BY_DIGITS = frozenset({"phone", "account", "promptpay", "line", "telegram", "facebook", "crypto"})
_TRICK = 0.52
"""From which chance on a message with telling words, or with something to press or to pay into, is suspicious."""
_TRICK_UNSEEN = 0.75
"""The same for wording that holds nothing telling: the model alone has to be surer."""
_TRICK_AT_HOME = 0.9
"""The same for a text whose links all lead to institutions themselves."""
_TRICK_CLOSED = 0.88
"""The same for a notice that says that nothing is to be done, with nothing to press or to call."""
_CLOSED = (
    "ไม่ต้องดำเนินการ", "ไม่ต้องทำอะไร", "อัตโนมัติแล้ว", "โดยอัตโนมัติ", "เข้าบัญชีแล้ว", "เข้าบัญชีอัตโนมัติ", "ยอดคงเหลือ",
    "หักผ่านบัตร", "หักบัญชี", "ไม่เสียค่าส่ง", "no action", "nothing to do", "pay at the property",
)  # fmt: skip
_ASKS = 0.06
"""From which chance on a question is one that ends like one."""
_CALM = 0.12
"""Below this chance on a trick a text of more than `_WORDED` characters is a notice or small talk."""
_WORDED = 30
_TRICK_QUOTED = 0.6
"""From which chance a piece of somebody's account or question is a trick that they pass on."""
_SURELY_TOLD = 0.8
"""From which chance on somebody tells of a trick, and of nothing else."""
_NEED_TOLD = 0.7
"""From which chance on a need makes a report of what reads like everyday talk."""
_NAMING = 0.5
"""A cue from this weight on names a trick by itself."""
_CALLED = ("โทรมาขอ", "โทรมาบอก", "โทรมาว่า", "โทรมาอ้าง", "โทรมาให้", "called me", "phoned me", "ໂທມາ", "តេមក", "ហៅមក")
"""Who was called, and by somebody who wanted something, tells of it."""
_TOLD_IN = 20
"""Characters below which nobody tells of anything, or warns of it, unless words say so: it is an answer or a name."""
_QUOTES = re.compile(r"[\"“”«»:\n—]|<<")
_PIECE = 20
_PIECES_READ = 4


def judge(text: str, known: Known = NOTHING_KNOWN) -> Verdict:
    """
    The full verdict on a message: its wording, its links and numbers together. Pure, bounded, never raises.

    `reads_as` tells a scam from someone describing, warning of or asking about one; `needs` is for the first reply.
    """
    found = found_in(text)
    lowered = found.words.lower()
    heard = hear(lowered)
    things = _things(found, known)
    reading = read(lowered, (*heard.cues, *heard.frames), things_of(found))
    if reading.chance("scam", "report_trick", "question_trick") < _CALM and len(lowered) > _WORDED:
        things = [_calmed(one) for one in things]
    reads_as = _reads_as(reading, lowered, score_of(things), bool(heard.cues or heard.needs))
    words = [] if _is_own_words(reads_as, reading, found) else _wording(reading, heard, found, things)
    score = score_of([*things, *words]) if reads_as != "warning" else score_of(things)
    word = word_for(score)
    reasons = ordered([*things, *(words if reads_as != "warning" else ())])
    return Verdict(
        word=word,
        score=score,
        category=_category(reading, heard, reasons)
        if word != "unknown" or _speaks_of_one(reads_as, reading, heard)
        else "",
        reads_as=reads_as,
        reasons=reasons,
        indicators=found.indicators,
        needs=needs(heard.needs, lowered, reads_as, _likely_needs(reading)),
    )


def _likely_needs(reading: Reading) -> tuple[tuple[str, float], ...]:
    """The needs that the wording speaks of; who surely tells of a trick does not, besides, tell of smugglers."""
    if reading.chance("report_trick") < _SURELY_TOLD:
        return reading.needs
    return tuple((need, chance) for need, chance in reading.needs if need not in ("drugs", "border"))


def _speaks_of_one(reads_as: ReadsAs, reading: Reading, heard: Heard) -> bool:
    """Whether somebody's own words surely speak of a trick: the model has it so, or they name one."""
    if reads_as not in ("report", "question"):
        return False
    named = any(weights()[cue] >= _NAMING for cue in heard.cues)
    return named or reading.chance("report_trick", "question_trick") > _TRICK


def _category(reading: Reading, heard: Heard, reasons: Sequence[Reason]) -> str:
    """The trick; an office's name beside a page to log in on, and nothing else told, is after the password."""
    if heard.office and not heard.cues and any(one.key == "link.lure_path" for one in reasons):
        return "T10"
    return category_of(heard.cues, reading.category)


def _things(found: Found, known: Known) -> list[Reason]:
    """Reasons from the links, numbers and accounts in the text."""
    reasons: list[Reason] = []
    for n, (_, link) in enumerate(found.links):
        if n < _LINKS_READ or is_known(link, known):
            reasons += verdict_on(link, known).reasons
    for indicator in found.indicators:
        if indicator.kind in _BY_DIGITS:
            reasons += verdict_on_number(indicator, known).reasons
    if found.crowded:
        reasons.append(Reason("message.crowded", {}, 0.1))
    return list(ordered(reasons))


def _calmed(one: Reason) -> Reason:
    """A short link in a text that is nothing like a trick is a shop's: still told, but no alarm of its own."""
    return Reason(one.key, one.params, round(0.8 * one.weight, 3)) if one.key == "link.shortener" else one


def _leads_home(found: Found) -> bool:
    """Whether all there is to press or to call belongs to institutions: a trick has to lead somewhere else."""
    others = [one for one in found.indicators if one.kind not in ("url", "domain")]
    return bool(found.links) and not others and all(is_official(one.host, one.registrable) for _, one in found.links)


def _is_own_words(reads_as: ReadsAs, reading: Reading, found: Found) -> bool:
    """
    Whether somebody tells or asks in words of their own, with nothing in them to check.

    Their account is no trick, however much it sounds like the trick it tells of. A trick quoted in it is one.
    """
    if reads_as not in ("report", "question") or found.indicators or reading.chance("scam") > 0.35:
        return False
    if reading.chance("scam", "report_trick", "question_trick") < _TRICK:
        return True
    lowered = found.words.lower()
    return not any(_is_trick(piece) for piece in _pieces(lowered, asks=reads_as == "question"))


def _pieces(lowered: str, asks: bool) -> Iterator[str]:
    """What may be quoted in a text: between marks, or, where somebody asks, what follows or goes before the asking."""
    pieces = _QUOTES.split(lowered)
    if len(pieces) == 1:
        pieces = [lowered.partition(" ")[2], lowered.rpartition(" ")[0]] if asks else []
    yield from (piece for piece in sorted(pieces, key=len)[-_PIECES_READ:] if len(piece) >= _PIECE)


def _is_trick(piece: str) -> bool:
    heard = hear(piece)
    return read(piece, (*heard.cues, *heard.frames), ()).chance("scam") >= _TRICK_QUOTED


def _wording(reading: Reading, heard: Heard, found: Found, things: list[Reason]) -> list[Reason]:
    """
    Reasons from the wording. The model decides whether the message is a trick; the cues say which wording shows it.

    Their weights are shared out so that together they come to what the model is sure of.
    """
    chance = reading.chance("scam", "report_trick", "question_trick")
    asked_away = any(indicator.kind == "line" for indicator in found.indicators) or score_of(things) >= 0.3
    odd = score_of(things)
    office = heard.office and asked_away and (chance > 0.25 or odd >= 0.5)
    reasons = [Reason("message.office_link", {}, 0.62)] if office else []
    spoken = {cue: weights()[cue] for cue in heard.cues}
    strength = score_of([Reason(cue, {}, weight) for cue, weight in spoken.items()])
    telling = strength >= 0.3 or (bool(found.indicators) and reading.chance("scam") > 0.2)
    # Somebody's account of their day holds a trick only when its words say so.
    needed = _TRICK if telling else _TRICK_UNSEEN if reading.chance("scam") > 0.2 else 0.85
    if _leads_home(found):
        needed = _TRICK_AT_HOME
    elif not found.indicators and any(words in found.words.lower() for words in _CLOSED):
        needed = _TRICK_CLOSED
    if chance < needed:
        # Beside a link or number that is odd itself, telling words speak for themselves.
        return reasons + ([Reason(cue, {}, weight) for cue, weight in spoken.items()] if odd >= 0.3 else [])
    goal = max(0.5, chance * (0.6 + 0.32 * strength))
    shown = [Reason(cue, {}, weight) for cue, weight in spoken.items()]
    if strength < 0.4:
        # What can be named comes before a likeness that cannot.
        shown.append(Reason("message.wording", {}, 0.9 * min(spoken.values(), default=0.4)))
    # Stretched evenly, so that joined as independent evidence they come to the goal and keep their order.
    stretch = math.log(1 - goal) / math.log(1 - score_of(shown)) * 1.003
    return reasons + [Reason(one.key, {}, round(1 - (1 - one.weight) ** stretch, 3)) for one in shown]


def _reads_as(reading: Reading, lowered: str, things: float, telling: bool) -> ReadsAs:
    chances: dict[ReadsAs, float] = {
        "scam": reading.chance("scam"),
        "report": reading.chance("report_trick", "report"),
        "warning": reading.chance("warning"),
        "question": reading.chance("question_trick", "question"),
        "ordinary": reading.chance("ordinary"),
    }
    best = max(chances, key=lambda name: chances[name])
    # "081… called for the OTP" may sound like a question, but tells.
    told = best in ("ordinary", "warning") or (best == "question" and chances[best] < _TRICK_UNSEEN)
    if told and telling and any(words in lowered for words in _CALLED) and not asks(lowered):
        return "report"
    if best in ("report", "warning") and not telling and len(lowered) < _TOLD_IN:
        return "ordinary"
    if best in ("ordinary", "report") and asks(lowered) and chances["question"] >= _ASKS:
        return "question"
    # Who writes of a need tells of something, however calmly.
    if best == "ordinary" and len(lowered) >= _TOLD_IN and reading.needs and reading.needs[0][1] >= _NEED_TOLD:
        return "report"
    # Little or no wording around a bad link is the trick itself, not small talk.
    if best == "ordinary" and (things >= 0.5 and len(lowered) > 12):
        return "scam"
    if best == "ordinary" and reading.chance("scam", "report_trick", "question_trick") >= _TRICK_UNSEEN:
        return max(("scam", "report", "question"), key=lambda name: chances[name])
    return best
