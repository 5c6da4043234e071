"""What is due in the outbox, as SELECTs: built once, run several times a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, or_, select

from domain.alert import LANES, Lane
from domain.delivery import ALONE, LEASE
from storage.tables import Utc, outbox


@dataclass(frozen=True, slots=True)
class Apart:
    """How long one chat is left in peace between two messages. A Telegram group's id is negative, a person's is not."""

    person: timedelta = timedelta()
    group: timedelta = timedelta()


def any_due(connection: Connection, channel: str, lanes: Sequence[Lane], now: datetime) -> bool:
    """Whether anything in these lanes is due: a look that takes and changes nothing."""
    return any(connection.execute(_ANY, place(channel, each, now)).first() for each in lanes)


ROW = tuple(
    outbox.c[name]
    for name in (
        *("id", "channel", "address", "lane", "state", "tries", "due", "message", "alert", "language"),
        *("reply_token", "batch", "expires", "note", "created_at", "rides"),
    )
)
"""What must be known of a delivery to send it."""

# Statements that are run several times a second are built once, and get their values at each run: building one costs
# SQLAlchemy many times what running it costs the database.
_DUE = and_(
    outbox.c.state == "queued",
    outbox.c.channel == bindparam("channel"),
    outbox.c.lane == bindparam("lane"),
    outbox.c.due <= bindparam("now", type_=Utc),
)
_ANY = select(outbox.c.id).where(_DUE).limit(1)


def place(channel: str, lane: Lane, now: datetime) -> dict[str, Any]:
    """The values of `_DUE`."""
    return {"channel": channel, "lane": LANES[lane], "now": now}


def page(channel: str, lane: Lane, now: datetime, limit: int, apart: Apart, newest: bool) -> tuple[Any, dict[str, Any]]:
    """A SELECT of what is due, and its values."""
    values = place(channel, lane, now) | {"room": limit}
    if not (apart.person or apart.group):
        return _pages(False, newest), values
    values |= {"person": now - apart.person, "group": now - apart.group, "leased": now + LEASE}
    values |= {"person_leased": now + LEASE - apart.person, "group_leased": now + LEASE - apart.group}
    return _pages(True, newest), values


@cache
def _pages(apart: bool, newest: bool) -> Select[Any]:
    due = and_(_DUE, ~_just_written_to()) if apart else _DUE
    order = outbox.c.due.desc() if newest else outbox.c.due
    return select(*ROW).where(due).order_by(order).limit(bindparam("room")).with_for_update(skip_locked=True)


def _just_written_to() -> ColumnElement[bool]:
    """
    Whether another message for the same chat left, or was taken, a moment ago, by whichever process.

    When it was taken can be read from its lease, which began `LEASE` before it ends.
    """
    other, time = outbox.alias("other"), partial(bindparam, type_=Utc)
    in_group = outbox.c.address.like("-%")
    since = case((in_group, time("group")), else_=time("person"))
    leased = case((in_group, time("group_leased")), else_=time("person_leased"))
    here = and_(other.c.channel == outbox.c.channel, other.c.address == outbox.c.address, other.c.id != outbox.c.id)
    sent = exists().where(here, other.c.settled_at > since)
    taken = exists().where(
        here,
        other.c.settled_at.is_(None),  # which is to say queued, but found by the chat's index and not the queue's
        other.c.tries > 0,
        other.c.due > leased,
        other.c.due <= time("leased"),
    )
    return or_(sent, taken)


_TOGETHER = and_(_DUE, outbox.c.alert != "", outbox.c.batch != ALONE, outbox.c.reply_token == "")
HEAD = select(outbox.c.alert, outbox.c.language, outbox.c.batch).where(_TOGETHER).order_by(outbox.c.due).limit(1)
# All of them, and in one order, waiting for whoever holds some: half a batch under the same key would be taken by the
# platform for the whole of it.
BATCH = select(*ROW).where(_DUE, outbox.c.batch == bindparam("batch")).order_by(outbox.c.id).with_for_update()
FRESH = (
    select(*ROW)
    .where(
        _TOGETHER,
        outbox.c.batch == "",
        outbox.c.alert == bindparam("alert"),
        outbox.c.language == bindparam("language"),
    )
    .order_by(outbox.c.due)
    .limit(bindparam("many"))
    .with_for_update(skip_locked=True)
)
