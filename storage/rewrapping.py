"""Changing the deployment's key: everything under the new one, a page at a time; safe to kill at any time."""

import base64
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, delete, func, insert, select, update

from storage.keys import ID, SEALED, Keys, keys_of
from storage.sealing import (
    body_of,
    contact_of,
    home_marks,
    lock_of,
    mark_media_anew,
    owner_marks,
    quiet_tambon,
    unwrap,
    wrap,
)
from storage.store import Store
from storage.tables import blobs, contacts, media, outbox, reports
from storage.tables_sealing import receipts, seal_keys, sealed

PAGE = 100
"""Rows a transaction: whoever is answered meanwhile waits for one page at most."""
FILES = 5
"""The same of files, of some megabytes each."""
PASSES = 2
"""Whoever was writing under the old key during the first has ended at the second."""

Tick = Callable[[int], object]


def nothing(many: int) -> None:
    """Nobody looks on."""


async def rewrap(store: Store, now: datetime, tick: Tick = nothing) -> int:
    """
    Put everything under the first key: how many reports that were. Done twice, the second finds nothing to do.

    Data keys are wrapped anew, and what finds somebody's own reports is made anew; conversations, messages that wait
    and files that belong to no report are sealed anew. Each page is a transaction that locks its rows before it reads
    them, so what somebody says meanwhile is kept. `tick` is told how many reports a page had. Raises Unopened when
    something is under a key that is not there: then what is done is done, and the old key is still needed.
    """
    many = 0
    for _ in range(PASSES):
        while some := await store.write(_reports, bulk=True):
            tick(some)
            many += some
        for page in (_conversations, _messages, _files):
            after = ""
            while after := await store.write(partial(page, after=after), bulk=True):
                pass
    return many + await store.write(partial(_end, now=now))


def left(connection: Connection) -> int:
    """How many reports are not under the first key."""
    keys = keys_of(connection)
    return sum(_old(keys, kept) for kept in connection.execute(select(sealed.c.key)).scalars())


def under(connection: Connection) -> dict[str, int]:
    """How many reports are under each key, by its id."""
    found: dict[str, int] = {}
    for kept in connection.execute(select(sealed.c.key)).scalars():
        found[kept[:ID].hex()] = found.get(kept[:ID].hex(), 0) + 1
    return found


def _old(keys: Keys, kept: bytes) -> bool:
    return kept[:ID] != keys.current.id


def _end(connection: Connection, now: datetime) -> int:
    """
    The database is at the first key from now on: how many reports were left to do.

    Whoever seals one holds `seal_keys` until they are done (`require_current`): none comes in between.
    """
    keys, many = keys_of(connection), 0
    connection.execute(select(seal_keys).with_for_update()).all()
    while some := _reports(connection):
        many += some
    connection.execute(delete(seal_keys).where(seal_keys.c.id != keys.current.name))
    if connection.execute(select(seal_keys.c.id)).first() is None:
        connection.execute(insert(seal_keys).values(id=keys.current.name, current=True, since=now))
    return many


def _reports(connection: Connection) -> int:
    """A page of reports that are under an older key: how many. Nobody can erase whoever made one meanwhile."""
    keys = keys_of(connection)
    head = func.substr(sealed.c.key, 1, ID, type_=LargeBinary)
    due = select(reports.c.id).join(sealed, sealed.c.report == reports.c.id).where(head != keys.current.id)
    ids = connection.execute(due.order_by(reports.c.id).limit(PAGE).with_for_update(of=reports)).scalars().all()
    for id in ids:
        _rewrap(connection, keys, id)
    return len(ids)


def _rewrap(connection: Connection, keys: Keys, report: str) -> None:
    mine = sealed.c.report == report
    wrapped = connection.execute(select(sealed.c.key).where(mine).with_for_update()).scalar_one()
    row = connection.execute(select(reports).where(reports.c.id == report)).one()
    lock = lock_of(connection, report)
    if lock is None or not _old(keys, wrapped):
        return
    contact, quiet = contact_of(connection, lock), quiet_tambon(row, body_of(connection, row, lock))
    values: dict[str, Any] = {
        "key": wrap(keys.current, report, unwrap(keys, report, wrapped)),
        "home": home_marks(keys, quiet)[0] if quiet else "",
    }
    if contact:
        values["owner"] = owner_marks(keys, contact)[0]
    connection.execute(update(sealed).where(mine).values(values))
    mark_media_anew(connection, lock)
    head = connection.execute(select(receipts.c.head).where(receipts.c.report == report).with_for_update()).scalar()
    if head is not None:
        tag = keys.mark("receipt", lock.open("receipt", head).decode())
        connection.execute(update(receipts).where(receipts.c.report == report).values(tag=tag))


def _conversations(connection: Connection, after: str) -> str:
    return _reseal(connection, contacts, contacts.c.conversation, "conversation\n{}", after)


def _messages(connection: Connection, after: str) -> str:
    return _reseal(connection, outbox, outbox.c.message, "outbox\n{}", after)


def _reseal(connection: Connection, table: Table, column: Any, place: str, after: str) -> str:
    """A page of a JSON column, sealed anew where it is under an older key: the last id, "" when it is the last page."""
    keys = keys_of(connection)
    page = select(table.c.id, column.label("kept")).where(column.is_not(None), table.c.id > after)
    rows = connection.execute(page.order_by(table.c.id).limit(PAGE).with_for_update()).all()
    for id, kept in rows:
        hidden = (kept or {}).get(SEALED)
        if hidden and _old(keys, base64.b64decode(hidden)):
            where = place.format(id)
            anew = {**kept, **keys.seal_json(where, keys.open_json(where, kept))}
            connection.execute(update(table).where(table.c.id == id).values({column.name: anew}))
    return rows[-1].id if len(rows) == PAGE else ""


def _files(connection: Connection, after: str) -> str:
    """A page of the files that belong to no report, as `_reseal`."""
    keys = keys_of(connection)
    ours = select(media.c.id).where(media.c.sealed, media.c.report.is_(None), media.c.id > after)
    ids = connection.execute(ours.order_by(media.c.id).limit(FILES).with_for_update()).scalars().all()
    head = func.substr(blobs.c.bytes, 1, ID, type_=LargeBinary).label("head")
    for id, kept in connection.execute(select(blobs.c.id, head).where(blobs.c.id.in_(ids))).all():
        if _old(keys, bytes(kept)):
            data = connection.execute(select(blobs.c.bytes).where(blobs.c.id == id)).scalar_one()
            anew = keys.seal(f"media {id}\n", keys.open(f"media {id}\n", data))
            connection.execute(update(blobs).where(blobs.c.id == id).values(bytes=anew))
    return ids[-1] if len(ids) == FILES else ""
