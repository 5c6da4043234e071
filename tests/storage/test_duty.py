"""Who is on duty at a time: the database finds just those whom the rule finds."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.duty import Roster, covered, hours_of
from storage.alerts import fan_out, raise_alert
from storage.audience import serving
from storage.people import find_rosters
from storage.store import Store
from storage.tables import contacts, outbox
from tests.storage.test_alerts import WORDS, person

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
"""Sunday, 10:00 in Thailand."""
ROSTERS = {
    "always": Roster(),
    "off": Roster(on=False),
    "fridays": Roster(hours=hours_of([(4, 18, 24)])),
    "nights": Roster(hours=hours_of([(day, 20, 6) for day in range(7)])),
    "sunday night": Roster(hours=hours_of([(6, 23, 1)])),
    "off with hours": Roster(on=False, hours=hours_of([(6, 0, 24)])),
    "on holiday": Roster(away=NOW + timedelta(days=2)),
    "back": Roster(away=NOW - timedelta(days=2)),
}


async def met(store: Store) -> None:
    rows = [
        person(name, "420301", Role.VOLUNTEER, on_duty=one.on) | {"hours": one.hours, "away": one.away}
        for name, one in ROSTERS.items()
    ]
    await store.write(lambda c: c.execute(insert(contacts), rows))


async def test_the_database_keeps_the_rule(store: Store) -> None:
    """At every hour of a week, a WHERE clause and the rule on rosters find the same people on duty."""
    await met(store)
    hours = [NOW + timedelta(hours=n, minutes=59) for n in range(168)]

    found = await store.read(
        lambda c: [set(c.execute(select(contacts.c.id).where(serving(at))).scalars()) for at in hours]
    )

    assert [{name for name, one in ROSTERS.items() if one.serves(at)} for at in hours] == found


async def test_a_note_is_for_those_on_duty_when_it_is_spread(store: Store) -> None:
    """Whoever is off, away or out of their hours gets no note of a report."""
    await met(store)
    note = Alert("a", Audience(area="420301", role=Role.VOLUNTEER, on_duty=True), lane="reply")
    await store.write(lambda c: raise_alert(c, note, WORDS, NOW))

    await store.write(lambda c: fan_out(c, "a", 100, NOW, NOW))

    told = await store.read(lambda c: set(c.execute(select(outbox.c.contact)).scalars()))
    assert {name for name, one in ROSTERS.items() if one.serves(NOW)} == told == {"always", "back"}


async def test_the_rosters_of_an_area(store: Store) -> None:
    """A coordinator is shown the volunteers of their area who can be reached, each as they serve."""
    await met(store)
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "always").values(muted=True)))
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == "off").values(area="42030201")))

    found = await store.read(lambda c: find_rosters(c, "4203"))
    inside = await store.read(lambda c: find_rosters(c, "420302"))

    assert {*ROSTERS.values()} - {ROSTERS["always"]} == {roster for _, roster in found}
    assert (("42030201", ROSTERS["off"]),) == inside


def test_the_week_ahead_is_covered_by_who_serves_in_it() -> None:
    """An hour is covered when one of them serves in it; a holiday leaves its days open."""
    nights = Roster(hours=hours_of([(day, 20, 6) for day in range(7)]))
    away = Roster(away=datetime(2026, 11, 24, 17, tzinfo=UTC))

    assert nights.hours == covered([nights, Roster(on=False)], NOW)
    # Back on Wednesday: of Sunday from ten on, Monday and Tuesday only the nights are covered.
    expected = hours_of([(day, 0, 24) for day in range(2, 6)] + [(6, 0, 10)] + [(day, 20, 6) for day in range(7)])
    assert expected == covered([nights, away], NOW)


def test_the_next_hour_of_duty() -> None:
    """It is found across the end of a week and of a holiday; who is off has none."""
    friday = Roster(hours=hours_of([(4, 18, 24)]))

    assert friday.next_hour(NOW) == datetime(2026, 11, 27, 11, tzinfo=UTC)
    assert Roster(away=NOW + timedelta(hours=5)).next_hour(NOW) == NOW + timedelta(hours=5)
    assert Roster(on=False).next_hour(NOW) is None
