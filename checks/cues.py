"""What a message tries to do, read from its wording: the cues of `cues.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from checks.phrases import Phrases


@cache
def _loaded() -> tuple[Phrases[str], Mapping[str, float]]:
    table = tomllib.loads(Path(__file__).with_name("cues.toml").read_text("utf-8"))["message"]
    pairs = [(phrase, f"message.{name}") for name, cue in table.items() for phrase in cue["phrases"]]
    return Phrases(pairs), {f"message.{name}": cue["weight"] for name, cue in table.items()}


def cues(lowered: str) -> dict[str, str]:
    """The cues in a folded, lower-case text: reason key to the first wording that showed it."""
    found: dict[str, str] = {}
    for _, phrase, key in _loaded()[0].found(lowered):
        found.setdefault(key, phrase)
    return found


def weights() -> Mapping[str, float]:
    """Every cue's reason key and how much it speaks on its own, from 0 to 1."""
    return _loaded()[1]
