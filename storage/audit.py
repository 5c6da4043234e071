"""Who looked at or changed what, and when: rows are only ever added, each sealed to the one before by a digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.outbox import once
from storage.tables import audit, audit_head

FIRST = "0" * 64
"""What the first row of all follows."""
KEPT = timedelta(days=730)
"""How long a row is kept: two years: who looked at what can be asked about long after, and no longer."""
PRUNED = "prune"
"""The row that signs for those dropped before it: how many, and the digest of the last of them."""
HEAD, PAGE = 1, 1000


# --- writing ---


def write_down(connection: Connection, who: str, what: str, on: str, detail: Mapping[str, Any], now: datetime) -> None:
    """
    Add one row. `who` is a contact id, or the name of a command-line user; never words of a report.

    The head of the chain is locked until the transaction ends: whoever has more to do does this last.
    """
    head = _lock(connection)
    on = on[:80]
    digest = link(head.hash, now, who, what, on, detail)
    row = {"at": now, "who": who, "what": what, "on": on, "detail": dict(detail)}
    connection.execute(insert(audit).values(row | {"previous": head.hash, "hash": digest}))
    connection.execute(
        update(audit_head).where(audit_head.c.id == HEAD).values(hash=digest, rows=audit_head.c.rows + 1)
    )


def link(previous: str, at: datetime, who: str, what: str, on: str, detail: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the digest before and the row as canonical JSON: keys sorted, UTC to the microsecond."""
    row = [previous, at.astimezone(UTC).isoformat(timespec="microseconds"), who, what, on, detail]
    plain = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _lock(connection: Connection) -> Row[*tuple[Any, ...]]:
    """The head of the chain, ours until the transaction ends. (On SQLite there is one writer anyway.)"""
    mine = select(audit_head).where(audit_head.c.id == HEAD).with_for_update()
    head = connection.execute(mine).first()
    if head is None:
        connection.execute(once(connection, audit_head), {"id": HEAD, "hash": FIRST, "rows": 0})
        head = connection.execute(mine).one()
    return head


def prune(connection: Connection, now: datetime, kept: timedelta = KEPT, limit: int = PAGE) -> int:
    """
    Drop the oldest rows once they are older than `kept`, at most `limit`; how many.

    A row of its own signs for them, so that `verify` knows where the chain now begins. What would be due within a day
    goes with them: one such row a day is enough.
    """
    oldest = select(audit.c.seq, audit.c.at, audit.c.hash).order_by(audit.c.seq)
    first = connection.execute(oldest.limit(1)).first()
    if first is None or first.at >= now - kept:
        return 0
    _lock(connection)
    rows = connection.execute(oldest.limit(limit)).all()
    old = list(takewhile(lambda row: row.at < now - kept + timedelta(days=1), rows))  # never one from the middle
    if not old:
        return 0
    write_down(connection, "program", PRUNED, "", {"rows": len(old), "last": old[-1].hash}, now)
    connection.execute(delete(audit).where(audit.c.seq <= old[-1].seq))
    connection.execute(update(audit_head).where(audit_head.c.id == HEAD).values(rows=audit_head.c.rows - len(old)))
    return len(old)


# --- reading ---


def trail(connection: Connection, on: str) -> list[tuple[datetime, str, str]]:
    """When, who, what: everything done to one thing, oldest first."""
    rows = connection.execute(select(audit).where(audit.c.on == on).order_by(audit.c.seq))
    return [(row.at, row.who, row.what) for row in rows]


@dataclass(frozen=True, slots=True)
class Sound:
    """Every row follows the one before it: how many there are, and the last one's digest."""

    rows: int
    head: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was written, by its number, and in a sentence what is wrong there."""

    seq: int
    why: str


def verify(connection: Connection, known: str = "") -> Sound | Broken:
    """
    Walk the whole chain. `known` is a digest noted down earlier: it must still be in the chain.

    Without such a note, somebody who rewrites every row from one on, and the head, is not found out: note it.
    """
    head = connection.execute(select(audit_head).where(audit_head.c.id == HEAD)).first()
    walk = _Walk(head.hash if head else FIRST, head.rows if head else 0, known)
    done = 0
    while rows := connection.execute(select(audit).where(audit.c.seq > done).order_by(audit.c.seq).limit(PAGE)).all():
        for row in rows:
            if broken := walk.step(row):
                return broken
            done = row.seq
    return walk.end()


class _Walk:
    """The chain so far, row by row, towards the head it should end at."""

    def __init__(self, head: str, rows: int, known: str) -> None:
        self.head, self.expected, self.known = head, rows, known
        self.last = self.before = self.anchor = self.signed = FIRST
        self.first = self.seq = self.rows = 0
        self.met: set[str] = {FIRST} & {head, known}

    def step(self, row: Row[*tuple[Any, ...]]) -> Broken | None:
        if not self.rows:
            self.first, self.anchor, self.last = row.seq, row.previous, row.previous
        if row.previous != self.last:
            return self._gap(row)
        if link(row.previous, row.at, row.who, row.what, row.on, row.detail) != row.hash:
            return Broken(row.seq, f"row {row.seq} was changed after it was written")
        if row.what == PRUNED:
            self.signed = str(row.detail.get("last", ""))
        self.before, self.last, self.seq = self.last, row.hash, row.seq
        self.met |= {row.hash, row.previous} & {self.head, self.known}
        self.rows += 1
        return None

    def _gap(self, row: Row[*tuple[Any, ...]]) -> Broken:
        if self.rows > 1 and row.previous == self.before:
            return Broken(self.seq, f"row {self.seq} was put in afterwards: row {row.seq} does not know of it")
        where = f"between row {self.seq} and row {row.seq}"
        return Broken(row.seq, f"the chain breaks {where}: one is missing there, or row {self.seq} was changed")

    def end(self) -> Sound | Broken:
        """What all of it comes to."""
        if self.anchor != self.signed:
            missing = "rows before it are missing, and no row signs for having dropped them"
            return Broken(self.first, f"row {self.first} is not the first that was written: {missing}")
        if self.last != self.head or self.rows != self.expected:
            put_in = self.head in self.met
            why = "was put in afterwards" if put_in else "is not the last that was written: later ones are missing"
            return Broken(self.seq, f"row {self.seq} {why}")
        if self.known and self.known not in self.met:
            return Broken(self.seq, f"the digest {self.known} is nowhere in it: it was rewritten, or is another log")
        return Sound(self.rows, self.last)
