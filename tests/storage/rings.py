"""A village whose volunteers are asked ring by ring, and what tests of it ask."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from domain.contact import Role
from domain.dispatch import Dispatch, Spoken
from domain.duty import hours_of
from domain.effect import FileReport
from domain.message import Outgoing, Say
from storage.alerts import fan_out, next_open
from storage.dispatching import answer, ring_due, send_out
from storage.message import read_message
from storage.reports import file_report
from storage.store import Store
from storage.tables import contacts, outbox
from tests.keys import KEYS
from tests.storage.test_alerts import person

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
"""Sunday, 20:00 in Thailand."""
MINUTE = timedelta(minutes=1)
SPOKEN = Spoken(Say("ask"), Say("taken"), Say("over"), Say("unanswered"))
ONE = Dispatch("d", "border", "42030105", "r")
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is a matter of the rules and of no database."""


def words(says: tuple[Say, ...], language: str, facts: Mapping[str, str | int]) -> Outgoing:
    """What was meant, instead of words for it."""
    return Outgoing((f"{says[0].key} {facts.get('number', '')}".strip(),))


def volunteer(id: str, area: str, **more: Any) -> dict[str, Any]:
    """Somebody on duty; `hours` and `away` are theirs."""
    return person(id, area, Role.VOLUNTEER, **({"hours": "", "away": None} | more))


CAST = (
    volunteer("village", "42030105"),
    volunteer("tambon", "420301"),
    volunteer("next village", "42030106"),
    volunteer("next tambon", "420302"),
    volunteer("district", "4203"),
    volunteer("far", "420401"),
    volunteer("off", "42030105", on_duty=False),
    volunteer("mornings", "42030105", hours=hours_of([(day, 6, 12) for day in range(7)])),
    volunteer("on holiday", "42030105", away=NOW + timedelta(days=3)),
    volunteer("teller", "42030105"),
    volunteer("blocked", "42030105", muted=True),
    person("coordinator", "42", Role.COORDINATOR) | {"hours": "", "away": None},
)


async def begin(store: Store, *people: dict[str, Any], one: Dispatch = ONE, **more: Any) -> None:
    """A report by `teller`, and a dispatch of it."""

    def work(connection: Connection) -> None:
        connection.execute(insert(contacts), list(people or CAST))
        file_report(connection, FileReport("r", "border", {}, area=one.area, **more), "teller", "420301", "line", NOW)
        send_out(connection, one, SPOKEN, words, NOW)

    await store.write(work)


async def later(store: Store, minutes: float) -> int:
    """So many minutes after the beginning a worker looks."""
    return await store.write(lambda c: ring_due(c, lambda _: SPOKEN, words, NOW + minutes * MINUTE))


async def says(store: Store, who: str, what: str, minutes: float = 1) -> None:
    await store.write(lambda c: answer(c, "d", who, what, SPOKEN, words, NOW + minutes * MINUTE))


async def heard(store: Store, what: str = "ask") -> list[str]:
    """Who was told this, in the order in which they were, coordinators too."""

    def said(row: Any) -> str:
        if row.message is None:  # an alert's, to the coordinators
            return "unanswered"
        return read_message(KEYS, row.id, row.address, row.message)[1].bubbles[0]

    def work(connection: Connection) -> list[str]:
        while alert := next_open(connection):
            fan_out(connection, alert.id, 100, NOW, NOW)
        rows = connection.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.contact))
        return [row.contact for row in rows if said(row) == what]

    return await store.write(work)
