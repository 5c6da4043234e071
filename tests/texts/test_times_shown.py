"""Tests of showing when things happened."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.texts.sunday import NOW
from texts.times import read_when, show_time


@pytest.mark.parametrize(
    ("days", "language", "expected"),
    [
        (0, "th", "วันนี้ 15:30 น."),
        (-1, "th", "เมื่อวาน 15:30 น."),
        (1, "th", "พรุ่งนี้ 15:30 น."),
        (-9, "th", "13 พ.ย. 2569 15:30 น."),
        (0, "en", "today 15:30"),
        (-9, "en", "13 Nov 2026 15:30"),
        (-1, "lo", "ມື້ວານນີ້ 15:30"),
        (-9, "lo", "13 ພະຈິກ 2026 15:30"),
        (0, "km", "ថ្ងៃនេះ 15:30"),
        (-9, "km", "13 វិច្ឆិកា 2026 15:30"),
        (-9, "fr", "13 Nov 2026 15:30"),
    ],
)
def test_show_time(days: int, language: str, expected: str) -> None:
    """Times are shown in Bangkok time as each language writes them, Buddhist years in Thai only."""

    assert expected == show_time(NOW + timedelta(days=days), language, NOW)


def test_the_day_turns_in_bangkok() -> None:
    """Half past five in the afternoon in UTC is tomorrow already."""

    assert show_time(NOW.replace(hour=17, minute=30), "th", NOW) == "พรุ่งนี้ 00:30 น."
    assert show_time(datetime(2026, 11, 22, 1, 0), "en", NOW) == "today 08:00"


@given(st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)), st.sampled_from(["th", "en", "lo", "km"]))
def test_what_is_shown_can_be_read(moment: datetime, language: str) -> None:
    """A time shown in any language is read back as that time, to the minute."""

    at = moment.replace(tzinfo=UTC, second=0, microsecond=0)
    when = read_when(show_time(at, language, NOW), NOW)

    assert when is not None
    assert at == when.start
