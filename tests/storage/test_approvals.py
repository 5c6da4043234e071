"""What is known before an alert leaves, and that what waits for a second word is decided once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.plan import Approval, Figure, Plan, mark_of
from storage.alerts import stop_alert
from storage.approvals import figure, find_approvals, keep_approval, keep_figure, others, plan, settle
from storage.store import Store
from storage.tables import outbox
from tests.storage.test_alerts import NOW, meet, person, tell, told

WORDS = {"th": "น้ำมา"}
ALERT = Alert("a", Audience(area="4203"), words=WORDS, lane="urgent", severity="Severe", by="author")
PEOPLE = (
    person("resident", "420301"),
    person("khmer", "420301", language="km", channel="telegram"),
    person("author", "4203", Role.COORDINATOR),
    person("same", "4203", Role.COORDINATOR),
    person("province", "42", Role.COORDINATOR),
    person("admin", "", Role.ADMIN),
    person("tambon", "420301", Role.COORDINATOR),
    person("elsewhere", "43", Role.COORDINATOR),
    person("volunteer", "4203", Role.VOLUNTEER),
    person("gone", "4203", Role.COORDINATOR, muted=True),
    person("nowhere", ""),
)


def waiting(alert: Alert = ALERT) -> Approval:
    return Approval(alert.id, alert, mark_of(alert), NOW + timedelta(hours=24))


async def test_a_plan_counts_who_would_be_told(store: Store) -> None:
    """By channel and language, with the last known figure of LINE's month and how many could agree."""
    await meet(store, *PEOPLE)
    await store.write(lambda c: keep_figure(c, "line", 500, 420, NOW))

    expected = Plan((("line", "th", 5), ("telegram", "km", 1)), Figure(500, 420, NOW), 3)
    assert expected == await store.read(lambda c: plan(c, ALERT))


async def test_who_may_agree(store: Store) -> None:
    """Coordinators whose area holds the alert's: not its author, a smaller area's, another's, nor who has gone."""
    await meet(store, *PEOPLE)

    found = await store.read(lambda c: others(c, ALERT))

    assert ["admin", "province", "same"] == [who.id for who in found]


async def test_a_drill_is_planned_for_staff(store: Store) -> None:
    """An exercise counts those whom it would reach, and residents are not among them."""
    await meet(store, *PEOPLE)

    drill = await store.read(lambda c: plan(c, replace(ALERT, status="Exercise")))

    assert (("line", "th", 4),) == drill.people


async def test_an_all_clear_is_planned_for_who_got_the_first(store: Store) -> None:
    """It is counted as it will go: who has the first or is just getting it, not those who now never will."""
    await meet(store, *(person(name, "4203") for name in ("has", "getting", "waits", "refused")))
    await tell(store, ALERT)
    for name, values in (
        ("has", {"state": "sent"}),
        ("getting", {"tries": 1}),
        ("refused", {"state": "refused"}),
    ):
        moved = update(outbox).where(outbox.c.contact == name).values(**values)
        await store.write(lambda c, moved=moved: c.execute(moved))
    clear = Alert("c", Audience(area="4203"), words=WORDS, type="Cancel", references="a", by="author")

    counted = await store.read(lambda c: plan(c, clear))
    update_too = await store.read(lambda c: plan(c, replace(clear, type="Update")))
    await store.write(lambda c: stop_alert(c, "a"))
    await tell(store, clear)

    assert (2, 3) == (counted.total, update_too.total)
    assert {"has", "getting"} == await told(store, "c")


async def test_the_last_figure_counts(store: Store) -> None:
    """Nothing is known at first; a plan without a limit has none left to count."""
    assert await store.read(lambda c: figure(c, "line")) is None
    for limit, used in ((300, 10), (None, 11)):
        await store.write(lambda c, limit=limit, used=used: keep_figure(c, "line", limit, used, NOW))

    assert Figure(None, 11, NOW) == await store.read(lambda c: figure(c, "line"))


async def test_an_alert_waits_as_it_was_kept(store: Store) -> None:
    """All of it comes back, within its area only, as long as it waits and has time."""
    await meet(store, *PEOPLE)
    await store.write(lambda c: keep_approval(c, waiting(), NOW))

    (found,) = await store.write(lambda c: find_approvals(c, "42", "", NOW))
    assert waiting() == found
    assert () == await store.write(lambda c: find_approvals(c, "43", "a", NOW))
    assert () == await store.write(lambda c: find_approvals(c, "42", "", NOW + timedelta(days=1)))


async def test_what_was_decided_stays_so(store: Store) -> None:
    """It is decided once, and a later change leaves it as it was."""
    await meet(store, *PEOPLE)
    await store.write(lambda c: keep_approval(c, waiting(), NOW))

    assert [True, False] == [await store.write(lambda c: settle(c, "a", "approved", "same", NOW)) for _ in range(2)]
    other = replace(ALERT, words={"th": "อื่น"})
    await store.write(lambda c: keep_approval(c, waiting(other), NOW))
    (found,) = await store.write(lambda c: find_approvals(c, "", "a", NOW))
    assert ("approved", WORDS) == (found.state, dict(found.alert.words))


async def test_two_who_decide_at_once_decide_one_after_the_other(stores: tuple[Store, Store]) -> None:
    """Whoever comes second finds it decided."""
    await meet(stores[0], *PEOPLE)
    await stores[0].write(lambda c: keep_approval(c, waiting(), NOW))

    def decide(who: str):  # type: ignore[no-untyped-def]
        def work(connection):  # type: ignore[no-untyped-def]
            (found,) = find_approvals(connection, "", "a", NOW)
            connection.execute(select(outbox.c.id)).all()
            return found.state == "waiting" and settle(connection, "a", "approved", who, NOW)

        return work

    decided = await asyncio.gather(*(stores[n % 2].write(decide(f"p{n}")) for n in range(6)))

    assert 1 == sum(decided)
