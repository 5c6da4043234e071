"""Which answer each message became, so that one that is taken back leaves the report, too."""

from typing import Any

from domain.conversation import Answers
from domain.message import Incoming
from handlers.flow import MEDIA

FROM = "_from"
"""Among the answers: by the platform's id of a message, the name of an answer and what it made of it."""


def noted(answers: Answers, incoming: Incoming, name: str, value: Any) -> dict[str, Any]:
    """The answers, with which of them came of this message; one message may have made two (a photo and its words)."""
    if not incoming.message:
        return dict(answers)
    before: dict[str, list[list[Any]]] = answers.get(FROM, {})
    return {**answers, FROM: {**before, incoming.message: [*before.get(incoming.message, ()), [name, value]]}}


def without(answers: Answers, message: str) -> dict[str, Any]:
    """The answers without what a message made of them; the same answers where it made none, or was corrected since."""
    made = answers.get(FROM, {}).get(message, ())
    left = {name: value for name, value in answers.items() if name != FROM}
    for name, value in made:
        kept = left_of(left.get(name), value)
        left = {**left, name: kept} if kept else {each: one for each, one in left.items() if each != name}
        if name == MEDIA and not kept and left.get("media") == "given":
            del left["media"]
    others = {each: one for each, one in answers.get(FROM, {}).items() if each != message}
    return left | ({FROM: others} if others else {})


def left_of(answer: Any, part: Any) -> Any:
    """What is left of an answer: of words and files the others, of anything else nothing."""
    if isinstance(answer, list):
        return [one for one in answer if one != part]
    if isinstance(answer, str) and isinstance(part, str) and part in answer:
        before, _, after = answer.partition(part)
        return "\n".join(filter(None, (before.strip("\n"), after.strip("\n"))))
    return None if answer == part else answer


def files_of(answers: Answers) -> tuple[str, ...]:
    """The messages whose files go along with the report."""
    return tuple(id for id, made in answers.get(FROM, {}).items() if any(name == MEDIA for name, _ in made))
