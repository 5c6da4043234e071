"""What is known before an alert leaves, and alerts that wait for a second coordinator's word."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from domain.alert import Alert
from domain.contact import Contact, Role, inside
from domain.plan import Approval, Figure, Plan, State
from storage.alerts import audience_of, audience_row, meant
from storage.audience import count_people
from storage.groups import count_groups
from storage.outbox import insert_into
from storage.people import contact
from storage.tables import approvals, contacts, figures


def plan(connection: Connection, alert: Alert) -> Plan:
    """Whom an alert would reach now, what LINE last said of its month, and how many could agree to it."""
    who = meant(alert, stopping=alert.type == "Cancel")
    people = count_people(connection, and_(who, ~contacts.c.is_group))
    groups = count_groups(connection, who) if alert.audience.groups or alert.references else ()
    return Plan(people, figure(connection, "line"), len(others(connection, alert)), groups)


def others(connection: Connection, alert: Alert) -> tuple[Contact, ...]:
    """Who may agree to an alert: coordinators whose area holds its area, without its author."""
    rows = connection.execute(
        select(contacts)
        .where(_over(alert.audience.area), ~contacts.c.muted, ~contacts.c.is_group, contacts.c.id != alert.by)
        .order_by(contacts.c.id)
    )
    return tuple(contact(row) for row in rows)


def keep_approval(connection: Connection, approval: Approval, now: datetime) -> None:
    """
    Keep an alert that waits; the same id again is the same one as it is now, waiting anew.

    One that was decided already stays decided.
    """
    row = {
        "id": approval.id,
        "alert": _packed(approval.alert),
        "area": approval.alert.audience.area,
        "mark": approval.mark,
        "state": approval.state,
        "by": approval.alert.by,
        "created_at": now,
        "expires": approval.expires,
        "settled_by": "",
    }
    new = insert_into(connection, approvals).values(row)
    changed = {name: row[name] for name in ("alert", "area", "mark", "expires")}
    waits = approvals.c.state == "waiting"
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed, where=waits))


def settle(connection: Connection, id: str, state: State, by: str, now: datetime) -> bool:
    """Write down what was decided of one that waits. Whether it did."""
    waits = update(approvals).where(approvals.c.id == id, approvals.c.state == "waiting")
    return connection.execute(waits.values(state=state, settled_by=by, settled_at=now)).rowcount == 1


def find_approvals(connection: Connection, area: str, id: str, now: datetime) -> tuple[Approval, ...]:
    """What `domain.query.FindApprovals` promises. (SQLite knows no row locks, but has one writer.)"""
    wanted = select(approvals).where(approvals.c.area.startswith(area, autoescape=True))
    if id:
        wanted = wanted.where(approvals.c.id == id)
    else:
        wanted = wanted.where(approvals.c.state == "waiting", approvals.c.expires > now)
    rows = connection.execute(wanted.order_by(approvals.c.created_at.desc(), approvals.c.id).with_for_update())
    return tuple(_approval(connection, row) for row in rows.all())


def keep_figure(connection: Connection, channel: str, limit: int | None, used: int, now: datetime) -> None:
    """Keep what a platform just said of its month; when its limit is another than it was, since when."""
    row: dict[str, Any] = {"channel": channel, "limit": limit, "used": used, "at": now}
    was = connection.execute(select(figures).where(figures.c.channel == channel).with_for_update()).first()
    if was is not None and was.limit != limit:
        row |= {"before": was.limit, "changed_at": now}
    new = insert_into(connection, figures).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["channel"], set_=row))


def figure(connection: Connection, channel: str) -> Figure | None:
    """What a platform last said of its month; None before it said anything."""
    row = connection.execute(select(figures).where(figures.c.channel == channel)).first()
    return Figure(row.limit, row.used, row.at) if row is not None else None


def _over(area: str) -> ColumnElement[bool]:
    """Coordinators who serve this area or a larger one around it; of an admin "" is everywhere."""
    around = ["", *(area[:digits] for digits in range(2, len(area) + 1, 2))]
    serves = contacts.c.role.in_((Role.COORDINATOR.value, Role.ADMIN.value))
    return and_(serves, contacts.c.area.in_(around))


def _approval(connection: Connection, row: Row[Any]) -> Approval:
    author = connection.execute(select(contacts).where(contacts.c.id == row.by)).first()
    serves = author is not None and author.role >= Role.COORDINATOR.value and inside(row.area, author.area)
    name = author.name if author is not None else ""
    alert = _unpacked(row.alert, row.by)
    return Approval(row.id, alert, row.mark, row.expires, row.state, name, serves, row.settled_by)


def _packed(alert: Alert) -> dict[str, Any]:
    plain = {name: getattr(alert, name) for name in PLAIN}
    onset = alert.onset.isoformat() if alert.onset else None
    return plain | {"words": dict(alert.words), "audience": audience_row(alert.audience), "onset": onset}


def _unpacked(row: Mapping[str, Any], by: str) -> Alert:
    plain = {name: row[name] for name in PLAIN if name in row}
    onset = datetime.fromisoformat(row["onset"]) if row.get("onset") else None
    return Alert(audience=audience_of(row["audience"]), words=row["words"], by=by, onset=onset, **plain)


PLAIN = (
    *("id", "lane", "status", "type", "references", "severity"),
    *("urgency", "certainty", "category", "event", "public"),
)
"""What of an alert is kept as it is; one that began to wait before an upgrade lacks what is newer."""
