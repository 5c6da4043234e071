"""What people say of times in the small hours."""

from datetime import UTC, datetime

import pytest

from texts.times import LOCAL, read_when

SMALL_HOURS = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
"""02:00 on the 22nd in Bangkok."""


@pytest.mark.parametrize(("text", "expected"), [("คืนนี้ตี 1", "22 01:00"), ("คืนนี้ 2 ทุ่ม", "21 20:00"), ("คืนนี้", "21 18:00")])
def test_tonight_is_the_night_that_is_going_on(text: str, expected: str) -> None:
    """Told after midnight, tonight began the evening before: what happened at one is no day ahead."""
    when = read_when(text, SMALL_HOURS)

    assert when is not None
    assert expected == f"{when.start.astimezone(LOCAL):%d %H:%M}"
