"""Scams by link, call, message, app and imitation."""

from domain.conversation import Answers
from handlers.answers import choice
from handlers.filing import PHOTO, WHERE_LATER, WORDS, report
from handlers.flow import Ask

HELPS = {"told": "told", "money": "money_lost"}
LOSS = Ask("loss", choice("none", "pressed", "told", "money"), helps=HELPS)
DONE = Ask("loss", choice("none", "told", "money"), helps=HELPS)
"""The same where there is no link to have pressed."""


def hurt(answers: Answers) -> bool:
    """Money or a password is gone: every minute counts."""
    return answers.get("loss") in ("money", "told")


def controlled(answers: Answers) -> bool:
    return answers.get("installed") == "yes"


LINK = report("link", WORDS, LOSS, WHERE_LATER, urgent=hurt)
MESSAGE = report("message", WORDS, LOSS, WHERE_LATER, urgent=hurt)
CALL = report("call", WORDS, DONE, WHERE_LATER, urgent=hurt)
APP = report(
    "app",
    WORDS,
    Ask("installed", choice("yes", "no"), helps={"yes": "phone_controlled"}),
    DONE,
    PHOTO,
    WHERE_LATER,
    urgent=lambda answers: hurt(answers) or controlled(answers),
)
FAKE = report("fake", WORDS, DONE, PHOTO, WHERE_LATER, urgent=hurt)
