"""The sixteen digits by which somebody follows their report from any phone."""

LENGTH, GROUP = 16, 4
FIRST = "0"
"""No payment card begins with it (ISO/IEC 7812-1: 0 is the standards bodies' own), so a card is never taken for one."""
REST = 5
"""What the Luhn sum of a receipt leaves modulo 10. A card's leaves 0."""
HEAD = 5
"""Digits by which a receipt is looked up; the first says nothing, so one in ten thousand has the same."""


def made(middle: str) -> str:
    """A receipt of fourteen digits that were drawn: the first and the last go around them."""
    bare = f"{FIRST}{middle}"
    return next(whole for digit in range(10) if _luhn(whole := f"{bare}{digit}") == REST)


def well_formed(digits: str) -> bool:
    """Whether sixteen ASCII digits can be a receipt: one digit wrong, or two neighbours swapped, and they cannot."""
    plain = digits.isascii() and digits.isdecimal() and len(digits) == LENGTH
    return plain and digits.startswith(FIRST) and _luhn(digits) == REST


def grouped(digits: str) -> str:
    """As it is shown, and easiest read out: four by four."""
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


def _luhn(digits: str) -> int:
    """The sum of ISO/IEC 7812-1, annex B, modulo 10: every second digit from the right counts twice."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        twice = digit * 2 if place % 2 else digit
        total += twice - 9 if twice > 9 else twice
    return total % 10
