"""Which key a database is at: written down by the first process that has one, and asked before anything is sealed."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, delete, func, select, update

from storage.keys import Keys, KeyTrouble, keys_of
from storage.outbox import once
from storage.tables_sealing import seal_keys, sealed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KeyState:
    """The current key's id, since when it is that, when a copy of it was put apart, and how many reports are sealed."""

    id: str
    since: datetime
    noted_at: datetime | None
    reports: int


def state(connection: Connection) -> KeyState | None:
    """None while no key was ever used here."""
    row = connection.execute(select(seal_keys).where(seal_keys.c.current)).first()
    many = connection.execute(select(func.count()).select_from(sealed)).scalar_one()
    return KeyState(row.id, row.since, row.noted_at, many) if row else None


def note_copy(connection: Connection, now: datetime) -> bool:
    """Write down that whoever runs this has put a copy of the current key apart. Whether there is one."""
    noted = update(seal_keys).where(seal_keys.c.current).values(noted_at=now)
    return connection.execute(noted).rowcount == 1


def anything_sealed(connection: Connection) -> bool:
    return connection.execute(select(sealed.c.report).limit(1)).first() is not None


def check_in(connection: Connection, now: datetime) -> None:
    """
    Hold the database to the keys we have. A first key is written down; another than the one it is at is refused while
    any report is sealed. Raises KeyTrouble, with the remedy.
    """
    keys = keys_of(connection)
    known = connection.execute(select(seal_keys.c.id).where(seal_keys.c.current).with_for_update()).scalar()
    if known in _names(keys):
        return
    if known is not None and anything_sealed(connection):
        raise KeyTrouble(
            f"sealed reports here need the key {known}, and sealing.key is {keys.current.name}: put the right one back"
        )
    if known is not None:  # no report is sealed under it; whoever still has it must be given ours
        log.warning("another sealing key than before", before=known, now=keys.current.name)
    connection.execute(delete(seal_keys))
    connection.execute(once(connection, seal_keys), {"id": keys.current.name, "current": True, "since": now})


def require_current(connection: Connection) -> None:
    """
    Make sure that what is sealed now is sealed under a key the database is at; it stays so until the transaction ends.

    While the key is being changed this waits, and then sees the new one. Raises KeyTrouble.
    """
    keys, current = keys_of(connection), select(seal_keys.c.id).where(seal_keys.c.current)
    known = connection.execute(current.with_for_update(read=True)).scalar()
    if known is not None and known not in _names(keys):
        raise KeyTrouble(f"the database is at the sealing key {known}, which this process does not have")


def _names(keys: Keys) -> list[str]:
    return [key.name for key in keys.every]
