"""Scams by link, call, message, app and imitation."""

from domain.conversation import Answers
from handlers.answers import Words, choice
from handlers.filing import PHOTO, WHERE, WORDS, report
from handlers.flow import Ask

LOSS = Ask("loss", choice("none", "pressed", "told", "money"))


def hurt(answers: Answers) -> bool:
    """Money or a password is gone: every minute counts."""
    return answers.get("loss") in ("money", "told")


def controlled(answers: Answers) -> bool:
    return answers.get("installed") == "yes"


LINK = report("link", WORDS, LOSS, WHERE, urgent=hurt)
MESSAGE = report("message", WORDS, LOSS, WHERE, urgent=hurt)
CALL = report(
    "call",
    Ask("words", Words()),
    Ask("number", Words(100), optional=True),
    LOSS,
    WHERE,
    urgent=hurt,
)
APP = report(
    "app",
    WORDS,
    Ask("installed", choice("yes", "no")),
    LOSS,
    PHOTO,
    urgent=lambda answers: hurt(answers) or controlled(answers),
)
FAKE = report("fake", WORDS, LOSS, PHOTO, WHERE, urgent=hurt)
