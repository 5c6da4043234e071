"""Texts of a few words: a cry for help, and what is as short and means something else."""

import tomllib
from pathlib import Path

import pytest

from checks import judge

_CASES = tomllib.loads(Path(__file__).with_name("cries.toml").read_text("utf-8"))
LONG = "วันนี้ไปตลาดกับแม่ ซื้อปลามาสองตัว แล้วแวะบ้านยาย คุยกันเรื่องปลูกข้าว "


@pytest.mark.parametrize(("need", "texts"), _CASES["heard"].items(), ids=_CASES["heard"])
def test_cries(need: str, texts: list[str]) -> None:
    """Who types two words in fear is heard, with stray spaces, letters typed again and again, and in Isan words."""
    assert [] == [text for text in texts if need not in judge(text).needs]


@pytest.mark.parametrize("texts", _CASES["silent"].values(), ids=_CASES["silent"])
def test_no_cries(texts: list[str]) -> None:
    """Games, matches, songs, bills, food, and words that only begin like a cry call up no hotline."""
    assert [] == [text for text in texts if judge(text).needs]


@pytest.mark.parametrize("cry", ["แม่ชักเกร็ง", "พ่อเป็นลม", "ผัว ตี"])
def test_only_in_short_texts(cry: str) -> None:
    """What is enough in a cry is not enough in the middle of a long story."""
    assert judge(cry).needs
    assert () == judge(LONG + cry + " แล้วก็กลับบ้าน").needs
