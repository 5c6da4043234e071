"""Photos, voices and files: wanted, fetched, kept outside any web root, and dropped when taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, update

from domain.effect import FetchMedia
from storage.keys import Unopened, keys_of
from storage.outbox import insert_into
from storage.sealing import (
    Lock,
    contact_of,
    hour,
    lock_of,
    loose_file,
    message_marks,
    opened_file,
    opened_loose,
    opened_source,
    sealed_file,
    sealed_ref,
)
from storage.tables import blobs, media

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
WAITS = tuple(timedelta(seconds=s) for s in (5, 20, 60, 300, 1800, 7200))
"""Before each new try. LINE does not say how long it keeps content, so the first tries come quickly."""
MOST = len(WAITS) + 1
"""Tries in all."""


ENDINGS = {"audio/mp4": ".m4a", "video/mp4": ".mp4"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something still to be fetched from its channel."""

    id: str
    channel: str
    ref: str
    kind: str
    name: str
    tries: int
    contact: str = ""
    veiled: bool = False

    @property
    def spent(self) -> bool:
        """
        Whether it was tried as often as it may be, and nobody came back to say how the last try went.

        They were killed over it, perhaps by it: what was tried once more each time the program starts could kill it
        for ever.
        """
        return self.tries > MOST


@dataclass(frozen=True, slots=True)
class Kept:
    """What we keep of a photo, voice or file."""

    id: str
    kind: str
    name: str
    mime: str
    bytes: bytes


def want(connection: Connection, fetch: FetchMedia, contact: str, now: datetime) -> None:
    """Ask for something to be fetched; once."""
    row = {
        "id": fetch.id,
        "contact": contact,
        "channel": fetch.channel,
        "message": fetch.message,
        "ref": fetch.ref[:400],
        "kind": fetch.kind,
        "name": fetch.name[:120],
        "due": now,
        "at": now,
    }
    connection.execute(insert_into(connection, media).values(row).on_conflict_do_nothing())


