"""Money that is gone, and the accounts it goes through."""

from handlers.answers import When, Words
from handlers.filing import PHOTO, WHERE_LATER, WORDS, report
from handlers.flow import Ask, always

MONEY = report(
    "money",
    Ask("when", When()),
    Ask("account", Words(300), optional=True),
    WORDS,
    PHOTO,
    WHERE_LATER,
    urgent=always,
    need="money_lost",
    tells="coordinators",
)
MULE = report("mule", WORDS, Ask("account", Words(300), optional=True), PHOTO, WHERE_LATER)
