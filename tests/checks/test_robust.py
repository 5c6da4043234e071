"""Nothing a person can paste breaks the checks or makes them slow."""

import importlib
import pkgutil
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checks
from checks import find, judge, judge_link, judge_number
from checks.entry import WrongFormat
from checks.fold import folded
from checks.lists import FORMATS, read
from checks.parts import PLAIN, as_a_browser, plainly

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = "http:// xn-- . / @ [.] %40 โอน ก่อน กู้ 081 +66 - www. .com line.me/ti/p/~ t.me/ ๐๘ ໂອນ លុយ : ? # ( ) 0x 1441 ไลน์"
PIECES = st.sampled_from([*WORDS.split(), "\u202e", "\u200b", "\x00", " ", "\n", '"', "\\", "'", "\ud800"])
TURNS = st.sampled_from(["/", "/..", "/.", "a", "0", "?", "#", "%2e", ":", ":80", "@", "~", "\\", "-", "A", "%", "\t"])
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=80).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_anything_goes(text: str) -> None:
    """Any text gets a verdict; no indicator is empty; nothing is raised."""
    verdict = judge(text)

    assert verdict.word in ("dangerous", "suspicious", "unknown")
    assert 0 <= verdict.score < 1
    assert all(indicator.value for indicator in find(text))
    assert judge_link(text).word in ("dangerous", "suspicious", "unknown")
    assert judge_number(text).word in ("dangerous", "suspicious", "unknown")


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([*FORMATS, "auto"]))
def test_any_list(text: str, form: str) -> None:
    """Any text read as a list gives entries or says that it is of the wrong format."""
    try:
        listed = read(text, form, NOW)
    except WrongFormat:
        return
    assert listed.bad >= len(listed.skipped)


@pytest.mark.parametrize(
    "text",
    [
        "ก" * 3_000_000,
        "a." * 1_500_000,
        "a-" * 1_000_000,
        "0" * 2_000_000,
        "0-" * 1_000_000,
        "http://" * 300_000,
        "https://a.b/" + "x" * 2_000_000,
        " ".join(f"https://bad{n}.cc/{n}" for n in range(1000)),
        "ไลน์ " * 400_000,
        "โทร 08" * 300_000,
        "[.]" * 700_000,
        "h t t p " * 200_000,
        "(" * 1_000_000,
        "ก." * 500_000,
        "1.2.3.4" * 300_000,
        "@a" * 500_000,
        "\u0e34\u0e48" * 900_000,
        "โอน " * 500_000,
    ],
    ids=lambda text: text[:8],
)
def test_megabytes(text: str) -> None:
    """Megabytes of the worst kind cost no more than a bounded text."""
    judge("x")  # the first one loads what it goes by
    began = time.process_time()
    judge(text)
    judge_link(text)
    judge_number(text)

    assert time.process_time() - began < 1.5


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_folding_is_stable(text: str) -> None:
    """Folding what is folded changes nothing, so that two readers agree."""
    assert folded(folded(text)) == folded(text)


PIECES_PUMPED = (
    "a a. a- a@ 0 0- ก ก. ก0 / a/ %4 =a ?a= [ [. http: hxxp[:]// xn-- ไลน์ www. .com- co-th. 'a \\' domain:value=' |"
)
PUMPED = [*PIECES_PUMPED.split(), "0 ", "line ", "+66 ", " .", "โอน "]
LONG = 8_000


def patterns() -> list[re.Pattern[str]]:
    """Every regular expression of the checks."""
    modules = [importlib.import_module(f"checks.{one.name}") for one in pkgutil.iter_modules(checks.__path__)]
    return [one for module in modules for one in vars(module).values() if isinstance(one, re.Pattern)]


def test_no_pattern_runs_away() -> None:
    """No expression takes more than a moment for the longest text that any is given, however it repeats itself."""
    slow = {}
    for pattern in patterns():
        for piece in PUMPED:
            text = (piece * LONG)[:LONG] + "\ue000"
            began = time.process_time()
            for _ in pattern.finditer(text):
                pass
            took = time.process_time() - began
            if took > 0.15:
                slow[pattern.pattern[:60], piece] = round(took, 2)

    assert not slow


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(PLAIN, fullmatch=True)
    | st.lists(TURNS, max_size=8).map(lambda turns: "https://a.co" + "".join(turns))
)
def test_plain_links_are_read_as_browsers_do(url: str) -> None:
    """The short way through plain links comes to what a browser's parser makes of them."""
    assert plainly(url) in (None, as_a_browser(url))
