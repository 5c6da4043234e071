"""What we say of one phone number or account, without ever dialling it."""

import re

from checks.combine import ordered, score_of, word_for
from checks.fold import folded
from checks.known import NOTHING_KNOWN, Known
from checks.link import told
from checks.official import official_numbers
from checks.spot_numbers import SHORT_CODES, e164, numbers
from domain.verdict import Indicator, Reason, Verdict


def judge_number(number: str, known: Known = NOTHING_KNOWN) -> Verdict:
    """
    The verdict on one phone number, account or PromptPay number, however it is written; never raises.

    A neighbour's +856 or +855 weighs nothing; +697 and +698 weigh by themselves (NBTC, January 2026).
    """
    text = folded(number[:200])
    digits = "".join(letter for letter in text if letter.isdigit())
    phone = e164(f"+{digits}" if text.lstrip(" (").startswith("+") else digits, text) if 3 <= len(digits) <= 17 else ""
    if phone:
        indicator = Indicator("phone", phone, number.strip()[:40])
    else:
        found = [i for i in numbers(text) if i.kind in ("account", "promptpay", "phone")]
        indicator = found[0] if found else Indicator("account", digits[:17], number.strip()[:40])
    if not phone and not 9 <= len(digits) <= 15:
        return Verdict(reasons=(Reason("number.not_a_number", {}, 0.0),))
    return verdict_on_number(indicator, known)


_NAMED = re.compile(r"\s*(\d{3,4})\s*(?:$|โทร|ໂທ|called|calls|តេ|ហៅ)", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """The text with the word for a number before a known short one that stands alone, or that called: "1441 โทรมา"."""
    found = _NAMED.match(folded(text[:40]))
    return f"เบอร์ {text}" if found and found[1] in SHORT_CODES else text


def verdict_on_number(indicator: Indicator, known: Known = NOTHING_KNOWN) -> Verdict:
    """The verdict on an indicator of digits that was already found in a text."""
    standing = known.standing(indicator.key)
    if standing.word == "cleared":
        return Verdict(reasons=(Reason("number.cleared", {}, 0.0),), indicators=(indicator,))
    reasons = [*told([standing], "number"), *signs(indicator)]
    score = score_of(reasons)
    return Verdict(word_for(score), score, reasons=ordered(reasons), indicators=(indicator,))


def signs(indicator: Indicator) -> list[Reason]:
    """What the number itself says: where a call entered, whose published number it is."""
    value = indicator.value
    if indicator.kind != "phone":
        return []
    if value.startswith("+697"):
        return [Reason("number.overseas_internet", {}, 0.65)]
    if value.startswith("+698"):
        return [Reason("number.roaming", {}, 0.5)]
    if name := official_numbers().get(value):
        return [Reason("number.official_may_be_faked", {"name": name, "number": value}, 0.0)]
    if value.startswith(("+856", "+855")):
        return [Reason("number.neighbour", {}, 0.0)]
    if value.startswith("+66") and indicator.shown.lstrip().startswith("+66"):
        return [Reason("number.plus", {}, 0.1)]
    if value.startswith("+"):
        return [] if value.startswith("+66") else [Reason("number.foreign", {}, 0.25)]
    return []
