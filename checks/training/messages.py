"""How the wording model is made: two linear classifiers over the same features, trained by AdaGrad, no library."""

import json
import math
import random
import zlib
from collections import Counter
from collections.abc import Sequence

from checks.categories import CATEGORIES
from checks.cues import hear
from checks.features import MARK_TIMES, grams, marks, masked
from checks.find import found_in, things_of
from checks.training.texts import Example, examples
from checks.wording import CLASSES

_ROUNDS = 18
_RATE = 0.35
_DECAY = 1e-4
_LEAST_SEEDS = 2


def features(text: str) -> list[str]:
    """A message's features, exactly as `checks.wording.read` sees them; marks repeated."""
    found = found_in(text)
    lowered = found.words.lower()
    seen = list(grams(masked(lowered)))
    heard = hear(lowered)
    for mark in marks((*heard.cues, *heard.frames), things_of(found), lowered):
        seen += [mark] * MARK_TIMES
    return seen


def learned(data: Sequence[Example] | None = None) -> bytes:
    """The shipped file: a compressed head (features, categories, bias, steps) and one byte a weight."""
    data = examples() if data is None else data
    rows = [features(one.text) for one in data]
    seeds: dict[str, set[int]] = {}
    for row, one in zip(rows, data, strict=True):
        for feature in row:
            seeds.setdefault(feature, set()).add(one.seed)
    names = sorted(name for name, of in seeds.items() if len(of) >= _LEAST_SEEDS)
    index = {name: at for at, name in enumerate(names)}
    coded = [[index[feature] for feature in row if feature in index] for row in rows]
    reads = _fitted(coded, [CLASSES.index(one.label) for one in data], len(CLASSES), len(names))
    tricks = [(row, one.category) for row, one in zip(coded, data, strict=True) if one.category]
    codes = tuple(CATEGORIES)
    kinds = _fitted([row for row, _ in tricks], [codes.index(kind) for _, kind in tricks], len(codes), len(names))
    return _packed(names, codes, reads, kinds)


_Fit = tuple[list[list[float]], list[float]]


def _fitted(rows: Sequence[Sequence[int]], labels: Sequence[int], classes: int, width: int) -> _Fit:
    """Multinomial logistic regression; rare classes count more, each weight has its own pace."""
    dice = random.Random(11)  # noqa: S311
    weights = [[0.0] * width for _ in range(classes)]
    pace = [[1e-6] * width for _ in range(classes)]
    bias = [0.0] * classes
    counts = Counter(labels)
    order = list(range(len(rows)))
    for _ in range(_ROUNDS):
        dice.shuffle(order)
        for at in order:
            row, label = rows[at], labels[at]
            scale = 1 / math.sqrt(max(len(row), 16))
            scores = [bias[c] + scale * sum(map(weights[c].__getitem__, row)) for c in range(classes)]
            top = max(scores)
            powers = [math.exp(score - top) for score in scores]
            total = sum(powers)
            importance = min(3.0, math.sqrt(len(rows) / classes / counts[label]))
            for c in range(classes):
                slope = importance * (powers[c] / total - (c == label))
                if abs(slope) > 0.01:
                    _stepped(weights[c], pace[c], row, slope * scale)
                    bias[c] -= 0.02 * slope
    return weights, bias


def _stepped(weights: list[float], pace: list[float], row: Sequence[int], slope: float) -> None:
    square = slope * slope
    for feature in row:
        pace[feature] += square
        weights[feature] -= _RATE * (slope / math.sqrt(pace[feature]) * 0.2 + _DECAY * weights[feature])


def _packed(names: list[str], codes: tuple[str, ...], reads: _Fit, kinds: _Fit) -> bytes:
    steps = [max(abs(w) for row in fit[0] for w in row) / 127 for fit in (reads, kinds)]
    body = bytearray()
    kept = []
    for at, name in enumerate(names):
        cells = [round(row[at] / step) for fit, step in zip((reads, kinds), steps, strict=True) for row in fit[0]]
        if max(map(abs, cells)) >= 3:
            kept.append(name)
            body += bytes(cell + 128 for cell in cells)
    head = json.dumps(
        {"features": kept, "categories": codes, "bias": [*reads[1], *kinds[1]], "step": steps},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return zlib.compress(len(head).to_bytes(4, "little") + head + bytes(body), 9)
