"""What is seen at the river and along the border."""

from domain.conversation import Answers
from handlers.answers import When, Where, choice
from handlers.filing import PHOTO, WORDS, report
from handlers.flow import Ask


def explosive(answers: Answers) -> bool:
    return answers.get("what") == "uxo"


CROSSING = report(
    "crossing",
    Ask("many", choice("few", "some", "lots")),
    Ask("where", Where()),
    Ask("when", When()),
    Ask("words", WORDS.answer, optional=True),
    outdoors=True,
)
BORDER = report(
    "border",
    Ask("what", choice("smuggling", "drone", "uxo", "strangers", "house"), helps={"uxo": "uxo"}),
    Ask("where", Where()),
    Ask("when", When()),
    Ask("words", WORDS.answer, optional=True),
    PHOTO,
    urgent=explosive,
    outdoors=True,
)
