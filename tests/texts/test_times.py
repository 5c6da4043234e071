"""Tests of reading when things happened."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.texts.sunday import NOW
from texts.times import LOCAL, read_day, read_span, read_when, since, until


def told(text: str, now: datetime = NOW) -> str:
    """What was read, in local time: a point, or "from – to"."""
    when = read_when(text, now)
    if when is None:
        return ""
    start, end = (f"{each.astimezone(LOCAL):%d/%m/%y %H:%M}" for each in (when.start, when.end))
    return start if when.exact else f"{start} – {end}"


YESTERDAY = "21/11/26 00:00 – 22/11/26 00:00"
LAST_NIGHT = "21/11/26 18:00 – 22/11/26 06:00"
TODAY = "22/11/26 00:00 – 22/11/26 15:30"
THIS_MORNING = "22/11/26 05:00 – 22/11/26 12:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ทุ่ม", "21/11/26 20:00"),
        ("สองทุ่มครึ่ง", "21/11/26 20:30"),
        ("ทุ่มครึ่ง", "21/11/26 19:30"),
        ("หกทุ่ม", "22/11/26 00:00"),
        ("ตี 3", "22/11/26 03:00"),
        ("ตีห้าครึ่ง", "22/11/26 05:30"),
        ("บ่ายสอง", "22/11/26 14:00"),
        ("บ่ายโมงครึ่ง", "22/11/26 13:30"),
        ("บ่าย 3 โมง", "22/11/26 15:00"),
        ("เที่ยง", "22/11/26 12:00"),
        ("เที่ยงครึ่ง", "22/11/26 12:30"),
        ("เที่ยงคืน", "22/11/26 00:00"),
        ("6 โมงเย็น", "21/11/26 18:00"),
        ("๖ โมงเย็น", "21/11/26 18:00"),
        ("หกโมงเช้า", "22/11/26 06:00"),
        ("2 โมงเช้า", "22/11/26 08:00"),
        ("6 โมง", "22/11/26 06:00"),
        ("สิบเอ็ดโมง", "22/11/26 11:00"),
        ("สี่โมงสิบห้านาที", "21/11/26 16:15"),
        ("14.30 น.", "22/11/26 14:30"),
        ("๑๔.๓๐ น.", "22/11/26 14:30"),
        ("14 นาฬิกา 5 นาที", "22/11/26 14:05"),
        ("20:15", "21/11/26 20:15"),
        ("8pm", "21/11/26 20:00"),
        ("8.30 a.m.", "22/11/26 08:30"),
        ("12 am", "22/11/26 00:00"),
        ("noon", "22/11/26 12:00"),
        ("at 8", "22/11/26 08:00"),
        ("ຕີ 3", "22/11/26 03:00"),
        ("8 ໂມງເຊົ້າ", "22/11/26 08:00"),
        ("8 ໂມງແລງ", "21/11/26 20:00"),
        ("ម៉ោង ៨ យប់", "21/11/26 20:00"),
        ("ម៉ោង ២:៣០ រសៀល", "22/11/26 14:30"),
    ],
)
def test_times_of_day(text: str, expected: str) -> None:
    """A time of day alone is the last time it was that."""

    assert expected == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("วันนี้", TODAY),
        ("เมื่อวาน", YESTERDAY),
        ("เมือวาน", YESTERDAY),
        ("มื้อวาน", YESTERDAY),
        ("ມື້ວານນີ້", YESTERDAY),
        ("ម្សិលមិញ", YESTERDAY),
        ("yesterday", YESTERDAY),
        ("เมื่อวานซืน", "20/11/26 00:00 – 21/11/26 00:00"),
        ("พรุ่งนี้", "23/11/26 00:00 – 24/11/26 00:00"),
        ("3 วันก่อน", "19/11/26 00:00 – 20/11/26 00:00"),
        ("๓ วันที่แล้ว", "19/11/26 00:00 – 20/11/26 00:00"),
        ("3 ມື້ກ່ອນ", "19/11/26 00:00 – 20/11/26 00:00"),
        ("three days ago", "19/11/26 00:00 – 20/11/26 00:00"),
        ("สองสามวันก่อน", "19/11/26 00:00 – 21/11/26 00:00"),
        ("2-3 วันก่อน", "19/11/26 00:00 – 21/11/26 00:00"),
        ("2 อาทิตย์ก่อน", "08/11/26 00:00 – 09/11/26 00:00"),
        ("อาทิตย์ก่อน", "09/11/26 00:00 – 16/11/26 00:00"),
        ("สัปดาห์ที่แล้ว", "09/11/26 00:00 – 16/11/26 00:00"),
        ("last week", "09/11/26 00:00 – 16/11/26 00:00"),
        ("เดือนที่แล้ว", "01/10/26 00:00 – 01/11/26 00:00"),
        ("ปีที่แล้ว", "01/01/25 00:00 – 01/01/26 00:00"),
        ("เดือนนี้", "01/11/26 00:00 – 22/11/26 15:30"),
        ("วันจันทร์", "16/11/26 00:00 – 17/11/26 00:00"),
        ("วันจันทร์ที่แล้ว", "16/11/26 00:00 – 17/11/26 00:00"),
        ("วันอาทิตย์", TODAY),
        ("วันอาทิตย์ที่แล้ว", "15/11/26 00:00 – 16/11/26 00:00"),
        ("last monday", "16/11/26 00:00 – 17/11/26 00:00"),
        ("ວັນຈັນ", "16/11/26 00:00 – 17/11/26 00:00"),
        ("ថ្ងៃចន្ទ", "16/11/26 00:00 – 17/11/26 00:00"),
    ],
)
def test_days(text: str, expected: str) -> None:
    """A day is the whole of it, as far as it has passed."""

    assert expected == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("เมื่อคืน", LAST_NIGHT),
        ("มื่อคืน", LAST_NIGHT),
        ("ເມື່ອຄືນ", LAST_NIGHT),
        ("យប់មិញ", LAST_NIGHT),
        ("last night", LAST_NIGHT),
        ("เมื่อเช้า", THIS_MORNING),
        ("ตอนเช้า", THIS_MORNING),
        ("ຕອນເຊົ້າ", THIS_MORNING),
        ("ព្រឹកនេះ", THIS_MORNING),
        ("this morning", THIS_MORNING),
        ("เย็น", "21/11/26 16:00 – 21/11/26 20:00"),
        ("เมื่อวานตอนเย็น", "21/11/26 16:00 – 21/11/26 20:00"),
        ("วันศุกร์ตอนค่ำ", "20/11/26 18:00 – 20/11/26 22:00"),
        ("ตอนดึก", "21/11/26 21:00 – 22/11/26 04:00"),
    ],
)
def test_parts_of_days(text: str, expected: str) -> None:
    """A part of a day runs from one hour to another, a night into the next morning."""

    assert expected == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("เมื่อคืนนี้ 2 ทุ่ม", "21/11/26 20:00"),
        ("เมื่อคืนตี 3", "22/11/26 03:00"),
        ("เมื่อคืนเที่ยงคืน", "22/11/26 00:00"),
        ("last night at 9", "21/11/26 21:00"),
        ("last night at 2", "22/11/26 02:00"),
        ("yesterday 8pm", "21/11/26 20:00"),
        ("เมื่อวานตี 2", "21/11/26 02:00"),
        ("เมื่อวาน 5 โมงเย็น", "21/11/26 17:00"),
        ("คืนวันที่ 20 ตี 2", "21/11/26 02:00"),
        ("วันศุกร์ 2 ทุ่ม", "20/11/26 20:00"),
        ("3 วันก่อน ตอน 2 ทุ่ม", "19/11/26 20:00"),
        ("พรุ่งนี้ 8 โมงเช้า", "23/11/26 08:00"),
        ("22 พ.ย. 2569 10 โมง", "22/11/26 10:00"),
        ("๒๒/๑๑/๒๕๖๙ เวลา ๑๔.๓๐ น.", "22/11/26 14:30"),
        ("2026-11-22 14:30", "22/11/26 14:30"),
        ("2026-11-22T14:30", "22/11/26 14:30"),
        ("Nov 20, 2026 8:05 pm", "20/11/26 20:05"),
        ("ເມື່ອຄືນ 2 ທຸ່ມ", "21/11/26 20:00"),
        ("2 ทุ่มถึง 4 ทุ่ม", "21/11/26 20:00 – 21/11/26 22:00"),
        ("เมื่อคืน 4 ทุ่ม ถึง ตี 1", "21/11/26 22:00 – 22/11/26 01:00"),
        ("20.00-22.00 น.", "21/11/26 20:00 – 21/11/26 22:00"),
        ("ประมาณ 2 ทุ่ม", "21/11/26 19:30 – 21/11/26 20:30"),
    ],
)
def test_day_and_time(text: str, expected: str) -> None:
    """A day and a time of day go together, in any order; after midnight still belongs to the night."""

    assert expected == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ตอนนี้", "22/11/26 15:30"),
        ("now", "22/11/26 15:30"),
        ("เมื่อกี้", "22/11/26 15:00 – 22/11/26 15:30"),
        ("ເມື່ອກີ້", "22/11/26 15:00 – 22/11/26 15:30"),
        ("สองชั่วโมงที่แล้ว", "22/11/26 13:30"),
        ("2 hours ago", "22/11/26 13:30"),
        ("an hour ago", "22/11/26 14:30"),
        ("half an hour ago", "22/11/26 15:00"),
        ("ครึ่งชั่วโมงก่อน", "22/11/26 15:00"),
        ("ชั่วโมงครึ่งที่แล้ว", "22/11/26 14:00"),
        ("10 นาทีที่แล้ว", "22/11/26 15:20"),
        ("២ម៉ោងមុន", "22/11/26 13:30"),
        ("2 ຊົ່ວໂມງກ່ອນ", "22/11/26 13:30"),
    ],
)
def test_from_now(text: str, expected: str) -> None:
    """What is told from now is a point, "just now" the last half hour."""

    assert expected == told(text)


@pytest.mark.parametrize(
    "text",
    [
        "20 พ.ย. 2569", "20 พฤศจิกายน", "20 พ.ย. 69", "20พย69", "20 พฤศจิกายน พ.ศ. 2569", "20 พ.ย. ค.ศ. 2026",
        "20/11/69", "20/11/2569", "20-11-2026", "20.11.26", "20/11", "11/20/2026", "๒๐ พ.ย. ๒๕๖๙", "20 Nov",
        "20th of November",
        "Nov 20th, 2026", "2026-11-20", "2569-11-20", "20 ພະຈິກ", "២០ វិច្ឆិកា ២០២៦", "วันที่ 20", "ວັນທີ 20", "ថ្ងៃទី ២០",
        "วันศุกร์", "2 วันก่อน", "วานซืน",
    ],
)  # fmt: skip
def test_dates(text: str) -> None:
    """The twentieth of November 2026, however it is written, in Buddhist or common years."""

    assert read_day(text, NOW) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/12", date(2025, 12, 25)),
        ("31 ธ.ค.", date(2025, 12, 31)),
        ("วันที่ 30", date(2026, 10, 30)),
        ("29 ก.พ.", date(2024, 2, 29)),
        ("5 ธันวา 68", date(2025, 12, 5)),
        ("1 ม.ค. 70", date(2027, 1, 1)),
        ("31/2/2569", None),
        ("0/0/0", None),
        ("9999-99-99", None),
        ("สัปดาห์ที่แล้ว", None),
        ("เมื่อคืน", date(2026, 11, 21)),
        ("2 ทุ่ม", date(2026, 11, 21)),
    ],
)
def test_what_is_left_out_of_a_date(text: str, expected: date | None) -> None:
    """A date without a year or month is the last such one; one that no calendar has is none."""

    assert expected == read_day(text, NOW)


@pytest.mark.parametrize(
    "text",
    ["", "hello", "ปลาทู", "โอนเงินคืน 500", "12.50 บาท", "ไม่รู้", "081-234-5678", "ขอเช่าบ้าน", "may I", "ต้มยำ", "555"],
)
def test_no_time(text: str) -> None:
    """What tells of no time is not made to: money, phone numbers, words that only look like it."""

    assert read_when(text, NOW) is None


def test_at_one_in_the_morning() -> None:
    """Told in the small hours, last night is the one going on, and eight in the evening was yesterday."""

    now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 01:00 on the 22nd

    assert told("เมื่อคืน", now) == "21/11/26 18:00 – 22/11/26 01:00"
    assert told("เมื่อคืน 2 ทุ่ม", now) == "21/11/26 20:00"
    assert told("ตี 3", now) == "21/11/26 03:00"


SPOKEN = st.lists(
    st.sampled_from(
        [
            "เมื่อ",
            "คืน",
            "วาน",
            "วันที่",
            "ตี",
            "บ่าย",
            "ทุ่ม",
            "โมง",
            "เช้า",
            "ครึ่ง",
            "นาที",
            "ก่อน",
            "ที่แล้ว",
            "พ.ย.",
            "พ.ศ.",
            "สอง",
            "สิบ",
            "3",
            "29",
            "69",
            "2569",
            "99",
            "/",
            ".",
            ":",
            "-",
            "ถึง",
            "ປີ",
            "ម៉ោង",
            "last",
            "ago",
            "pm",
            "a",
            "week",
            "ปี",
            "เดือน",
            "9999",
            "0",
        ]
    ),
    max_size=9,
).map(" ".join)


@given(
    st.one_of(st.text(), SPOKEN, SPOKEN.map(lambda text: text.replace(" ", ""))),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
)
@example("9999 ปีก่อน", datetime(2026, 1, 1))
@example("31 ก.พ. 0001", datetime(2026, 1, 1))
def test_any_text(text: str, moment: datetime) -> None:
    """Nothing raises, ends come after starts, points are points, all is in UTC."""

    now = moment.replace(tzinfo=UTC)
    when = read_when(text, now)
    read_day(text, now), since(text, now), until(text, now)

    assert when is None or (when.start <= when.end and when.start.tzinfo is when.end.tzinfo is UTC)
    assert when is None or not when.exact or when.start == when.end


@given(st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)), st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_within_the_last_day(moment: datetime, hour: int, minute: int) -> None:
    """A clock time alone lies at most 24 hours back and never ahead."""

    now = moment.replace(tzinfo=UTC)
    when = read_when(f"{hour:02d}:{minute:02d}", now)

    assert when is not None
    assert timedelta(0) <= now - when.start < timedelta(days=1)


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["{d} {th} {be}", "{d}/{m}/{be}", "{y}-{m:02d}-{d:02d}", "{d} {en} {y}"]),
)
def test_a_full_date_is_read_as_it_was_written(day: date, form: str) -> None:
    """A date with its year means that day, whenever it is read."""

    th = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."][
        day.month - 1
    ]
    text = form.format(d=day.day, m=day.month, y=day.year, be=day.year + 543, th=th, en=f"{day:%b}")

    assert read_day(text, NOW) == day


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "สอง" * 50_000, "1 " * 100_000, "a " * 100_000, "เมื่อ" * 50_000, "10:10" * 50_000, "ครึ่ง" * 50_000],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    """Only the beginning of a text is read, and no pattern runs away on it."""

    before = time.thread_time()
    read_when(text, NOW), read_span(text, NOW)

    assert time.thread_time() - before < 1
