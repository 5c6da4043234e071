"""Who may need help now: money just lost, a phone under control, a person in danger."""

import tomllib
from functools import cache
from pathlib import Path

from checks.phrases import Phrases


@cache
def _phrases() -> Phrases[str]:
    table = tomllib.loads(Path(__file__).with_name("needs.toml").read_text("utf-8"))
    return Phrases((phrase, need) for need, row in table.items() for phrase in row["phrases"])


def needs(lowered: str, reads_as: str) -> tuple[str, ...]:
    """What a text asks for at once, each once, in the order of the file. Scam texts and advice ask for nothing."""
    if reads_as in ("scam", "warning"):
        return ()
    return tuple(dict.fromkeys(need for _, _, need in _phrases().found(lowered)))
