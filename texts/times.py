"""When things happened, in the words people use for it: read from Thai, Lao, Khmer and English, and shown."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from texts.writing import MONTH, MONTHS, NUMBER, SHOWN_MONTHS, WEEKDAY, WEEKDAYS, any_of, folded, number, toneless

LOCAL: Final = ZoneInfo("Asia/Bangkok")  # what people here speak in; Laos and Cambodia keep the same, all year
_MOST: Final = 300  # characters that are read; nobody needs more to say when
_BUDDHIST: Final = 543


@dataclass(frozen=True, slots=True)
class When:
    """
    A time someone told of, in UTC: `exact` is a point (start == end), otherwise somewhere from `start` to `end`.

    The end of a day is the midnight after it; what has begun ends no later than now.
    """

    start: datetime
    end: datetime
    exact: bool = False


_UNIT_WORDS: Final = {
    "minutes": "นาที ນາທີ នាទី min mins minute minutes m",
    "hours": "ชั่วโมง ชม. ชม ຊົ່ວໂມງ ຊມ ម៉ោង h hr hrs hour hours",
    "days": "วัน มื้อ มื่อ ວັນ ມື້ ថ្ងៃ d day days",
    "weeks": "สัปดาห์ อาทิตย์ ອາທິດ សប្តាហ៍ សប្ដាហ៍ អាទិត្យ w wk week weeks",
    "months": "เดือน ເດືອນ ខែ mo month months",
    "years": "ปี ປີ ឆ្នាំ y yr year years",
}
_UNITS: Final = {toneless(word): unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_UNIT: Final = any_of(*_UNIT_WORDS.values())
_AGO: Final = any_of("ที่แล้ว|ก่อนหน้านี้|ก่อน|มาแล้ว|ที่ผ่านมา|ago|earlier|ກ່ອນ|ທີ່ຜ່ານມາ|ທີ່ແລ້ວ|ແລ້ວ|មុន", between="|")
_HALF: Final = any_of("ครึ่ง|ເຄິ່ງ|កន្លះ|half|half an|half a", between="|")
_PARTS: Final = {
    "dawn": (3, 6), "morning": (5, 12), "day": (6, 18), "afternoon": (12, 17),
    "evening": (16, 20), "dusk": (18, 22), "night": (18, 30), "late": (21, 28),
}  # fmt: skip
"""From which hour to which each part of the day runs, as people here use the words; beyond 24 is after midnight."""
_DAWN: Final = 6
# The day (from today) or stretch, the part of the day: the words. Isan is Lao in Thai letters: มื้อวาน, มื้อคืน.
_MOMENT_LINES: Final = """
-2 . | เมื่อวานซืน | วานซืน | เมื่อวันซืน | มื้อซืน | ມື້ວານຊືນ | ມື້ຊືນ | ម្សិលម៉្ងៃ | day before yesterday
-2 night | เมื่อคืนก่อน | คืนก่อน | night before last
-1 . | เมื่อวาน | เมื่อวานนี้ | วานนี้ | มื้อวาน | มื่อวาน | ມື້ວານ | ມື້ວານນີ້ | ម្សិលមិញ | yesterday
-1 night | เมื่อคืน | เมื่อคืนนี้ | คืนวาน | มื้อคืน | มื่อคืน | ມື້ຄືນ | ເມື່ອຄືນ | ຄືນວານ | យប់មិញ | last night
-1 morning | เช้าวาน | เช้าวานนี้
-1 evening | เย็นวาน | เย็นวานนี้ | เมื่อวานเย็น | แลงวานนี้
0 . | วันนี้ | มื้อนี้ | มื่อนี้ | ມື້ນີ້ | ວັນນີ້ | ថ្ងៃនេះ | today
0 night | คืนนี้ | ຄືນນີ້ | យប់នេះ | tonight
0 morning | เช้านี้ | เมื่อเช้านี้ | ເຊົ້ານີ້ | ព្រឹកនេះ | ព្រឹកមិញ | this morning
0 afternoon | บ่ายนี้ | ບ່າຍນີ້ | រសៀលនេះ | this afternoon
0 evening | เย็นนี้ | แลงนี้ | ແລງນີ້ | ល្ងាចនេះ | this evening
1 . | พรุ่งนี้ | วันพรุ่ง | มื้ออื่น | มื่ออื่น | ມື້ອື່ນ | ថ្ងៃស្អែក | ស្អែក | tomorrow
2 . | มะรืน | มะรืนนี้ | ມື້ຮື | ខានស្អែក | day after tomorrow
. dawn | เช้ามืด | รุ่งสาง | ฟ้าสาง | ใกล้สว่าง | เช้าตรู่ | dawn | early morning
. morning | เช้า | เซ้า | ตอนสาย | เมื่อสาย | ຕອນເຊົ້າ | ເຊົ້າ | ຕອນສວຍ | ព្រឹក | morning
. day | กลางวัน | ຕອນເວັນ | ກາງເວັນ | ยามเว็น | daytime
. afternoon | บ่าย | ຕອນບ່າຍ | ບ່າຍ | រសៀល | afternoon
. evening | ตอนเย็น | เมื่อเย็น | ยามเย็น | ตอนแลง | ยามแลง | ຕອນແລງ | ແລງ | ល្ងាច | evening
. dusk | ตอนค่ำ | หัวค่ำ | เมื่อค่ำ | พลบค่ำ | ຕອນຄ່ຳ | ຫົວຄ່ຳ
. night | กลางคืน | ตอนคืน | ยามคืน | ກາງຄືນ | យប់ | night
. late | ตอนดึก | กลางดึก | ดึกๆ | ເດິກ | late at night
now . | ตอนนี้ | เดี๋ยวนี้ | ขณะนี้ | ຕອນນີ້ | ດຽວນີ້ | ឥឡូវ | now
just . | เมื่อกี้ | เมื่อตะกี้ | ตะกี้ | หว่างกี้ | เมื่อสักครู่ | ເມື່ອກີ້ | ຫວ່າງກີ້ | អម្បាញ់មិញ | just now
weeks . | สัปดาห์นี้ | อาทิตย์นี้ | ອາທິດນີ້ | សប្តាហ៍នេះ | this week
months . | เดือนนี้ | ເດືອນນີ້ | ខែនេះ | this month
years . | ปีนี้ | ປີນີ້ | ឆ្នាំនេះ | this year
"""
_MOMENT_ROWS: Final = tuple(line.split(" | ") for line in _MOMENT_LINES.strip().splitlines())
_MOMENTS: Final = {toneless(word): row[0].split() for row in _MOMENT_ROWS for word in row[1:]}
_MOMENT: Final = re.compile(any_of(*("|".join(row[1:]) for row in _MOMENT_ROWS), between="|"))

_Clock = tuple[tuple[int, ...], int]  # the hours it may mean, likeliest first (24: the midnight after), the minute
_MORNING: Final = "เช้า เซ้า ເຊົ້າ ສວຍ ព្រឹក morning"
_NIGHT: Final = "กลางคืน ดึก ກາງຄືນ ເດິກ យប់ night"
_LATER: Final = "เย็น แลง บ่าย ค่ำ ບ່າຍ ແລງ ຄ່ຳ រសៀល ល្ងាច afternoon evening"
_DAYTIME: Final = rf"(?:\s*(?:ตอน|ຕອນ|in the |at )?(?P<when>{any_of(_MORNING, _NIGHT, _LATER)}))?"
_MIN: Final = rf"(?:\s*(?:(?P<half>{_HALF})|(?P<min>{NUMBER})\s*(?:นาที|ນາທີ|នាទី)|(?P<bare>\d\d)(?![\d/.:-])))?"
_O_CLOCK: Final = r"(?:นาฬิกา|น\.|น(?!\w))"
_AM: Final = r"(?P<when>[ap]\.?m\b\.?)"


def _thai_hour(n: int, when: str) -> tuple[int, ...]:
    """N โมง: 7 to 11 are of the morning, 1 to 5 of the afternoon; "2 โมงเช้า" counts from six, the old way."""
    if n > 12 or n == 0:
        return (n,)
    if when in _MORNING.split():
        return (n % 12 if n > 5 else n + 6,)
    if when:
        return (n % 12 + 12,)
    return (6, 18) if n == 6 else (n if n > 6 else n + 12,)


def _any_hour(n: int, when: str) -> tuple[int, ...]:
    """An hour of the twelve-hour clock, with the part of the day that was said beside it, or none."""
    if n > 12 or not when:
        return (n, n + 12) if n < 12 else (n,)
    early = when[:2] in ("am", "a.") or when in _MORNING.split() or (when in _NIGHT.split() and n % 12 < 6)
    return (n % 12 + (0 if early else 12),)


_CLOCKS: Final[tuple[tuple[re.Pattern[str], Callable[[int, str], tuple[int, ...]]], ...]] = tuple(
    (re.compile(pattern), hours)
    for pattern, hours in (
        (rf"(?:ตี|ຕີ)\s*(?P<n>{NUMBER}){_MIN}", lambda n, _: (n,) if 0 < n < 7 else ()),
        (rf"(?:บ่าย|ບ່າຍ)\s*(?P<n>{NUMBER})(?:\s*(?:โมง|ໂມງ))?{_MIN}", lambda n, _: (n + 12,) if 0 < n < 7 else ()),
        (rf"บ่าย\s*โมง{_MIN}", lambda _n, _: (13,)),
        (rf"(?P<n>{NUMBER})\s*(?:ทุ่ม|ทุ้ม|ທຸ່ມ){_MIN}", lambda n, _: (18 + n, *([0] * (n == 6))) if 0 < n < 7 else ()),
        (rf"(?:ทุ่ม|ທຸ່ມ)(?:หนึ่ง|นึง|เดียว)?{_MIN}", lambda _n, _: (19,)),
        (rf"(?P<n>{NUMBER})\s*โมง{_DAYTIME}{_MIN}", _thai_hour),
        (rf"(?P<n>{NUMBER})\s*ໂມງ{_DAYTIME}{_MIN}", _any_hour),
        (rf"ម៉ោង\s*(?P<n>{NUMBER})(?:[:.](?P<mm>\d\d))?{_MIN}{_DAYTIME}", _any_hour),
        (rf"(?:เที่ยงคืน|ທ່ຽງຄືນ|អធ្រាត្រ|\bmidnight\b){_MIN}", lambda _n, _: (24, 0)),
        (rf"(?:เที่ยง|ທ່ຽງ|ថ្ងៃត្រង់|\bnoon\b|\bmidday\b)(?:วัน|ตรง)?{_MIN}", lambda _n, _: (12,)),
        (
            r"(?<![\d.:/])(?P<n>\d{1,2})[:.](?P<mm>[0-5]\d)(?::\d\d)?(?!\d|[.:/]\d|\s*(?:บาท|ล้าน|%|กีบ))"
            rf"(?:\s*(?:{_AM}|{_O_CLOCK}|ໂມງ))?",
            lambda n, when: _any_hour(n, when) if when else (n,),
        ),
        (rf"(?<!\d)(?P<n>\d{{1,2}})\s*{_O_CLOCK}(?:\s*(?P<min>\d{{1,2}})\s*นาที)?", lambda n, _: (n,)),
        (rf"(?<!\d)(?P<n>\d{{1,2}})\s*{_AM}", _any_hour),
        (rf"(?P<n>{NUMBER})\s*o'?clock{_DAYTIME}", _any_hour),
        (rf"\bat\s+(?P<n>{NUMBER})(?!\s*[/:-]|\d){_DAYTIME}", _any_hour),
    )
)
_ABOUT: Final = re.compile(any_of("ประมาณ ราว กว่า เกือบ about around almost ປະມານ ប្រហែល ប្រមាណ"))


def _clock_of(found: re.Match[str], hours_of: Callable[[int, str], tuple[int, ...]]) -> _Clock | None:
    group = found.groupdict()
    n = number(group["n"]) if group.get("n") else 0
    hours = tuple(hour for hour in hours_of(n, group.get("when") or "") if 0 <= hour <= 24)
    said = group.get("mm") or group.get("min") or group.get("bare")
    minute = 30 if group.get("half") else number(said) if said else 0
    return (hours, minute) if hours and minute < 60 else None


def _clocks(text: str) -> Iterator[tuple[str, _Clock]]:
    """Each time of day in a text, with the words for it; of two readings that begin at one place the longer."""
    at = 0
    while read := [
        (found.start(), -found.end(), clock)
        for pattern, hours_of in _CLOCKS
        if (found := pattern.search(text, at)) and (clock := _clock_of(found, hours_of))
    ]:
        start, end, clock = min(read)
        at = -end
        yield text[start:at], clock


_ERA: Final = r"(?:\s*,?\s*(?P<era>พ\.?ศ\.?|ค\.?ศ\.?|be|ce|ad)?\s*"
_YEAR: Final = r"(?P<y>\d{4}|\d\d)(?![\d:]|\.\d|\s*(?:โมง|ทุ่ม|น\.|นาฬิกา|ໂມງ|[ap]\.?m))"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?!\d)t?",
        r"(?<!\d)(?P<d>\d{1,2})(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of |เดือน)?\s*(?P<month>{MONTH}){_ERA}{_YEAR})?",
        rf"(?P<month>{MONTH})\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d){_ERA}(?P<y>\d{{4}}))?",
        r"(?<!\d)(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])",
        r"(?:วันที่|ວັນທີ|ថ្ងៃទី|\bthe)\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d)",
    )
)
_WHOLE_MONTHS: Final = (
    re.compile(rf"(?:เดือน|ເດືອນ|ខែ)\s*(?P<month>{MONTH}){_ERA}{_YEAR})?"),
    re.compile(rf"(?P<month>{MONTH}){_ERA}(?P<y>\d{{4}}))"),
    re.compile(rf"^(?P<month>{MONTH})(?P<era>)(?P<y>)$"),
)
_SINCE: Final = (
    re.compile(rf"(?P<half>{_HALF})\s*(?P<unit>{_UNIT})\s*(?:{_AGO})"),
    re.compile(
        rf"(?:(?P<n>{NUMBER})\s*(?:(?:-|–|ถึง|หรือ|to |or )?\s*(?P<to>{NUMBER}))?\s*)?"
        rf"(?<!วัน)(?<!ວັນ)(?<!ថ្ងៃ)(?P<unit>{_UNIT})\s*(?P<more>{_HALF})?\s*(?:{_AGO})"  # last Sunday is no last week
    ),
    re.compile(r"\blast (?P<unit>week|month|year)\b"),
)
_WEEKDAY: Final = re.compile(rf"(?P<last>\blast )?(?P<day>{WEEKDAY})\s*(?P<ago>{_AGO})?")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _year(said: str | None, era: str | None, now: datetime) -> int | None:
    """The common year: four digits from 2400 are Buddhist; two are of the era that brings them nearest to now."""
    n = int(said or 0)
    if not said or len(said) == 4:
        return (n - _BUDDHIST if n >= 2400 else n) or None
    years = (2500 + n - _BUDDHIST, 2000 + n)
    if era:
        return years[0] if era.startswith(("พ", "be")) else years[1]
    return min(years, key=lambda year: (year > now.year + 1, abs(year - now.year)))


def _date_of(found: re.Match[str], now: datetime) -> date | None:
    """The date a match means; what was left out is filled in so that it is the most recent one, today included."""
    group = found.groupdict()
    day, month = int(group["d"]), int(group.get("m") or 0)
    if group.get("month"):
        month = MONTHS[toneless(group["month"])] + 1
    if month > 12 >= day:
        day, month = month, day
    if group.get("m") and not month:
        return None
    year = _year(group.get("y"), group.get("era"), now)
    for back in range(1 if year else 60):  # five years: a 29 February may be long ago
        y, m = divmod(now.year * 12 + now.month - 1 - back, 12)
        try:
            guess = date(year or y, month or m + 1, day)
        except ValueError:
            continue
        if year or guess <= now.date():
            return guess
    return None


def _months_on(day: date, months: int) -> date:
    """The first of the month that lies so many months on."""
    y, m = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(y, m + 1, 1)


def _calendar(unit: str, now: datetime, back: int) -> When:
    """The calendar week (from Monday), month or year that lies so many back."""
    today, months = now.date(), 12 if unit == "years" else 1
    if unit == "weeks":
        first = today - timedelta(days=today.weekday() + 7 * back)
        return When(_midnight(first), _midnight(first + timedelta(days=7)))
    first = _months_on(today.replace(day=1, month=1) if unit == "years" else today, -back * months)
    return When(_midnight(first), _midnight(_months_on(first, months)))


def _ago(found: re.Match[str], now: datetime) -> When:
    """A point "2 hours ago", a day "3 days ago", a calendar week "last week" or month, "the other day" in a week."""
    group = found.groupdict()
    unit = _UNITS[toneless(group["unit"])]
    n, to = (number(group[name]) if group.get(name) else 0 for name in ("n", "to"))
    if unit in ("minutes", "hours"):
        count = 0.5 if group.get("half") else (n or 1) + (0.5 if group.get("more") else 0)
        then = now - timedelta(minutes=count * (60 if unit == "hours" else 1))
        return When(then, then, exact=True)
    if n and unit in ("days", "weeks"):
        days = sorted(each * (7 if unit == "weeks" else 1) for each in (n, to or n))
        today = now.date()
        return When(_midnight(today - timedelta(days=days[1])), _midnight(today - timedelta(days=days[0] - 1)))
    return When(now - timedelta(days=7), now) if unit == "days" else _calendar(unit, now, n or 1)


def _read(said: str, now: datetime) -> When | None:
    """What a folded text says, in local time and not yet cut off at now."""
    day, text = None, said.replace("คืนวัน", "กลางคืน วัน")
    if found := next(filter(None, (pattern.search(text) for pattern in _SINCE)), None):
        told = _ago(found, now)
        if told.exact or told.end - told.start > timedelta(days=1):
            return told
        day, text = told.start.date(), text.replace(found.group(), " ", 1)
    for pattern in _DATES:
        if day is None and (found := pattern.search(text)) and (day := _date_of(found, now)):
            text = text.replace(found.group(), " ", 1)
    if day is None and (found := next(filter(None, (pattern.search(text) for pattern in _WHOLE_MONTHS)), None)):
        month = MONTHS[toneless(found["month"])] + 1
        first = date(_year(found["y"], found["era"], now) or now.year - (month > now.month), month, 1)
        return When(_midnight(first), _midnight(_months_on(first, 1)))
    clocks = list(_clocks(text))[:2]
    for words, _ in clocks:
        text = text.replace(words, " ", 1)
    if day is None and (found := _WEEKDAY.search(text)):
        behind = (now.weekday() - WEEKDAYS[toneless(found["day"])]) % 7
        day = now.date() - timedelta(days=behind or (7 if found["ago"] or found["last"] else 0))
    return _told(day, [clock for _, clock in clocks], text, now)


def _told(day: date | None, clocks: list[_Clock], text: str, now: datetime) -> When | None:
    """The stretch of time that a day, times of day and the words left over make together."""
    moments = [_MOMENTS[toneless(found.group())] for found in _MOMENT.finditer(text)]
    words = [word for word, _ in moments if word != "."]
    part = next((_PARTS[part] for _, part in moments if part != "."), None)
    days = [int(word) for word in words if word.lstrip("-").isdecimal()]
    if day is None and days:
        day = now.date() + timedelta(days=days[0])
    if ["0", "night"] in moments and now.hour < _DAWN:  # after midnight, tonight is the night that is going on
        day = now.date() - timedelta(days=1)
    if clocks:
        start, end = (_at(clock, day, part, now) for clock in (clocks[0], clocks[-1]))
        if len(clocks) == 2:
            return When(start, end + timedelta(days=end < start))
        about = timedelta(minutes=30 if _ABOUT.search(text) else 0)
        return When(start - about, start + about, exact=not about)
    if part:
        base = _midnight(day or now.date())
        base -= timedelta(days=day is None and base + timedelta(hours=part[0]) > now)
        return When(base + timedelta(hours=part[0]), base + timedelta(hours=part[1]))
    if day:
        return When(_midnight(day), _midnight(day + timedelta(days=1)))
    if words and words[0] in ("now", "just"):
        return When(now - timedelta(minutes=30 * (words[0] == "just")), now, exact=words[0] == "now")
    return _calendar(words[0], now, 0) if words else None


def _at(clock: _Clock, day: date | None, part: tuple[int, int] | None, now: datetime) -> datetime:
    """When a clock said so: on that day and in that part of it, or the last time it did."""
    hours, minute = clock
    if part:
        spread = sorted({hour + more for hour in hours for more in (0, 12, 24) if more != 12 or hour < 13})
        hours = tuple(hour for hour in spread if part[0] <= hour < part[1])[:1] or hours[:1]
    bases = [day] if day else [now.date() - timedelta(days=back) for back in range(3)]
    times = [_midnight(base) + timedelta(hours=hour, minutes=minute) for base in bases for hour in hours]
    if day is None or day == now.date():
        return max((each for each in times if each <= now), default=times[0])
    return times[0]


def _said(text: str, now: datetime) -> When | None:
    said, local = folded(text[:_MOST]), now.astimezone(LOCAL)
    try:
        return _read(said, local) or (_read(f"ตอน{said}", local) if 0 < len(said) < 6 else None)
    except (ValueError, OverflowError):  # a year that no calendar has
        return None


def read_when(text: str, now: datetime) -> When | None:
    """
    The time a text tells of, None when it tells of none. Never raises; reads the first 300 characters.

    Thai (and Lao in Thai letters), Lao, Khmer, English; digits of all four scripts; Buddhist and common years. What
    is left out is filled in so that it lies in the past: "2 ทุ่ม" is the last time it was eight in the evening.
    """
    if said := _said(text, now):
        end = now if said.start <= now < said.end else said.end
        return When(said.start.astimezone(UTC), end.astimezone(UTC), said.exact)
    return None


def read_day(text: str, now: datetime) -> date | None:
    """The local day a text tells of ("เมื่อคืน" is the evening's); None for none, or for more than 36 hours."""
    said = _said(text, now)
    return said.start.date() if said and said.end - said.start <= timedelta(hours=36) else None


_LENGTH: Final = re.compile(rf"(?:last|past|ย้อนหลัง)?\s*(?P<n>{NUMBER})\s*(?P<unit>{_UNIT})\s*(?:ที่ผ่านมา|ล่าสุด|back)?")
_DAYS: Final = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 30.0, "years": 365.0}


