"""Dispatches as they are kept: rung ring by ring, answered, looked into, and over when it is decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, assert_never

from sqlalchemy import Connection, Row, and_, delete, exists, func, literal, or_, select, update

from domain.alert import Alert, Audience, Lane
from domain.contact import Contact, Role
from domain.delivery import Delivery
from domain.discretion import may_be_asked
from domain.dispatch import MOST, TAKES, Call, Dispatch, Spoken, asked_until, rings
from domain.effect_alert import AnswerCall, EndDispatch, Looked, SendOut
from domain.ids import derived
from domain.message import Outgoing, Say
from domain.report import DONE, Called
from domain.routing import TAMBON
from storage.alerts import raise_alert
from storage.audience import inside, serving
from storage.outbox import once, queue
from storage.people import contact
from storage.reports import report as report_of
from storage.tables import Utc, contacts, reports
from storage.tables_dispatch import calls, dispatches
from texts.catalogue import LANGUAGES

Words = Callable[[tuple[Say, ...], str, Mapping[str, str | int]], Outgoing]
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anybody was asked."""
KEPT = timedelta(days=365)
"""How long it is known whom we asked."""
PAGE = 20
"""Dispatches rung in one transaction."""


def apply(
    connection: Connection,
    effect: SendOut | AnswerCall | Looked | EndDispatch,
    me: str,
    words: Words,
    now: datetime,
) -> None:
    """Make what a turn asks of dispatches so."""
    match effect:
        case SendOut(dispatch, spoken):
            send_out(connection, dispatch, spoken, words, now)
        case AnswerCall(id, word, spoken):
            answer(connection, id, me, word, spoken, words, now)
        case Looked(id, outcome):
            looked(connection, id, me, outcome)
        case EndDispatch(report, say):
            end(connection, report, say, words, now)
        case _:
            assert_never(effect)


def send_out(connection: Connection, dispatch: Dispatch, spoken: Spoken, words: Words, now: datetime) -> bool:
    """Keep a dispatch and ask its first ring, in this transaction. Whether it is new: the same id is asked once."""
    row = {
        "id": dispatch.id,
        "report": dispatch.report,
        "kind": dispatch.kind,
        "area": dispatch.area,
        "urgent": dispatch.urgent,
        "exercise": dispatch.exercise,
        "by": dispatch.by,
        "wait": int(dispatch.wait.total_seconds()),
        "created_at": now,
    }
    if connection.execute(once(connection, dispatches), row).rowcount != 1:
        return False
    connection.execute(delete(dispatches).where(dispatches.c.created_at < now - KEPT))
    _next_ring(connection, _locked(connection, dispatch.id), spoken, words, now)
    return True


def ring_due(connection: Connection, speak: Callable[[Dispatch], Spoken], words: Words, now: datetime) -> int:
    """
    Ask the next ring of each dispatch that nobody has answered in time; how many there were.

    They are this transaction's until it ends, and another process passes them by: a ring is asked once, by whoever
    comes first, and by the next one if that one dies.
    """
    late = select(dispatches).where(dispatches.c.due <= now).order_by(dispatches.c.due, dispatches.c.id)
    rows = connection.execute(late.limit(PAGE).with_for_update(skip_locked=True)).all()
    for row in rows:
        _next_ring(connection, row, speak(dispatch_of(row)), words, now)
    return len(rows)


def answer(connection: Connection, id: str, me: str, word: str, spoken: Spoken, words: Words, now: datetime) -> None:
    """
    Write down what somebody who was asked says, the latest counting, and do what it calls for.

    When the first goes, the others are told; when all of a ring cannot, or somebody needs help, the next is asked now.
    When the only one who went cannot after all, those who were told that they need not go are asked again.
    """
    row = _locked(connection, id)
    mine = and_(calls.c.dispatch == id, calls.c.contact == me)
    first = func.coalesce(calls.c.answered_at, literal(now, Utc))
    said = connection.execute(update(calls).where(mine).values(answer=word, answered_at=first))
    if said.rowcount != 1 or (row.state in ("looked", "over") and word != "help"):
        return
    given = list(connection.execute(select(calls.c.answer).where(calls.c.dispatch == id)).scalars())
    if word in TAKES:
        if row.state == "open":
            _move(connection, id, state="taken", due=None)
            _tell(connection, id, "taken", _waiting(connection, id), spoken.taken, words, now)
    elif word == "help":
        _next_ring(connection, row, spoken, words, now, coordinators=False)
    elif not any(one in TAKES for one in given):
        if row.state == "taken":
            _move(connection, id, state="open", due=now + dispatch_of(row).wait)
            _tell(connection, id, f"again {row.ring}", _waiting(connection, id), spoken.ask, words, now)
        if "" not in given:
            _next_ring(connection, _locked(connection, id), spoken, words, now)