def claim_wanted(connection: Connection, now: datetime, limit: int = 8) -> list[Wanted]:
    """Take some that are due; nobody else gets them until the lease runs out. What is `spent` is to be given up."""
    due = (
        select(media.c.id)
        .where(media.c.state == "wanted", media.c.due <= now)
        .order_by(media.c.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(due).scalars())
    if not ids:
        return []
    taken = update(media).where(media.c.id.in_(ids)).values(due=now + LEASE, tries=media.c.tries + 1)
    rows = connection.execute(taken.returning(media))
    return [_wanted(connection, row) for row in rows]


def _wanted(connection: Connection, row: Row[Any]) -> Wanted:
    plain = Wanted(row.id, row.channel, row.ref, row.kind, row.name, row.tries, row.contact or "")
    if not row.sealed:
        return plain
    try:
        lock = _lock(connection, row)
        source = opened_source(lock, row.id, row.ref)
        return replace(plain, ref=source.ref, name=source.name, contact=contact_of(connection, lock), veiled=True)
    except Unopened as error:
        log.warning("not fetched: not opened", id=row.id, why=str(error))
        return plain


def keep(connection: Connection, id: str, name: str, mime: str, data: bytes) -> None:
    """
    Keep the bytes, unless the person took the message back meanwhile; encrypted, but in a report that is not sealed.

    It may have become a report's while the bytes were fetched, and have another id since.
    """
    ids = (id, *keys_of(connection).hiddens("media", id))
    wanted = select(media).where(media.c.id.in_(ids), media.c.state == "wanted")
    row = connection.execute(wanted.with_for_update()).first()
    if row is None:
        return
    name = name[:120]
    values: dict[str, Any] = {"state": "kept", "size": len(data), "mime": mime, "name": name, "ref": ""}
    if row.sealed:
        lock = _lock(connection, row)
        data = sealed_file(lock, row.id, name, data)
        values |= {"name": "", "channel": "", "ref": _known_by(lock, row)}
    elif row.report is None:
        at = hour(row.at)
        data = loose_file(keys_of(connection), row.id, name, data)
        values |= {"name": "", "sealed": True, "at": at, "due": at}
    connection.execute(update(media).where(media.c.id == row.id).values(values))
    connection.execute(insert_into(connection, blobs).values(id=row.id, bytes=data).on_conflict_do_nothing())


def _known_by(lock: Lock, row: Row[Any]) -> str:
    """What stays of a sealed file's source once it is fetched: whose message it was, for a change of key."""
    try:
        return sealed_ref(lock, row.id, opened_source(lock, row.id, row.ref)._replace(ref="", name=""))
    except Unopened:
        return ""


def belong(connection: Connection, ids: Sequence[str], report: str, at: datetime) -> None:
    """Make files a report's own that is not sealed, in this order: what is there already is opened for it."""
    if not ids:
        return
    keys = keys_of(connection)
    mine = select(media).where(media.c.id.in_(ids), media.c.report.is_(None)).order_by(media.c.id)
    for row in connection.execute(mine.with_for_update()).all():
        values: dict[str, Any] = {"report": report, "at": at + timedelta(microseconds=ids.index(row.id))}
        hidden = connection.execute(select(blobs.c.bytes).where(blobs.c.id == row.id)).scalar() if row.sealed else None
        if hidden is not None:
            try:
                name, data = opened_loose(keys, row.id, hidden)
            except Unopened as error:
                log.warning("file not opened", id=row.id, why=str(error))
                values |= {"state": "lost", "note": "changed"}
            else:
                values |= {"name": name, "sealed": False}
                connection.execute(update(blobs).where(blobs.c.id == row.id).values(bytes=data))
        connection.execute(update(media).where(media.c.id == row.id).values(values))


def _lock(connection: Connection, row: Row[Any]) -> Lock:
    """The key of the report that a sealed file belongs to. Raises Unopened."""
    lock = lock_of(connection, row.report or "")
    if lock is None:
        raise Unopened(f"media {row.id} belongs to no sealed report")
    return lock


def put_off(connection: Connection, wanted: Wanted, why: str, now: datetime) -> bool:
    """Try again later, or give up after the last wait: whether it was given up now."""
    if wanted.tries >= MOST:
        return give_up(connection, wanted.id, why)
    values = {"due": now + WAITS[wanted.tries - 1], "note": why[:200]}
    connection.execute(update(media).where(media.c.id == wanted.id, media.c.state == "wanted").values(values))
    return False


def give_up(connection: Connection, id: str, why: str) -> bool:
    """It will never be had: whether that is news, for it may have been taken back meanwhile."""
    lost = update(media).where(media.c.id == id, media.c.state == "wanted").values(state="lost", note=why[:200])
    return connection.execute(lost).rowcount == 1


def drop_message(connection: Connection, channel: str, message: str, contact: str) -> int:
    """A message was taken back by its sender: what we kept of it goes. How many went."""
    if not message:
        return 0
    plain = and_(media.c.channel == channel, media.c.message == message, media.c.contact == contact)
    marks = message_marks(keys_of(connection), contact, channel, message)
    either = or_(plain, and_(media.c.sealed, media.c.message.in_(marks)))
    dropped = update(media).where(either).values(state="dropped", size=0, ref="", name="")
    ids = list(connection.execute(dropped.returning(media.c.id)).scalars())
    connection.execute(delete(blobs).where(blobs.c.id.in_(ids)))
    return len(ids)


def drop(connection: Connection, where: ColumnElement[bool]) -> int:
    """
    Files that are to go altogether: how many. Whoever is just keeping one ends before, or finds it gone.
    """
    ids = list(connection.execute(delete(media).where(where).returning(media.c.id)).scalars())
    connection.execute(delete(blobs).where(blobs.c.id.in_(ids)))
    return len(ids)


def put_file(
    connection: Connection, id: str, contact: str | None, name: str, mime: str, data: bytes, now: datetime
) -> None:
    """Keep a file of our own making (an export, a QR picture) for somebody to be sent; encrypted, for a day."""
    row = {
        "id": id,
        "contact": contact,
        "channel": "",
        "ref": "",
        "kind": "file",
        "name": name,
        "mime": mime,
        "state": "kept",
        "size": len(data),
        "due": now,
        "at": now,
        "sealed": True,
    }
    hidden = keys_of(connection).seal(f"media {id}\n", data)
    connection.execute(insert_into(connection, media).values(row).on_conflict_do_nothing())
    connection.execute(insert_into(connection, blobs).values(id=id, bytes=hidden).on_conflict_do_nothing())


def states(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """What `domain.query.FindFiles` promises."""
    rows = connection.execute(select(media.c.id, media.c.state, media.c.mime).where(media.c.id.in_(ids)))
    there = {row.id: row for row in rows}
    found: dict[str, str] = {}
    for id in ids:
        state = str(there[id].state) if id in there else "dropped"
        looked = _looked_at(connection, id) if state == "kept" else state
        found[id + _ending(there[id].mime) if looked == "kept" else id] = looked
    return found


def _ending(mime: str) -> str:
    """Behind the id of what is no picture: whoever shows it must not show it as one."""
    return "" if mime.startswith("image/") else ENDINGS.get(mime, ".bin")


def _looked_at(connection: Connection, id: str) -> str:
    try:
        return "kept" if read(connection, id) else "broken"
    except Unopened as error:
        log.warning("file not opened", id=id, why=str(error))
        return "broken"


def read(connection: Connection, id: str) -> Kept | None:
    """
    What we keep under an id; None when it is not (or no longer, or not yet) there.

    Raises Unopened for what does not open, or is longer or shorter than it was.
    """
    joined = select(media, blobs.c.bytes).join(blobs, blobs.c.id == media.c.id).where(media.c.id == id)
    row = connection.execute(joined).first()
    if row is None:
        return None
    name, data = row.name, row.bytes
    if row.sealed and row.report:
        name, data = opened_file(_lock(connection, row), row.id, data)
    elif row.sealed and row.channel:
        name, data = opened_loose(keys_of(connection), row.id, data)
    elif row.sealed:
        data = keys_of(connection).open(f"media {row.id}\n", data)
    if len(data) != row.size:
        raise Unopened(f"media {row.id} is {len(data)} bytes, and was {row.size}")
    return Kept(row.id, row.kind, name, row.mime, data)
