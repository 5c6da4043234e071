"""Forgetting on time: what was pasted and not reported, photos without a report, files handed out, old event ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, String, and_, cast, delete, exists, or_, select, update

from domain.alert import BILLED, LANES
from domain.contact import CONSENT_VERSION, Role
from storage.asked import forget_asked
from storage.audit import prune
from storage.erasing import erase_rest, find_rest
from storage.media import drop
from storage.outbox import FINAL
from storage.people import heard_at, open_conversation, seal_conversation
from storage.receipts import forget_guesses
from storage.retaining import KEPT, Retention
from storage.tables import blobs, contacts, inbox, media, outbox
from storage.told import forget_old_told

PASTED = timedelta(hours=1)
"""As `about.privacy` in texts/ tells people."""
LOOSE = timedelta(days=7)
"""A photo nobody made a report of: as long as somebody may come back to a report they began."""
MADE = timedelta(days=1)
"""A file we made for someone (an export, a QR picture)."""
ANSWERED = timedelta(hours=2)
"""How long it is known that an answer left; what fails is counted over an hour (`storage.watching`)."""
LOOKED_BACK = timedelta(days=7)
"""After a longer standstill the rest goes with all other deliveries (`storage.outbox.purge`)."""
CHANNELS = ("line", "telegram", "web")
EVENTS = timedelta(days=30)
"""Platforms redeliver for a day at most (Telegram: 24 h; LINE does not say); a month is beyond doubt."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class Old:
    """
    What is due, and takes a while to find among many people: ids of contacts, of answers that left, of deliveries to
    people who were erased, of bytes without a file.
    """

    conversations: Sequence[str]
    answers: Sequence[str]
    messages: Sequence[str]
    strays: Sequence[str] = ()


def find_old(connection: Connection, now: datetime) -> Old:
    """A page of it. For a transaction that only reads: on SQLite whoever writes would wait for this."""
    # Since when it is quiet is encrypted, too. Few hold anything: whoever spoke within the hour.
    quiet = (row.id for row in connection.execute(_holding()) if heard_at(connection, row) < now - PASTED)
    answers = connection.execute(_answered(now).limit(PAGE)).scalars().all()
    bare = select(blobs.c.id).where(~exists().where(media.c.id == blobs.c.id)).limit(PAGE)
    strays = connection.execute(bare).scalars().all()
    return Old(list(islice(quiet, PAGE)), answers, find_rest(connection, PAGE), strays)


def forget(connection: Connection, now: datetime, kept: Retention = KEPT, old: Old | None = None) -> int:
    """
    Forget what is due, at most a page of each so that nobody waits: how much that was. Call until it gives 0.

    `old` is what `find_old` found just before; without it, it is looked for now.
    """
    old = old or find_old(connection, now)
    of_all = _pasted(connection, old.conversations, now) + _loose(connection, now) + _events(connection, now)
    asked, log = forget_asked(connection, now, kept.asked), prune(connection, now, kept.audit)
    of_all += forget_guesses(connection, now) + _answers(connection, old.answers) + _strays(connection, old.strays)
    return of_all + asked + erase_rest(connection, old.messages) + forget_old_told(connection, now, PAGE) + log


def _holding() -> Select[Any]:
    """Conversations that hold what was pasted, or a report begun by somebody who has not consented."""
    kept_as = cast(contacts.c.conversation, String)
    begun = and_(contacts.c.consent != CONSENT_VERSION, contacts.c.role == 0, kept_as.contains('"answers"'))
    parts = ("id", "role", "consent", "conversation", "seen_at")
    return select(*(contacts.c[part] for part in parts)).where(or_(kept_as.contains('"heard"'), begun))


def _pasted(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """
    Take it out of those of these that are still quiet.

    One who is speaking right now is locked, and seen to next time.
    """
    due = _holding().where(contacts.c.id.in_(ids)).with_for_update(skip_locked=True)
    gone = 0
    for row in connection.execute(due).all():
        one, at = open_conversation(connection, row), heard_at(connection, row)
        if at >= now - PASTED:
            continue
        kept = replace(one, heard=()) if row.consent == CONSENT_VERSION or row.role else one.idle()
        hidden = seal_conversation(connection, row.id, kept, at)
        connection.execute(update(contacts).where(contacts.c.id == row.id).values(conversation=hidden))
        gone += 1
    return gone


def _answered(now: datetime) -> Select[Any]:
    """
    That somebody was answered, and when to the second: it would say who spoke just before a note of a report left.

    Coordinators' answers stay: what they were told once a day or an hour is known by them. So do pushes on LINE, which
    are counted for the month.
    """
    steers = exists().where(contacts.c.id == outbox.c.contact, contacts.c.role >= Role.COORDINATOR.value)
    return select(outbox.c.id).where(
        outbox.c.state.in_(FINAL),
        outbox.c.channel.in_(CHANNELS),
        outbox.c.lane == LANES["reply"],
        outbox.c.due.between(now - LOOKED_BACK, now - ANSWERED),
        outbox.c.alert == "",
        or_(outbox.c.channel.not_in(BILLED), outbox.c.reply_token != ""),
        ~steers,
    )


def _answers(connection: Connection, ids: Sequence[str]) -> int:
    """Forget these; what was sent stays sent, so they need no second look."""
    return connection.execute(delete(outbox).where(outbox.c.id.in_(ids))).rowcount if ids else 0


def _loose(connection: Connection, now: datetime) -> int:
    made = and_(media.c.channel == "", media.c.at < now - MADE)
    gone = and_(media.c.report.is_(None), or_(media.c.at < now - LOOSE, made))
    return drop(connection, media.c.id.in_(select(media.c.id).where(gone).limit(PAGE)))


def _strays(connection: Connection, ids: Sequence[str]) -> int:
    """Bytes that no file is known to have any more: versions before this one could leave some on PostgreSQL."""
    return connection.execute(delete(blobs).where(blobs.c.id.in_(ids))).rowcount if ids else 0


def _events(connection: Connection, now: datetime) -> int:
    old = select(inbox.c.channel, inbox.c.event).where(inbox.c.at < now - EVENTS).limit(PAGE)
    rows = connection.execute(old).all()
    for channel, event in rows:
        connection.execute(delete(inbox).where(inbox.c.channel == channel, inbox.c.event == event))
    return len(rows)
