"""The signs that messages still come and go: the daily canary, when a channel was last heard, LINE's month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from domain.contact import Contact, Role
from domain.delivery import Delivery
from domain.ids import derived
from domain.message import Address, Outgoing
from domain.plan import Figure
from storage.approvals import figure
from storage.outbox import queue
from storage.people import contact
from storage.tables import contacts, figures, inbox, outbox


@dataclass(frozen=True, slots=True)
class Song:
    """A canary on its way: since when, its state, and when that was settled."""

    begun: datetime
    state: str
    settled: datetime | None


@dataclass(frozen=True, slots=True)
class Signs:
    """
    What is known of one channel. `heard` is when somebody last wrote, None if nobody did in the month we remember;
    `changed` is when the limit of its month last became another, with what it was before.
    """

    heard: datetime | None = None
    song: Song | None = None
    month: Figure | None = None
    before: int | None = None
    changed: datetime | None = None


def song_id(channel: str, day: str) -> str:
    return derived("canary", channel, day)


def sing(connection: Connection, to: Address, day: str, words: Outgoing, now: datetime) -> bool:
    """Queue a channel's canary of a day, ahead of all else; whether it was not there yet."""
    return queue(connection, [Delivery(song_id(to.channel, day), to, words, now, lane="urgent")], now) == 1


def signs(connection: Connection, channel: str, days: Iterable[str]) -> Signs:
    """What is known of a channel; the canary is that of the first of these days that has one."""
    heard = connection.execute(select(func.max(inbox.c.at, type_=inbox.c.at.type)).where(inbox.c.channel == channel))
    song = None
    for day in days:
        row = connection.execute(select(outbox).where(outbox.c.id == song_id(channel, day))).first()
        if row is not None:
            song = Song(row.created_at, row.state, row.settled_at)
            break
    kept = connection.execute(select(figures).where(figures.c.channel == channel)).first()
    before, changed = (kept.before, kept.changed_at) if kept is not None else (None, None)
    return Signs(heard.scalar(), song, figure(connection, channel), before, changed)


def sound(connection: Connection, cause: str, channel: str, words: Callable[[str], Outgoing], now: datetime) -> int:
    """
    Tell coordinators on the other channels of a trouble, once for one `cause`: how many were not told of it yet.

    Where none of them is on another channel, those on this one are told: it may still work.
    """
    staff = [contact(row) for row in connection.execute(_staff())]
    elsewhere = [who for who in staff if who.address.channel not in (channel, "web")] or staff
    return sum(queue(connection, [_alarm(who, cause, words, now)], now, contact=who.id) for who in elsewhere)


def _alarm(who: Contact, cause: str, words: Callable[[str], Outgoing], now: datetime) -> Delivery:
    return Delivery(derived("alarm", cause, who.id), who.address, words(who.language), now, lane="reply")


def _staff() -> Select[Any]:
    serves = contacts.c.role.in_((Role.COORDINATOR.value, Role.ADMIN.value))
    return select(contacts).where(serves, ~contacts.c.muted, ~contacts.c.is_group).order_by(contacts.c.id)
