"""Where a person stands with us, and what one event does to that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.contact import Contact
from domain.effect import Effect
from domain.message import Button, Say
from domain.query import Query
from domain.report import Report

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a person pasted or forwarded just now, kept a short while in case they want to report it."""

    at: str
    text: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """
    All we must remember to go on tomorrow, in another process.

    There is no "current step": the question to ask is the first one without an answer, so a conversation outlives
    restarts, and most changes to its flow. `run` marks the buttons that belong to it. `offered` are the last
    buttons, so that typing one is the same as pressing it.
    """

    flow: str = ""
    run: str = ""
    answers: Answers = field(default_factory=dict)
    offered: tuple[Button, ...] = ()
    heard: tuple[Heard, ...] = ()

    def idle(self) -> "Conversation":
        return replace(self, flow="", run="", answers={}, heard=())


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this deployment, and where: what every handler may say of us."""

    name: str
    contact: str = ""
    served: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("th", "en", "lo", "km")


@dataclass(frozen=True, slots=True)
class Known:
    """What the neighbours have said of an indicator: how many people, since when, and what a coordinator decided."""

    people: int = 0
    since: datetime | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a handler may look at: one load, so that one decision can be made."""

    contact: Contact
    conversation: Conversation
    now: datetime
    operator: Operator
    mine: tuple[Report, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)
    new: bool = False

    @property
    def language(self) -> str:
        return self.contact.language


@dataclass(frozen=True, slots=True)
class Turn:
    """
    Everything one event leads to. Nothing has happened yet: the shell makes it so, in one transaction.

    One event has at most one reply (several bubbles, one request), so that it is sent whole or not at all, and for
    one reply token. When more must be known first, `query` says what and `then` decides with what was found.
    """

    conversation: Conversation
    reply: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    query: Query | None = None
    then: Callable[[Any], "Turn"] | None = None
