"""Guided conversations as values: questions in order, and what the answers lead to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.message import Incoming, Say
from domain.query import Query
from handlers.answers import Answer, Choice

SKIP, BACK, CANCEL, EDITING = "skip", "back", "cancel", "edit"
"""What the buttons that every question may have send back."""
MEDIA, EDIT, OLD = "_media", "_edit", "_old"
"""Answers beside the questions: ids of what was sent along, the question being changed, and its answer before."""
MORE = "more"
"""What was said beside the questions."""
WITHOUT = {"edit _media": MEDIA, "edit more": MORE}
"""What the buttons send back that take something out of the report which no question asks for."""
MOST_MEDIA = 10


def always(_: Answers) -> bool:
    return True


def never(_: Answers) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One question: its name, what answers it, and whether it must or need be asked.

    A `later` one is asked only when the person wants to tell it, from the summary. `helps` are answers that call for
    a first-aid card at once. `look` is what must be looked up before asking, and `tell` what is said before it, with
    what was found (None where nothing had to be): a preview.
    """

    name: str
    answer: Answer
    optional: bool = False
    later: bool = False
    when: Callable[[Answers], bool] = always
    helps: Mapping[str, str] = field(default_factory=dict)
    look: Callable[[Scene, Answers], Query] | None = None
    tell: Callable[[Scene, Answers, Any], tuple[Say, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """
    A conversation that asks and then does: questions, and `close`, which decides what the answers lead to.

    `last` is the question that sums up before anything is done. `consent` flows keep what residents say of things,
    and begin only once they have agreed to that. `sensitive` ones are told to coordinators only, as are those whose
    `tells` says so; `outdoors` ones are of something that could be gone and looked at. `need` is the first-aid card
    that comes before the first question.
    """

    name: str
    asks: tuple[Ask, ...]
    close: Callable[["Flow", Scene, Answers, Incoming], Turn]
    last: Ask | None = None
    urgent: Callable[[Answers], bool] = never
    sensitive: bool = False
    tells: str = "volunteers"
    outdoors: bool = False
    need: str = ""
    consent: bool = True
    role: Role = Role.RESIDENT

    @property
    def all_asks(self) -> tuple[Ask, ...]:
        return (*self.asks, *((self.last,) if self.last else ()))

    @property
    def at_once(self) -> bool:
        """Whether staff say one thing in it, and it is done: nothing is looked over before it goes to somebody."""
        return self.role > Role.RESIDENT and self.last is None and len(self.asks) == 1

    def named(self, name: str) -> Ask | None:
        return next((ask for ask in self.all_asks if ask.name == name), None)


CONSENT = Ask("consent", Choice(("agree", "decline"), scope="consent"))


def current(flow: Flow, answers: Answers) -> Ask | None:
    """The first question that applies and has no answer yet."""
    if flow.consent and not answers.get(CONSENT.name):
        return CONSENT
    return next((ask for ask in flow.all_asks if ask.name not in answers and applies(ask, answers)), None)


def may_skip(ask: Ask, answers: Answers) -> bool:
    """Whether a question can be passed over: who cannot type may let a voice or a photo tell it."""
    return ask.optional or (ask.name == "words" and bool(answers.get(MEDIA)))


def applies(ask: Ask, answers: Answers) -> bool:
    return ask.when(answers) and (not ask.later or answers.get(EDIT) == ask.name)


def editing(answers: Answers, name: str) -> Answers:
    """The answers with one of them asked again; what it was is kept, in case they go back."""
    kept = {key: value for key, value in settled(answers).items() if key != name}
    return {**kept, EDIT: name} | ({OLD: answers[name]} if name in answers else {})


def settled(answers: Answers) -> dict[str, Any]:
    """The answers without what was only kept while one of them was being changed."""
    return {key: value for key, value in answers.items() if key not in (EDIT, OLD)}


def step_back(flow: Flow, answers: Answers) -> Answers:
    """The answers as they were one question ago."""
    if EDIT in answers:
        return settled(answers) | ({answers[EDIT]: answers[OLD]} if OLD in answers else {})
    given = [ask.name for ask in flow.all_asks if ask.name in answers and not ask.later]
    return {name: kept for name, kept in answers.items() if name not in given[-1:]}
