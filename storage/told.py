"""What coordinators and volunteers were told about a report: its words go once they were told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, and_, cast, delete, exists, false, or_, select

from storage.tables import alert_texts, alerts, outbox, reports

TOLD = timedelta(days=7)
"""How long the words of a note about a report are kept: an objection, who asks for help, what was found."""
OPEN = "open"


def forget_told(connection: Connection, ids: Sequence[str], number: str = "", name: str = "") -> None:
    """
    Drop the words of notes about these reports, and of those that say somebody's name; `number` is of a report that
    may be gone. What still waits to be sent keeps them until then (`forget_old_told`).
    """
    numbers = select(cast(reports.c.number, String)).where(reports.c.id.in_(ids))
    about = or_(alerts.c.report.in_([*ids, number] if number else list(ids)), alerts.c.report.in_(numbers))
    text = cast(alert_texts.c.message, String)
    said = alert_texts.c.alert.in_(select(alerts.c.id).where(about, _told()))
    names = and_(text.contains(name, autoescape=True), alert_texts.c.alert.in_(select(alerts.c.id).where(_told())))
    connection.execute(delete(alert_texts).where(or_(said, names if name else false())))


def forget_old_told(connection: Connection, now: datetime, limit: int) -> int:
    """The words of notes about reports that are a week old: how many notes, at most `limit`."""
    old = select(alerts.c.id).where(
        alerts.c.created_at < now - TOLD, _told(), exists().where(alert_texts.c.alert == alerts.c.id)
    )
    ids = connection.execute(old.limit(limit)).scalars().all()
    if ids:
        connection.execute(delete(alert_texts).where(alert_texts.c.alert.in_(ids)))
    return len(ids)


def _told() -> ColumnElement[bool]:
    """A note about a report that waits for nobody any more."""
    waits = exists().where(outbox.c.alert == alerts.c.id, outbox.c.state == "queued")
    return and_(alerts.c.report != "", alerts.c.state != OPEN, ~waits)
