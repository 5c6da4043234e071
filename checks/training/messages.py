"""How the wording model is made: three linear classifiers over the same features, trained by AdaGrad, no library."""

import json
import math
import random
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from checks.categories import CATEGORIES
from checks.cues import hear, needs_in_order
from checks.features import MARK_TIMES, grams, marks, masked
from checks.find import found_in, things_of
from checks.needs import needs
from checks.training.texts import Example, Needing, examples, needing
from checks.wording import CLASSES

_HERE = Path(__file__).parent
_RATE = 0.11
_SURE_ENOUGH = 0.9
"""A text that is read right with this chance teaches no more: that bounds the weights, and saves most of the time."""
_LEAST_SEEDS = 2
_STEPS = 48
"""Weights are kept as whole numbers from minus to plus this; finer ones change no verdict and take room."""
_LEAST_CELL = 3
_MOST_FEATURES = 42_000
_TOLD = {"money_lost": "report_trick"}
"""Who writes of a need tells of something: of a trick, or of anything else."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to learn: which of `names` a row is; a row is its features, its name and which seed it is of."""

    names: tuple[str, ...]
    rounds: int
    rows: Sequence[tuple[Sequence[str], str, int]]


def made_of() -> str:
    """A mark of all that the shipped file depends on: the training texts, and the code that reads and learns them."""
    code = [_HERE.parent / name for name in ("features.py", "find.py", "fold.py", "cues.toml", "needs.toml")]
    mark = sha256()
    for path in sorted([*_HERE.rglob("*.txt"), *_HERE.glob("*.py"), *code]):
        mark.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return mark.hexdigest()[:32]


def features(text: str) -> list[str]:
    """A message's features in order, exactly as `checks.wording.read` sees them; marks repeated."""
    found = found_in(text)
    lowered = found.words.lower()
    seen = list(grams(masked(lowered)))
    heard = hear(lowered)
    for mark in marks((*heard.cues, *heard.frames), things_of(found), lowered):
        seen += [mark] * MARK_TIMES
    return sorted(seen)


def learned(data: Sequence[Example] | None = None, needy: Sequence[Needing] | None = None) -> bytes:
    """The shipped file: a compressed head (features, names, biases, steps) and one byte a weight."""
    data = examples() if data is None else data
    needy = needing() if needy is None else needy
    rows = [(features(one.text), one.label, one.seed) for one in data]
    pairs = list(zip(rows, data, strict=True))
    pleas = [(features(one.text), one.need, -1 - one.seed) for one in needy]
    calls = [(row, _TOLD.get(need, "report"), seed) for row, need, seed in pleas if need != "none"]
    tasks = (
        _Task(CLASSES, 10, [*rows, *calls]),
        _Task(tuple(CATEGORIES), 5, [(row, one.category, one.seed) for (row, _, _), one in pairs if one.category]),
        _Task(("none", *needs_in_order()), 12, [*pleas, *_calm(data, rows)]),
    )
    seeds: dict[str, set[int]] = {}
    for row, _, seed in [*rows, *pleas]:
        for feature in row:
            seeds.setdefault(feature, set()).add(seed)
    names = sorted(name for name, of in seeds.items() if len(of) >= _LEAST_SEEDS)
    index = {name: at for at, name in enumerate(names)}
    return _packed(names, tasks, [_fitted(task, index) for task in tasks])


def _calm(data: Sequence[Example], rows: Sequence[tuple[list[str], str, int]]) -> list[tuple[list[str], str, int]]:
    """
    What the other messages teach about needs.

    Who tells of something may need help though nobody noted it: such a text counts only where its words say so.
    """
    found = []
    for at, (one, row) in enumerate(zip(data, rows, strict=True)):
        if one.label in ("report", "report_trick"):
            lowered = found_in(one.text).words.lower()
            heard = needs(hear(lowered).needs, lowered, "report")
            found += [(row[0], heard[0], one.seed)] if heard and at % 2 == 0 else []
        elif one.label in ("ordinary", "scam", "warning", "question") and at % 3 == 0:
            found.append((row[0], "none", one.seed))
    return found


_Fit = tuple[list[list[float]], list[float]]


def _fitted(task: _Task, index: dict[str, int]) -> _Fit:
    """Multinomial logistic regression; rare classes count more, each weight has its own pace."""
    dice = random.Random(11)  # noqa: S311
    classes, width = len(task.names), len(index)
    rows = [[index[feature] for feature in row if feature in index] for row, _, _ in task.rows]
    labels = [task.names.index(label) for _, label, _ in task.rows]
    weights = [[0.0] * width for _ in range(classes)]
    pace = [[1e-6] * width for _ in range(classes)]
    bias = [0.0] * classes
    counts = Counter(labels)
    order = list(range(len(rows)))
    for _ in range(task.rounds):
        dice.shuffle(order)
        for at in order:
            row, label = rows[at], labels[at]
            scale = 1 / math.sqrt(max(len(row), 16))
            scores = [bias[c] + scale * sum(map(weights[c].__getitem__, row)) for c in range(classes)]
            top = max(scores)
            powers = [math.exp(score - top) for score in scores]
            total = sum(powers)
            if powers[label] > _SURE_ENOUGH * total:
                continue
            importance = min(3.0, math.sqrt(len(rows) / classes / counts[label]))
            for c in range(classes):
                slope = importance * (powers[c] / total - (c == label))
                if abs(slope) > 0.05:
                    _stepped(weights[c], pace[c], row, slope * scale)
                    bias[c] -= 0.02 * slope
    return weights, bias


def _stepped(weights: list[float], pace: list[float], row: Sequence[int], slope: float) -> None:
    square, step = slope * slope, _RATE * slope
    for feature in row:
        walked = pace[feature] = pace[feature] + square
        weights[feature] -= step / walked**0.5


def _packed(names: list[str], tasks: Sequence[_Task], fits: Sequence[_Fit]) -> bytes:
    steps = [max(abs(w) for row in weights for w in row) / _STEPS for weights, _ in fits]
    cells = [
        [round(row[at] / step) for (weights, _), step in zip(fits, steps, strict=True) for row in weights]
        for at in range(len(names))
    ]
    told = sorted(range(len(names)), key=lambda at: (-max(map(abs, cells[at])), at))[:_MOST_FEATURES]
    kept = [at for at in sorted(told) if max(map(abs, cells[at])) >= _LEAST_CELL]
    head = json.dumps(
        {
            "made_of": made_of(),
            "features": [names[at] for at in kept],
            "tasks": [task.names for task in tasks],
            "bias": [round(one, 6) for _, bias in fits for one in bias],
            "step": [round(step, 9) for step in steps],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    body = bytes(cell + 128 for at in kept for cell in cells[at])
    return zlib.compress(len(head).to_bytes(4, "little") + head + body, 9)
