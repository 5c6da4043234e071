"""Who is stopped by a report's number is found by it again, whatever became of the report."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from domain.effect import Block, FileReport
from domain.message import Address, Incoming, Joined
from storage.erasing import erase
from storage.people import contact_id, meet
from storage.reports import block, file_report
from storage.store import Store
from storage.tables import contacts

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ANN = Address("line", "Uann")


def stopped(c: Connection) -> int:
    """Ann is met, reports something, and is stopped over it; its number."""
    meet(c, Incoming("", "", ANN, NOW, Joined()), "th")
    number = file_report(c, FileReport("r1", "other", {}), contact_id(ANN), "", "line", NOW)
    block(c, Block("r1", number, on=True))
    return number


def state(c: Connection) -> str:
    return str(c.execute(select(contacts.c.blocked)).scalar_one())


@pytest.mark.parametrize(("report", "ends"), [("r1", True), ("", False)])
async def test_it_ends_for_those_who_see_the_report(store: Store, report: str, ends: bool) -> None:
    """A coordinator of its area ends it; one who may not see the report changes nothing."""
    number = await store.write(stopped)
    assert await store.write(state) == str(number)

    await store.write(lambda c: block(c, Block(report, number, on=False)))

    assert (await store.write(state) == "") is ends


async def test_it_survives_erasing_and_can_still_be_ended(store: Store) -> None:
    """Having oneself erased is no way round; and nobody stays stopped because the report is gone."""
    number = await store.write(stopped)
    await store.write(lambda c: erase(c, contact_id(ANN), NOW))
    assert await store.write(state) == str(number)

    await store.write(lambda c: block(c, Block("", number, on=False)))

    assert await store.write(state) == ""
