"""Whom an alert has reached and whom not, told so that no single person can be made out."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.query import Progress
from domain.routing import FEW

MEANT = ("stopped", "lapsed", "opted out")
"""Notes of what was not sent on purpose."""
OURS = (*MEANT, "expired", "has no words", "its words do not open")
"""Notes of what we ourselves did not send: no fault of a channel's."""
REASONS = ("expired", "stopped", "month", "gone", "gave_up", "lapsed", "opted_out", "words", "refused")
"""Why somebody was not reached; "words" is that there were none, or that they did not open."""


@dataclass(frozen=True, slots=True)
class Reached:
    """
    How an alert has got on: by channel; by area, (code, people, of whom it reached), the most people first; and why
    others were not reached, (reason, people): one of `REASONS`.
    """

    channels: tuple[tuple[str, Progress], ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()


def coarse(people: Mapping[str, tuple[int, int]]) -> tuple[tuple[str, int, int], ...]:
    """
    (people, of whom it reached) by area, with villages of fewer than `FEW` counted in their tambon, and so on up.

    What is left over in the end is in "", however few that are.
    """
    kept = dict(people)
    for digits in (8, 6, 4, 2):
        for code in [code for code, (many, _) in kept.items() if len(code) == digits and many < FEW]:
            many, told = kept.pop(code)
            more, also = kept.get(code[:-2], (0, 0))
            kept[code[:-2]] = (many + more, told + also)
    return tuple(sorted(((code, *both) for code, both in kept.items()), key=lambda one: (-one[1], one[0])))


def reason(note: str) -> str:
    """Why something was not delivered, of what was written down when it was refused."""
    if note in OURS:
        return note.replace(" ", "_") if note in (*MEANT, "expired") else "words"
    if note.startswith("expired"):
        return "expired"
    if "monthly limit" in note:
        return "month"
    return "gave_up" if note.startswith("gave up") else "refused"
