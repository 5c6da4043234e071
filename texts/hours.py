"""Hours of duty as people write them ("ศุกร์ 18-24", "mon-fri 18:00-06:00", "เสาร์อาทิตย์ ทั้งวัน"), and as they read them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from domain.duty import DAY, hours_of, spans_of
from texts.times import LOCAL, read_day
from texts.writing import WEEKDAY, WEEKDAYS, any_of, folded, toneless

SHOWN_WEEKDAYS: Final = {
    "th": "จันทร์ อังคาร พุธ พฤหัสฯ ศุกร์ เสาร์ อาทิตย์",
    "en": "Mon Tue Wed Thu Fri Sat Sun",
    "lo": "ຈັນ ອັງຄານ ພຸດ ພະຫັດ ສຸກ ເສົາ ອາທິດ",
    "km": "ចន្ទ អង្គារ ពុធ ព្រហស្បតិ៍ សុក្រ សៅរ៍ អាទិត្យ",
}
EVERY_DAY: Final = {"th": "ทุกวัน", "en": "Every day", "lo": "ທຸກມື້", "km": "រាល់ថ្ងៃ"}
WHOLE_DAY: Final = {"th": "ทั้งวัน", "en": "all day", "lo": "ໝົດມື້", "km": "ពេញមួយថ្ងៃ"}
LONGEST: Final = 14
"""Lines that are read: two spans for each day are more than anybody needs."""
FAR: Final = timedelta(days=366)

Why = Literal["days", "time", "minutes"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that tells no hours: no day that we know, no span of time, or one that is not of whole hours."""

    line: str
    why: Why


_SHORT: Final = {
    toneless(word): day
    for line in (
        *SHOWN_WEEKDAYS.values(),
        "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์",
        "จ. อ. พ. พฤ. ศ. ส. อา.",
        "จ. อัง. พ. พฤ. ศ. ส. อา.",
        "mon tues wed thurs fri sat sun",
    )
    for day, word in enumerate(line.split())
}
_NAMES: Final = WEEKDAYS | _SHORT
_WORDS: Final = "|".join(sorted(map(re.escape, _SHORT), key=len, reverse=True))
_ONE: Final = rf"(?:(?:วัน|ວັນ|ថ្ងៃ)\s*)?(?:{WEEKDAY}|{_WORDS})\.?"
_TO: Final = r"\s*(?:-|–|—|ถึง|จนถึง|ຫາ|ដល់|to|until|till)\s*"
_DAYS: Final = re.compile(rf"(?P<first>{_ONE})(?:{_TO}(?P<last>{_ONE}))?")
_GROUPS: Final = (
    (re.compile(any_of("เสาร์-อาทิตย์|เสาร์อาทิตย์|วันหยุด|weekend|weekends|ທ້າຍອາທິດ|ចុងសប្តាហ៍", between="|")), (5, 6)),
    (re.compile(any_of("วันธรรมดา|วันทำการ|วันทำงาน|weekday|weekdays|ວັນລັດຖະການ|ថ្ងៃធ្វើការ", between="|")), tuple(range(5))),
    (  # "every Monday" begins with the same words
        re.compile(
            rf"(?:{any_of('ทุกวัน|ทุก ๆ วัน|every day|everyday|daily|ທຸກມື້|ທຸກວັນ|រាល់ថ្ងៃ', between='|')})"
            rf"(?!\s*(?:{WEEKDAY}|{_WORDS}))"
        ),
        tuple(range(7)),
    ),
)
_HOUR: Final = r"(\d{1,2})(?:[:.](\d\d))?(?:\s*(?:น\.?|นาฬิกา|ໂມງ|h))?"
_SPAN: Final = re.compile(rf"(?<![\d:.]){_HOUR}{_TO}{_HOUR}(?![\d:.])")
_WHOLE: Final = re.compile(any_of("ทั้งวัน|ตลอดวัน|24 ชั่วโมง|all day|ໝົດມື້|ពេញមួយថ្ងៃ", between="|"))
_JOINED: Final = re.compile(r"[\s,.&+/:]+|และ|กับ|ทุก|ທຸກ|រាល់|ๆ|วัน|ตอน|เวลา|เวร|\band\b|\bevery\b|\bon\b|ແລະ|និង")


def read_hours(text: str) -> str | Unread:
    """
    The hours of the week that these lines mean, as `domain.duty.Roster.hours` has them.

    A line has days (none is every day) and a span of whole hours, in Thailand's time; a span may go over midnight.
    Digits of all four scripts are read. Raises nothing: the first line that cannot be read comes back.
    """
    spans: list[tuple[int, int, int]] = []
    rows = [row for part in text.split("\n")[:LONGEST] for row in part.split(";") if row.strip()]
    lines = [part for row in rows for part in _parts(row)]
    for line in lines or [text]:
        read = _line(line)
        if isinstance(read, Unread):
            return read
        spans += read
    return hours_of(spans)


