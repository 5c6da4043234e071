"""Forgetting on time: what was pasted and not reported, photos without a report, files handed out, old event ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, and_, cast, delete, or_, select, update

from storage.asked import forget_asked
from storage.audit import prune
from storage.erasing import erase_rest, find_rest
from storage.people import open_conversation, seal_conversation
from storage.receipts import forget_guesses
from storage.retaining import KEPT, Retention
from storage.tables import blobs, contacts, inbox, media

PASTED = timedelta(hours=1)
"""As `about.privacy` in texts/ tells people."""
LOOSE = timedelta(days=7)
"""A photo nobody made a report of: as long as somebody may come back to a report they began."""
MADE = timedelta(days=1)
"""A file we made for someone (an export, a QR picture)."""
EVENTS = timedelta(days=30)
"""Platforms redeliver for a day at most (Telegram: 24 h; LINE does not say); a month is beyond doubt."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class Old:
    """What is due, and takes a while to find among many people: ids of contacts, and of deliveries."""

    conversations: Sequence[str]
    messages: Sequence[str]


def find_old(connection: Connection, now: datetime) -> Old:
    """A page of it. For a transaction that only reads: on SQLite whoever writes would wait for this."""
    pasted = select(contacts.c.id).where(_quiet(now)).limit(PAGE)
    return Old(connection.execute(pasted).scalars().all(), find_rest(connection, PAGE))


def forget(connection: Connection, now: datetime, kept: Retention = KEPT, old: Old | None = None) -> int:
    """
    Forget what is due, at most a page of each so that nobody waits: how much that was. Call until it gives 0.

    `old` is what `find_old` found just before; without it, it is looked for now.
    """
    old = old or find_old(connection, now)
    of_all = _pasted(connection, old.conversations, now) + _loose(connection, now) + _events(connection, now)
    asked, log = forget_asked(connection, now, kept.asked), prune(connection, now, kept.audit)
    of_all += forget_guesses(connection, now)
    return of_all + asked + erase_rest(connection, old.messages) + log


def _quiet(now: datetime) -> ColumnElement[bool]:
    """Conversations that went quiet and hold what was pasted, or a report begun by somebody who never consented."""
    kept_as = cast(contacts.c.conversation, String)
    begun = and_(contacts.c.consent == "", contacts.c.role == 0, kept_as.contains('"answers"'))
    return and_(contacts.c.seen_at < now - PASTED, or_(kept_as.contains('"heard"'), begun))


def _pasted(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """
    Take it out of those of these that are still quiet.

    One who is speaking right now is locked, and seen to next time.
    """
    rows = connection.execute(
        select(contacts.c.id, contacts.c.role, contacts.c.consent, contacts.c.conversation)
        .where(contacts.c.id.in_(ids), _quiet(now))
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        one = open_conversation(connection, row)
        agreed = row.consent or row.role
        kept = seal_conversation(connection, row.id, replace(one, heard=()) if agreed else one.idle())
        connection.execute(update(contacts).where(contacts.c.id == row.id).values(conversation=kept))
    return len(rows)


def _loose(connection: Connection, now: datetime) -> int:
    made = and_(media.c.channel == "", media.c.at < now - MADE)
    gone = and_(media.c.report.is_(None), or_(media.c.at < now - LOOSE, made))
    ids = list(connection.execute(select(media.c.id).where(gone).limit(PAGE)).scalars())
    if ids:
        connection.execute(delete(blobs).where(blobs.c.id.in_(ids)))
        connection.execute(delete(media).where(media.c.id.in_(ids)))
    return len(ids)


def _events(connection: Connection, now: datetime) -> int:
    old = select(inbox.c.channel, inbox.c.event).where(inbox.c.at < now - EVENTS).limit(PAGE)
    rows = connection.execute(old).all()
    for channel, event in rows:
        connection.execute(delete(inbox).where(inbox.c.channel == channel, inbox.c.event == event))
    return len(rows)
