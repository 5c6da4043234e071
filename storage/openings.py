"""Opening who made a report: asked by one coordinator, agreed to by another, each time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from domain.contact import Contact, Role
from domain.effect import AskOpening
from domain.query import Opening, Scope
from storage.audience import audience_clause
from storage.keys import keys_of
from storage.people import contact
from storage.reports import reporter_of
from storage.search import within
from storage.tables import contacts, reports
from storage.tables_sealing import openings

LASTS = timedelta(hours=24)
"""How long a second coordinator may agree."""


def ask(connection: Connection, asked: AskOpening, by: str, now: datetime) -> list[Contact]:
    """Keep what is asked, its reason encrypted; gives the coordinators who may agree: never the one who asks."""
    reason = keys_of(connection).seal(f"opening\n{asked.id}", asked.reason.encode("utf-8", "replace"))
    row = {"id": asked.id, "report": asked.report, "by": by, "reason": reason, "expires": now + LASTS}
    connection.execute(insert(openings).values(row))
    rows = connection.execute(select(contacts).where(audience_clause(asked.audience), contacts.c.id != by))
    return [contact(row) for row in rows.all()]


def find_opening(connection: Connection, id: str, scope: Scope, now: datetime) -> Opening | None:
    """
    What is asked under this id and still waits, for somebody who may see its report; else None.

    Whoever asked must still be a coordinator who may see it. It is this turn's until the transaction ends.
    """
    row = connection.execute(
        select(openings).where(openings.c.id == id, openings.c.state == "waiting").with_for_update()
    ).first()
    if row is None or row.expires <= now:
        return None
    asker = connection.execute(select(contacts).where(contacts.c.id == row.by)).first()
    if asker is None or asker.role < Role.COORDINATOR:
        return None
    both = (*within(connection, scope), *within(connection, Scope(Role(asker.role), asker.area, asker.id)))
    number = connection.execute(select(reports.c.number).where(reports.c.id == row.report, *both)).scalar()
    return Opening(row.id, row.report, number, row.by) if number is not None else None


def settle(connection: Connection, id: str, by: str, yes: bool, now: datetime) -> bool:
    """Write down what the second one said. Whether it still waited."""
    waits = update(openings).where(openings.c.id == id, openings.c.state == "waiting")
    values = {"state": "open" if yes else "refused", "settled_by": by, "settled_at": now}
    return connection.execute(waits.values(values)).rowcount == 1


def who(connection: Connection, report: str) -> str:
    """The channel and account of a report's reporter, to be shown and not kept; "" when nobody is left."""
    known = reporter_of(connection, report)
    row = connection.execute(select(contacts).where(contacts.c.id == known.contact)).first() if known else None
    return f"{row.channel} {row.address}" if row is not None else ""