def read_span(text: str, now: datetime, *, end: bool = False) -> timedelta | datetime | None:
    """
    What a query's `since:` or `until:` means: a length ("7d", "24h", "2w", "30 วัน") or a point in UTC, else None.

    A named day, week or month is its start, or with `end` the midnight after it (so that "until" takes it all in);
    as lengths, a month is 30 days, a year 365, "m" alone minutes, nothing more than a century. Never raises.
    """
    said = folded(text[:_MOST])
    if found := _LENGTH.fullmatch(said):
        return timedelta(days=min(number(found["n"]) * _DAYS[_UNITS[toneless(found["unit"])]], 36_500))
    if re.fullmatch(r"\d{4}", said) and 1900 < (year := _year(said, None, now) or 0) < 2200:
        return _midnight(date(year + end, 1, 1)).astimezone(UTC)
    told = _said(text, now)
    return (told.end if end else told.start).astimezone(UTC) if told else None


def since(text: str, now: datetime) -> datetime | None:
    """Where `since:` begins, in UTC; None when the text says nothing of the kind."""
    span = read_span(text, now)
    return now - span if isinstance(span, timedelta) else span


def until(text: str, now: datetime) -> datetime | None:
    """Where `until:` ends, in UTC: the first instant that no longer belongs; None as for `since`."""
    span = read_span(text, now, end=True)
    return now - span if isinstance(span, timedelta) else span


