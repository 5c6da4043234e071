"""Receipts: kept as an Argon2id hash, looked up by a keyed tag, and guessed only slowly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from domain.query import FindReceipt
from domain.receipt import HEAD
from domain.report import Report
from storage.keys import keys_of
from storage.outbox import insert_into
from storage.reports import whole
from storage.sealing import lock_of
from storage.tables import reports
from storage.tables_sealing import guesses, receipts

WINDOW = timedelta(hours=1)
MOST, MOST_OF_ALL = 5, 100
"""Wrong tries in an hour, of one account and of all together. Past the second, one try an account: so that a crowd of
guessers cannot lock out somebody who types their own receipt."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Ready:
    """A receipt to be given away: its digits, their hash, and a picture of them (PNG)."""

    digits: str
    hash: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """Of what was typed: the report, and the hash, that it proved to be the receipt of; both "" for none."""

    digits: str
    report: str = ""
    hash: str = ""


class Unproved(Exception):
    """
    A receipt was typed. Whether it is one costs a tenth of a second and 64 MiB, and no database waits for that.

    `hashes` are those it may belong to, by report: none or one, as a rule. Work it out elsewhere, and run the same turn
    again with a `Proof`.
    """

    def __init__(self, digits: str, hashes: Mapping[str, str]) -> None:
        super().__init__("a receipt is to be proved")
        self.digits, self.hashes = digits, hashes


def keep_receipt(connection: Connection, report: str, ready: Ready) -> bool:
    """Give a sealed report this receipt; the one it had is good for nothing now. False for one that is not sealed."""
    lock = lock_of(connection, report)
    if lock is None:
        return False
    head = ready.digits[:HEAD]
    values = {
        "tag": keys_of(connection).mark("receipt", head),
        "hash": ready.hash,
        "head": lock.seal("receipt", head.encode()),
    }
    new = insert_into(connection, receipts).values(report=report, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["report"], set_=values))
    return True


def find_receipt(connection: Connection, query: FindReceipt, proof: Proof | None, now: datetime) -> Report | None:
    """
    What `domain.query.FindReceipt` promises. Raises Unproved until there is a proof.

    A wrong one counts against the account and all. Who has tried too often finds nothing, not with the right one
    either, and as slowly: neither words nor time tell the two apart.
    """
    if proof is None or proof.digits != query.digits:
        raise Unproved(query.digits, _candidates(connection, query.digits))
    if _too_often(connection, query.contact, now):
        return None
    same = select(receipts.c.report).where(receipts.c.report == proof.report, receipts.c.hash == proof.hash)
    if not proof.report or connection.execute(same).first() is None:
        _count(connection, query.contact, now)
        return None
    row = connection.execute(select(reports).where(reports.c.id == proof.report)).one()
    return whole(connection, row, opened=True)


def _candidates(connection: Connection, digits: str) -> dict[str, str]:
    tags = keys_of(connection).marks("receipt", digits[:HEAD])
    found = connection.execute(select(receipts.c.report, receipts.c.hash).where(receipts.c.tag.in_(tags)))
    return {row.report: row.hash for row in found}


def _mark(connection: Connection, contact: str) -> str:
    return keys_of(connection).mark("guess", contact)


def _too_often(connection: Connection, contact: str, now: datetime) -> bool:
    me = _mark(connection, contact)
    rows = select(guesses.c.who, guesses.c.many).where(guesses.c.who.in_((me, ALL)), guesses.c.since > now - WINDOW)
    many: dict[str, int] = {row.who: row.many for row in connection.execute(rows)}
    return many.get(me, 0) >= (1 if many.get(ALL, 0) >= MOST_OF_ALL else MOST)


def _count(connection: Connection, contact: str, now: datetime) -> None:
    for who in (_mark(connection, contact), ALL):
        began = update(guesses).where(guesses.c.who == who, guesses.c.since > now - WINDOW)
        if connection.execute(began.values(many=guesses.c.many + 1)).rowcount == 0:
            fresh = {"many": 1, "since": now}
            new = insert_into(connection, guesses).values(who=who, **fresh)
            connection.execute(new.on_conflict_do_update(index_elements=["who"], set_=fresh))


def forget_guesses(connection: Connection, now: datetime) -> int:
    """Wrong tries are forgotten when their hour is over; how many accounts'."""
    return connection.execute(delete(guesses).where(guesses.c.since <= now - WINDOW)).rowcount
