"""Notes about reports keep their words until they were told, and a week at most."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address, Outgoing
from storage.alerts import raise_alert
from storage.erasing import erase
from storage.forgetting import find_old, forget
from storage.people import appoint
from storage.reports import file_report
from storage.store import Store
from storage.tables import alert_texts, alerts, outbox, reports
from storage.told import TOLD

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def note(connection: Connection, id: str, words: str, report: str, waits: bool = False) -> None:
    """A note about a report that was told, but to one coordinator, if somebody still waits for it."""
    one = Alert(id, Audience("42", Role.COORDINATOR), lane="reply", report=report)
    raise_alert(connection, one, {"th": Outgoing((words,))}, NOW)
    connection.execute(update(alerts).values(state="done"))
    if waits:
        row = {"id": f"{id}:c", "alert": id, "channel": "line", "address": "Uc", "contact": "c", "lane": 1}
        connection.execute(outbox.insert().values(row | {"due": NOW, "created_at": NOW}))


def left(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(alert_texts.c.alert)).scalars())


@pytest.mark.parametrize("taken", [True, False])
async def test_an_objection_goes_with_who_made_it(store: Store, taken: bool) -> None:
    """Whether their report stays or not, what they said of it to coordinators does not; other notes do."""

    def work(connection: Connection) -> list[str]:
        ann = appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)
        number = file_report(connection, FileReport("r1", "other", {}), ann, "", "line", NOW)
        connection.execute(update(reports).values(assignee="c" if taken else ""))
        note(connection, "by id", "ผมไม่ได้โกหก", "r1")
        note(connection, "by number", "ผมไม่ได้โกหก", str(number))
        note(connection, "another", "รายงานใหม่", "r2")
        note(connection, "lesson", "บทเรียน", "")
        erase(connection, ann, NOW)
        return left(connection)

    assert ["another", "lesson"] == await store.write(work)


async def test_a_volunteers_name_goes_with_them(store: Store) -> None:
    """Who asked for help, or said what was found, stands in no note when they had themselves erased."""

    def work(connection: Connection) -> list[str]:
        som = appoint(connection, Address("line", "Usom"), Role.VOLUNTEER, "420301", "สมชาย", NOW)
        note(connection, "call", "สมชาย ขอความช่วยเหลือ", "r1")
        note(connection, "other", "สมหญิง ขอความช่วยเหลือ", "r1")
        erase(connection, som, NOW)
        return left(connection)

    assert ["other"] == await store.write(work)


async def test_a_week_later_the_rest_goes_but_what_waits(store: Store) -> None:
    """What somebody is still to be told keeps its words, and lessons do."""

    def work(connection: Connection) -> list[str]:
        note(connection, "told", "สมชาย ขอความช่วยเหลือ", "r1")
        note(connection, "waits", "สมชาย ขอความช่วยเหลือ", "r1", waits=True)
        note(connection, "lesson", "บทเรียน", "")
        early, late = NOW + TOLD - timedelta(hours=1), NOW + TOLD + timedelta(hours=1)
        assert 0 == forget(connection, early, old=find_old(connection, early))
        assert 1 == forget(connection, late, old=find_old(connection, late))
        return left(connection)

    assert ["lesson", "waits"] == await store.write(work)
