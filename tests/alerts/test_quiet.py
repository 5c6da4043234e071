"""When people sleep, and what may wake them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from alerts.quiet import Hours, hours, manners, quiet_until, release
from storage.claims import Manners

NIGHT = Hours(time(21), time(6))


def thai(hour: int, minute: int = 0, day: int = 22) -> datetime:
    """A time of day in Thailand, as the UTC instant it is."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("21:00-06:00", NIGHT),
        (" 21:00 – 6:00 ", NIGHT),
        ("", Hours()),
        ("12:30-13:15", Hours(time(12, 30), time(13, 15))),
    ],
)
def test_hours_are_read(words: str, expected: Hours) -> None:
    """From and until, and nothing for none."""
    assert hours(words) == expected


@pytest.mark.parametrize("words", ["21-6", "25:00-06:00", "21:00", "always"])
def test_wrong_hours_are_an_error_that_shows_right_ones(words: str) -> None:
    """Whoever wrote the configuration is shown the form it has."""
    with pytest.raises(ValueError, match="21:00-06:00"):
        hours(words)


UNTIL = {
    (20, 59): None,
    (21, 0): thai(6, day=23),
    (23, 59): thai(6, day=23),
    (0, 0): thai(6),
    (5, 59): thai(6),
    (6, 0): None,
    (12, 0): None,
}


@pytest.mark.parametrize("at", UNTIL)
def test_the_night_ends_in_the_morning(at: tuple[int, int]) -> None:
    """Quiet from nine in the evening, over midnight, until six; the end is the next one."""
    assert quiet_until(NIGHT, thai(*at)) == UNTIL[at]


def test_a_rest_at_noon_does_not_cross_midnight() -> None:
    """Hours within one day are quiet within that day only; no hours are never quiet."""
    noon = Hours(time(12), time(13))

    assert [quiet_until(noon, thai(h)) for h in (11, 12, 13, 0)] == [None, thai(13), None, None]
    assert quiet_until(Hours(), thai(0)) is None


def test_urgent_passes_and_routine_waits() -> None:
    """At night a routine alert leaves in the morning; an urgent one, a reply, or a severe one leaves at once."""
    late, morning = thai(22), thai(6, day=23)

    assert release(NIGHT, "routine", "Minor", late) == morning
    assert [release(NIGHT, lane, "Minor", late) for lane in ("urgent", "reply")] == [late, late]
    assert [release(NIGHT, "routine", severity, late) for severity in ("Extreme", "Severe")] == [late, late]
    assert release(NIGHT, "routine", "Minor", thai(12)) == thai(12)


def test_a_day_is_thailands_day() -> None:
    """The cap counts from midnight in Thailand, and who is over it hears on when tomorrow's night has ended."""
    assert manners(NIGHT, 3, thai(12)) == Manners(None, 3, thai(0), thai(6, day=23))
    assert manners(NIGHT, 3, thai(5)) == Manners(thai(6), 3, thai(0), thai(6, day=23))
    assert manners(Hours(), 3, thai(12)).again == thai(0, day=23)
