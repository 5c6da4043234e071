"""Where a person stands with us, and what one event does to that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.contact import Contact
from domain.effect import Effect
from domain.limits import Limits
from domain.message import Button, Say
from domain.plan import Rules
from domain.query import Query
from domain.verdict import Verdict

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """
    Something a person pasted or forwarded just now, kept a short while in case they want to report it.

    `at` is ISO 8601 UTC; `media` is (id, kind, ref, name, message) of a `FetchMedia` not yet asked for, or empty;
    `message` is the platform's id of what was said, by which it can be taken back.
    """

    at: str
    text: str = ""
    media: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """
    All we must remember to go on tomorrow, in another process.

    There is no "current step": the question to ask is the first one without an answer, so a conversation outlives
    restarts, and most changes to its flow. `run` marks the buttons that belong to it. Between flows, `run` is the one
    that was finished last (so that a second press on its buttons is known for one), and `answers` what it left
    behind. `offered` are the last buttons, so that typing one is the same as pressing it. `asked` is the last search,
    for its next page. `pace` is until when they have spent what they may send, by what (see `handlers.pacing`).
    """

    flow: str = ""
    run: str = ""
    answers: Answers = field(default_factory=dict)
    offered: tuple[Button, ...] = ()
    heard: tuple[Heard, ...] = ()
    asked: str = ""
    pace: Mapping[str, str] = field(default_factory=dict)

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
class Scene:
    """
    Everything a handler may look at: one load, so that one decision can be made.

    `judge` says what a text looks like, with the lists and what the neighbours reported already in its hands.
    `last` is when the person was last heard, None when we meet them now. `rules` are what alerts are held to here, and
    `limits` what one person is.
    """

    contact: Contact
    conversation: Conversation
    now: datetime
    operator: Operator
    judge: Callable[[str], Verdict]
    last: datetime | None = None
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)

    @property
    def language(self) -> str:
        return self.contact.language

    def say(self, *says: Say, do: tuple[Effect, ...] = ()) -> "Turn":
        """The turn that says this, does that, and leaves the conversation where it is."""
        return Turn(self.conversation, says, do)


@dataclass(frozen=True, slots=True)
class Turn:
    """
    Everything one event leads to. Nothing has happened yet: the shell makes it so, in one transaction.

    One event has at most one reply (several bubbles, one request), so that it is sent whole or not at all, and for
    one reply token. When more must be known first, `query` says what and `then` decides with what was found.

    A `veiled` turn is what somebody does with a sealed report of theirs: nothing that is kept of it, the reply and the
    time included, may say who that was.
    """

    conversation: Conversation
    reply: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
    query: Query | None = None
    then: Callable[[Any], "Turn"] | None = None
    veiled: bool = False
