"""What rides along on an answer: taken with the reply that carries it, settled with it, or back in its place."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from domain.alert import BILLED, LANES
from domain.contact import Contact
from domain.delivery import ABOARD, ALONE, Delivery, Gone, Outcome, Sent
from domain.message import Address, Outgoing
from storage.keys import Unopened, keys_of
from storage.message import read_message, unpacked, written_message
from storage.sealing import day
from storage.steering import PAUSED
from storage.tables import Utc, alert_texts, alerts, contacts, outbox

RODE = "rode"
"""The note of what arrived with an answer: nothing was billed for it."""
LOOKED_AT = 3
LOCAL = timedelta(hours=7)
"""Thailand is UTC+7 all year: which day's cap it is."""

WAITS: ColumnElement[bool] = and_(
    or_(*(contacts.c.channel == each for each in BILLED)),
    exists().where(
        # By the chat's index and not the queue's; what is not settled is queued.
        outbox.c.channel == contacts.c.channel,
        outbox.c.address == contacts.c.address,
        outbox.c.settled_at.is_(None),
        outbox.c.lane >= LANES["routine"],
    ),
).label("waits")
"""Whether anything may ride on the next answer to a contact: a part of the statement that loads them."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A delivery that rides: its id, and what it says."""

    id: str
    message: Outgoing


_other, _lesson = outbox.alias("other"), alerts.alias("lesson")
_TODAY = (
    select(func.count())
    .select_from(_other.join(_lesson, _lesson.c.id == _other.c.alert))
    .where(
        _other.c.channel == outbox.c.channel,
        _other.c.address == outbox.c.address,
        _other.c.settled_at >= bindparam("midnight", type_=Utc),
        _other.c.state == "sent",
        _other.c.lane >= LANES["routine"],
        _lesson.c.report == "",
    )
    .scalar_subquery()
)
_NEXT = (
    select(outbox.c.id, outbox.c.message, alert_texts.c.message.label("words"), outbox.c.alert, _TODAY.label("today"))
    .select_from(
        outbox.outerjoin(alerts, alerts.c.id == outbox.c.alert).outerjoin(
            alert_texts,
            and_(alert_texts.c.alert == outbox.c.alert, alert_texts.c.language == outbox.c.language),
        )
    )
    .where(
        outbox.c.channel == bindparam("channel"),
        outbox.c.address == bindparam("address"),
        outbox.c.settled_at.is_(None),
        outbox.c.lane >= LANES["routine"],
        outbox.c.tries == 0,
        outbox.c.batch == "",
        outbox.c.due < ABOARD,
        or_(outbox.c.expires.is_(None), outbox.c.expires > bindparam("now", type_=Utc)),
        func.coalesce(alerts.c.state, "") != "stopped",
        func.coalesce(alerts.c.pause, "") != PAUSED,
    )
    .order_by(outbox.c.lane, outbox.c.due)
    .limit(LOOKED_AT)
    .with_for_update(of=outbox, skip_locked=True)
)
_BOARD = update(outbox).where(outbox.c.id == bindparam("ride")).values(due=ABOARD)


def board(
    connection: Connection, to: Contact, fits: Callable[[Outgoing], bool], cap: int, now: datetime
) -> Ride | None:
    """
    Take the most pressing thing that waits for somebody and `fits`, to leave with the reply that is being queued.

    What a worker holds, was tried already or fell off once is left alone, and so are lessons past the day's `cap` (0
    is none). One statement, and one more when something rides: call it only for who `waits`.
    """
    midnight = datetime.combine((now + LOCAL).date(), datetime.min.time(), UTC) - LOCAL
    where = {"channel": to.address.channel, "address": to.address.id, "now": now, "midnight": midnight}
    for row in connection.execute(_NEXT, where).all():
        if cap and row.alert and row.today >= cap:
            continue
        message = _says(connection, row, to.address)
        if message is not None and fits(message):
            connection.execute(_BOARD, {"ride": row.id})
            return Ride(row.id, message)
    return None


