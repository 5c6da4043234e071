"""Making so what is decided of alerts, campaigns, dispatches and groups that are there already."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.effect_alert import (
    Acknowledge,
    AnswerCall,
    AnswerZero,
    EndDispatch,
    KeepCampaign,
    LinkGroup,
    Looked,
    PauseAlert,
    ResumeAlert,
    SendOut,
    SettleSecond,
    StopAlert,
    UnlinkGroup,
)
from storage import acks, alerts, approvals, campaigns, dispatching, groups, steering, zeros

Steering = (
    Acknowledge
    | AnswerCall
    | AnswerZero
    | EndDispatch
    | KeepCampaign
    | LinkGroup
    | Looked
    | PauseAlert
    | ResumeAlert
    | SendOut
    | SettleSecond
    | StopAlert
    | UnlinkGroup
)
STEERING = Steering.__args__


def steer(connection: Connection, effect: Steering, me: str, words: Callable[..., Any], now: datetime) -> None:
    """Make one of these effects so, for whoever (`me`) asked for it; doing it twice is doing it once."""
    match effect:
        case SettleSecond(id, state):
            approvals.settle(connection, id, state, me, now)
        case StopAlert(alert):
            alerts.stop_alert(connection, alert)
        case PauseAlert(alert):
            steering.pause_alert(connection, alert)
        case ResumeAlert(alert):
            steering.resume_alert(connection, alert)
        case KeepCampaign(campaign):
            campaigns.keep_campaign(connection, campaign)
        case Acknowledge(alert, answer):
            acks.acknowledge(connection, alert, me, answer, now)
        case SendOut() | AnswerCall() | Looked() | EndDispatch():
            dispatching.apply(connection, effect, me, words, now)
        case AnswerZero(week, word):
            zeros.answer(connection, me, week, word, now)
        case LinkGroup(area, by):
            groups.link(connection, me, area, by, now)
        case UnlinkGroup():
            groups.unlink(connection, me)
