"""A day in somebody's area, for the morning."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from domain.alert import LANES
from domain.contact import Role
from domain.query import CountReports, Filter, Scope
from domain.reached import MEANT, reason
from domain.report import Status
from domain.summary import OVERDUE, Counts, Summary
from storage.forecast import forecast
from storage.search import count_reports, within
from storage.tables import outbox, reports

KINDS, INDICATORS = 20, 3
PLACES = 5
WAITS = (Status.NEW.value, Status.OPEN.value)


def summary(
    connection: Connection, scope: Scope, since: datetime, until: datetime, among: tuple[str, ...] = ()
) -> Summary:
    """
    What happened between two times within somebody's scope, and what is left to do; new are those of kinds `among`.

    A volunteer's holds counts of reports and nothing else.
    """
    new = Filter(kinds=among, since=since, until=until, scope=scope)
    kinds = count_reports(connection, CountReports(new, "kind", KINDS))
    areas = count_reports(connection, CountReports(new, "area", PLACES))
    if scope.role < Role.COORDINATOR:
        return Summary(kinds, areas)
    waits, overdue = _waiting(connection, scope, until)
    month = forecast(connection, until)
    return Summary(
        kinds,
        areas,
        waits,
        overdue,
        count_reports(connection, CountReports(new, "indicator", INDICATORS)),
        _failed(connection, scope.area, since, until),
        month if month.line else None,
    )


def _waiting(connection: Connection, scope: Scope, until: datetime) -> tuple[int, int]:
    """How many reports wait for a decision, and how many of them nobody has touched for days."""
    late = func.sum(case((reports.c.changed < until - OVERDUE, 1), else_=0))
    waits = select(func.count(), late).where(*within(connection, scope), reports.c.status.in_(WAITS))
    many, overdue = connection.execute(waits).one()
    return many, overdue or 0


def _failed(connection: Connection, area: str, since: datetime, until: datetime) -> Counts:
    """Deliveries of alerts within an area that did not arrive, by reason, most first."""
    rows = connection.execute(
        select(outbox.c.state, outbox.c.note, func.count())
        .where(
            outbox.c.state.in_(("refused", "gone")),
            outbox.c.lane.in_(LANES.values()),
            outbox.c.settled_at >= since,
            outbox.c.settled_at < until,
            outbox.c.alert != "",
            outbox.c.note.not_in(MEANT),
            outbox.c.area.startswith(area, autoescape=True),
        )
        .group_by(outbox.c.state, outbox.c.note)
    )
    reasons: Counter[str] = Counter()
    for state, note, many in rows:
        reasons[_reason(state, note)] += many
    return tuple(reasons.most_common())


def _reason(state: str, note: str) -> str:
    if state == "gone":
        return "gone"
    found = reason(note)
    return found if found in ("expired", "month") else "refused"
