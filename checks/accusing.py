"""Who is named in a text as neighbours name each other, without a title of the written language, and what of."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Any, Literal

Said = Literal["accused", "beside"]
"""What a text says of somebody: an offence, or that they are it; or nothing, beside words of one."""
AFTER = 48
"""Characters after a name in which what is said of its bearer is looked for."""
BEFORE = 18
"""Characters before it that may say that they are only asked or warned, or that somebody else goes by their name."""


_ENGLISH = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+ ")


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = loads(Path(__file__).with_name("outgoing.toml").read_text("utf-8"))["neighbours"]
    return rules


@cache
def _any(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_rules()[name]))


@cache
def _neighbour() -> re.Pattern[str]:
    """A word that people are called by before their name, or a given name by itself; then the rest of the words."""
    called, no_name, given = ("|".join(_rules()[name]) for name in ("called", "no_name", "given"))
    return re.compile(
        rf"(?P<called>{called})(?!{no_name})[ก-ฮเแโใไ]"
        rf"|(?:(?<![ก-๙.])|(?<=คุณ)|(?<=ชื่อ)|(?<=คือ)|(?<=ว่า)|(?<=ระวัง))(?:{given})"
    )


def neighbours(text: str, words: str, *, suspicious: bool) -> Iterator[tuple[str, Said]]:
    """
    Each neighbour named in a folded text (`words` is the same in lower case), as it stands there, and what is said.

    Nobody is looked for where no offence is spoken of; `suspicious`: there are other words of one. Who only speaks,
    helps or is asked is left out. Who was tricked is "beside" it.
    """
    suspicious = suspicious or bool(_any("did").search(words))
    for one in _neighbour().finditer(words) if suspicious else ():
        before = words[max(0, one.start() - BEFORE) : one.start()]
        start = one.end() - (1 if one["called"] else 0)
        after = words[start : start + AFTER].partition("\n")[0]
        if said := _said(before, after, least=1 if one["called"] else 0):
            yield words[one.start() : start] + re.split(r"\s", after, maxsplit=1)[0], said
    for english in _ENGLISH.finditer(text):
        if _any("does").match(text, english.end()):
            yield english[0].strip(), "accused"


def _said(before: str, after: str, least: int) -> Said | None:
    """What is said; the first `least` letters of what stands after are the name's."""
    if _any("borrowed").search(before):
        return None
    did = _any("did").search(after, least)
    turned = _any("turned").search(after)
    if _any("it_is").search(before) or (did and not (turned and turned.start() < did.start())):
        return "accused"
    if _any("asked").search(before):
        return None
    suffered = _any("suffered").search(after)
    if turned and not (suffered and suffered.start() <= turned.start()):
        return None
    return "beside"