_SHOWN_DAYS: Final = {
    "th": ("เมื่อวาน", "วันนี้", "พรุ่งนี้"),
    "en": ("yesterday", "today", "tomorrow"),
    "lo": ("ມື້ວານນີ້", "ມື້ນີ້", "ມື້ອື່ນ"),
    "km": ("ម្សិលមិញ", "ថ្ងៃនេះ", "ថ្ងៃស្អែក"),
}


def show_time(at: datetime, language: str, now: datetime) -> str:
    """
    A time as people write it, in Bangkok time: "วันนี้ 14:30 น.", "22 พ.ย. 2569 14:30 น.", "22 Nov 2026 14:30".

    Buddhist years in Thai, common years in the others; English for a language that is not ours. A time without a
    zone is taken for UTC.
    """
    language = language if language in _SHOWN_DAYS else "en"
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(LOCAL)
    away = (local.date() - now.astimezone(LOCAL).date()).days
    clock = f"{local:%H:%M} น." if language == "th" else f"{local:%H:%M}"
    if -1 <= away <= 1:
        return f"{_SHOWN_DAYS[language][away + 1]} {clock}"
    month = SHOWN_MONTHS[language].split()[local.month - 1]
    return f"{local.day} {month} {local.year + _BUDDHIST * (language == 'th')} {clock}"