def _says(connection: Connection, row: Any, to: Address) -> Outgoing | None:
    """What a row says; None for one that has no words, or whose words do not open."""
    if row.message is None:
        return unpacked(row.words) if row.words is not None else None
    with suppress(Unopened):
        return read_message(keys_of(connection), row.id, to.id, row.message)[1]
    return None


def settle(connection: Connection, replies: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
    """What became of these replies becomes of what rode on them; `outcome` is written down in their rows already."""
    carrying = [reply for reply in replies if reply.rides]
    if not carrying:
        return
    match outcome:
        case Sent():
            arrived(connection, [reply.rides for reply in carrying], now)
        case Gone(moved) if not moved:
            gone = update(outbox).where(outbox.c.id.in_([reply.rides for reply in carrying]))
            connection.execute(gone.where(outbox.c.due == ABOARD).values(state="gone", note="gone", settled_at=now))
        case _:
            fell_off(connection, [reply.id for reply in carrying], now)


def arrived(connection: Connection, rides: Sequence[str], now: datetime) -> None:
    """
    These have arrived with an answer, whatever was thought of them meanwhile.

    Only the day is kept: to the second it would say when somebody wrote (docs/decisions/0018).
    """
    if rides:
        words = case((outbox.c.alert == "", null()), else_=outbox.c.message)
        there = {"state": "sent", "note": RODE, "due": day(now), "settled_at": day(now), "message": words}
        connection.execute(update(outbox).where(outbox.c.id.in_(rides)).values(there))


def put_down(connection: Connection, reply: Delivery, why: str, now: datetime) -> None:
    """
    A platform refused a reply with something on it: it may be the rider's fault, so the reply is tried once more alone.

    Not when somebody else has taken the reply over meanwhile.
    """
    alone = update(outbox).where(outbox.c.id == reply.id, outbox.c.state == "queued", outbox.c.tries == reply.tries)
    answer = written_message(keys_of(connection), replace(reply, message=replace(reply.message, along=())))
    note = f"without its ride: {why}"[:200]
    if connection.execute(alone.values(message=answer, rides="", due=now, note=note)).rowcount:
        _back(connection, outbox.c.id == reply.rides, now)


def fell_off(connection: Connection, replies: Sequence[str], now: datetime) -> None:
    """What rode on those of these replies that were given up waits again."""
    if replies:
        lost = outbox.alias("lost")
        theirs = select(lost.c.rides).where(lost.c.id.in_(replies), lost.c.state == "refused", lost.c.rides != "")
        _back(connection, outbox.c.id.in_(theirs), now)


def _back(connection: Connection, whose: ColumnElement[bool], now: datetime) -> None:
    """Back to when it was due: at its alert's deadline, or when it expires if that is the only way it may go."""
    deadline = select(alerts.c.deadline).where(alerts.c.id == outbox.c.alert).scalar_subquery()
    due = case(
        (outbox.c.lane == LANES["lazy"], outbox.c.expires),
        else_=func.coalesce(deadline, literal(now, Utc), type_=outbox.c.due.type),
    )
    waits = update(outbox).where(whose, outbox.c.state == "queued", outbox.c.due == ABOARD)
    connection.execute(waits.values(due=due, batch=ALONE, note="fell off"))


def give_up(connection: Connection, address: Address, now: datetime, *, topics: bool) -> None:
    """Nothing that waits here leaves any more, to who has gone; of `topics` only, to who wants no more of them."""
    waits = update(outbox).where(
        outbox.c.channel == address.channel,
        outbox.c.address == address.id,
        outbox.c.settled_at.is_(None),
        outbox.c.lane >= LANES["routine"],
        outbox.c.tries == 0,
    )
    if topics:
        about = select(alerts.c.id).where(alerts.c.audience["topic"].as_string().cast(String) != "")
        waits = waits.where(outbox.c.alert.in_(about))
    state, note = ("refused", "opted out") if topics else ("gone", "gone")
    connection.execute(waits.values(state=state, note=note, settled_at=now))
