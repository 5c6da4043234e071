"""The morning's summary: to who serves, once, with counts that volunteers cannot guess a neighbour from."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from alerts.digests import Digests
from bot.words import catalogues
from domain.contact import Role
from domain.message import Outgoing, Say
from domain.query import Scope
from domain.summary import Summary
from handlers.digesting import for_volunteer
from storage.message import read_message
from storage.store import Store
from storage.summary import summary
from storage.tables import contacts, outbox, reports
from tests.keys import KEYS
from texts import render

SEVEN = datetime(2026, 11, 23, 0, tzinfo=UTC)
"""Monday, seven in the morning in Thailand."""
PEOPLE = (
    ("chief", "telegram", Role.COORDINATOR, "4203"),
    ("deputy", "line", Role.COORDINATOR, "4203"),
    ("elsewhere", "line", Role.COORDINATOR, "4204"),
    ("guard", "telegram", Role.VOLUNTEER, "420301"),
    ("watch", "line", Role.VOLUNTEER, "420301"),
    ("resting", "line", Role.VOLUNTEER, "420301"),
    ("ann", "line", Role.RESIDENT, "420301"),
)


async def house(store: Store, new: int = 2) -> None:
    """People of two districts; so many reports of yesterday, one grave one, and one that was left lying for days."""
    rows = [
        {"id": name, "channel": channel, "address": name, "language": "th", "role": role.value, "area": area}
        | {"conversation": {}, "seen_at": SEVEN, "created_at": SEVEN, "on_duty": name != "resting"}
        for name, channel, role, area in PEOPLE
    ]
    filed = [("border", 1, 20, "420301", False)] * new
    filed += [("official", 1, 1, "420302", True), ("link", 90, 90, "420301", False)] if new else []
    filed += [("money", 1, 1, "420301", False)] if new else []
    told = [
        {"id": f"r{n}", "number": 100000 + n, "kind": kind, "area": area, "sensitive": grave, "status": "new"}
        | {"at": SEVEN - timedelta(hours=ago), "changed": SEVEN - timedelta(hours=touched), "answers": {}}
        for n, (kind, ago, touched, area, grave) in enumerate(filed)
    ]
    await store.write(
        lambda c: [c.execute(insert(contacts), rows), *([c.execute(insert(reports), told)] if told else [])]
    )


def digests(store: Store, now: datetime = SEVEN, hour: int | None = 7) -> Digests:
    def words(say: Say, language: str) -> Outgoing:
        return render((say,), catalogues()[language], now)

    return Digests(store, words, lambda: now, hour, 100)


async def told(store: Store) -> dict[str, Any]:
    rows = await store.read(lambda c: c.execute(select(outbox)).all())
    return {row.address: row for row in rows}


def said(row: Any) -> str:
    return read_message(KEYS, row.id, row.address, row.message)[1].text


async def test_once_each_whoever_looks(stores: tuple[Store, Store]) -> None:
    """Six processes look at once and again later; everybody who serves and has something to hear gets one."""
    await house(stores[0])

    looks = [digests(stores[n % 2]).look() for n in range(6)]
    queued = await asyncio.gather(*looks)
    later = await digests(stores[0], SEVEN + timedelta(hours=2)).look()

    assert (4, 0) == (sum(queued), later)
    assert {"chief", "deputy", "guard", "watch"} == set(await told(stores[0]))


async def test_what_each_hears(store: Store) -> None:
    """Coordinators all of it; volunteers no grave kind or lost money, and no number so small that it points at one."""
    await house(store)
    await digests(store).look()
    rows = await told(store)

    assert said(rows["chief"]).splitlines() == [
        "📋 สรุป 24 ชั่วโมง · อ.เชียงคาน จ.เลย",
        "เรื่องใหม่: 4",
        "• 🌊 เหตุชายแดน/ริมโขง: 2",
        "• 💸 เสียเงินไปแล้ว: 1",
        "• 🏛 ร้องเรียนเจ้าหน้าที่: 1",
        "ยังไม่ตัดสิน: 5",
        "⏰ ไม่มีใครทำอะไรต่อเกิน 3 วัน: 1",
    ]
    assert said(rows["guard"]).splitlines() == [
        "24 ชั่วโมงที่ผ่านมา เรื่องใหม่ในพื้นที่ของคุณ",
        "• 🌊 เหตุชายแดน/ริมโขง: ไม่ถึง 3",
        "• ต.เชียงคาน อ.เชียงคาน จ.เลย: ไม่ถึง 3",
    ]


async def test_three_are_counted(store: Store) -> None:
    """From three on a volunteer hears the number."""
    await house(store, new=3)
    await digests(store).look()
    assert "• 🌊 เหตุชายแดน/ริมโขง: 3" in said((await told(store))["guard"])


def test_a_few_cannot_be_reckoned_from_the_rest() -> None:
    """One report and two are told in the same words, whatever stands beside them."""
    places = [(("420301", 4), ("420302", 1)), (("420301", 3), ("420302", 2))]
    one, two = (for_volunteer(Summary((("border", 5),), areas)) for areas in places)
    assert one == two


async def test_what_it_costs(store: Store) -> None:
    """On LINE a coordinator's waits two hours for a free answer, and a volunteer's is never pushed."""
    await house(store)
    await digests(store, SEVEN + timedelta(minutes=5)).look()
    rows = await told(store)

    lanes = {name: (row.lane, row.due - SEVEN) for name, row in rows.items()}
    assert {
        "chief": (2, timedelta(minutes=5)),
        "guard": (2, timedelta(minutes=5)),
        "deputy": (2, timedelta(hours=2)),
        "watch": (3, timedelta(days=1)),
    } == lanes


async def test_what_did_not_arrive(store: Store) -> None:
    """Alerts that did not reach people of the area are told by reason; what was not sent on purpose is not."""
    await house(store)
    notes = ("expired", "expired: 500", "monthly limit", "400: x", "lapsed", "stopped")
    row = {"channel": "line", "lane": 2, "alert": "a", "state": "refused", "due": SEVEN, "created_at": SEVEN}
    row |= {"settled_at": SEVEN - timedelta(hours=1), "area": "420301"}
    lost = [row | {"id": f"{n}", "address": f"U{n}", "note": note} for n, note in enumerate(notes)]
    await store.write(lambda c: c.execute(insert(outbox), lost))
    await digests(store).look()

    text = said((await told(store))["chief"])
    assert "ส่งการเตือนไม่ถึง: 4\n• หมดเวลาก่อน: 2" in text
    assert "• โควตา LINE หมด: 1" in text


@pytest.mark.parametrize(("after", "hour"), [(-1, 7), (180, 7), (0, None), (0, 8)])
async def test_only_in_the_morning(store: Store, after: int, hour: int | None) -> None:
    """Not a minute before its hour, not when the morning is over, and never where it is off."""
    await house(store)
    assert 0 == await digests(store, SEVEN + timedelta(minutes=after), hour).look()


async def test_nothing_to_tell(store: Store) -> None:
    """Where nothing happened and nothing waits, nobody is written to."""
    await house(store, new=0)
    assert 0 == await digests(store).look()


async def test_who_has_left_hears_nothing(store: Store) -> None:
    """Nor who blocked us."""
    await house(store)
    await store.write(lambda c: c.execute(update(contacts).values(muted=True)))
    assert 0 == await digests(store).look()


async def test_a_quiet_morning_is_reckoned_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is nothing to tell nothing is written down, and yet it is not looked up every five minutes."""
    await house(store, new=0)
    looked: list[str] = []

    def counted(connection: Connection, scope: Scope, *more: Any) -> Summary:
        looked.append(scope.area)
        return summary(connection, scope, *more)

    monkeypatch.setattr("alerts.digests.summary", counted)
    now = [SEVEN]
    one = replace(digests(store), clock=lambda: now[0])
    for minutes in (0, 5, 10, 24 * 60):
        now[0] = SEVEN + timedelta(minutes=minutes)
        await one.look()

    assert 2 * ["4203", "4204", "420301"] == looked
