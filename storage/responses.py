"""How villages answer when they are asked: how often, and how fast. Never who."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from domain.contact import Role
from domain.dispatch import Response, middle_of
from storage.audience import inside
from storage.tables import acks, alerts, contacts, outbox
from storage.tables_dispatch import calls, dispatches


def responses(connection: Connection, area: str, since: datetime, *, exercise: bool = False) -> tuple[Response, ...]:
    """
    How each village or tambon inside an area has answered, by its code: a question to several people is one.

    For exercises, the exercise alerts that people answered by button count as well.
    """
    rows = _asked(connection, area, since, exercise=exercise) + (_drilled(connection, area, since) if exercise else [])
    villages: dict[str, list[Row[Any]]] = {}
    for row in rows:
        villages.setdefault(row.area, []).append(row)
    return tuple(_response(code, villages[code]) for code in sorted(villages))


def _response(code: str, rows: list[Row[Any]]) -> Response:
    times = [row.answered - row.asked for row in rows if row.answered is not None]
    return Response(code, len(rows), len(times), middle_of(times))


def _asked(connection: Connection, area: str, since: datetime, *, exercise: bool) -> list[Row[Any]]:
    asked = func.min(calls.c.asked_at, type_=calls.c.asked_at.type).label("asked")
    answered = func.min(calls.c.answered_at, type_=calls.c.answered_at.type).label("answered")
    of_one = (
        select(calls.c.area, asked, answered)
        .join(dispatches, dispatches.c.id == calls.c.dispatch)
        .where(dispatches.c.created_at >= since, dispatches.c.exercise.is_(exercise))
        .where(calls.c.area.startswith(area, autoescape=True))
        .group_by(calls.c.dispatch, calls.c.area)
    )
    return list(connection.execute(of_one))


def _drilled(connection: Connection, area: str, since: datetime) -> list[Row[Any]]:
    """Exercise alerts: from when one was made to a village's first answer."""
    said = and_(acks.c.alert == alerts.c.id, acks.c.contact == contacts.c.id)
    answered = func.min(acks.c.at, type_=acks.c.at.type).label("answered")
    of_one = (
        select(contacts.c.area, alerts.c.created_at.label("asked"), answered)
        .select_from(outbox)
        .join(alerts, alerts.c.id == outbox.c.alert)
        .join(contacts, contacts.c.id == outbox.c.contact)
        .outerjoin(acks, said)
        .where(alerts.c.status == "Exercise", alerts.c.report == "", alerts.c.created_at >= since)
        .where(contacts.c.role == Role.VOLUNTEER.value, inside(area))
        .group_by(alerts.c.id, alerts.c.created_at, contacts.c.area)
    )
    return list(connection.execute(of_one))
