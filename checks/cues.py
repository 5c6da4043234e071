"""What a message tries to do, read from its wording: the cues of `cues.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from checks.phrases import Phrases


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("cues.toml").read_text("utf-8"))


@cache
def _phrases() -> Phrases[str]:
    return Phrases(
        (phrase, f"message.{name}") for name, cue in _file()["message"].items() for phrase in cue["phrases"]
    )


@cache
def _offices() -> Phrases[str]:
    return Phrases((name, name) for name in _file()["offices"]["names"])


def cues(lowered: str) -> dict[str, str]:
    """The cues in a folded, lower-case text: reason key to the first wording that showed it."""
    found: dict[str, str] = {}
    for _, phrase, key in _phrases().found(lowered):
        found.setdefault(key, phrase)
    return found


def speaks_as_office(lowered: str) -> bool:
    """Whether a text names a bank, a government office, a utility, a courier or a telephone company."""
    return next(_offices().found(lowered), None) is not None


@cache
def _frames() -> Phrases[str]:
    pairs = [(phrase, f"frame.{name}") for name, row in _file()["frame"].items() for phrase in row["phrases"]]
    return Phrases(pairs, start=2)


def frames(lowered: str) -> list[str]:
    """How a text frames what it tells: "frame.warn", "frame.ask", "frame.tell", "frame.notice"; each once."""
    return list(dict.fromkeys(key for _, _, key in _frames().found(lowered)))


@cache
def weights() -> Mapping[str, float]:
    """Every cue's reason key and how much it speaks on its own, from 0 to 1."""
    return {f"message.{name}": cue["weight"] for name, cue in _file()["message"].items()}
