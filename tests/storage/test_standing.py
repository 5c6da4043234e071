"""What is said of a link that neighbours reported: people, not reports; never a number that could tell who."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, insert, select, update

from checks import Standing
from domain.contact import Role
from domain.effect import FileReport
from domain.report import Status
from domain.verdict import Indicator
from storage.indicators import decide
from storage.lists import ListRow, replace_list
from storage.reports import file_report
from storage.standing import LONGEST, standings
from storage.store import Store
from storage.tables import contacts, reports, sightings
from tests.storage.village import LINK, NOW, Village

T = TypeVar("T")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def known(store: Store, happens: Callable[[Village], object]) -> Standing | None:
    """The link's standing after all that."""

    def work(connection: Connection) -> Standing | None:
        happens(Village(connection))
        return standings(connection, [LINK], NOW).get(LINK.key)

    return await store.write(work)


def listed(connection: Connection, name: str, *keys: str) -> int:
    row = ListRow(name, "", "", "plain", "0" * 64, len(keys), 0, 0, "test", NOW)
    return replace_list(connection, row, keys)


async def test_people_are_counted_and_not_reports(store: Store) -> None:
    """One angry neighbour who reports five times is one."""

    def happens(village: Village) -> None:
        village.many(3)
        for hours in range(2, 6):
            village.reports("p420301-0", ago=hours * HOUR)

    assert await known(store, happens) == Standing(people=3, since_days=1)


@pytest.mark.parametrize("people", [1, 2])
async def test_one_or_two_are_never_counted_aloud(store: Store, people: int) -> None:
    """A number so small could tell who it was, and so could since when."""
    assert await known(store, lambda village: village.many(people)) == Standing(people=0, since_days=0)


async def test_an_account_of_an_hour_raises_no_count(store: Store) -> None:
    """A thousand accounts made for the purpose do not condemn anybody; six hours later each is a person."""

    def happens(village: Village) -> None:
        village.many(2)
        for n in range(5):
            village.reports(f"new{n}", old=HOUR)

    assert await known(store, happens) == Standing(people=0, since_days=0)
    assert await known(store, lambda village: village.reports("older", old=6 * HOUR)) == Standing(
        people=3, since_days=1
    )


async def test_what_was_taken_back_or_is_long_past_counts_no_more(store: Store) -> None:
    """Withdrawn reports, and those of more than thirty days ago, are left out."""

    def happens(village: Village) -> None:
        village.many(3)
        village.reports("regrets", status=Status.WITHDRAWN)
        village.reports("once", ago=31 * DAY)

    assert await known(store, happens) == Standing(people=3, since_days=1)


async def test_the_days_run_from_the_first_report_that_counts(store: Store) -> None:
    """ "In 7 days" is true: the first of them was in the seventh day back."""

    def happens(village: Village) -> None:
        village.many(2)
        village.reports("first", ago=6 * DAY + HOUR)

    assert await known(store, happens) == Standing(people=3, since_days=7)


async def test_long_links_that_begin_alike_are_one_of_a_report(store: Store) -> None:
    """Two links of one message that differ only far behind are kept as one, and the report is kept."""
    begins = "example.test/" + "a" * LONGEST
    filed = FileReport("long", "link", {}, indicators=tuple(Indicator("url", begins + end) for end in "xy"))

    number = await store.write(lambda c: file_report(c, filed, "ann", "", "line", NOW))

    seen = await store.read(lambda c: list(c.execute(select(sightings.c.indicator)).scalars()))
    assert number
    assert [f"url:{begins}"[:LONGEST]] == seen


async def test_a_sealed_reporter_counts_as_one_a_report(store: Store) -> None:
    """Whose name is not kept beside the report is still a person, once the report is six hours old."""

    def happens(village: Village) -> None:
        village.many(2)
        village.reports("sealed", ago=7 * HOUR)
        village.connection.execute(update(sightings).where(sightings.c.report.like("sealed%")).values(contact=None))

    assert await known(store, happens) == Standing(people=3, since_days=1)


async def test_a_coordinators_word_goes_before_a_list(store: Store) -> None:
    """A list alone condemns, by its name; whoever checked it here knows better."""

    def on_a_list(village: Village) -> None:
        listed(village.connection, "zeta", LINK.key)
        listed(village.connection, "alpha", LINK.key)

    def cleared(village: Village) -> None:
        by = village.person("staff", role=Role.COORDINATOR)
        decide(village.connection, LINK.key, "cleared", "", by=by, role=Role.COORDINATOR, cause="c1", now=NOW)

    assert await known(store, on_a_list) == Standing("dangerous", "alpha")
    assert await known(store, cleared) == Standing("cleared")


async def test_a_new_version_of_a_list_drops_what_it_no_longer_has(store: Store) -> None:
    """What a list takes back is forgotten, whatever else it holds; other lists keep theirs."""
    other = Indicator("phone", "+66812345678")

    def work(connection: Connection) -> tuple[int, object]:
        listed(connection, "one", LINK.key, other.key)
        listed(connection, "two", other.key)
        dropped = listed(connection, "one", LINK.key)
        return dropped, standings(connection, [LINK, other], NOW)

    assert await store.write(work) == (
        1,
        {LINK.key: Standing("dangerous", "one"), other.key: Standing("dangerous", "two")},
    )


async def test_what_nobody_spoke_of_is_left_out(store: Store) -> None:
    """No standing is made up."""
    assert await known(store, lambda village: village.reports("one", indicator=Indicator("domain", "other.cc"))) is None


async def test_a_thousand_accounts_in_an_hour_are_not_a_thousand_people(store: Store) -> None:
    """One district adds twenty people a day, and young accounts share that, wherever they say they are."""

    def settled(village: Village) -> None:
        crowded(village, 1000, area=lambda n: "420301")

    def young(village: Village) -> None:
        crowded(village, 1000, old=5 * DAY, area=lambda n: f"42{n % 90:02}01")

    assert await known(store, settled) == Standing(people=20, since_days=1)
    assert await known(store, young) == Standing(people=40, since_days=1)


async def test_a_wave_over_days_and_districts_is_counted(store: Store) -> None:
    """What real neighbours report, here and there and day after day, adds up."""

    def happens(village: Village) -> None:
        for day in range(3):
            for area in ("420301", "430105"):
                village.many(8, area=f"{area[:5]}{day}", ago=day * DAY + HOUR)

    assert await known(store, happens) == Standing(people=48, since_days=3)


def crowded(village: Village, many: int, area: Callable[[int], str], old: timedelta = 90 * DAY) -> None:
    """So many accounts report the link within the same hour."""
    village.reports("first", old=old)
    c, at = village.connection, NOW - HOUR
    person = dict(c.execute(select(contacts)).mappings().first() or {})
    row = dict(c.execute(select(reports)).mappings().first() or {})
    mark = f"{old.days}"
    ids = [f"crowd{mark}-{n}" for n in range(many)]
    c.execute(insert(contacts), [person | {"id": id, "address": id, "created_at": NOW - old} for id in ids])
    first = 500_000 + old.days * many
    c.execute(insert(reports), [row | {"id": id, "number": first + n, "reporter": id} for n, id in enumerate(ids)])
    seen = {"indicator": LINK.key, "at": at}
    c.execute(insert(sightings), [seen | {"report": id, "contact": id, "area": area(n)} for n, id in enumerate(ids)])
