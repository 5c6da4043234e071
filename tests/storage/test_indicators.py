"""What is known of an indicator, who decides it, and whom a changed verdict reaches."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from checks.export import Confirmed
from domain.contact import Role
from domain.message import Outgoing
from domain.query import A_FEW, Decision, Record
from domain.verdict import Indicator
from storage.alerts import fan_out, next_open
from storage.asked import correct, find_answered, forget_asked, remember_answered, remember_asked
from storage.indicators import confirmed, decide, record
from storage.store import Store
from storage.tables import asked, decisions, outbox
from tests.storage.village import LINK, NOW, Village

T = TypeVar("T")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = LINK.key
TEXTS = {language: Outgoing((f"corrected in {language}",)) for language in ("th", "en")}


async def after(store: Store, happens: Callable[[Village], T]) -> T:
    return await store.write(lambda connection: happens(Village(connection)))


def decides(village: Village, word: str, name: str = "ann", *, ago: timedelta = timedelta(), why: str = "") -> bool:
    """A coordinator's word, so long before `NOW`."""
    by = village.person(name, role=Role.COORDINATOR)
    cause = f"{name}-{word}-{ago}"[:36]
    return decide(village.connection, KEY, word, why, by=by, role=Role.COORDINATOR, cause=cause, now=NOW - ago)


def asks(village: Village, name: str, word: str = "unknown", *, ago: timedelta = HOUR, **more: Any) -> str:
    """Somebody asked about the link and was told that word."""
    contact = village.person(name, **more)
    remember_asked(village.connection, contact, [KEY], word, NOW - ago)
    return contact


def told(village: Village, word: str = "dangerous", cause: str = "c1", by: str = "") -> list[tuple[str, str]]:
    """Who is told of it, and in which language."""
    correct(village.connection, KEY, word, TEXTS, by=by, cause=cause, now=NOW)
    rows = village.connection.execute(select(outbox.c.address, outbox.c.language).where(outbox.c.alert == cause))
    return sorted((row.address, row.language) for row in rows)


# --- what is known ---


async def test_a_record_counts_people_over_time_and_by_district(store: Store) -> None:
    """Weeks, months and ever, where and since when; districts with one or two are only "elsewhere"."""

    def happens(village: Village) -> Record:
        village.many(4, area="420301", ago=2 * DAY)
        village.many(3, area="430105", ago=20 * DAY)
        village.many(2, area="570801", ago=50 * DAY)
        return record(village.connection, KEY, "", NOW)

    assert await after(store, happens) == Record(
        KEY,
        people=9,
        month=7,
        week=4,
        first=NOW - 50 * DAY,
        districts=(("4203", 4), ("4301", 3)),
        elsewhere=True,
        many=True,
    )


async def test_of_one_or_two_people_nothing_else_is_said(store: Store) -> None:
    """Neither where nor since when: it could only be the neighbour who asked."""

    def happens(village: Village) -> Record:
        village.many(2)
        return record(village.connection, KEY, "", NOW)

    assert await after(store, happens) == Record(KEY, people=A_FEW, month=A_FEW, week=A_FEW)


async def test_a_record_of_nothing_is_empty(store: Store) -> None:
    """What nobody reported or decided."""
    assert await after(store, lambda village: record(village.connection, KEY, "", NOW)) == Record(KEY)


async def test_a_record_tells_decisions_by_role(store: Store) -> None:
    """Newest first, with the reason; the record has no place for who."""

    def happens(village: Village) -> Record:
        decides(village, "dangerous", ago=2 * DAY, why="called them")
        decides(village, "cleared", "bee", ago=DAY)
        return record(village.connection, KEY, "", NOW)

    found = await after(store, happens)

    assert found.word == "cleared"
    assert found.decisions == (
        Decision("cleared", Role.COORDINATOR, NOW - DAY),
        Decision("dangerous", Role.COORDINATOR, NOW - 2 * DAY, "called them"),
    )


