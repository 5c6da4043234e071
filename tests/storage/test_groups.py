"""Groups that are told: only what is public, only where they are linked, each in a message of its own, at its cost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.message import Address
from domain.plan import UNCOUNTED, Figure, Plan
from storage.approvals import plan
from storage.groups import FRESH, link, put_members, uncounted, unlink
from storage.outbox import ALONE
from storage.people import change
from storage.store import Store
from storage.tables import outbox
from tests.storage.test_alerts import NOW, meet, person, tell, told

LOUD = Alert("a", Audience("4203", groups=True), lane="urgent", public=True)


@pytest.fixture
async def village(store: Store) -> Store:
    """A resident, a group on each platform linked to their tambon, one linked elsewhere, one to nothing."""
    await meet(
        store,
        person("auntie", "420301"),
        person("line-group", is_group=True, address="C1"),
        person("telegram-group", is_group=True, channel="telegram", address="-100"),
        person("far-group", is_group=True, channel="telegram", address="-200"),
        person("loose-group", is_group=True, channel="telegram", address="-300"),
    )
    for group, area in (("line-group", "420301"), ("telegram-group", "420301"), ("far-group", "33")):
        await store.write(lambda c, group=group, area=area: link(c, group, area, "boss", NOW))
    return store


CASES: dict[str, tuple[Alert, str]] = {
    "urgent": (LOUD, "auntie line-group telegram-group"),
    "not urgent": (replace(LOUD, lane="routine"), "auntie telegram-group"),
    "not asked for": (replace(LOUD, audience=Audience("4203")), "auntie"),
    "one of several places": (
        replace(LOUD, audience=Audience("42", groups=True, areas=("420301", "4207"))),
        "auntie line-group telegram-group",
    ),
    "a wider area than the group's": (replace(LOUD, audience=Audience("42030101", groups=True)), ""),
    "for staff": (replace(LOUD, audience=Audience("4203", Role.VOLUNTEER, groups=True), public=False), ""),
    "a drill": (replace(LOUD, status="Exercise", public=False), ""),
    "a note of a report": (replace(LOUD, report="r", public=False), "auntie"),
}


@pytest.mark.parametrize("name", CASES)
async def test_who_is_told(village: Store, name: str) -> None:
    """Groups of the place, when their alert is public and somebody chose them; on LINE only when it is urgent."""
    alert, expected = CASES[name]

    await tell(village, alert)

    assert set(expected.split()) == await told(village)


async def test_each_gets_a_message_of_its_own(village: Store) -> None:
    """No group is in a call with others: LINE's multicast takes none. What follows the first reaches them too."""
    await tell(village, LOUD)
    batches = select(outbox.c.contact, outbox.c.batch)
    kept = {row.contact: row.batch for row in await village.read(lambda c: c.execute(batches).all())}
    assert {"auntie": "", "line-group": ALONE, "telegram-group": ALONE} == kept

    await village.write(lambda c: unlink(c, "telegram-group"))
    await tell(village, Alert("b", Audience("4203"), type="Update", references="a", lane="urgent", public=True))
    assert {"auntie", "line-group", "telegram-group"} == await told(village, "b")


@pytest.mark.parametrize("change_of", [{"muted": True}, {"subscribed": False}, {"area": ""}], ids=str)
async def test_a_group_that_is_silenced_hears_nothing(village: Store, change_of: dict[str, Any]) -> None:
    """One that threw the bot out, was muted by a coordinator, or was unlinked."""
    for group in ("line-group", "telegram-group"):
        await village.write(lambda c, group=group: change(c, group, **change_of))

    await tell(village, LOUD)

    assert {"auntie"} == await told(village)


async def test_what_it_costs_is_known(village: Store) -> None:
    """Each member counts; who has not been counted yet counts as many as a group can have."""
    await village.write(lambda c: put_members(c, Address("telegram", "-100"), 30, NOW + FRESH))
    found = await village.read(lambda c: plan(c, LOUD))
    assert (("line", "th", 1),) == found.people
    assert (("line", None), ("telegram", 30)) == found.groups
    assert (1 + UNCOUNTED, 1 + UNCOUNTED + 30) == (found.billed("line"), found.size)

    assert (Address("line", "C1"),) == await village.read(lambda c: uncounted(c, ("line", "telegram"), NOW)[:1])
    await village.write(lambda c: put_members(c, Address("line", "C1"), 12, NOW + FRESH))
    await village.write(lambda c: put_members(c, Address("line", "C1"), None, NOW + FRESH))
    assert 13 == (await village.read(lambda c: plan(c, LOUD))).billed("line")
    later = NOW + FRESH + timedelta(seconds=1)
    assert 3 == len(await village.read(lambda c: uncounted(c, ("line", "telegram"), later)))


def test_nobody_at_all() -> None:
    """A plan without people and groups reaches nobody; one group alone is somebody."""
    assert 0 == Plan(()).size
    assert 7 == Plan((), Figure(None, 0, NOW), groups=(("telegram", 7),)).size