def looked(connection: Connection, id: str, me: str, outcome: str) -> None:
    """Write down what somebody found. From then on nobody else is asked."""
    connection.execute(update(calls).where(calls.c.dispatch == id, calls.c.contact == me).values(outcome=outcome))
    going = update(dispatches).where(dispatches.c.id == id, dispatches.c.state.in_(("open", "taken")))
    connection.execute(going.values(state="looked", due=None))


def end(connection: Connection, report: str, say: Say, words: Words, now: datetime) -> None:
    """A report is decided or taken back: nobody more is asked, and those on their way are told."""
    running = select(dispatches).where(dispatches.c.report == report, dispatches.c.state != "over").with_for_update()
    for row in connection.execute(running).all():
        _move(connection, row.id, state="over", due=None)
        on_their_way = and_(calls.c.answer.in_((*TAKES, "help")), calls.c.outcome == "")
        _tell(connection, row.id, "over", _asked(connection, row.id, on_their_way), say, words, now)


def find_call(connection: Connection, id: str, me: str) -> Call | None:
    """What `domain.query.FindCall` promises; the dispatch is locked until the transaction ends."""
    row = connection.execute(select(dispatches).where(dispatches.c.id == id).with_for_update()).first()
    mine = connection.execute(select(calls).where(calls.c.dispatch == id, calls.c.contact == me)).first()
    if row is None or mine is None:
        return None
    going = select(func.count()).where(calls.c.dispatch == id, calls.c.contact != me, calls.c.answer.in_(TAKES))
    many = connection.execute(going).scalar_one()
    about = _report_row(connection, row.report)
    return Call(
        dispatch_of(row), mine.answer, mine.outcome, row.state, many, report_of(about) if about is not None else None
    )


def called(connection: Connection, report: str) -> Called | None:
    """How the latest dispatch of a report stands; None when nobody was ever asked."""
    latest = select(dispatches).where(dispatches.c.report == report).order_by(dispatches.c.created_at.desc()).limit(1)
    row = connection.execute(latest).first()
    if row is None:
        return None
    given = list(connection.execute(select(calls.c.answer).where(calls.c.dispatch == row.id)).scalars())
    return Called(row.state, len(given), sum(bool(one) for one in given), sum(one in TAKES for one in given))


def dispatch_of(row: Row[Any]) -> Dispatch:
    """A row as a value."""
    wait = timedelta(seconds=row.wait)
    return Dispatch(row.id, row.kind, row.area, row.report, row.urgent, row.exercise, row.by, wait)


def _next_ring(
    connection: Connection,
    row: Row[Any],
    spoken: Spoken,
    words: Words,
    now: datetime,
    *,
    coordinators: bool = True,
) -> None:
    """Ask the next ring that has anybody in it; after the last the coordinators hear that nobody answered."""
    one, areas = dispatch_of(row), rings(row.area)
    about = _report_row(connection, row.report)
    if row.report and (about is None or about.status in DONE):
        _move(connection, row.id, state="over", due=None)
        return
    for ring in range(row.ring + 1, len(areas)):
        last = ring == len(areas) - 1
        people = list(islice(_nearest(connection, row, about, areas[ring], last, now), MOST))
        if people:
            _ask(connection, one, people, spoken.ask, words, now)
            _move(connection, row.id, ring=ring, due=now + one.wait if row.state == "open" else None)
            return
    _move(connection, row.id, ring=len(areas), due=None)
    missed = row.ring >= 0 or row.by or _any_volunteers(connection, areas)
    if coordinators and row.ring < len(areas) and missed:
        facts = {"number": about.number} if about is not None else {}
        _tell_coordinators(connection, one, spoken.unanswered, words, facts, now)