def _parts(line: str) -> list[str]:
    """A line cut where other days follow a span ("จันทร์ 18-24, อังคาร 8-12"), or another span the days of the first."""
    said = _plain(line)
    days = (pattern for pattern in (_DAYS, *(pattern for pattern, _ in _GROUPS)))
    things = [(found.start(), "day") for pattern in days for found in pattern.finditer(said)]
    things += [(found.start(), "span") for pattern in (_SPAN, _WHOLE) for found in pattern.finditer(said)]
    parts: list[str] = []
    begun, had = 0, ""
    first = min(things, default=(0, ""))[1]
    for at, kind in sorted(things):
        if kind == first and had not in ("", first):
            parts, begun = [*parts, said[begun:at]], at
        had = kind
    return [*parts, said[begun:]] if parts else [line]


def _line(line: str) -> list[tuple[int, int, int]] | Unread:
    said = _plain(line)
    spans: list[tuple[int, int]] = []
    for found in _SPAN.finditer(said):
        start, from_minute, end, to_minute = (int(part or 0) for part in found.groups())
        if from_minute or to_minute:
            return Unread(line.strip(), "minutes")
        if start >= DAY or end > DAY or start == end:
            return Unread(line.strip(), "time")
        spans.append((start, end % DAY))
    rest = _SPAN.sub(" ", said)
    if _WHOLE.search(rest):
        spans, rest = [*spans, (0, 0)], _WHOLE.sub(" ", rest)
    if not spans:
        return Unread(line.strip(), "time")
    days = _days(rest)
    return [(day, *span) for day in days for span in spans] if days else Unread(line.strip(), "days")


def _plain(line: str) -> str:
    """A line folded without tone marks; the dots stay, for 18.00 is a time."""
    return re.sub("[\u0e48-\u0e4b\u0ec8-\u0ecb]", "", folded(line[:200]))


def _days(said: str) -> list[int]:
    """The weekdays that are named: all of them where nothing is, none where something cannot be read."""
    days: set[int] = set()
    for pattern, named in _GROUPS:
        if pattern.search(said):
            days |= set(named)
            said = pattern.sub(" ", said)
    for found in _DAYS.finditer(said):
        first = _number(found["first"])
        last = _number(found["last"]) if found["last"] else first
        days |= {day % 7 for day in range(first, (last if last >= first else last + 7) + 1)}
    if _JOINED.sub("", _DAYS.sub(" ", said)):
        return []
    return sorted(days) or list(range(7))


def _number(name: str) -> int:
    plain = toneless(name)
    return _NAMES[plain] if plain in _NAMES else _NAMES[re.sub(r"^(?:วัน|ວັນ|ថ្ងៃ)\s*", "", plain)]


def show_hours(hours: str, language: str) -> tuple[str, ...]:
    """The hours of a week in a language, days with the same hours on one line: "ศุกร์ เสาร์ 22:00–06:00"."""
    language = language if language in SHOWN_WEEKDAYS else "en"
    names = SHOWN_WEEKDAYS[language].split()
    alike: dict[tuple[int, int], list[int]] = {}
    for day, start, long in spans_of(hours):
        alike.setdefault((start, long), []).append(day)
    every = EVERY_DAY[language]
    return tuple(
        f"{every if len(days) == len(names) else _named(days, names)} {_span(span, language)}"
        for span, days in alike.items()
    )


def _named(days: list[int], names: list[str]) -> str:
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[days[0]]}–{names[days[-1]]}"
    return " ".join(names[day] for day in days)


def _span(span: tuple[int, int], language: str) -> str:
    start, long = span
    if long == DAY and start == 0:
        return WHOLE_DAY[language]
    end = start + long
    return f"{start:02}:00–{end if end == DAY else end % DAY:02}:00"


_DAYS_OFF: Final = re.compile(r"(\d{1,3})\s*(?:วัน|days?|d|ມື້|ວັນ|ថ្ងៃ)")


def read_back(text: str, now: datetime) -> datetime | None:
    """
    When somebody is back who is away until (and on) the day a text names: the midnight after it, in UTC.

    "5/12", "5 ธ.ค.", "2026-12-05", "ศุกร์" and "3 วัน" are read as what comes next. None for no day, one that is
    over, or more than a year ahead.
    """
    said = folded(text)
    today = now.astimezone(LOCAL).date()
    if found := _DAYS_OFF.fullmatch(said.strip()):
        last: date | None = today + timedelta(days=int(found[1]) - 1)
    elif (weekday := toneless(re.sub(r"^(?:วัน|ວັນ|ថ្ងៃ)\s*", "", said.strip()))) in _NAMES:
        last = today + timedelta(days=(_NAMES[weekday] - today.weekday()) % 7)
    else:
        last = _coming(said, now, today)
    if last is None or last < today or last - today > FAR:
        return None
    return datetime.combine(last + timedelta(days=1), time(), LOCAL).astimezone(UTC)


def _coming(said: str, now: datetime, today: date) -> date | None:
    """The day a text means. One without a year is next time's: what reads days reads them as past."""
    day = read_day(said, now)
    if day is None or day >= today or not re.search(r"\d", said) or re.search(r"\d{4}", said):
        return day
    try:
        return day.replace(year=today.year if (day.month, day.day) >= (today.month, today.day) else today.year + 1)
    except ValueError:  # 29 February
        return None
