"""The signs that messages still come and go: the daily canary, when a channel was last heard, LINE's month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from domain.alert import LANES
from domain.contact import Contact, Role
from domain.delivery import Delivery
from domain.ids import derived
from domain.message import Address, Outgoing
from domain.plan import Figure
from domain.reached import OURS
from storage.approvals import figure
from storage.outbox import FINAL, queue
from storage.people import contact
from storage.tables import contacts, figures, inbox, outbox

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Song:
    """A canary on its way: since when, its state, and when that was settled."""

    begun: datetime
    state: str
    settled: datetime | None


@dataclass(frozen=True, slots=True)
class Signs:
    """
    What is known of one channel. `heard` is when somebody last wrote, None if nobody ever did;
    `changed` is when the limit of its month last became another, with what it was before. `tries` is how many
    deliveries were tried within the last hour, and `failed` how many of them the channel refused or put off.
    """

    heard: datetime | None = None
    song: Song | None = None
    month: Figure | None = None
    before: int | None = None
    changed: datetime | None = None
    tries: int = 0
    failed: int = 0


def song_id(channel: str, day: str) -> str:
    return derived("canary", channel, day)


def sing(connection: Connection, to: Address, day: str, words: Outgoing, now: datetime) -> bool:
    """Queue a channel's canary of a day, ahead of all else; whether it was not there yet."""
    return queue(connection, [Delivery(song_id(to.channel, day), to, words, now, lane="urgent")], now) == 1


def signs(connection: Connection, channel: str, days: Iterable[str], now: datetime) -> Signs:
    """What is known of a channel; the canary is that of the first of these days that has one."""
    song = None
    for day in days:
        row = connection.execute(select(outbox).where(outbox.c.id == song_id(channel, day))).first()
        if row is not None:
            song = Song(row.created_at, row.state, row.settled_at)
            break
    kept = connection.execute(select(figures).where(figures.c.channel == channel)).first()
    before, changed = (kept.before, kept.changed_at) if kept is not None else (None, None)
    return Signs(
        _heard(connection, channel),
        song,
        figure(connection, channel),
        before,
        changed,
        *_tried(connection, channel, now),
    )


def _heard(connection: Connection, channel: str) -> datetime | None:
    """When somebody last wrote; beyond the month for which we know every event, when whoever wrote last was seen."""
    event = select(func.max(inbox.c.at, type_=inbox.c.at.type)).where(inbox.c.channel == channel)
    person = select(func.max(contacts.c.seen_at, type_=contacts.c.seen_at.type)).where(contacts.c.channel == channel)
    at: datetime | None = connection.execute(event).scalar() or connection.execute(person).scalar()
    return at


def _tried(connection: Connection, channel: str, now: datetime) -> tuple[int, int]:
    """How many deliveries were tried within the hour, and how many of them failed, for good or for now."""
    refused = and_(outbox.c.state == "refused", outbox.c.note.not_in(OURS))
    again = and_(outbox.c.state == "queued", outbox.c.note != "")
    mine = (
        outbox.c.state.in_((*FINAL, "queued")),
        outbox.c.channel == channel,
        outbox.c.lane.in_(LANES.values()),
        outbox.c.due >= now - HOUR,  # what was taken within the hour has its lease here: it ends a minute later
        outbox.c.tries > 0,
    )
    counted = select(func.count(), func.sum(case((or_(refused, again), 1), else_=0))).where(
        *mine, or_(outbox.c.state.in_(("sent", "gone")), refused, again)
    )
    tries, failed = connection.execute(counted).one()
    return tries, failed or 0


def sound(
    connection: Connection,
    cause: str,
    channel: str,
    words: Callable[[str], Outgoing],
    now: datetime,
    *,
    everywhere: bool = False,
) -> int:
    """
    Tell coordinators on the other channels of a trouble, once for one `cause`: how many were not told of it yet.

    Where none of them is on another channel, those on this one are told: it may still work. `everywhere` tells all.
    """
    staff = [contact(row) for row in connection.execute(_staff())]
    elsewhere = [who for who in staff if who.address.channel not in (channel, "web") and not everywhere] or staff
    return sum(queue(connection, [_alarm(who, cause, words, now)], now, contact=who.id) for who in elsewhere)


def _alarm(who: Contact, cause: str, words: Callable[[str], Outgoing], now: datetime) -> Delivery:
    return Delivery(derived("alarm", cause, who.id), who.address, words(who.language), now, lane="reply")


def _staff() -> Select[Any]:
    serves = contacts.c.role.in_((Role.COORDINATOR.value, Role.ADMIN.value))
    return select(contacts).where(serves, ~contacts.c.muted, ~contacts.c.is_group).order_by(contacts.c.id)
