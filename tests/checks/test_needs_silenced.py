"""Words beside a phrase of danger: which silence it, and which only look as if they did."""

import tomllib
from pathlib import Path

import pytest

from checks import judge

_CASES = tomllib.loads(Path(__file__).with_name("silencing.toml").read_text("utf-8"))
HEARD = [(text, need) for need, texts in _CASES["heard"].items() for text in texts]
SILENT = [text for texts in _CASES["silent"].values() for text in texts]


@pytest.mark.parametrize(("text", "need"), HEARD)
def test_heard_beside_other_words(text: str, need: str) -> None:
    """Who cannot sleep, is told to tell nobody, or has called in vain, is heard like anybody else."""
    assert need in judge(text).needs


@pytest.mark.parametrize("text", SILENT)
def test_silenced(text: str) -> None:
    """What did not happen, may happen to anybody, or happens in a story or on the news calls up no hotline."""
    assert () == judge(text).needs
