"""Whether a name looks like letters thrown together by a program."""

import re
from functools import cache, lru_cache
from pathlib import Path

LETTERS = "^$-0123456789abcdefghijklmnopqrstuvwxyz"
UNSEEN = 120
"""The most surprise one letter can give, in eighths of a bit."""
_AT = {letter: at for at, letter in enumerate(LETTERS)}
_OTHER = _AT["-"]
_PLACES = bytes(_AT.get(chr(byte), _OTHER) for byte in range(256))
_HEXADECIMAL = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
_RUNS = re.compile(r"\d+|[a-z]+")


def code(triple: str) -> int:
    """Where a triple of letters stands in the model."""
    first, second, third = (_AT[letter] for letter in triple)
    return (first * len(LETTERS) + second) * len(LETTERS) + third


@cache
def _model() -> bytes:
    return Path(__file__).with_name("letters.bin").read_bytes()


@lru_cache(maxsize=4_096)
def surprise(word: str) -> float:
    """Mean bits of surprise a letter of a lower-case ASCII word gives somebody who knows many names."""
    model, width = _model(), len(LETTERS)
    known = f"^^{word}$".encode("latin-1", "replace").translate(_PLACES)
    triples = zip(known, known[1:], known[2:], strict=False)
    total = sum([model[(first * width + second) * width + third] for first, second, third in triples])
    return total / 8 / (len(known) - 2)


@lru_cache(maxsize=4_096)
def oddness(label: str) -> float:
    """How much a name looks random, as a weight from 0 (a word, or too short to say) to 0.5."""
    if len(label) < 4 or not label.isascii() or label.startswith("xn--"):
        return 0.0
    if _HEXADECIMAL.search(label):
        return 0.5
    runs = _RUNS.findall(label)
    digits = sum(len(run) for run in runs if run.isdigit())
    if digits == len(label):
        return 0.5 if digits >= 6 else 0.25
    return max(_mixed(runs, digits), *(_spelling(run) for run in runs))


def _mixed(runs: list[str], digits: int) -> float:
    """Digits strewn between letters, as programs do: "sap23312bi", "a8b0c6"."""
    if len(runs) >= 4 and digits >= 3:
        return 0.45
    if len(runs) >= 3 and digits >= 2:
        return 0.3
    return 0.25 if digits >= 3 and not (digits == 3 and runs[-1].isdigit()) else 0.0


def _spelling(run: str) -> float:
    if run.isdigit() or len(run) < 5:
        return 0.0
    mean = surprise(run)
    if len(run) <= 6:
        return 0.3 if mean > 5.5 else 0.0
    return 0.45 if mean > 5.6 else 0.3 if mean > 5.0 else 0.0
