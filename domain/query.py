"""What a handler may ask to be looked up before it decides."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.duty import Roster
from domain.message import Address


@dataclass(frozen=True, slots=True)
class Filter:
    """
    Which reports are meant. Empty parts do not narrow.

    `channels` are where a report came from, `areas` DOPA prefixes; `since` and `until` are UTC, `until` exclusive;
    `texts` must all occur, folded, in any order; `assignee` is a contact id or its beginning; `sort` is "new", "old"
    or "urgent". `scope` is the asker's own area and role, put there by the handler and never by the query's words.
    """

    kinds: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    texts: tuple[str, ...] = ()
    assignee: str = ""
    urgent: bool | None = None
    sort: str = "new"
    scope: "Scope" = field(default_factory=lambda: Scope(Role.RESIDENT, "", ""))


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see: residents their own, volunteers what is not sensitive in their area, and so on up."""

    role: Role
    area: str
    contact: str


@dataclass(frozen=True, slots=True)
class FindReports:
    """Found: `Page(reports, total)`."""

    filter: Filter
    limit: int = 5
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CountReports:
    """
    Found: a tuple of `(value, count)`, most first. `by` is "kind", "area", "status", "day" or "indicator".

    Counting by "" gives one row.
    """

    filter: Filter
    by: str = ""
    limit: int = 15


@dataclass(frozen=True, slots=True)
class FindFiles:
    """Found: by id (with an ending if no picture), "kept", "wanted", "lost", "dropped", or "broken": not as kept."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindReport:
    """
    Found: the `Report`, or None when there is none of that number within the scope.

    A sealed one is opened only for whoever looks into it, or whose it is: then with `opened`.
    """

    number: int
    scope: Scope
    opened: bool = False


@dataclass(frozen=True, slots=True)
class FindInvite:
    """Found: `Invite`, or None when the code is unknown, used or expired: one answer, so that nothing is learnt."""

    code: str


@dataclass(frozen=True, slots=True)
class FindPeople:
    """Found: `Person`s who serve in an area, or wait to, by name or id (`text`); or those who may have a `report`."""

    area: str
    text: str = ""
    limit: int = 20
    report: str = ""


@dataclass(frozen=True, slots=True)
class FindRosters:
    """Found: a tuple of `(area, Roster)`, one for each volunteer who serves inside an area."""

    area: str


@dataclass(frozen=True, slots=True)
class CountAudience:
    """Found: a tuple of `(channel, language, people)`, without the contact with the id `but`."""

    audience: Audience
    but: str = ""


Cover = Literal["here", "near", "nobody"]


@dataclass(frozen=True, slots=True)
class FindCover:
    """
    Found: `Cover`, whom an audience of coordinators is.

    "here": those who serve its place; "near": where none do, those nearest; "nobody": there are none at all.
    """

    audience: Audience


@dataclass(frozen=True, slots=True)
class PlanAlert:
    """Found: the `Plan` of an alert if it were sent now; an update's people are those who got the first."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class FindApprovals:
    """
    Found: a tuple of `Approval`s for alerts within an area, newest first: the one with this id, or all that wait.

    They are this turn's until it ends, so that two who decide at once decide one after the other.
    """

    area: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class FindAlerts:
    """
    Found: a tuple of `(Alert, Progress)`, newest first, of the ones told within an area; or just one by its id.

    `followed` finds with it what followed it. `composed` leaves out what the bot itself tells of reports and people.
    """

    area: str
    id: str = ""
    limit: int = 5
    followed: bool = False
    composed: bool = False


@dataclass(frozen=True, slots=True)
class FindReached:
    """Found: the `domain.reached.Reached` of an alert."""

    alert: str


@dataclass(frozen=True, slots=True)
class FindCall:
    """
    Found: the `domain.dispatch.Call` of this contact in a dispatch, or None when they were not asked.

    It is this turn's until it ends, so that of two who answer at once one is the first.
    """

    dispatch: str
    contact: str


@dataclass(frozen=True, slots=True)
class FindResponses:
    """Found: a tuple of `domain.dispatch.Response`s by area, of what was asked since then; exercises or not."""

    area: str
    since: datetime
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class FindZero:
    """Found: the week ("2026-11-22") in which a volunteer was last asked the weekly question, or None."""

    contact: str


