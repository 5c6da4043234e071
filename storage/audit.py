"""Who looked at or changed what, and when: rows are only ever added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.tables import audit


def write_down(connection: Connection, who: str, what: str, on: str, detail: Mapping[str, Any], now: datetime) -> None:
    """Add one row. `who` is a contact id, or the name of a command-line user; never words of a report."""
    row = {"at": now, "who": who, "what": what, "on": on[:80], "detail": dict(detail)}
    connection.execute(insert(audit).values(row))


def trail(connection: Connection, on: str) -> list[tuple[datetime, str, str]]:
    """When, who, what: everything done to one thing, oldest first."""
    rows = connection.execute(select(audit).where(audit.c.on == on).order_by(audit.c.seq))
    return [(row.at, row.who, row.what) for row in rows]
