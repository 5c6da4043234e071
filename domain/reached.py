"""Whom an alert has reached and whom not, told so that no single person can be made out."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.query import Progress

FEW = 3
"""Fewer people than this are counted with the area around theirs."""


@dataclass(frozen=True, slots=True)
class Reached:
    """
    How an alert has got on: by channel; by area, (code, people, of whom it reached), the most people first; and why
    others were not reached, (reason, people): "expired", "stopped", "month", "gone", "gave_up" or "refused".
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
    if note.startswith(("expired", "stopped")):
        return note[:7]
    if "monthly limit" in note:
        return "month"
    return "gave_up" if note.startswith("gave up") else "refused"