async def test_new_accounts_count_for_needing_two_people_to_clear(store: Store) -> None:
    """In doubt it takes two: reports that raise no count yet are counted here."""

    def happens(village: Village) -> Record:
        for n in range(3):
            village.reports(f"new{n}", old=HOUR)
        return record(village.connection, KEY, "", NOW)

    found = await after(store, happens)

    assert (found.people, found.many) == (0, True)


async def test_a_proposal_waits_a_week_for_another_voice(store: Store) -> None:
    """Whose it is decides what the asker may do; older than a week, or before a decision, it is over."""

    def seen(ago: timedelta, by: str) -> Callable[[Village], str]:
        def happens(village: Village) -> str:
            decides(village, "proposed", "ann", ago=ago)
            return record(village.connection, KEY, village.person(by, role=Role.COORDINATOR), NOW).proposed

        return happens

    assert await after(store, seen(8 * DAY, "bee")) == ""
    assert await after(store, seen(6 * DAY, "ann")) == "you"
    assert await after(store, seen(5 * DAY, "bee")) == "other"

    def decided(village: Village) -> str:
        decides(village, "dangerous", "cat", ago=DAY)
        return record(village.connection, KEY, village.person("bee", role=Role.COORDINATOR), NOW).proposed

    assert await after(store, decided) == ""


async def test_a_proposal_of_somebody_who_lost_the_role_is_none(store: Store) -> None:
    """A demoted coordinator's voice is not the first of two."""

    def happens(village: Village) -> str:
        decides(village, "proposed", "ann", ago=DAY)
        village.person("ann", role=Role.RESIDENT)
        return record(village.connection, KEY, village.person("bee", role=Role.COORDINATOR), NOW).proposed

    assert await after(store, happens) == ""


async def test_a_proposal_changes_nothing_that_holds(store: Store) -> None:
    """It is written down, and the word stays."""

    def happens(village: Village) -> tuple[bool, bool, bool, str, int]:
        changed = decides(village, "dangerous", ago=2 * DAY), decides(village, "proposed", ago=DAY)
        again = decides(village, "dangerous", ago=HOUR)
        rows = village.connection.execute(select(func.count()).select_from(decisions)).scalar_one()
        return *changed, again, record(village.connection, KEY, "", NOW).word, rows

    assert await after(store, happens) == (True, False, False, "dangerous", 3)


# --- corrections ---


async def test_a_correction_reaches_everybody_who_was_told_otherwise(store: Store) -> None:
    """In their own language, or the first we have; not those who were told so already."""

    def happens(village: Village) -> list[tuple[str, str]]:
        asks(village, "thai")
        asks(village, "khmer", "suspicious", language="km")
        asks(village, "english", language="en")
        asks(village, "knows", "dangerous")
        return told(village)

    assert await after(store, happens) == [("english", "en"), ("khmer", "th"), ("thai", "th")]


async def test_a_correction_is_told_once(store: Store) -> None:
    """Confirmed again, nobody hears it twice; cleared afterwards, they hear that."""

    def happens(village: Village) -> list[int]:
        asks(village, "one")
        said = ("dangerous", "c1"), ("dangerous", "c2"), ("cleared", "c3"), ("dangerous", "c4")
        return [len(told(village, word, cause)) for word, cause in said]

    assert await after(store, happens) == [1, 0, 1, 1]


async def test_a_cleared_link_is_no_news_to_whom_it_was_unknown(store: Store) -> None:
    """Only those who were warned hear that the warning is taken back."""

    def happens(village: Village) -> list[tuple[str, str]]:
        asks(village, "calm", "unknown")
        asks(village, "warned", "suspicious")
        return told(village, "cleared")

    assert await after(store, happens) == [("warned", "th")]


async def test_a_correction_leaves_out_who_should_not_get_it(store: Store) -> None:
    """Those who asked long ago or blocked us, groups, and whoever decided it."""

    def happens(village: Village) -> list[tuple[str, str]]:
        asks(village, "long-ago", ago=31 * DAY)
        asks(village, "blocked", muted=True)
        asks(village, "group", is_group=True)
        asks(village, "asked-lately", ago=29 * DAY)
        decider = asks(village, "decider")
        return told(village, by=decider)

    assert await after(store, happens) == [("asked-lately", "th")]


