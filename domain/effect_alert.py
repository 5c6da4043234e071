"""What a handler can ask for when people are told or asked something: alerts, campaigns, dispatches, groups."""

from dataclasses import dataclass

from domain.alert import Alert, Campaign
from domain.dispatch import Dispatch, Spoken
from domain.message import Say
from domain.plan import Approval, State


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """From now on this group is told what the residents of an area are; `by` is the contact id of who said so."""

    area: str
    by: str


@dataclass(frozen=True, slots=True)
class UnlinkGroup:
    """This group is told no alerts any more."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A volunteer has seen an alert, and says what they do: "seen", "warned", "going", "cant", "help"."""

    alert: str
    answer: str


@dataclass(frozen=True, slots=True)
class SendOut:
    """Ask the nearest volunteers on duty to look. The same id twice is one dispatch."""

    dispatch: Dispatch
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """What a volunteer who was asked to look answers: "going", "warned", "cant", "help"."""

    dispatch: str
    answer: str
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Looked:
    """What a volunteer found: "confirmed", "nothing", "handed"."""

    dispatch: str
    outcome: str


@dataclass(frozen=True, slots=True)
class EndDispatch:
    """A report is decided: nobody more is asked to look at it, and those on their way are told `over`."""

    report: str
    over: Say


@dataclass(frozen=True, slots=True)
class AnswerZero:
    """A volunteer's answer to the question of a week: "none", or "some" when they have something to report."""

    week: str
    answer: str


@dataclass(frozen=True, slots=True)
class Raise:
    """Tell an audience. The same id raised twice is one alert."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class StopAlert:
    """What has not left yet does not leave."""

    alert: str


@dataclass(frozen=True, slots=True)
class PauseAlert:
    """What has not left yet waits."""

    alert: str


@dataclass(frozen=True, slots=True)
class ResumeAlert:
    """What waits of a paused alert goes on."""

    alert: str


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Send an alert to whoever speaks, and to nobody else, just as it would reach people."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AskSecond:
    """
    Keep an alert until a second coordinator agrees, and ask those around its area: its text, then `say`.

    The same id asked again is the same alert, as it is now.
    """

    approval: Approval
    say: Say


@dataclass(frozen=True, slots=True)
class SettleSecond:
    """What was decided of an alert that waited."""

    approval: str
    state: State


@dataclass(frozen=True, slots=True)
class KeepCampaign:
    campaign: Campaign
