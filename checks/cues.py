"""Telling words of a message, heard in one pass: what it tries, how it frames it, whom it speaks as, what is needed."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from checks.cries import cried, in_earnest
from checks.phrases import Phrases

_CHOICE = re.compile(r"\{(.*?)\}")


@dataclass(frozen=True, slots=True)
class Need:
    """Words that may speak of a need: where they stand, the words, the need, whether they speak for themselves."""

    at: int
    phrase: str
    need: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """
    What was heard. `cues` are reason keys of `cues.toml`, each once; `frames` "frame.warn", "frame.ask",
    "frame.tell", "frame.notice"; `office` whether a bank, office, courier or the like is named.
    """

    cues: tuple[str, ...]
    frames: tuple[str, ...]
    office: bool
    needs: tuple[Need, ...]


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def _chosen(phrase: str) -> Iterator[str]:
    """Every phrase that one with choices in it ("{a|b}c") stands for."""
    yield from map("".join, product(*(part.split("|") for part in _CHOICE.split(phrase))))


def _pairs() -> Iterator[tuple[str, tuple[str, str, bool]]]:
    table = _read("cues.toml")
    for kind, group in (("cue", table["message"]), ("frame", table["frame"])):
        prefix = "message" if kind == "cue" else "frame"
        for name, row in group.items():
            yield from ((phrase, (kind, f"{prefix}.{name}", True)) for phrase in row["phrases"])
    yield from ((name, ("office", name, True)) for name in table["offices"]["names"])
    for need, row in _read("needs.toml").items():
        yield from ((phrase, ("need", need, True)) for phrase in row["sure"])
        yield from ((f"{who}~{does}", ("need", need, True)) for who in row.get("who", ()) for does in row["does"])
        yield from ((phrase, ("need", need, False)) for phrase in row["soft"])
        yield from ((one, ("cry", need, True)) for phrase in row["short"] for one in _chosen(phrase))


@cache
def _phrases() -> Phrases[tuple[str, str, bool]]:
    return Phrases(_pairs())


def hear(lowered: str) -> Heard:
    """Everything telling in a folded, lower-case text. One look-up a character, however many phrases we know."""
    cues: dict[str, None] = {}
    frames: dict[str, None] = {}
    needs = []
    office = False
    for at, phrase, (kind, key, sure) in _phrases().found(lowered):
        if kind == "cue":
            cues[key] = None
        elif kind == "frame":
            frames[key] = None
        elif kind == "need":
            needs.append(Need(at, phrase, key, sure))
        elif kind == "office":
            office = True
    return Heard(tuple(cues), tuple(frames), office, (*needs, *_cries(lowered)))


def _cries(lowered: str) -> Sequence[Need]:
    """What a short text says in few words, or with spaces and letters too many."""
    text, places = cried(lowered)
    return list(_cried(lowered, in_earnest(text), places)) if any(_cried(lowered, text, places)) else ()


def _cried(lowered: str, text: str, places: Sequence[int]) -> Iterator[Need]:
    for at, phrase, (kind, key, sure) in _phrases().found(text):
        start, end = places[at], places[at + len(phrase) - 1] + 1
        if kind == "cry" or (kind == "need" and sure and end - start > len(phrase)):
            yield Need(start, lowered[start:end], key, sure)


@cache
def weights() -> Mapping[str, float]:
    """Every cue's reason key and how much it speaks on its own, from 0 to 1."""
    return {f"message.{name}": cue["weight"] for name, cue in _read("cues.toml")["message"].items()}


@cache
def needs_in_order() -> tuple[str, ...]:
    """The names of all needs, the most pressing to answer first, as in `needs.toml`."""
    return tuple(_read("needs.toml"))
