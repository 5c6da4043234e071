"""How the wording model is made: three logistic regressions over the same features, fitted by scikit-learn."""

import json
import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from checks.categories import CATEGORIES
from checks.cues import hear, needs_in_order
from checks.features import MARK_TIMES, grams, marks, masked
from checks.find import found_in, things_of
from checks.needs import needs
from checks.training.texts import Example, Needing, examples, needing
from checks.wording import CLASSES, LEAST_COUNT

_HERE = Path(__file__).parent
_LEAST_SEEDS = 3
"""A feature that fewer texts have teaches nothing about others."""
_MOST_FEATURES = 48_000
_STEPS = 110
"""Weights are kept as whole numbers from minus to plus this."""
_TOLD = {"money_lost": "report_trick"}
"""Who writes of a need tells of something: of a trick, or of anything else."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A text as the model sees it: its features, how often each; what it is; which seed it is of."""

    features: Counter[str]
    name: str
    seed: int


@dataclass(frozen=True, slots=True)
class _Task:
    """One thing to learn: which of `names` a row is; the smaller `fine`, the less it follows single texts."""

    names: tuple[str, ...]
    fine: float
    rows: Sequence[_Row]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Weights, one row a feature and one column a name, and a bias for each name."""

    weights: np.ndarray
    bias: np.ndarray


def made_of() -> str:
    """A mark of all that the shipped file depends on: the training texts, and the code that reads and learns them."""
    code = [_HERE.parent / name for name in ("features.py", "find.py", "fold.py", "cues.toml", "needs.toml")]
    mark = sha256()
    for path in sorted([*_HERE.rglob("*.t*"), *_HERE.glob("*.py"), *code]):
        mark.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return mark.hexdigest()[:32]


def features(text: str) -> Counter[str]:
    """A message's features, exactly as `checks.wording.read` sees them, and how often each counts."""
    found = found_in(text)
    lowered = found.words.lower()
    heard = hear(lowered)
    seen = Counter(grams(masked(lowered)))
    for mark in marks((*heard.cues, *heard.frames), things_of(found), lowered):
        seen[mark] = MARK_TIMES
    return seen


def learned(data: Sequence[Example] | None = None, needy: Sequence[Needing] | None = None) -> bytes:
    """The shipped file: a compressed head (features, names, biases, steps) and one byte a weight."""
    data = examples() if data is None else data
    needy = needing() if needy is None else needy
    rows = [_Row(features(one.text), one.label, one.seed) for one in data]
    pairs = list(zip(rows, data, strict=True))
    pleas = [_Row(features(one.text), one.need, -1 - one.seed) for one in needy]
    calls = [_Row(row.features, _TOLD.get(row.name, "report"), row.seed) for row in pleas[::3] if row.name != "none"]
    tasks = (
        _Task(CLASSES, 10.0, [*rows, *calls]),
        _Task(tuple(CATEGORIES), 10.0, [_Row(row.features, of.category, of.seed) for row, of in pairs if of.category]),
        _Task(("none", *needs_in_order()), 20.0, [*pleas, *_calm(data, rows)]),
    )
    seeds: dict[str, set[int]] = {}
    for row in [*rows, *pleas]:
        for feature in row.features:
            seeds.setdefault(feature, set()).add(row.seed)
    everybody = len({row.seed for row in [*rows, *pleas]})
    rarity = {name: math.log(everybody / len(of)) for name, of in sorted(seeds.items()) if len(of) >= _LEAST_SEEDS}
    telling = _most_telling(list(rarity), [_fitted(task, rarity) for task in tasks])
    kept = {name: rarity[name] for name in telling}
    return _packed(telling, tasks, [_fitted(task, kept) for task in tasks])


def _calm(data: Sequence[Example], rows: Sequence[_Row]) -> list[_Row]:
    """
    What the other messages teach about needs.

    Who tells of something may need help though nobody noted it: such a text counts only where its words say so.
    """
    found = []
    for at, (one, row) in enumerate(zip(data, rows, strict=True)):
        if one.label in ("report", "report_trick"):
            lowered = found_in(one.text).words.lower()
            heard = needs(hear(lowered).needs, lowered, "report")
            found += [_Row(row.features, heard[0], row.seed)] if heard and at % 2 == 0 else []
        elif at % 2 == 0:
            found.append(_Row(row.features, "none", row.seed))
    return found


def _fitted(task: _Task, rarity: dict[str, float]) -> _Fit:
    """
    Multinomial logistic regression, each feature scaled by how rare it is.

    The many texts that were made of one seed share its say, and so, in part, do the texts of a frequent name.
    """
    index = {name: at for at, name in enumerate(rarity)}
    scales = np.array(list(rarity.values()))
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in task.rows:
        known = [(index[name], times) for name, times in row.features.items() if name in index]
        length = math.sqrt(max(sum(times for _, times in known), LEAST_COUNT))
        values += [times / length for _, times in known]
        columns += [column for column, _ in known]
        ends.append(len(columns))
    table = csr_matrix((values, columns, ends), shape=(len(task.rows), len(index))).multiply(scales).tocsr()
    names = np.array([task.names.index(row.name) for row in task.rows])
    of_seed = Counter(row.seed for row in task.rows)
    of_name = np.bincount(names, minlength=len(task.names))
    say = np.array([1 / math.sqrt(of_seed[row.seed]) for row in task.rows])
    say *= np.sqrt(len(names) / len(task.names) / np.maximum(of_name, 1))[names]
    model = LogisticRegression(C=task.fine, max_iter=300, tol=1e-3).fit(table, names, sample_weight=say)
    weights = np.zeros((len(index), len(task.names)))
    bias = np.full(len(task.names), -9.0)  # a name that no row has
    weights[:, model.classes_] = model.coef_.T * scales[:, None]
    bias[model.classes_] = model.intercept_
    return _Fit(weights, bias)


def _most_telling(names: Sequence[str], fits: Sequence[_Fit]) -> list[str]:
    """The features that move a score the most, each task counted in its own measure."""
    moves = np.max([np.abs(fit.weights).max(axis=1) / np.abs(fit.weights).std() for fit in fits], axis=0)
    best = sorted(range(len(names)), key=lambda at: (-moves[at], at))[:_MOST_FEATURES]
    return [names[at] for at in sorted(best)]


def _packed(names: Sequence[str], tasks: Sequence[_Task], fits: Sequence[_Fit]) -> bytes:
    steps = [float(np.quantile(np.abs(fit.weights), 0.9999)) / _STEPS for fit in fits]
    cells = np.hstack(
        [np.clip(np.rint(fit.weights / step), -_STEPS, _STEPS) for fit, step in zip(fits, steps, strict=True)]
    )
    head = json.dumps(
        {
            "made_of": made_of(),
            "features": names,
            "tasks": [task.names for task in tasks],
            "bias": [round(float(one), 6) for fit in fits for one in fit.bias],
            "step": [round(step, 9) for step in steps],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    body = (cells + 128).astype(np.uint8).tobytes()
    return zlib.compress(len(head).to_bytes(4, "little") + head + body, 9)
