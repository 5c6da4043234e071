"""What only vetted coordinators hear of: people held or lured, drugs, and officials who do wrong."""

from domain.conversation import Answers
from handlers.answers import When, Where, choice
from handlers.filing import PHOTO, WORDS, report
from handlers.flow import Ask


def held(answers: Answers) -> bool:
    return answers.get("what") in ("held", "missing")


TRAFFICKING = report(
    "trafficking",
    Ask("what", choice("job", "held", "missing", "route")),
    WORDS,
    Ask("where", Where(untold=True), optional=True),
    Ask("when", When(), optional=True),
    urgent=held,
    sensitive=True,
    need="trafficking",
)
DRUGS = report(
    "drugs",
    WORDS,
    Ask("where", Where(untold=True), optional=True),
    Ask("when", When(), optional=True),
    sensitive=True,
    need="drugs",
)
OFFICIAL = report(
    "official",
    WORDS,
    Ask("where", Where(untold=True), optional=True),
    PHOTO,
    sensitive=True,
    need="official",
)