async def test_a_correction_is_never_spread_to_anybody_else(store: Store) -> None:
    """It is kept as an alert that is done: nobody fans it out, and if they did it would reach no one."""

    def happens(village: Village) -> tuple[object, object, int]:
        asks(village, "one")
        village.person("bystander")
        told(village)
        spread = fan_out(village.connection, "c1", 100, NOW, NOW)
        rows = village.connection.execute(select(func.count()).select_from(outbox)).scalar_one()
        return next_open(village.connection), spread, rows

    assert await after(store, happens) == (None, None, 1)


async def test_nobody_to_tell_leaves_no_alert_behind(store: Store) -> None:
    """An empty correction is none."""

    def happens(village: Village) -> tuple[int, int]:
        return (
            correct(village.connection, KEY, "dangerous", TEXTS, by="", cause="c1", now=NOW),
            village.connection.execute(select(func.count()).select_from(outbox)).scalar_one(),
        )

    assert await after(store, happens) == (0, 0)


async def test_who_asked_is_kept_without_what_and_for_thirty_days(store: Store) -> None:
    """The table holds no link, not even in part; after thirty days, or with the person, the row is gone."""

    def happens(village: Village) -> tuple[bool, int, int, int]:
        asks(village, "old", ago=31 * DAY)
        asks(village, "new")
        marks = village.connection.execute(select(asked.c.mark)).scalars().all()
        left = lambda: village.connection.execute(select(func.count()).select_from(asked)).scalar_one()  # noqa: E731
        return any("evil" in mark for mark in marks), left(), forget_asked(village.connection, NOW), left()

    assert await after(store, happens) == (False, 2, 1, 1)


# --- groups ---


async def test_a_group_is_warned_of_a_thing_once_a_day(store: Store) -> None:
    """Until midnight in Thailand, and each group by itself; yesterday's rows are forgotten."""

    def happens(village: Village) -> list[frozenset[str]]:
        group, other = village.person("-1", is_group=True), village.person("-2", is_group=True)
        remember_answered(village.connection, group, [KEY], NOW)
        remember_answered(village.connection, group, [KEY], NOW)
        midnight = NOW + 12 * HOUR
        asked_at = [(group, NOW), (other, NOW), (group, midnight - HOUR), (group, midnight)]
        found = [find_answered(village.connection, who, [KEY, "x:y"], at) for who, at in asked_at]
        forget_asked(village.connection, midnight)
        return [*found, find_answered(village.connection, group, [KEY], NOW)]

    once, never = frozenset({KEY}), frozenset[str]()
    assert await after(store, happens) == [once, never, once, never, never]


# --- export ---


async def test_only_what_coordinators_confirmed_is_exported(store: Store) -> None:
    """With the kind it is reported as most, people and times; sealed reports raise no count, and lend no kind."""

    def happens(village: Village) -> list[Confirmed]:
        village.many(3, ago=2 * DAY)
        for n in range(4):
            village.reports(f"s{n}", ago=DAY, kind="official", sensitive=True)
        village.reports("other", indicator=Indicator("phone", "+66812345678"))
        decides(village, "dangerous", ago=HOUR)
        return confirmed(village.connection, NOW)

    assert await after(store, happens) == [Confirmed(LINK, "link", 3, NOW - 2 * DAY, NOW - 2 * DAY)]


async def test_an_export_blurs_what_one_or_two_reported(store: Store) -> None:
    """Neither their number nor when: both are those of the decision."""

    def happens(village: Village) -> list[Confirmed]:
        village.many(2, ago=2 * DAY)
        decides(village, "dangerous", ago=HOUR)
        return confirmed(village.connection, NOW)

    assert await after(store, happens) == [Confirmed(LINK, "link", 0, NOW - HOUR, NOW - HOUR)]


async def test_what_was_cleared_again_is_not_exported(store: Store) -> None:
    """The last word counts."""

    def happens(village: Village) -> list[Confirmed]:
        decides(village, "dangerous", ago=DAY)
        decides(village, "cleared", ago=HOUR)
        return confirmed(village.connection, NOW)

    assert await after(store, happens) == []
