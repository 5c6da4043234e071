"""What someone told us, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class Status(StrEnum):
    """Where a report stands. `WITHDRAWN` is the reporter's own doing; the rest is a coordinator's."""

    NEW = "new"
    OPEN = "open"
    CONFIRMED = "confirmed"
    NOTHING_FOUND = "nothing"
    HANDED_OVER = "handed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


DONE = frozenset({Status.CONFIRMED, Status.NOTHING_FOUND, Status.HANDED_OVER, Status.CLOSED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Note:
    """
    Something added to a report: by its reporter ("added"), by staff ("note"), or said to the reporter ("reply").

    "looked" is what a volunteer found who went to look, by its word ("nothing").
    "erased" is no words, but that its reporter had themselves erased, and "expired" that who it was is kept no longer:
    nobody is left to answer.
    """

    kind: str
    text: str
    at: datetime
    by: str = ""


Sought = Literal["open", "taken", "looked", "over"]
"""Nobody has taken it on yet · somebody has · somebody has been there · it is decided, nobody need go."""


@dataclass(frozen=True, slots=True)
class Called:
    """How the latest dispatch of a report stands: people asked, those of them who answered, and those who went."""

    state: Sought
    asked: int
    answered: int
    going: int


@dataclass(frozen=True, slots=True)
class Report:
    """
    One person's account of one thing.

    `number` is random and of six digits, so that it tells nobody how much is being reported. `answers` are the
    flow's, `text` is all of their words in one, for search. `reporter` is a contact id, "" when the reader may not
    know it. `withheld` reports are not told to anyone of the reporter's own village: of the tambon `quiet`, known
    once it is opened. Of a sealed one that was not opened there are no words, answers or exact place; `broken` says
    which part of it did not open, for it was changed.
    `called` is how volunteers who were asked to look answered, where it was looked up.
    """

    id: str
    number: int
    kind: str
    at: datetime
    status: Status = Status.NEW
    area: str = ""
    urgent: bool = False
    sensitive: bool = False
    withheld: bool = False
    text: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    reporter: str = ""
    assignee: str = ""
    media: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    changed: datetime | None = None
    called: Called | None = None
    quiet: str = ""
    broken: str = ""

    @property
    def sealed(self) -> bool:
        """Whether its words, files and reporter are kept encrypted."""
        return self.sensitive or self.withheld
