"""What anybody may read: the alerts that were composed for residents."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from domain.alert import Alert
from storage.alerts import load_alert, read_alerts
from storage.tables import alerts

MOST = 50
"""Alerts in the feed, the newest first."""
LATELY = timedelta(days=30)


def public_alerts(connection: Connection, now: datetime) -> tuple[Alert, ...]:
    """The newest public alerts of the last thirty days, also those that are over: their `expires` says so."""
    newest = select(alerts).where(_public(), alerts.c.created_at > now - LATELY)
    return read_alerts(connection, newest.order_by(alerts.c.created_at.desc(), alerts.c.id).limit(MOST))


def public_alert(connection: Connection, id: str) -> tuple[Alert, Alert | None] | None:
    """A public alert by its id, however old, with the one that it follows; None when there is none."""
    found: Sequence[Alert] = read_alerts(connection, select(alerts).where(_public(), alerts.c.id == id))
    if not found:
        return None
    first = found[0].references
    return found[0], load_alert(connection, first) if first else None


def _public() -> ColumnElement[bool]:
    """
    Composed for residents and real. One that was stopped is there only when its all-clear is: else it was a mistake.
    """
    after = alerts.alias("after")
    over = exists().where(after.c.references == alerts.c.id, after.c.type == "Cancel")
    real = and_(alerts.c.public, alerts.c.status == "Actual", alerts.c.report == "", alerts.c.campaign == "")
    return and_(real, or_(alerts.c.state != "stopped", over))
