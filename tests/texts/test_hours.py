"""Hours of duty: read as people write them, shown as they read them, and nothing taken for hours that is none."""

from datetime import UTC, datetime

import pytest

from domain.duty import hours_of
from texts.hours import Unread, read_back, read_hours, show_hours

SUNDAY = datetime(2026, 11, 22, 13, tzinfo=UTC)
"""20:00 in Thailand."""
FRIDAY_EVENING = hours_of([(4, 18, 24)])
EVENINGS = hours_of([(day, 18, 24) for day in range(7)])

SAME = {
    "ศุกร์ 18-24": FRIDAY_EVENING,
    "วันศุกร์ เวลา 18.00-24.00 น.": FRIDAY_EVENING,
    "ศุกร์ ๑๘-๒๔": FRIDAY_EVENING,
    "ศ. 18:00 ถึง 24:00": FRIDAY_EVENING,
    "fri 18-24": FRIDAY_EVENING,
    "every Friday 18:00 to 24:00": FRIDAY_EVENING,
    "ສຸກ 18-24": FRIDAY_EVENING,
    "ថ្ងៃសុក្រ 18-24": FRIDAY_EVENING,
    "18-24": EVENINGS,
    "ทุกวัน 18-24": EVENINGS,
    "จันทร์-ศุกร์ 18-24\nweekend 18-24": EVENINGS,
    "mon-fri 18-24; sat, sun 18-24": EVENINGS,
    "เสาร์อาทิตย์ ทั้งวัน": hours_of([(5, 0, 24), (6, 0, 24)]),
    "ศ.-จ. 22-6": hours_of([(day, 22, 6) for day in (4, 5, 6, 0)]),
    "ทุกวันศุกร์ 18-24": FRIDAY_EVENING,
    "ថ្ងៃសុក្រ រាល់ថ្ងៃសុក្រ 18-24": FRIDAY_EVENING,
    "จันทร์ 18-24, อังคาร 8-12": hours_of([(0, 18, 24), (1, 8, 12)]),
    "18-24 จันทร์, 8-12 อังคาร": hours_of([(0, 18, 24), (1, 8, 12)]),
    "จันทร์, อังคาร 8-12": hours_of([(0, 8, 12), (1, 8, 12)]),
    "อังคาร 6-12 18-24": hours_of([(1, 6, 12), (1, 18, 24)]),
}
WRONG = {
    "": "time",
    "ศุกร์": "time",
    "ศุกร์ 25-26": "time",
    "ศุกร์ 18-18": "time",
    "ศุกร์ 18:30-24": "minutes",
    "ศุขร์ 18-24": "days",
    "fry 18-24": "days",
}
BACK = {
    "5/12": (12, 6, 2026),
    "5 ธ.ค.": (12, 6, 2026),
    "5 ธ.ค. 2569": (12, 6, 2026),
    "2026-12-05": (12, 6, 2026),
    "1/1": (1, 2, 2027),
    "ศุกร์": (11, 28, 2026),
    "fri": (11, 28, 2026),
    "วันนี้": (11, 23, 2026),
    "3 วัน": (11, 25, 2026),
    "7d": (11, 29, 2026),
}


@pytest.mark.parametrize("said", SAME)
def test_hours_are_read(said: str) -> None:
    """However somebody writes them, the hours are these."""
    assert SAME[said] == read_hours(said)


@pytest.mark.parametrize("said", WRONG)
def test_what_is_no_hours_is_not_taken_for_some(said: str) -> None:
    """The line that cannot be read comes back with the reason."""
    assert Unread(said, WRONG[said]) == read_hours(said)  # type: ignore[arg-type]


def test_the_first_wrong_line_is_named() -> None:
    """Of several lines just the one that is wrong is said again."""
    assert Unread("sometimes 9-10", "days") == read_hours("fri 18-24\nsometimes 9-10\nsat 1-2")


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (EVENINGS, ("ทุกวัน 18:00–24:00",)),
        (hours_of([(4, 22, 6), (5, 22, 6)]), ("ศุกร์ เสาร์ 22:00–06:00",)),
        (hours_of([(day, 9, 17) for day in range(5)]), ("จันทร์–ศุกร์ 09:00–17:00",)),
        (hours_of([(6, 23, 1)]), ("อาทิตย์ 23:00–01:00",)),
        (hours_of([(5, 6, 24), (6, 0, 24)]), ("เสาร์ 06:00–24:00", "อาทิตย์ ทั้งวัน")),
        ("1" * 168, ("ทุกวัน ทั้งวัน",)),
        ("0" * 168, ()),
    ],
)
def test_hours_are_shown(hours: str, shown: tuple[str, ...]) -> None:
    """Days alike stand on one line, a night is one stretch, a day is whole."""
    assert shown == show_hours(hours, "th")


@pytest.mark.parametrize("language", ["th", "en", "lo", "km"])
def test_what_is_shown_can_be_typed(language: str) -> None:
    """Whoever types the lines they were shown gets the same hours, in each language."""
    for hours in set(SAME.values()):
        assert hours == read_hours("\n".join(show_hours(hours, language)))


@pytest.mark.parametrize("said", BACK)
def test_a_day_off_is_the_next_of_its_name(said: str) -> None:
    """A holiday ends at the midnight after its last day, and the day is one to come."""
    month, day, year = BACK[said]

    back = read_back(said, SUNDAY)

    assert back == datetime(year, month, day - 1, 17, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "ไว้ก่อน", "20/11/2569", "2026-11-01", "เมื่อวาน", "31 ธันวาคม 2570", "400 วัน"])
def test_no_day_or_one_that_is_over(said: str) -> None:
    """A day that is over, too far off or none at all is no holiday."""
    assert read_back(said, SUNDAY) is None
