"""Links and numbers that stay when their reporters go: nobody becomes several people, no address names its reader."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from checks import Standing
from domain.effect import FileReport
from domain.message import Address
from domain.report import Status
from domain.verdict import Indicator
from storage.erasing import erase
from storage.people import contact_id
from storage.reports import file_report
from storage.standing import standings
from storage.store import Store
from storage.tables import reports, sightings
from storage.unnaming import unlink_sightings
from tests.storage.village import LINK, NOW, Village

DAY = timedelta(days=1)
ANN = contact_id(Address("telegram", "ann"))
PAGE = Indicator("url", "https://www.evil.cc/?e=ann@gmail.com")


def standing(connection: Connection) -> Standing | None:
    return standings(connection, [LINK], NOW).get(LINK.key)


async def test_who_goes_stays_one_person(store: Store) -> None:
    """Five reports of one shop by one account, each closed by a coordinator, are one person's after `/delete`."""

    def work(connection: Connection) -> None:
        village = Village(connection)
        for n in range(5):
            village.reports("ann", ago=(20 + n) * DAY, status=Status.CLOSED)
        village.many(2, ago=3 * DAY)
        before = standing(connection)
        assert before
        assert 3 == before.people
        erase(connection, ANN, NOW)
        after = standing(connection)
        assert after
        assert (3, before.since_days) == (after.people, after.since_days)

    await store.write(work)


@pytest.mark.parametrize("status", [Status.CLOSED, Status.WITHDRAWN])
async def test_what_ends_first_leaves_a_person_counted_once(store: Store, status: Status) -> None:
    """One of two reports loses its reporter: they still count once, by the one that counts."""

    def work(connection: Connection) -> None:
        village = Village(connection)
        village.reports("ann", ago=20 * DAY, status=Status.CLOSED)
        village.reports("ann", ago=3 * DAY, status=status)
        village.many(2)
        first = connection.execute(select(reports.c.id).order_by(reports.c.at).limit(1)).scalar_one()
        unlink_sightings(connection, [first])
        found = standing(connection)
        assert found
        assert 3 == found.people

    await store.write(work)


async def test_an_address_with_its_readers_own_goes(store: Store) -> None:
    """A page with a query goes where its site stays beside it; what others may meet is kept."""

    def work(connection: Connection) -> list[str]:
        village = Village(connection)
        me = village.person("ann")
        kept = (Indicator("url", "https://docs.shared.example/x?id=1"), Indicator("url", "https://evil.cc/pay"))
        told = FileReport("r1", "link", {}, indicators=(LINK, PAGE, *kept, Indicator("phone", "+66812345678")))
        file_report(connection, told, me, "", "telegram", NOW)
        connection.execute(update(reports).values(assignee="somebody"))
        erase(connection, me, NOW)
        return list(connection.execute(select(sightings.c.indicator).order_by(sightings.c.indicator)).scalars())

    assert [
        "domain:evil.cc",
        "phone:+66812345678",
        "url:https://docs.shared.example/x?id=1",
        "url:https://evil.cc/pay",
    ] == await store.write(work)


async def test_a_person_counts_where_they_first_were(store: Store) -> None:
    """Twenty a day in one district stay twenty, though each reports it again from another one later."""

    def work(connection: Connection) -> None:
        village = Village(connection)
        for n in range(30):
            village.reports(f"p{n}", area="420301", ago=2 * DAY)
            village.reports(f"p{n}", area=f"43{n:02}01", ago=DAY)
        found = standing(connection)
        assert found
        assert 20 == found.people

    await store.write(work)
