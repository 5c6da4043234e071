"""What a pasted text is judged as: with the words just before it, but its links and numbers for themselves."""

from dataclasses import replace

from checks.deeds import done_already
from checks.find import found_in
from checks.number import spelled_out
from domain.conversation import Scene
from domain.verdict import Verdict
from handlers.indicators import official


def in_context(scene: Scene, text: str, before: str) -> tuple[Verdict, bool]:
    """
    The verdict on a text, what it says was done already among its needs; and whether what came before had a say in it.

    Words and the link they speak of often come one after the other, and are one trick. But what came before says
    nothing of a link or number that is an institution's own, and its links are not those that are asked about now.
    """
    alone = scene.judge(spelled_out(text))
    if before and not alone.indicators:
        return with_deed(scene.judge(f"{before}\n{text}"), text), True
    named = [one for one in alone.indicators if one.kind != "url"]
    if before and not (named and all(official(one) for one in named)):
        return with_deed(scene.judge(f"{wording(before)}\n{text}"), text), True
    return with_deed(alone, text), False


def wording(text: str) -> str:
    """The words of a text without its links, numbers and accounts."""
    found = found_in(text)
    words = found.words
    for one in found.indicators:
        words = words.replace(one.shown, " ") if one.shown else words
    return words


def with_deed(verdict: Verdict, text: str) -> Verdict:
    deed = done_already(text)
    return replace(verdict, needs=(*verdict.needs, deed)) if deed and "money_lost" not in verdict.needs else verdict
