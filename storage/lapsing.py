"""Giving up what is too late to be sent, whether or not anybody would have taken it out of the outbox."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, null, select, update

from domain.alert import LANES
from storage.tables import outbox


def any_expired(connection: Connection, now: datetime) -> bool:
    """Whether something that waits has expired: a look that changes nothing."""
    return connection.execute(select(outbox.c.id).where(_expired(now)).limit(1)).first() is not None


def lapse(connection: Connection, now: datetime, limit: int = 500) -> int:
    """
    Refuse what waits and has expired, at most so many: how many that was.

    With the month's messages used up nobody takes routine, and what is lazy is never taken. It would be counted as
    waiting until the next month. What somebody is sending just now, or what rides on an answer, is left alone: it is
    due later.
    """
    old = select(outbox.c.id).where(_expired(now)).limit(limit)
    refused = update(outbox).where(outbox.c.id.in_(old.scalar_subquery()), _expired(now))
    why = case((outbox.c.lane == LANES["lazy"], "lapsed"), else_="expired")
    words = case((outbox.c.alert == "", null()), else_=outbox.c.message)
    done = refused.values(state="refused", note=why, settled_at=now, message=words)
    return connection.execute(done).rowcount


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(outbox.c.state == "queued", outbox.c.expires <= now, outbox.c.due <= now)
