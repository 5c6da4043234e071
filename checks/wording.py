"""The wording model: how likely a text is a trick, a report, a warning, a question; which trick, which need."""

import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.features import MARK_TIMES, grams, marks, masked

CLASSES = ("scam", "report_trick", "report", "warning", "question_trick", "question", "ordinary")
"""What a text may be; the three with "trick" in them and "scam" speak of one."""
LEAST_NEED = 0.15
"""Below this chance a need is not worth telling."""
LEAST_COUNT = 16
"""A text with fewer features than this is read as if it had so many: a few letters are no evidence."""
_FIELD = 20
_MASK = (1 << _FIELD) - 1
_MOST = 4_000
"""Features summed at most, so that no field of a packed sum runs over."""


@dataclass(frozen=True, slots=True)
class Reading:
    """
    Chances of each of `CLASSES` (they sum to one), the likeliest category, should it be a trick, and the needs that
    may speak from it, each with its chance, the likeliest first.
    """

    chances: tuple[float, ...]
    category: str
    needs: tuple[tuple[str, float], ...] = ()

    def chance(self, *names: str) -> float:
        """The chance that the text is one of these classes."""
        return sum(chance for name, chance in zip(CLASSES, self.chances, strict=True) if name in names)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights as shipped: for each feature one integer that holds a small number for every class, category and need."""

    packed: dict[str, int]
    categories: tuple[str, ...]
    needs: tuple[str, ...]
    bias: tuple[float, ...]
    steps: tuple[float, ...]
    made_of: str


@cache
def model() -> Model:
    """The shipped weights, read once."""
    raw = zlib.decompress(Path(__file__).with_name("wording.bin").read_bytes())
    size = int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4 : 4 + size])
    names, width = head["features"], len(head["bias"])
    weights = raw[4 + size :]
    packed = {
        name: sum(weights[at * width + field] << (_FIELD * field) for field in range(width))
        for at, name in enumerate(names)
    }
    steps = tuple(step for step, of in zip(head["step"], head["tasks"], strict=True) for _ in of)
    _, categories, needs = head["tasks"]
    return Model(packed, tuple(categories), tuple(needs), tuple(head["bias"]), steps, head["made_of"])


def read(lowered: str, cues: Iterable[str], kinds: Iterable[str]) -> Reading:
    """
    Read a folded, lower-case text whose links are blanked out, with its cues and the kinds of indicators in it.

    Every weight is one byte; they are added up in one long integer, a field a class, which is what makes it fast.
    """
    shipped = model()
    text = masked(lowered)
    known = shipped.packed
    found = list(filter(None, map(known.get, grams(text))))[:_MOST]
    for mark in marks(cues, kinds, lowered):
        if mark in known:
            found += [known[mark]] * MARK_TIMES
    total, count = sum(found), len(found)
    scale = 1 / math.sqrt(max(count, LEAST_COUNT))
    scores = []
    for bias, step in zip(shipped.bias, shipped.steps, strict=True):
        # Each byte was stored with 128 added, so that a field never borrows from the next.
        scores.append(bias + ((total & _MASK) - 128 * count) * scale * step)
        total >>= _FIELD
    split, last = len(CLASSES), len(CLASSES) + len(shipped.categories)
    tricks = scores[split:last]
    named = zip(shipped.needs, _softmax(scores[last:]), strict=True)
    needs = tuple(sorted(((n, c) for n, c in named if c >= LEAST_NEED and n != "none"), key=lambda one: -one[1]))
    return Reading(_softmax(scores[:split]), shipped.categories[tricks.index(max(tricks))], needs)


def _softmax(scores: Sequence[float]) -> tuple[float, ...]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return tuple(power / total for power in powers)
