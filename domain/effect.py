"""What a handler can ask for. Each effect is applied in the transaction that saves the turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.duty import Roster
from domain.effect_alert import (
    Acknowledge,
    AnswerCall,
    AnswerZero,
    AskSecond,
    EndDispatch,
    KeepCampaign,
    LinkGroup,
    Looked,
    PauseAlert,
    Raise,
    Rehearse,
    ResumeAlert,
    SendOut,
    SettleSecond,
    StopAlert,
    UnlinkGroup,
)
from domain.message import Say
from domain.report import Status
from domain.verdict import Indicator, Word


@dataclass(frozen=True, slots=True)
class FileReport:
    """Keep a new report. Its number becomes the fact `number`."""

    id: str
    kind: str
    answers: Mapping[str, Any]
    text: str = ""
    area: str = ""
    lat: float | None = None
    lon: float | None = None
    urgent: bool = False
    sensitive: bool = False
    withheld: bool = False
    media: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @property
    def sealed(self) -> bool:
        """Whether its words, files and reporter are kept encrypted, and open only to whoever may look."""
        return self.sensitive or self.withheld


@dataclass(frozen=True, slots=True)
class AddToReport:
    """Something more to a report: `kind` is "added" (its reporter), "note" (staff) or "reply" (to the reporter)."""

    report: str
    kind: str
    text: str = ""
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetStatus:
    report: str
    status: Status


@dataclass(frozen=True, slots=True)
class Assign:
    report: str
    contact: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something to one other person, in their language, by lane `reply`; never twice for one cause."""

    contact: str
    say: Say


@dataclass(frozen=True, slots=True)
class TellKeeper:
    """
    Say what an alert says to whoever has this report just now; to the alert's whole audience while nobody has.

    Who serves no longer, may not see it any more, or cannot be written to has none.
    """

    report: str
    alert: Alert


@dataclass(frozen=True, slots=True)
class TellReporter:
    """Say something to whoever made a report, without anyone needing to know who that is."""

    report: str
    say: Say


@dataclass(frozen=True, slots=True)
class Agree:
    """They consent to our keeping what they report, in the words of that version."""

    version: str


@dataclass(frozen=True, slots=True)
class Speak:
    language: str


@dataclass(frozen=True, slots=True)
class Live:
    """This is where they live: a DOPA code."""

    area: str


@dataclass(frozen=True, slots=True)
class Mute:
    """They blocked us: write to them no more."""


@dataclass(frozen=True, slots=True)
class Unmute:
    pass


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Whether they want the awareness messages."""

    on: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """From now on they serve by this."""

    roster: Roster


@dataclass(frozen=True, slots=True)
class MakeInvite:
    """A one-time code for a role in an area. It becomes the facts `code`, `telegram_link` and `line_link`."""

    role: Role
    area: str
    days: int = 7


@dataclass(frozen=True, slots=True)
class Redeem:
    """Use a code: it can never be used again. `pending` waits for a coordinator's approval."""

    invite: str
    role: Role
    area: str
    name: str
    pending: bool


@dataclass(frozen=True, slots=True)
class Approve:
    """A coordinator lets a volunteer in, or not."""

    contact: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Block:
    """
    Whoever made this report may send none for now, or again; nobody needs to know who that is.

    `report` is "" when the asker finds none of that number: it ends a block only where there is none any more.
    """

    report: str
    number: int
    on: bool


@dataclass(frozen=True, slots=True)
class Appeal:
    """They have objected to being blocked; once is all."""


@dataclass(frozen=True, slots=True)
class Demote:
    """Back to resident."""

    contact: str


@dataclass(frozen=True, slots=True)
class AskOpening:
    """Ask whoever of an audience may agree to open who made a report, but never the one who asks; nothing opens yet."""

    id: str
    report: str
    reason: str
    audience: Audience
    say: Say


@dataclass(frozen=True, slots=True)
class SettleOpening:
    """
    The second one's word. A yes opens it: the account becomes the fact `identity`, and is told to the first one, too.

    `shown` is said to the first one, `told` to the reporter.
    """

    id: str
    report: str
    by: str
    yes: bool
    shown: Say
    told: Say | None


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """
    Give a sealed report a receipt, in place of the one it had.

    It becomes the facts `receipt`, sixteen digits or what to type to get them, and `receipt_file`, a picture or "".
    """

    report: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class DropMedia:
    """The person took this message back: what we kept of it goes."""

    message: str


@dataclass(frozen=True, slots=True)
class FetchMedia:
    """Get this from the channel before the channel forgets it."""

    id: str
    kind: str
    ref: str
    channel: str
    message: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """
    Someone looked or changed something: who is the contact of the turn; `what` is a verb, `on` an id.

    `by` stands in the contact's place where the log must not say who: "reporter".
    """

    what: str
    on: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """They were told this word of these links, numbers or accounts: when it changes, they hear of it."""

    indicators: tuple[Indicator, ...]
    word: Word


@dataclass(frozen=True, slots=True)
class Decide:
    """
    A coordinator's word on an indicator, by its key: "dangerous", "cleared", or "proposed" (to clear it).

    `correction` is said once to everybody who asked about it of late and was told otherwise.
    """

    indicator: str
    word: str
    reason: str = ""
    correction: Say | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """This group has been warned of these indicators today, by their keys."""

    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowDoor:
    """Where our private chat is: it becomes the fact `link`, a line with an address, or "" where none is known."""


@dataclass(frozen=True, slots=True)
class Export:
    """Write these reports as a file for the asker; it becomes the fact `file`."""

    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MyData:
    """Write all that is held about them as a file for them; it becomes the facts `file` and `link`."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase them, but for what `domain.query.Held` counts as staying."""


Effect = (
    FileReport
    | AddToReport
    | SetStatus
    | Assign
    | Tell
    | TellKeeper
    | TellReporter
    | Agree
    | Speak
    | Live
    | Mute
    | Unmute
    | Subscribe
    | LinkGroup
    | UnlinkGroup
    | Duty
    | Acknowledge
    | SendOut
    | AnswerCall
    | Looked
    | EndDispatch
    | AnswerZero
    | MakeInvite
    | Redeem
    | Approve
    | Block
    | Appeal
    | Demote
    | Raise
    | StopAlert
    | PauseAlert
    | ResumeAlert
    | Rehearse
    | AskSecond
    | SettleSecond
    | AskOpening
    | SettleOpening
    | NewReceipt
    | KeepCampaign
    | DropMedia
    | FetchMedia
    | Audit
    | Asked
    | Decide
    | Answered
    | ShowDoor
    | Export
    | MyData
    | Erase
)
