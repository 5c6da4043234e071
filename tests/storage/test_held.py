"""A report that somebody is deciding about changes for nobody else meanwhile."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from domain.contact import Role
from domain.effect import FileReport
from domain.query import FindReport, Scope
from domain.report import Report
from storage.looking import look_up
from storage.reports import assign, file_report
from storage.store import Store

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_two_do_not_take_one_report(stores: tuple[Store, Store]) -> None:
    """The second coordinator waits until the first one's turn is over, and then sees whose it is."""
    filed = FileReport("r1", "other", {}, area="420301")
    number = await stores[0].write(lambda c: file_report(c, filed, "ann", "", "line", NOW))

    def look(connection: Connection) -> Report:
        found = look_up(connection, FindReport(number, Scope(Role.COORDINATOR, "42", "c")), NOW)
        assert isinstance(found, Report)
        return found

    async with stores[0].engine.begin() as first:
        assert "" == (await first.run_sync(look)).assignee
        second = asyncio.create_task(stores[1].write(look))
        await asyncio.sleep(0.3)
        assert not second.done()
        await first.run_sync(lambda c: assign(c, "r1", "first", NOW))

    assert "first" == (await second).assignee
