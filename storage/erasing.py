"""Erasing one person: what goes altogether, what stays without them, and how we know them should they come back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, and_, cast, delete, insert, not_, or_, select, text, update

from domain.ids import derived
from domain.query import Held
from domain.report import DONE, Status
from storage.keys import Unopened, keys_of
from storage.media import drop
from storage.message import read_message
from storage.outbox import FINAL, VEIL
from storage.scrubbing import forget_words
from storage.sealing import day, forget_contact, owned
from storage.tables import (
    acks,
    alert_texts,
    alerts,
    asked,
    contacts,
    inbox,
    invites,
    media,
    notes,
    outbox,
    reports,
    sightings,
)
from storage.tables_alerts import notices
from storage.tables_dispatch import calls, zeros
from storage.tables_sealing import openings, receipts, sealed
from storage.told import forget_told
from storage.unnaming import unlink_sightings

GONE = "erased:"
"""Before a contact's own id: what stands in the place of an address that was erased."""
SHORT = 8
"""The beginning of a contact's id, by which buttons of staff name somebody (`storage.people.SHORT`)."""
UNHANDLED = (Status.NEW, Status.WITHDRAWN)
"""Nobody has begun to act on these, or nobody is to act any more."""
POINT = ("lat", "lon")


def erased_address(contact: str) -> str:
    """What an erased contact's row holds where the address stood; no channel gives such an address to anybody."""
    return f"{GONE}{contact}"


def what_is_held(connection: Connection, contact: str) -> Held:
    """
    What erasing would do to their reports. The rows are locked, so that it does just that in this transaction.
    """
    gone, stays = _own(connection, contact)
    return Held(len(gone), len(stays))


def erase(connection: Connection, contact: str, now: datetime) -> Held:
    """
    Erase a person: conversation, account, consent, reports nobody has taken, photos, messages, what they asked about.

    A report that a coordinator has taken over stays, without who made it, pins or files (`unlink`). Of the contact a
    row without anything personal stays, so that nobody writes to them any more; what staff did stands under that id in
    the audit log. The answer that tells them it is done is erased by `erase_rest`, once it was sent.
    """
    row = connection.execute(select(contacts).where(contacts.c.id == contact).with_for_update()).one()
    gone, stays = _own(connection, contact)
    forget_told(connection, [*gone, *stays], row.blocked, row.name)
    _drop_reports(connection, gone)
    unlink(connection, stays, now)
    drop(connection, media.c.contact == contact)
    connection.execute(update(sightings).where(sightings.c.contact == contact).values(contact=None))
    connection.execute(update(notes).where(notes.c.by == contact, notes.c.kind == "added").values(by=""))
    for table in (asked, acks, notices, calls, zeros):
        connection.execute(delete(table).where(table.c.contact == contact))
    _drop_messages(connection, row)
    _leave_service(connection, row)
    connection.execute(update(contacts).where(contacts.c.id == contact).values(_nobody(contact, now)))
    if gone or stays:
        forget_words(connection)
    return Held(len(gone), len(stays))


def find_rest(connection: Connection, limit: int) -> Sequence[str]:
    """The messages that told people they are erased, once they are sent or refused: some of their ids."""
    erased = select(contacts.c.id).where(contacts.c.address == GONE + contacts.c.id)
    done = select(outbox.c.id).where(outbox.c.contact.in_(erased), outbox.c.state.in_(FINAL))
    return connection.execute(done.limit(limit)).scalars().all()


def erase_rest(connection: Connection, ids: Sequence[str]) -> int:
    """Erase what `find_rest` found; how many."""
    return connection.execute(delete(outbox).where(outbox.c.id.in_(ids))).rowcount if ids else 0


def unlink(connection: Connection, ids: Sequence[str], now: datetime, why: str = "erased") -> None:
    """
    Take away from reports who made them: the contact, the pin (people send it from where they stand), every file.

    A note says so to staff, and `why`: "erased" by their reporter, or "expired", which is nothing that happened to a
    report; that of a sealed one is dated as what came last there, for the moment would lead to who was erased then.
    Where somebody lives stays only when the report is to be kept from just those people. Why somebody asked to open
    who it was goes, too, for it speaks of them.
    """
    if not ids:
        return
    rows = connection.execute(select(reports).where(reports.c.id.in_(ids))).all()
    for row in rows:
        hidden = forget_contact(connection, row)
        when = row.changed if hidden or why == "expired" else now
        values = {"reporter": None, "lat": None, "lon": None, "answers": _bare(row.answers), "changed": when}
        connection.execute(update(reports).where(reports.c.id == row.id).values(values))
        said = {"id": derived(why, row.id), "report": row.id, "kind": why, "text": "", "by": "", "at": when}
        connection.execute(insert(notes).values(said))
    connection.execute(update(reports).where(reports.c.id.in_(ids), not_(reports.c.withheld)).values(home=""))
    connection.execute(update(notes).where(notes.c.report.in_(ids), notes.c.kind == "added").values(by=""))
    connection.execute(delete(openings).where(openings.c.report.in_(ids)))
    unlink_sightings(connection, ids)
    drop(connection, media.c.report.in_(ids))