@dataclass(frozen=True, slots=True)
class FindSilences:
    """Found: a tuple of `domain.zero.Silence`s, of all volunteers inside an area who were asked, by area and name."""

    area: str


@dataclass(frozen=True, slots=True)
class FindCampaigns:
    """Found: a tuple of `Campaign`s."""

    area: str = ""


@dataclass(frozen=True, slots=True)
class FindIndicator:
    """Found: the `Record` of an indicator, by its key; `by` is the contact id of who asks."""

    key: str
    by: str


@dataclass(frozen=True, slots=True)
class FindAnswered:
    """Found: a frozenset of those of these indicators' keys that a group was warned of today, in Thailand."""

    group: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindSpeaker:
    """Found: the `Contact` at this address, or None: for who speaks in a group."""

    address: Address


@dataclass(frozen=True, slots=True)
class FindSummary:
    """Found: the `Summary` of what happened within a scope since then; of these `kinds` only, if any are named."""

    scope: Scope
    since: datetime
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindForecast:
    """Found: the `Forecast` of LINE's month."""


@dataclass(frozen=True, slots=True)
class FindOpening:
    """Found: the `Opening` that waits under this id, or None when it does not, or its report is out of the scope."""

    id: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class FindReceipt:
    """Found: the `Report`, opened, that these digits are the receipt of; None for none, and for too many tries."""

    digits: str
    contact: str


@dataclass(frozen=True, slots=True)
class FindHeld:
    """Found: `Held`, what erasing this contact would do to their reports."""

    contact: str


Query = (
    FindReports
    | CountReports
    | FindFiles
    | FindReport
    | FindInvite
    | FindPeople
    | FindRosters
    | CountAudience
    | FindCover
    | PlanAlert
    | FindApprovals
    | FindAlerts
    | FindReached
    | FindCall
    | FindResponses
    | FindZero
    | FindSilences
    | FindCampaigns
    | FindIndicator
    | FindAnswered
    | FindSpeaker
    | FindForecast
    | FindSummary
    | FindOpening
    | FindReceipt
    | FindHeld
)


@dataclass(frozen=True, slots=True)
class Opening:
    """That a coordinator, by their contact's id, asks to know who made a report."""

    id: str
    report: str
    number: int
    by: str


@dataclass(frozen=True, slots=True)
class Held:
    """How many reports go altogether with their reporter, and how many stay without: a coordinator has taken them."""

    gone: int = 0
    stays: int = 0


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time code, by its id; the code itself is kept nowhere."""

    id: str
    role: Role
    area: str
    by: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who serves, as their coordinator sees them: never their account."""

    id: str
    short: str
    name: str
    role: Role
    area: str
    roster: Roster
    pending: bool
    channel: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert has got: deliveries by state."""

    queued: int = 0
    sent: int = 0
    refused: int = 0
    gone: int = 0
    acknowledged: int = 0

    @property
    def total(self) -> int:
        return self.queued + self.sent + self.refused + self.gone


A_FEW = -1
"""Stands for one or two people: a number so small is never said, for it can tell who it was."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a coordinator decided of an indicator and why; by which role, never who."""

    word: str
    role: Role
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """
    What is known of one indicator, fit to be read aloud.

    `week`, `month` and `people` count different people who reported it in 7 days, in 30 days and ever (`A_FEW`: one
    or two). `first` is when the first did, and `districts` are (4-digit code, people) where at least three did, most
    first; both empty for a few. `elsewhere` says that some did in other places. `word` is what is decided now, ""
    when nobody has; `lists` name the imported lists that hold it. `proposed` says who waits for a second voice to
    clear it: "" nobody, "you" or "other". `many` says that clearing it takes two people.
    """

    key: str
    people: int = 0
    month: int = 0
    week: int = 0
    first: datetime | None = None
    districts: tuple[tuple[str, int], ...] = ()
    elsewhere: bool = False
    word: str = ""
    decisions: tuple[Decision, ...] = ()
    lists: tuple[str, ...] = ()
    proposed: str = ""
    many: bool = False
