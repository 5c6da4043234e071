"""Who may know what of a report: the table, and that searches, notes and requests go by it."""

from datetime import timedelta
from itertools import product
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address, Press, Text
from domain.query import CountReports, Filter, Scope
from domain.routing import NOTHING, TAMBON, WHOLE, Sight, Subject, may_volunteer_be_told, sight
from handlers.answers import Choice
from handlers.digesting import kinds_for
from handlers.informing import staff_for, volunteers_for
from handlers.reports import KINDS
from storage.audience import audience_clause
from storage.people import appoint
from storage.reports import file_report, find_report
from storage.search import count_reports
from storage.store import Store
from storage.summary import summary
from storage.tables import contacts, metadata
from tests.conversations.stage import START, Stage

R, V, C, A = Role.RESIDENT, Role.VOLUNTEER, Role.COORDINATOR, Role.ADMIN
HERE, NEXT, VILLAGE, DISTRICT, PROVINCE, AFAR = "420301", "420302", "42030105", "4203", "42", "4305"
HOUR = timedelta(hours=1)
TOLD = Sight(exists=True, place=TAMBON)

SENSITIVE = Subject(VILLAGE, NEXT, sensitive=True)
BORDER = Subject(VILLAGE, NEXT)
MONEY = Subject(VILLAGE, NEXT, indoors=True)
HIDDEN = Subject(VILLAGE, HERE, withheld=True)
HIDDEN_FAR = Subject(VILLAGE, NEXT, withheld=True)
HIDDEN_DRUGS = Subject(VILLAGE, HERE, sensitive=True, withheld=True)
NOWHERE = Subject("", "")
HIDDEN_NOWHERE = Subject("", HERE, withheld=True)

TABLE = [
    # what              who  serves     may know
    (SENSITIVE, R, HERE, NOTHING),
    (SENSITIVE, V, HERE, NOTHING),
    (SENSITIVE, C, VILLAGE, NOTHING),
    (SENSITIVE, C, HERE, WHOLE),
    (SENSITIVE, C, NEXT, NOTHING),
    (SENSITIVE, C, DISTRICT, WHOLE),
    (SENSITIVE, C, AFAR, NOTHING),
    (SENSITIVE, A, "", WHOLE),
    (BORDER, R, HERE, NOTHING),
    (BORDER, V, HERE, TOLD),
    (BORDER, V, VILLAGE, TOLD),
    (BORDER, V, DISTRICT, TOLD),
    (BORDER, V, NEXT, NOTHING),
    (BORDER, C, VILLAGE, WHOLE),
    (BORDER, C, HERE, WHOLE),
    (MONEY, V, HERE, NOTHING),
    (MONEY, C, HERE, WHOLE),
    (HIDDEN, V, HERE, NOTHING),
    (HIDDEN, V, DISTRICT, NOTHING),
    (HIDDEN, C, HERE, NOTHING),
    (HIDDEN, C, VILLAGE, NOTHING),
    (HIDDEN, C, DISTRICT, WHOLE),
    (HIDDEN, A, "", WHOLE),
    (HIDDEN_FAR, V, HERE, TOLD),
    (HIDDEN_FAR, V, NEXT, NOTHING),
    (HIDDEN_FAR, V, DISTRICT, NOTHING),
    (HIDDEN_FAR, C, HERE, WHOLE),
    (HIDDEN_DRUGS, V, HERE, NOTHING),
    (HIDDEN_DRUGS, C, HERE, NOTHING),
    (HIDDEN_DRUGS, C, PROVINCE, WHOLE),
    (NOWHERE, V, HERE, TOLD),
    (NOWHERE, C, AFAR, WHOLE),
    (HIDDEN_NOWHERE, V, HERE, NOTHING),
    (HIDDEN_NOWHERE, C, HERE, NOTHING),
    (HIDDEN_NOWHERE, C, NEXT, WHOLE),
]


@pytest.mark.parametrize(("one", "role", "area", "may"), TABLE)
def test_the_table(one: Subject, role: Role, area: str, may: Sight) -> None:
    """Kind, role, area and the reporter's wish decide whether one knows of it, reads it, sees its files and place."""
    assert may == sight(one, role, area)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_kept_from_ones_tambon(kind: str) -> None:
    """The last question of every kind offers it, in one tap."""
    last = KINDS[kind].last
    assert last is not None
    assert isinstance(last.answer, Choice)
    assert "quiet" in last.answer.values


class Reader(NamedTuple):
    role: Role
    area: str