def _own(connection: Connection, contact: str) -> tuple[list[str], list[str]]:
    """The ids of their reports: those that can go, and those that somebody acts on."""
    theirs = owned(keys_of(connection), contact)
    mine = select(reports.c.id, reports.c.status, reports.c.assignee).where(theirs)
    rows = connection.execute(mine.order_by(reports.c.id).with_for_update()).all()
    free = [row.id for row in rows if row.status in UNHANDLED and not row.assignee]
    return free, [row.id for row in rows if row.id not in free]


def _bare(answers: dict[str, Any]) -> dict[str, Any]:
    """A report's answers without the exact point and without files."""
    kept = {name: value for name, value in answers.items() if name != "media"}
    where = kept.get("where")
    if isinstance(where, dict):
        kept["where"] = {name: value for name, value in where.items() if name not in POINT}
    return kept


def _drop_reports(connection: Connection, ids: Sequence[str]) -> None:
    if not ids:
        return
    if connection.dialect.name == "sqlite":
        numbers = select(reports.c.number).where(reports.c.id.in_(ids))
        for number in connection.execute(numbers).scalars().all():
            connection.execute(text("DELETE FROM reports_fts WHERE rowid = :n"), {"n": number})
    drop(connection, media.c.report.in_(ids))
    for table in (notes, sightings, sealed, receipts, openings):
        connection.execute(delete(table).where(table.c.report.in_(ids)))
    connection.execute(delete(reports).where(reports.c.id.in_(ids)))


def _drop_messages(connection: Connection, row: Row[Any]) -> None:
    """Whatever was or is to be sent to them, and what they sent that could not be read and was kept raw."""
    theirs = and_(outbox.c.channel == row.channel, outbox.c.address == row.address)
    connection.execute(delete(outbox).where(or_(outbox.c.contact == row.id, theirs)))
    _drop_veiled(connection, row)
    raw = and_(inbox.c.channel == row.channel, inbox.c.raw.contains(row.address, autoescape=True))
    connection.execute(delete(inbox).where(inbox.c.raw.is_not(None), raw))


def _drop_veiled(connection: Connection, row: Row[Any]) -> None:
    """Messages that wait for them under a veil; only the key tells whose they are."""
    veiled = and_(outbox.c.channel == row.channel, outbox.c.address.startswith(VEIL), outbox.c.message.is_not(None))
    for one in connection.execute(select(outbox.c.id, outbox.c.address, outbox.c.message).where(veiled)).all():
        with suppress(Unopened):
            if read_message(keys_of(connection), one.id, one.address, one.message)[0] == row.address:
                connection.execute(delete(outbox).where(outbox.c.id == one.id))


def _leave_service(connection: Connection, row: Row[Any]) -> None:
    """Who served serves no longer: invitations end, open reports are free again, no button holds their name."""
    connection.execute(delete(invites).where(invites.c.by == row.id, invites.c.used_by.is_(None)))
    connection.execute(update(invites).where(invites.c.by == row.id).values(by=""))
    # An empty string rather than nothing: a code that was used can never be used again.
    connection.execute(update(invites).where(invites.c.used_by == row.id).values(used_by=""))
    release(connection, row.id)
    if not (row.name or row.role or row.pending):
        return
    asks = cast(alert_texts.c.message, String).contains(f"/approve {row.id[:SHORT]} ", autoescape=True)
    ids = list(connection.execute(select(alert_texts.c.alert).where(asks).distinct()).scalars())
    if ids:
        connection.execute(delete(outbox).where(outbox.c.alert.in_(ids), outbox.c.state == "queued"))
        connection.execute(delete(alert_texts).where(alert_texts.c.alert.in_(ids)))
        connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))


def release(connection: Connection, contact: str) -> None:
    """Who serves no longer has no reports any more, but those that are decided."""
    held = and_(reports.c.assignee == contact, reports.c.status.not_in(DONE))
    connection.execute(update(reports).where(held).values(assignee=""))


def _nobody(contact: str, now: datetime) -> dict[str, Any]:
    """The row of an erased contact: not written to, and nothing of a person in it."""
    return {
        "address": erased_address(contact),
        "language": "th",
        "role": 0,
        "area": "",
        "name": "",
        "pending": 0,
        "pending_area": "",
        "on_duty": True,
        "subscribed": True,
        "hours": "",
        "away": None,
        "muted": True,
        "consent": "",
        "consented_at": None,
        "conversation": {},
        "seen_at": day(now),
        "created_at": day(now),
    }