def _nearest(
    connection: Connection, row: Row[Any], about: Row[Any] | None, area: str, around: bool, now: datetime
) -> Iterable[Contact]:
    """Who is on duty in a ring and was not asked yet, those first who were not asked for longest."""
    before = select(func.max(calls.c.asked_at)).where(calls.c.contact == contacts.c.id).scalar_subquery()
    known = exists().where(calls.c.dispatch == row.id, calls.c.contact == contacts.c.id)
    wider = [area[:digits] for digits in range(0, len(area), 2)] if around else []
    people = (
        select(contacts)
        .where(_volunteer(), serving(now), ~known, or_(inside(area), contacts.c.area.in_(wider)))
        .order_by(func.coalesce(before, literal(NEVER, Utc)), contacts.c.id)
    )
    found = (contact(person) for person in connection.execute(people))
    if about is None:
        return found
    known_to_us = replace(report_of(about), reporter=about.reporter or "")
    return (one for one in found if may_be_asked(one, known_to_us))


def _volunteer() -> Any:
    return and_(contacts.c.role == Role.VOLUNTEER.value, ~contacts.c.muted, ~contacts.c.is_group)


def _any_volunteers(connection: Connection, areas: tuple[str, ...]) -> bool:
    """Whether there are volunteers at all where nobody is on duty: where there are none, nobody is missed."""
    here = select(contacts.c.id).where(_volunteer(), inside(areas[-1])).limit(1) if areas else None
    return here is not None and connection.execute(here).first() is not None


def _ask(connection: Connection, one: Dispatch, people: list[Contact], say: Say, words: Words, now: datetime) -> None:
    rows = [{"dispatch": one.id, "contact": who.id, "area": who.area, "asked_at": now} for who in people]
    connection.execute(once(connection, calls), rows)
    _send(connection, one, "ask", people, say, words, now)


def _tell(
    connection: Connection, id: str, cause: str, people: list[Contact], say: Say, words: Words, now: datetime
) -> None:
    _send(connection, dispatch_of(_locked(connection, id)), cause, people, say, words, now)


def _send(
    connection: Connection, one: Dispatch, cause: str, people: list[Contact], say: Say, words: Words, now: datetime
) -> None:
    said = {language: words((say,), language, {}) for language in {who.language for who in people}}
    for who in people:
        id = derived(one.id, cause, who.id)
        sent = Delivery(id, who.address, said[who.language], now, lane=_lane(one), expires=asked_until(now))
        queue(connection, [sent], now, contact=who.id)


def _lane(one: Dispatch) -> Lane:
    return "urgent" if one.urgent else "reply"


def _tell_coordinators(
    connection: Connection, one: Dispatch, say: Say, words: Words, facts: Mapping[str, str | int], now: datetime
) -> None:
    audience = Audience(area=one.area[:TAMBON], role=Role.COORDINATOR, upward=True)
    told = {language: words((say,), language, facts) for language in LANGUAGES}
    about = one.report or one.id
    raise_alert(connection, Alert(derived(one.id, "unanswered"), audience, lane=_lane(one), report=about), told, now)


def _asked(connection: Connection, id: str, which: Any) -> list[Contact]:
    who = select(contacts).join(calls, calls.c.contact == contacts.c.id)
    rows = connection.execute(who.where(calls.c.dispatch == id, which, ~contacts.c.muted).order_by(contacts.c.id))
    return [contact(row) for row in rows]


def _waiting(connection: Connection, id: str) -> list[Contact]:
    return _asked(connection, id, and_(calls.c.answer == "", _volunteer()))


def _report_row(connection: Connection, id: str) -> Row[Any] | None:
    """The report a dispatch is about; None for an exercise, and for one that is erased."""
    return connection.execute(select(reports).where(reports.c.id == id)).first() if id else None


def _locked(connection: Connection, id: str) -> Row[Any]:
    return connection.execute(select(dispatches).where(dispatches.c.id == id).with_for_update()).one()


def _move(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(dispatches).where(dispatches.c.id == id).values(values))
