"""Indicators over time: what coordinators decided, what is known of one, and what to export."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select

from checks.export import Confirmed
from domain.contact import Role
from domain.query import A_FEW, Decision, Record
from domain.routing import DISTRICT, FEW
from domain.verdict import Indicator
from storage.crowding import PEOPLE, SEEN, counted, crowd
from storage.outbox import insert_into
from storage.standing import LONGEST, WINDOW
from storage.tables import (
    contacts,
    decisions,
    indicators,
    reports,
    sightings,
)
from storage.tables_lists import list_entries

SECOND_VOICE = timedelta(days=7)
"""How long a coordinator's proposal to clear waits for another's."""
WEEK = timedelta(days=7)
MOST_DISTRICTS = 5
MOST_DECISIONS = 3


# --- deciding ---


def decide(
    connection: Connection, key: str, word: str, reason: str, *, by: str, role: Role, cause: str, now: datetime
) -> bool:
    """Write a decision down; unless it only proposes, it holds from now on. Whether the word that holds changed."""
    key = key[:LONGEST]
    row = {"id": cause, "indicator": key, "word": word, "by": by, "role": int(role), "reason": reason[:400], "at": now}
    connection.execute(insert(decisions).values(row))
    if word == "proposed":
        return False
    held = connection.execute(select(indicators.c.word).where(indicators.c.indicator == key).with_for_update()).scalar()
    values = {"indicator": key, "word": word, "by": by, "at": now}
    put = insert_into(connection, indicators).values(values)
    connection.execute(put.on_conflict_do_update(index_elements=["indicator"], set_=values))
    return held != word


# --- what is known ---


def record(connection: Connection, key: str, by: str, now: datetime) -> Record:
    """All that may be said of one indicator; see `domain.query.Record`. Small numbers never leave this function."""
    key = key[:LONGEST]
    here = and_(sightings.c.indicator == key, counted(now))
    people = _people(connection, here)
    month, week = (_people(connection, and_(here, sightings.c.at >= now - span)) for span in (WINDOW, WEEK))
    first = func.min(sightings.c.at, type_=sightings.c.at.type)
    began = connection.execute(select(first).select_from(SEEN).where(here)).scalar() if people >= FEW else None
    districts = _districts(connection, here) if people >= FEW else ()
    held = connection.execute(select(indicators.c.word).where(indicators.c.indicator == key)).scalar()
    listed = select(list_entries.c.list).where(list_entries.c.indicator == key).order_by(list_entries.c.list)
    return Record(
        key,
        people=_blurred(people),
        month=_blurred(month),
        week=_blurred(week),
        first=began,
        districts=districts[:MOST_DISTRICTS],
        elsewhere=sum(many for _, many in districts[:MOST_DISTRICTS]) < people and people >= FEW,
        word=held or "",
        decisions=_decisions(connection, key),
        lists=tuple(connection.execute(listed).scalars()),
        proposed=_proposed(connection, key, by, now),
        many=_everybody(connection, sightings.c.indicator == key) >= FEW,
    )


def _people(connection: Connection, where: ColumnElement[bool]) -> int:
    """People of one indicator, as many as are believed (see `storage.crowding`)."""
    row = connection.execute(crowd(where)).first()
    return int(row.people) if row else 0


def _everybody(connection: Connection, where: ColumnElement[bool]) -> int:
    """Everybody, believed or not: in doubt it takes two to clear."""
    return connection.execute(select(PEOPLE).select_from(SEEN).where(where)).scalar_one()


def _blurred(people: int) -> int:
    return A_FEW if 0 < people < FEW else people


def _districts(connection: Connection, here: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    """The districts where at least `FEW` people reported it, most first."""
    district = func.substr(sightings.c.area, 1, DISTRICT)
    named = (here, func.length(sightings.c.area) >= DISTRICT)
    several = select(district.label("code")).select_from(SEEN).where(*named).group_by(district).having(PEOPLE >= FEW)
    codes = connection.execute(several).scalars().all()
    found = [(code, _people(connection, and_(*named, district == code))) for code in codes]
    return tuple(sorted((one for one in found if one[1] >= FEW), key=lambda one: (-one[1], one[0])))


def _decisions(connection: Connection, key: str) -> tuple[Decision, ...]:
    latest = select(decisions).where(decisions.c.indicator == key).order_by(decisions.c.at.desc(), decisions.c.id)
    rows = connection.execute(latest.limit(MOST_DECISIONS))
    return tuple(Decision(row.word, Role(row.role), row.at, row.reason) for row in rows)


def _proposed(connection: Connection, key: str, by: str, now: datetime) -> str:
    """
    Whose proposal to clear it waits: "other" when anybody else's does, "you" when only the asker's own, "" for none.

    A decision ends what was proposed before it, and whoever has lost the role meanwhile has no voice.
    """
    decided = select(func.max(decisions.c.at, type_=decisions.c.at.type)).where(
        decisions.c.indicator == key, decisions.c.word != "proposed"
    )
    since = max(connection.execute(decided).scalar() or now - SECOND_VOICE, now - SECOND_VOICE)
    waits = (
        select(decisions.c.by)
        .join(contacts, contacts.c.id == decisions.c.by)
        .where(
            decisions.c.indicator == key,
            decisions.c.word == "proposed",
            decisions.c.at > since,
            contacts.c.role >= int(Role.COORDINATOR),
        )
    )
    voices = set(connection.execute(waits).scalars())
    if voices - {by}:
        return "other"
    return "you" if voices else ""


# --- for police and CERTs ---


def confirmed(connection: Connection, now: datetime) -> list[Confirmed]:
    """
    Every indicator that coordinators hold dangerous, with the kind of report it stands in most often.

    Below `FEW` people are 0, and first and last time are those of the decision: they would tell who it was.
    """
    times = sightings.c.at
    seen = crowd(counted(now)).subquery()
    latest = func.max(times, type_=times.type).label("last")
    last = select(sightings.c.indicator, latest).select_from(SEEN).where(counted(now))
    ends = last.group_by(sightings.c.indicator).subquery()
    rows = connection.execute(
        select(indicators, seen.c.people, seen.c.first, ends.c.last)
        .select_from(
            indicators.outerjoin(seen, seen.c.indicator == indicators.c.indicator).outerjoin(
                ends, ends.c.indicator == indicators.c.indicator
            )
        )
        .where(indicators.c.word == "dangerous")
        .order_by(indicators.c.indicator)
    ).all()
    kinds = _kinds(connection, now)
    return [_confirmed(row, kinds.get(row.indicator, "")) for row in rows]


def _confirmed(row: Row[Any], category: str) -> Confirmed:
    kind, _, value = row.indicator.partition(":")
    enough = (row.people or 0) >= FEW
    return Confirmed(
        Indicator(kind, value),
        category,
        row.people if enough else 0,
        row.first if enough else row.at,
        row.last if enough else row.at,
    )


def _kinds(connection: Connection, now: datetime) -> dict[str, str]:
    """By indicator, the kind of report it stands in most often; sensitive ones are not told apart."""
    rows = connection.execute(
        select(sightings.c.indicator, reports.c.kind, func.count().label("many"))
        .select_from(SEEN.join(indicators, indicators.c.indicator == sightings.c.indicator))
        .where(counted(now), indicators.c.word == "dangerous", reports.c.sensitive.is_(False))
        .group_by(sightings.c.indicator, reports.c.kind)
        .order_by("many", reports.c.kind.desc())
    )
    return {row.indicator: row.kind for row in rows}
