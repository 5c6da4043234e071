"""Words beside a phrase of danger: which silence it, and which only look as if they did."""

import tomllib
from pathlib import Path

import pytest

from checks import judge

_CASES = tomllib.loads(Path(__file__).with_name("silencing.toml").read_text("utf-8"))


@pytest.mark.parametrize(("need", "texts"), _CASES["heard"].items(), ids=_CASES["heard"])
def test_heard_beside_other_words(need: str, texts: list[str]) -> None:
    """Who cannot sleep, is told to tell nobody, or has called in vain, is heard like anybody else."""
    assert [] == [text for text in texts if need not in judge(text).needs]


@pytest.mark.parametrize("texts", _CASES["silent"].values(), ids=_CASES["silent"])
def test_silenced(texts: list[str]) -> None:
    """What did not happen, may happen to anybody, or happens in a story or on the news calls up no hotline."""
    assert [] == [text for text in texts if judge(text).needs]
