"""The wording model: how likely a text is a trick, a report, a warning, a question or ordinary, and which trick."""

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
_FIELD = 20
_MASK = (1 << _FIELD) - 1
_MOST = 4_000
"""Features summed at most, so that no field of a packed sum runs over."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Chances of each of `CLASSES` (they sum to one), and the likeliest category, should it be a trick."""

    chances: tuple[float, ...]
    category: str

    def chance(self, *names: str) -> float:
        """The chance that the text is one of these classes."""
        return sum(chance for name, chance in zip(CLASSES, self.chances, strict=True) if name in names)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights as shipped: for each feature one integer that holds a small number for every class and category."""

    packed: dict[str, int]
    categories: tuple[str, ...]
    bias: tuple[float, ...]
    step: tuple[float, float]


@cache
def _model() -> Model:
    raw = zlib.decompress(Path(__file__).with_name("wording.bin").read_bytes())
    size = int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4 : 4 + size])
    names, width = head["features"], len(head["bias"])
    weights = raw[4 + size :]
    packed = {
        name: sum(weights[at * width + field] << (_FIELD * field) for field in range(width))
        for at, name in enumerate(names)
    }
    return Model(packed, tuple(head["categories"]), tuple(head["bias"]), tuple(head["step"]))


def read(lowered: str, cues: Iterable[str], kinds: Iterable[str]) -> Reading:
    """
    Read a folded, lower-case text whose links are blanked out, with its cues and the kinds of indicators in it.

    Every weight is one byte; they are added up in one long integer, a field a class, which is what makes it fast.
    """
    model = _model()
    text = masked(lowered)
    known = model.packed
    found = list(filter(None, map(known.get, grams(text))))[:_MOST]
    for mark in marks(cues, kinds, lowered):
        if mark in known:
            found += [known[mark]] * MARK_TIMES
    total, count = sum(found), len(found)
    scale = 1 / math.sqrt(max(count, 16))
    split = len(CLASSES)
    scores = []
    for field, bias in enumerate(model.bias):
        # Each byte was stored with 128 added, so that a field never borrows from the next.
        value = ((total >> (_FIELD * field)) & _MASK) - 128 * count
        scores.append(bias + value * scale * model.step[field >= split])
    tricks = scores[split:]
    return Reading(_softmax(scores[:split]), model.categories[tricks.index(max(tricks))])


def _softmax(scores: Sequence[float]) -> tuple[float, ...]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return tuple(power / total for power in powers)
