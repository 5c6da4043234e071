"""Recurrences as people write them: "every monday 07:00", "ทุกวันจันทร์ 7:00", "once 2026-12-01 07:00", cron."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Why = Literal["unknown", "time", "date", "past", "never", "often"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 80
"""Characters of a rule, as many as the database keeps."""
EXAMPLES: dict[Why, str] = {
    "unknown": "ทุกวันจันทร์ 07:00 / every monday 07:00",
    "time": "07:00",
    "date": "once 2026-12-01 07:00",
    "past": "once 2026-12-01 07:00",
    "never": "cron 0 7 * * mon",
    "often": "ทุกวัน 18:00 / every day 18:00",
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """
    Why words are no recurrence, and an example of ones that are.

    "unknown": no rule in them · "time": no time of day · "date": no such day · "past": it is over · "never": it
    never comes · "often": it comes more than once an hour.
    """

    why: Why
    example: str


def unreadable(why: Why) -> Unreadable:
    return Unreadable(why, EXAMPLES[why])


def meant(words: str) -> str | Unreadable:
    """
    The rule that words in Thai or English mean, in the form of `domain.alert.Recurrence`, whether it ever comes or not.

    Digits may be Thai and years Buddhist. Numbered weekdays of a cron line are the usual ones: 0 and 7 are Sunday.
    """
    plain = " ".join(words.translate(_THAI_DIGITS).split())
    if _KEPT.fullmatch(plain):
        return plain
    plain = plain.lower()
    if cron := re.fullmatch(r"cron:? ?(.+)", plain):
        return _cron(cron[1])
    dated = _DAY.search(plain)
    if dated:
        day = _day(dated)
        if day is None:
            return unreadable("date")
        rule, plain = f"once:{day.isoformat()}T", plain.replace(dated[0], " ")
    else:
        rule = _repeating(plain)
    if not rule:
        return unreadable("unknown")
    at = _time(plain)
    return unreadable("time") if at is None else rule + at.strftime("%H:%M")


_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_KEPT = re.compile(
    r"once:\d{4}-\d\d-\d\dT\d\d:\d\d|daily:\d\d:\d\d|every:[1-9]\d*d \d\d:\d\d|"
    rf"weekly:(?:{'|'.join(WEEKDAYS)})(?:,(?:{'|'.join(WEEKDAYS)}))* \d\d:\d\d"
)
_DAY = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))(?:t(?=\d))?")
_SOME_DAYS = re.compile(r"(?:every|each|ทุก ?ๆ?) ?(\d{1,3}) ?(?:days?\b|วัน)")
_EVERY_DAY = re.compile(r"\bevery ?day\b|\beach day\b|\bdaily\b|ทุก ?ๆ? ?วัน(?! ?ที่)")
_BUT = re.compile(
    r"ยกเว้น|เว้น|ไม่รวม|นอกจาก|แรก|สุดท้าย|เดือน|วันที่ ?\d|"
    r"\b(?:except|but|not|other|second|alternate|first|last|third|months?)\b"
)
"""What makes a rule another than the days in it say: "every other monday", "ทุกวันยกเว้นวันอาทิตย์"."""
_ENGLISH = re.compile(
    r"\b(mon)(?:days?)?\b|\b(tue)(?:s|sdays?)?\b|\b(wed)(?:nesdays?)?\b|\b(thu)(?:rs?|rsdays?)?\b|\b(fri)(?:days?)?\b|"
    r"\b(sat)(?:urdays?)?\b|\b(sun)(?:days?)?\b"
)
_THAI = {"จันทร์": "mon", "อังคาร": "tue", "พุธ": "wed", "พฤหัส": "thu", "ศุกร์": "fri", "เสาร์": "sat", "วันอาทิตย์": "sun"}
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d{2})(?!\d) ?(am|pm)?|(?<!\d)(\d{1,2}) ?(am|pm)\b")
_SPOKEN = re.compile(
    r"(?:(?P<noon>บ่าย) ?(?P<n>\d{1,2})?(?: ?โมง)?|(?P<dawn>ตี) ?(?P<d>\d{1,2})|"
    r"(?<!\d)(?P<h>\d{1,2}) ?(?P<unit>โมงเช้า|โมงเย็น|โมง|ทุ่ม)|(?P<fixed>เที่ยงคืน|เที่ยง))(?P<half> ?ครึ่ง)?(?! ?\d)"
)
_LATER = re.compile("บ่าย|เย็น|ค่ำ")


def _day(found: re.Match[str]) -> date | None:
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    western = int(year) - 543 if int(year) > 2400 else int(year)
    try:
        return date(western, int(month), int(day))
    except ValueError:
        return None


def _repeating(plain: str) -> str:
    """The part of a rule before its time; "" when there is none, or when it says more than we can keep."""
    if _BUT.search(plain):
        return ""
    days = {next(filter(None, found)) for found in _ENGLISH.findall(plain)}
    days |= {name for word, name in _THAI.items() if word in plain}
    if re.search(r"\bweekdays?\b|วันธรรมดา|วันทำการ", plain):
        days |= set(WEEKDAYS[:5])
    if re.search(r"\bweekends?\b|เสาร์-?อาทิตย์|เสาร์ อาทิตย์", plain):
        days |= set(WEEKDAYS[5:])
    if days:
        return f"weekly:{','.join(day for day in WEEKDAYS if day in days)} "
    if some := _SOME_DAYS.search(plain):
        return f"every:{int(some[1])}d " if int(some[1]) else ""
    return "daily:" if _EVERY_DAY.search(plain) else ""


def _time(plain: str) -> time | None:
    clock = _CLOCK.search(plain)
    if clock:
        hour, minute, half = int(clock[1] or clock[4]), int(clock[2] or 0), clock[3] or clock[5]
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
        elif 0 < hour < 8 and _LATER.search(plain):
            hour += 12
    elif spoken := _SPOKEN.search(plain):
        hour, minute = _spoken_hour(spoken), 30 if spoken["half"] else 0
    else:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _spoken_hour(spoken: re.Match[str]) -> int:
    """The hour as `texts.times` reads it: a bare 1 to 5 โมง is of the afternoon; 99 for what is no hour."""
    if spoken["fixed"]:
        return 0 if spoken["fixed"] == "เที่ยงคืน" else 12
    if spoken["noon"] or spoken["dawn"]:
        n = int(spoken["n"] or 1) if spoken["noon"] else int(spoken["d"])
        return n + 12 * bool(spoken["noon"]) if 0 < n < 7 else 99
    n, unit = int(spoken["h"]), spoken["unit"]
    if unit == "ทุ่ม":
        return (n + 18) % 24 if 0 < n < 7 else 99
    if unit == "โมงเช้า":
        return n + 6 if 0 < n < 6 else n
    return n + 12 if 0 < n < (7 if unit == "โมงเย็น" else 6) else n


def _cron(line: str) -> str | Unreadable:
    fields = line.split()
    if len(fields) != 5:
        return unreadable("unknown")
    days = _weekdays(fields[4])
    rule = f"cron:{' '.join([*fields[:4], days])}"
    return rule if days and len(rule) <= LONGEST else unreadable("unknown")


def _weekdays(field: str) -> str:
    """A cron line's weekdays by name: APScheduler counts from Monday, everybody else from Sunday. "" if unreadable."""
    if field == "*":
        return "*"
    usual = ("sun", *WEEKDAYS)  # 0 to 7
    days: set[str] = set()
    for part in field.split(","):
        found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/([1-7]))?", part)
        if found is None:
            return ""
        first, last, step = _number(found[1]), _number(found[2] or found[1]), int(found[3] or 1)
        if found[1] == "*":
            first, last = 0, 6
        if first is None or last is None:
            return ""
        if last < first:  # from Friday to Monday
            last += 7
        days |= {usual[n % 7] for n in range(first, last + 1, step)}
    return ",".join(day for day in WEEKDAYS if day in days)


def _number(day: str) -> int | None:
    if day.isdigit():
        return int(day) if int(day) <= 7 else None
    return WEEKDAYS.index(day) + 1 if day in WEEKDAYS else None
