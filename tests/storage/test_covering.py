"""What is left to the nearest coordinators because nobody serves its place: by the rule, in notes and searches."""

from itertools import combinations

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address
from domain.query import Scope
from domain.routing import Subject, nearest, sight
from handlers.informing import staff_for
from storage.audience import audience_clause, cover
from storage.covering import staffed, unheard
from storage.people import appoint
from storage.reports import file_report
from storage.search import within
from storage.store import Store
from storage.tables import contacts, reports
from tests.conversations.stage import START

VILLAGE, HERE, NEXT, DISTRICT, BESIDE, PROVINCE, AFAR = "42030105", "420301", "420302", "4203", "420501", "42", "4305"
AREAS = (VILLAGE, HERE, NEXT, BESIDE, AFAR, DISTRICT)
SUBJECTS = [
    *(Subject(area) for area in (VILLAGE, HERE, "4203", "42", "2706", "")),
    *(Subject(VILLAGE, home, withheld=True) for home in (HERE, NEXT, "")),
    Subject("270601", NEXT, sensitive=True, withheld=True),
    Subject("270601", sensitive=True),
]


@pytest.mark.parametrize(
    ("one", "staff", "left_to"),
    [
        (Subject(HERE), (HERE, AFAR), set()),
        (Subject(HERE), (NEXT, BESIDE, AFAR), {NEXT}),
        (Subject(HERE), (BESIDE, AFAR), {BESIDE}),
        (Subject(HERE), (AFAR, "2706"), {AFAR, "2706"}),
        (Subject(HERE, HERE, withheld=True), (HERE, BESIDE), {BESIDE}),
        (Subject(HERE, HERE, withheld=True), (HERE,), set()),
        (Subject("270601"), (HERE, ""), set()),
        (Subject("270601"), (VILLAGE,), set()),
    ],
)
def test_who_is_nearest(one: Subject, staff: tuple[str, ...], left_to: set[str]) -> None:
    """Those of its district, else of its province, else all; never whom it is withheld from, nor a mere village's."""
    assert left_to == nearest(one, staff)


def wrong(connection: Connection, staff: tuple[str, ...], filed: dict[int, Subject]) -> list[str]:
    """Who of this staff finds or is told of what, against the rule."""
    away = contacts.update().where(contacts.c.area.not_in(staff))
    connection.execute(contacts.update().values(muted=False))
    connection.execute(away.values(muted=True))
    assert set(staff) == staffed(connection)
    seen = {area: found_by(connection, area) for area in staff}
    lines = []
    for number, one in filed.items():
        audience = staff_for(one.where, one.quiet, ("42",))
        told = set(connection.execute(select(contacts.c.area).where(audience_clause(audience))).scalars())
        may = {area for area in staff if sight(one, Role.COORDINATOR, area, staff=staff).exists}
        found = {area for area in staff if number in seen[area]}
        lines += [f"{one} with {staff}: {found} found"] if found != may else []
        lines += [f"{one} with {staff}: {told} told"] if told != may and (one.area or not told <= may) else []
    return lines


def found_by(connection: Connection, area: str) -> set[int]:
    seen = select(reports.c.number).where(*within(connection, Scope(Role.COORDINATOR, area, "x")))
    return set(connection.execute(seen).scalars())


async def test_notes_and_searches_leave_it_to_the_nearest(store: Store) -> None:
    """Whoever serves where, a report is told to and found by just those whom the rule lets know of it."""
    addresses = {area: Address("web", f"c{area}") for area in AREAS}
    sets = [*combinations(AREAS[1:], 1), *combinations(AREAS[:4], 2), (NEXT, AFAR), (VILLAGE,), (HERE, NEXT, AFAR)]

    def work(connection: Connection) -> list[str]:
        for area, address in addresses.items():
            appoint(connection, address, Role.COORDINATOR, area, area, START)
        numbers = []
        for n, one in enumerate(SUBJECTS):
            filed = FileReport(f"s{n}", "border", {}, area=one.area, sensitive=one.sensitive, withheld=one.withheld)
            numbers.append(file_report(connection, filed, "somebody", one.home, "web", START))
        return [line for staff in sets for line in wrong(connection, staff, dict(zip(numbers, SUBJECTS, strict=True)))]

    assert [] == await store.write(work)


async def test_nobody_at_all_is_known(store: Store) -> None:
    """What no coordinator can be told of is counted for the operator, and how far it is covered is known before."""

    def work(connection: Connection) -> list[object]:
        here = staff_for(HERE, HERE, ("42",))
        hidden = FileReport("s1", "border", {}, area=HERE, withheld=True)
        file_report(connection, hidden, "somebody", HERE, "web", START)
        seen: list[object] = [(cover(connection, here), unheard(connection))]
        for area in (HERE, BESIDE, DISTRICT):
            appoint(connection, Address("web", f"c{area}"), Role.COORDINATOR, area, "", START)
            seen.append((cover(connection, here), unheard(connection)))
        return seen

    assert [("nobody", 1), ("nobody", 1), ("near", 0), ("here", 0)] == await store.write(work)