READERS = [Reader(role, area) for role, area in product((V, C), (VILLAGE, HERE, NEXT, DISTRICT, PROVINCE, AFAR))]
SUBJECTS = [
    Subject(area, home, sensitive, withheld, indoors)
    for area, home in ((VILLAGE, HERE), (VILLAGE, NEXT), (HERE, ""), ("", NEXT), (DISTRICT, HERE))
    for sensitive, withheld, indoors in product((False, True), (False, True), (False, True))
]


async def test_searches_and_notes_go_by_the_table(store: Store) -> None:
    """Whoever finds a report, or is told of it, may know of it by the table; and whoever may, is and does."""

    def work(connection: Connection) -> list[str]:
        for n, one in enumerate(READERS):
            appoint(connection, Address("web", f"r{n}"), one.role, one.area, f"r{n}", START)
        wrong = []
        for n, one in enumerate(SUBJECTS):
            filed = FileReport(f"s{n}", "border", {}, area=one.area, sensitive=one.sensitive, withheld=one.withheld)
            number = file_report(connection, filed, "somebody", one.home, "web", START)
            staff = staff_for(one.area[:TAMBON] if one.sealed else one.area, one.quiet, ("42",))
            told = {row.address for row in connection.execute(select(contacts).where(audience_clause(staff)))}
            helpers = volunteers_for(one, ())
            if helpers is not None:
                told |= {row.address for row in connection.execute(select(contacts).where(audience_clause(helpers)))}
            for m, reader in enumerate(READERS):
                may = sight(one, reader.role, reader.area).exists
                if reader.role is C and bool(find_report(connection, number, Scope(C, reader.area, "x"))) != may:
                    wrong.append(f"{one} found by {reader}")
                # Of a place nobody knows, coordinators elsewhere are not woken, though they may look.
                if (f"r{m}" in told) != may and (one.area or reader.role is V or f"r{m}" in told):
                    wrong.append(f"{one} told to {reader}")
        return wrong

    assert [] == await store.write(work)


async def test_counts_go_by_the_table(store: Store) -> None:
    """Coordinators count just what they can open; volunteers nothing that they may not know of."""

    def counts(connection: Connection) -> list[int]:
        every = [CountReports(Filter(scope=Scope(C, one.area, "x"))) for one in READERS if one.role is C]
        exact = [count_reports(connection, one)[0][1] for one in every]
        seen = [Scope(V, one.area, "x") for one in READERS if one.role is V]
        told = (summary(connection, one, START - HOUR, START + HOUR, kinds_for(V)) for one in seen)
        return [sum(n for _, n in one.kinds) for one in told] + exact

    def work(connection: Connection) -> list[str]:
        wrong = []
        for n, one in enumerate(SUBJECTS):
            before, kind = counts(connection), "money" if one.indoors else "border"
            filed = FileReport(f"s{n}", kind, {}, area=one.area, sensitive=one.sensitive, withheld=one.withheld)
            file_report(connection, filed, "somebody", one.home, "web", START)
            for reader, more, less in zip(READERS, counts(connection), before, strict=True):
                may = sight(one, reader.role, reader.area).exists
                if more - less > may or (reader.role is C and more - less != may):
                    wrong.append(f"{one} counted by {reader}")
        return wrong

    assert [] == await store.write(work)


def test_a_whole_province_is_not_woken_for_a_report_of_nowhere() -> None:
    """Of unknown place volunteers hear in a deployment of one district, or of none said, and not of a province."""
    assert [True, True, False] == [
        may_volunteer_be_told(NOWHERE, HERE, served) for served in ((), (DISTRICT,), ("42",))
    ]


async def test_where_a_reporter_lives_does_not_stay_with_the_note(store: Store) -> None:
    """Whom a note was kept from stands nowhere readable once all others are told."""
    stage = Stage(store)
    await stage.known("c", C, DISTRICT)
    await stage.known("ann", area=NEXT, agreed=True)
    await stage.say("ann", Press("/report drugs"))
    for answer in ("เล่าสั้น ๆ", HERE, "เมื่อวาน"):
        await stage.say("ann", Text(answer))
    quiet = next(button for button in stage.offered["ann"] if button.token.endswith(":quiet"))
    heard = await stage.say("ann", Press(quiet.token))
    assert "c" in [one.whom for one in heard]
    tables = await store.read(lambda c: {t.name: str(c.execute(select(t)).all()) for t in metadata.sorted_tables})
    assert {"contacts"} == {name for name, rows in tables.items() if NEXT in rows}
