"""The weekly question to volunteers: who was asked, what they answered, and who has been silent for how long."""

from datetime import datetime, timedelta
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import Connection, and_, delete, func, literal, or_, select, update

from domain.alert import Audience
from domain.contact import Role
from domain.query import FindZero
from domain.zero import Silence, week_of
from storage.audience import audience_clause, inside
from storage.outbox import insert_into
from storage.tables import Utc, contacts
from storage.tables_dispatch import zeros

KEPT = timedelta(days=365)
LOOKED_BACK = timedelta(weeks=26)


def ask(connection: Connection, audience: Audience, week: str, now: datetime) -> int:
    """
    Write down who is asked this week: how many.

    Whoever is off until further notice, or away, may answer like everybody, and is not missed.
    """
    back = or_(contacts.c.away.is_(None), contacts.c.away <= literal(now, Utc))
    asked = select(contacts.c.id, literal(week), contacts.c.area, literal("")).where(
        audience_clause(audience), contacts.c.on_duty, back
    )
    rows = insert_into(connection, zeros).from_select(["contact", "week", "area", "answer"], asked)
    connection.execute(delete(zeros).where(zeros.c.week < week_of(now - KEPT)))
    many: int = connection.execute(rows.on_conflict_do_nothing(index_elements=["contact", "week"])).rowcount
    return many


def answer(connection: Connection, me: str, week: str, word: str, now: datetime) -> None:
    """Write down an answer; the latest counts, the time of the first stays."""
    mine = and_(zeros.c.contact == me, zeros.c.week == week)
    first = func.coalesce(zeros.c.answered_at, literal(now, Utc))
    connection.execute(update(zeros).where(mine).values(answer=word, answered_at=first))


def find_zero(connection: Connection, query: FindZero) -> str | None:
    """What `domain.query.FindZero` promises."""
    newest = select(zeros.c.week).where(zeros.c.contact == query.contact).order_by(zeros.c.week.desc()).limit(1)
    week: str | None = connection.execute(newest).scalar()
    return week


def silences(connection: Connection, area: str, now: datetime) -> tuple[Silence, ...]:
    """What `domain.query.FindSilences` promises: by area, then by name."""
    rows = connection.execute(
        select(contacts.c.id, contacts.c.name, contacts.c.area, zeros.c.answer)
        .join(zeros, zeros.c.contact == contacts.c.id)
        .where(contacts.c.role == Role.VOLUNTEER.value, ~contacts.c.muted, inside(area))
        .where(zeros.c.week >= week_of(now - LOOKED_BACK))
        .order_by(contacts.c.area, contacts.c.name, contacts.c.id, zeros.c.week.desc())
    )
    people = groupby(rows, key=lambda row: (row.id, row.name, row.area))
    return tuple(Silence(*who, weeks=_silent(list(theirs))) for who, theirs in people)


def _silent(newest_first: list[Any]) -> int:
    return sum(1 for _ in takewhile(lambda row: not row.answer, newest_first))
