"""How single signs become one score, and a score one of our three words."""

from collections.abc import Iterable

from domain.verdict import Reason, Word

SUSPICIOUS = 0.5
DANGEROUS = 0.86


def score_of(reasons: Iterable[Reason]) -> float:
    """Independent evidence joined: one minus the product of what each sign leaves in doubt; from 0 to 0.99."""
    doubt = 1.0
    for reason in reasons:
        doubt *= 1.0 - reason.weight
    return round(min(0.99, 1.0 - doubt), 3)


def word_for(score: float) -> Word:
    """The word for a score. There is no word for "safe"."""
    if score >= DANGEROUS:
        return "dangerous"
    return "suspicious" if score >= SUSPICIOUS else "unknown"


def ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Strongest first, each key once."""
    best: dict[str, Reason] = {}
    for reason in sorted(reasons, key=lambda reason: -reason.weight):
        best.setdefault(reason.key, reason)
    return tuple(best.values())
