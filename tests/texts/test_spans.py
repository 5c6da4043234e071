"""Tests of lengths of time, of since and of until, as queries name them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.texts.sunday import NOW
from texts.times import LOCAL, read_span, since, until


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7d", timedelta(days=7)),
        ("24h", timedelta(hours=24)),
        ("2w", timedelta(weeks=2)),
        ("30m", timedelta(minutes=30)),
        ("30 วัน", timedelta(days=30)),
        ("๗ วัน", timedelta(days=7)),
        ("สองสัปดาห์", timedelta(weeks=2)),
        ("3 เดือน", timedelta(days=90)),
        ("last 7 days", timedelta(days=7)),
        ("ย้อนหลัง 7 วัน", timedelta(days=7)),
        ("9999y", timedelta(days=36_500)),
        ("", None),
        ("nonsense", None),
    ],
)
def test_lengths(text: str, expected: timedelta | None) -> None:
    """A query may name a length of time."""

    assert expected == read_span(text, NOW)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("วันนี้", "2026-11-22", "2026-11-23"),
        ("เมื่อวาน", "2026-11-21", "2026-11-22"),
        ("สัปดาห์นี้", "2026-11-16", "2026-11-23"),
        ("เดือนนี้", "2026-11-01", "2026-12-01"),
        ("22/11/2569", "2026-11-22", "2026-11-23"),
        ("2026-11-01", "2026-11-01", "2026-11-02"),
        ("พ.ย. 2569", "2026-11-01", "2026-12-01"),
        ("เดือนตุลาคม", "2026-10-01", "2026-11-01"),
        ("2569", "2026-01-01", "2027-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
    ],
)
def test_since_and_until(text: str, first: str, after: str) -> None:
    """Since is the beginning of what is named; until takes all of it in; both are UTC for the local day."""

    found = [since(text, NOW), until(text, NOW)]

    assert [datetime.fromisoformat(day).replace(tzinfo=LOCAL) for day in (first, after)] == found
    assert [each.tzinfo for each in found if each] == [UTC, UTC]


def test_since_a_length() -> None:
    """A length is counted back from now."""

    assert since("7d", NOW) == NOW - timedelta(days=7)
    assert until("24h", NOW) == NOW - timedelta(hours=24)
