"""Changing the deployment's key: everything under the new one, in one transaction; safe to kill at any time."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from storage.keys import ID, SEALED, Keys, keys_of
from storage.sealing import body_of, contact_of, home_marks, lock_of, owner_marks, quiet_tambon, unwrap, wrap
from storage.tables import blobs, contacts, media, outbox, reports
from storage.tables_sealing import receipts, seal_keys, sealed

Tick = Callable[[], object]


def nothing() -> None:
    """Nobody looks on."""


def rewrap(connection: Connection, now: datetime, tick: Tick = nothing) -> int:
    """
    Put everything under the first key: how many reports that were. Done twice, the second finds nothing to do.

    Data keys are wrapped anew, and what finds somebody's own reports is made anew; conversations, messages that wait
    and files of a day are sealed anew. `tick` is called after each report. Raises Unopened when something is under a
    key that is not there: then nothing is changed.
    """
    keys = keys_of(connection)
    connection.execute(select(seal_keys).with_for_update()).all()
    old = [report for report, kept in connection.execute(select(sealed.c.report, sealed.c.key)) if _old(keys, kept)]
    for report in old:
        _rewrap(connection, keys, report)
        tick()
    _reseal(connection, keys, contacts, contacts.c.conversation, "conversation\n{}")
    _reseal(connection, keys, outbox, outbox.c.message, "outbox\n{}")
    _reseal_files(connection, keys)
    connection.execute(delete(seal_keys).where(seal_keys.c.id != keys.current.name))
    if connection.execute(select(seal_keys.c.id)).first() is None:
        connection.execute(insert(seal_keys).values(id=keys.current.name, current=True, since=now))
    return len(old)


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


def _rewrap(connection: Connection, keys: Keys, report: str) -> None:
    lock = lock_of(connection, report)
    row = connection.execute(select(reports).where(reports.c.id == report)).one()
    wrapped = connection.execute(select(sealed.c.key).where(sealed.c.report == report)).scalar_one()
    if lock is None:
        return
    contact, quiet = contact_of(connection, lock), quiet_tambon(row, body_of(connection, row, lock))
    values: dict[str, Any] = {
        "key": wrap(keys.current, report, unwrap(keys, report, wrapped)),
        "owner": owner_marks(keys, contact)[0] if contact else "",
        "home": home_marks(keys, quiet)[0] if quiet else "",
    }
    connection.execute(update(sealed).where(sealed.c.report == report).values(values))
    head = connection.execute(select(receipts.c.head).where(receipts.c.report == report)).scalar()
    if head is not None:
        tag = keys.mark("receipt", lock.open("receipt", head).decode())
        connection.execute(update(receipts).where(receipts.c.report == report).values(tag=tag))


def _reseal(connection: Connection, keys: Keys, table: Table, column: Any, place: str) -> None:
    """A JSON column, row by row, where it is sealed under an older key."""
    rows = connection.execute(select(table.c.id, column.label("kept")).where(column.is_not(None))).all()
    for id, kept in rows:
        hidden = (kept or {}).get(SEALED)
        if hidden and _old(keys, base64.b64decode(hidden)):
            where = place.format(id)
            anew = {**kept, **keys.seal_json(where, keys.open_json(where, kept))}
            connection.execute(update(table).where(table.c.id == id).values({column.name: anew}))


def _reseal_files(connection: Connection, keys: Keys) -> None:
    """Files of our own making, which belong to no report."""
    ours = select(media.c.id).where(media.c.sealed, media.c.report.is_(None))
    head = func.substr(blobs.c.bytes, 1, ID).label("head")
    for id, kept in connection.execute(select(blobs.c.id, head).where(blobs.c.id.in_(ours))).all():
        if _old(keys, bytes(kept)):
            data = connection.execute(select(blobs.c.bytes).where(blobs.c.id == id)).scalar_one()
            anew = keys.seal(f"media {id}\n", keys.open(f"media {id}\n", data))
            connection.execute(update(blobs).where(blobs.c.id == id).values(bytes=anew))
