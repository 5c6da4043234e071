"""Forgetting on time: what was pasted and not reported, photos without a report, files handed out, old event ids."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, and_, cast, delete, or_, select, update

from storage.asked import forget_asked
from storage.audit import prune
from storage.erasing import erase_rest
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


def forget(connection: Connection, now: datetime, kept: Retention = KEPT) -> int:
    """Forget what is due, at most a page of each so that nobody waits: how much that was. Call until it gives 0."""
    of_all = _pasted(connection, now) + _loose(connection, now) + _events(connection, now)
    asked, log = forget_asked(connection, now, kept.asked), prune(connection, now, kept.audit)
    of_all += forget_guesses(connection, now)
    return of_all + asked + erase_rest(connection) + log


def _pasted(connection: Connection, now: datetime) -> int:
    """
    What was pasted, and reports begun by people who never consented, in conversations that went quiet.

    One who is speaking right now is locked, and seen to next time.
    """
    kept_as = cast(contacts.c.conversation, String)
    begun = and_(contacts.c.consent == "", contacts.c.role == 0, kept_as.contains('"answers"'))
    quiet = (contacts.c.seen_at < now - PASTED, or_(kept_as.contains('"heard"'), begun))
    rows = connection.execute(
        select(contacts.c.id, contacts.c.role, contacts.c.consent, contacts.c.conversation)
        .where(*quiet)
        .limit(PAGE)
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
