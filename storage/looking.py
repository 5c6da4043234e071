"""Running what a handler asked to be looked up."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.query import (
    CountAudience,
    CountReports,
    FindAlerts,
    FindAnswered,
    FindApprovals,
    FindCall,
    FindCampaigns,
    FindCover,
    FindFiles,
    FindForecast,
    FindHeld,
    FindIndicator,
    FindInvite,
    FindOpening,
    FindPeople,
    FindReached,
    FindReceipt,
    FindReport,
    FindReports,
    FindResponses,
    FindRosters,
    FindSilences,
    FindSpeaker,
    FindSummary,
    FindZero,
    PlanAlert,
    Query,
)
from domain.report import Report
from storage.alerts import find_alerts
from storage.approvals import find_approvals, plan
from storage.asked import find_answered
from storage.audience import count_audience, cover
from storage.campaigns import find_campaigns
from storage.dispatching import called, find_call
from storage.erasing import what_is_held
from storage.forecast import forecast
from storage.indicators import record
from storage.invites import find_invite
from storage.keeping import people_for
from storage.media import states
from storage.openings import find_opening
from storage.people import contact_id, find_rosters, reach
from storage.receipts import Proof, find_receipt
from storage.reports import find_report, report
from storage.responses import responses
from storage.search import count_reports, find_reports
from storage.steering import reached
from storage.summary import summary
from storage.zeros import find_zero, silences


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports, and how many there are in all."""

    reports: tuple[Report, ...]
    total: int


def look_up(connection: Connection, query: Query, now: datetime, proof: Proof | None = None) -> Any:
    """What `domain.query` promises for each kind of query. Raises Unproved for a receipt that comes without proof."""
    match query:
        case FindReports():
            rows, total = find_reports(connection, query)
            return Page(tuple(report(row) for row in rows), total)
        case CountReports():
            return count_reports(connection, query)
        case FindFiles(ids):
            return states(connection, ids)
        case FindReport(number, scope, opened):
            one = find_report(connection, number, scope, opened, held=True)
            return replace(one, called=called(connection, one.id)) if one else None
        case FindInvite(code):
            return find_invite(connection, code, now)
        case FindPeople():
            return people_for(connection, query)
        case FindRosters(area):
            return find_rosters(connection, area)
        case CountAudience(audience, but):
            return count_audience(connection, audience, but)
        case FindCover(audience):
            return cover(connection, audience)
        case PlanAlert(alert):
            found = plan(connection, alert)
            return replace(found, month=forecast(connection, now)) if found.line else found
        case FindSummary(scope, since, kinds):
            return summary(connection, scope, since, now, kinds)
        case FindForecast():
            return forecast(connection, now)
        case FindApprovals(area, id):
            return find_approvals(connection, area, id, now)
        case FindAlerts():
            return find_alerts(
                connection, query.area, query.id, query.limit, followed=query.followed, composed=query.composed
            )
        case FindReached(alert):
            return reached(connection, alert)
        case FindCall(dispatch, contact):
            return find_call(connection, dispatch, contact)
        case FindResponses(area, since, exercise):
            return responses(connection, area, since, exercise=exercise)
        case FindZero():
            return find_zero(connection, query)
        case FindSilences(area):
            return silences(connection, area, now)
        case FindCampaigns(area):
            return find_campaigns(connection, area)
        case FindIndicator(key, by):
            return record(connection, key, by, now)
        case FindAnswered(group, keys):
            return find_answered(connection, group, keys, now)
        case FindSpeaker(address):
            speaker = reach(connection, contact_id(address))
            return speaker[0] if speaker else None
        case FindOpening(id, scope):
            return find_opening(connection, id, scope, now)
        case FindReceipt():
            return find_receipt(connection, query, proof, now)
        case FindHeld(contact):
            return what_is_held(connection, contact)
