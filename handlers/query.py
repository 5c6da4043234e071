"""The coordinators' query language: `kind:link area:เชียงคาน since:7d`, in Thai or English, into a `Filter`."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process

from checks.spot_links import refanged
from domain.message import Param
from domain.query import Filter, Scope
from domain.report import Status
from handlers.wording import catalogues
from texts import places, times
from texts.understand import spellings
from texts.writing import clean, folded

KEYS: dict[str, tuple[str, ...]] = {
    "kind": ("kind", "type", "ประเภท", "ชนิด"),
    "area": ("area", "place", "พื้นที่", "ที่"),
    "status": ("status", "สถานะ"),
    "since": ("since", "ตั้งแต่"),
    "until": ("until", "ถึง", "จนถึง"),
    "text": ("text", "word", "คำ", "ข้อความ"),
    "from": ("from", "channel", "จาก", "ช่องทาง"),
    "by": ("by", "แยกตาม", "ตาม"),
    "sort": ("sort", "เรียง"),
    "urgent": ("urgent", "ด่วน"),
    "for": ("for", "assignee", "ผู้รับผิดชอบ"),
}
EXAMPLES = {
    "kind": "kind:link",
    "area": "area:เชียงคาน",
    "status": "status:new",
    "since": "since:7d",
    "until": "until:เมื่อวาน",
    "text": "text:ธนาคาร",
    "from": "from:line",
    "by": "by:kind",
    "sort": "sort:old",
    "urgent": "urgent:yes",
    "for": "for:me",
}
KIND_WORDS: dict[str, tuple[str, ...]] = {
    "link": ("ลิงก์", "ลิงค์", "ลิ้ง", "ลิ้งก์", "ลิ้งค์", "links"),
    "call": ("โทร", "คอลเซ็นเตอร์", "สายโทร", "calls"),
    "message": ("ข้อความ", "sms", "แชต", "messages"),
    "app": ("แอป", "แอพ", "apps"),
    "fake": ("เสียงปลอม", "เอไอ", "ai", "deepfake"),
    "money": ("เงิน", "เสียเงิน", "โอนเงิน"),
    "mule": ("บัญชีม้า", "ม้า"),
    "trafficking": ("ค้ามนุษย์", "หลอกไปทำงาน", "lure"),
    "drugs": ("ยา", "ยาเสพติด", "ยาบ้า", "drug"),
    "crossing": ("ลักลอบเข้าเมือง", "ข้ามแดน", "หลบหนี"),
    "border": ("ชายแดน", "ริมโขง", "โดรน", "ลักลอบ"),
    "official": ("เจ้าหน้าที่", "ร้องเรียน"),
    "other": ("อื่น", "อื่นๆ", "อื่น ๆ"),
}
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "new": ("ใหม่",),
    "open": ("กำลังทำ", "รับแล้ว", "เปิด"),
    "confirmed": ("ยืนยัน", "จริง"),
    "nothing": ("ไม่พบ", "ไม่พบอะไร"),
    "handed": ("ส่งต่อ", "ส่งตำรวจ", "police"),
    "closed": ("ปิด", "เสร็จ", "done"),
    "withdrawn": ("ถอน", "ยกเลิก"),
}
BYS: dict[str, tuple[str, ...]] = {
    "kind": ("ประเภท", "ชนิด"),
    "area": ("พื้นที่", "ตำบล", "tambon"),
    "status": ("สถานะ",),
    "day": ("วัน", "date"),
    "indicator": ("ลิงก์", "เบอร์", "link", "number"),
}
SORTS: dict[str, tuple[str, ...]] = {"new": ("ใหม่", "newest"), "old": ("เก่า", "oldest"), "urgent": ("ด่วน",)}
YES: dict[str, tuple[str, ...]] = {"yes": ("ใช่", "1", "true"), "no": ("ไม่", "0", "false")}
CHANNELS: dict[str, tuple[str, ...]] = {"line": ("ไลน์",), "telegram": ("เทเลแกรม",), "web": ("เว็บ",)}

AREAS = re.compile(rf"((?:{'|'.join(KEYS['area'])}):)((?:ต|อ|จ)\.[^\s\",]+(?: (?:อ|จ)\.[^\s\",]+)+)")
"""A place as we write it, whose parts belong together: ต.เชียงคาน อ.เชียงคาน จ.เลย."""
TERM = re.compile(r'(?:([^\s:"]{1,24}):)?("[^"]{0,200}"|[^\s"]{1,200})')


@dataclass(frozen=True, slots=True)
class Wrong:
    """A part that cannot be read: the text key that says how, what was typed, the nearest right word, an example."""

    key: str
    params: dict[str, Param]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was read: the filter, and what `by:` asked to count by."""

    filter: Filter
    by: str = ""


def read_query(text: str, now: datetime, scope: Scope) -> Asked | Wrong:
    """
    Read a query; the first part that cannot be read is named with the nearest right one and an example.

    Words without a key must occur in the report. Values of one key, separated by commas, are alternatives.
    """
    asked = Asked(Filter(scope=scope))
    for name, value in TERM.findall(AREAS.sub(r'\1"\2"', clean(text, 400))):
        term = read_term(name, value.strip('"'), asked, now)
        if isinstance(term, Wrong):
            return term
        asked = term
    return asked


def read_term(name: str, value: str, asked: Asked, now: datetime) -> Asked | Wrong:
    if value.startswith("//"):  # a link, with or without its dots undone
        name, value = "", refanged(f"{name}:{value}")
    key = word_of(name, KEYS) if name else "text"
    if key is None:
        near = nearest(name, KEYS)
        return Wrong("query.key", {"typed": name[:24], "nearest": spelling(name, KEYS), "example": EXAMPLES[near]})
    filter = asked.filter
    match key:
        case "kind" | "status" | "from":
            return listed(key, value, asked)
        case "area":
            return area_term(value, asked)
        case "since" | "until":
            return time_term(key, value, asked, now)
        case "text":
            return replace(asked, filter=replace(filter, texts=(*filter.texts, folded(value))))
        case "by" | "sort" | "urgent":
            return single(key, value, asked)
        case _:
            mine = folded(value) in ("me", "ฉัน", "ผม")
            return replace(asked, filter=replace(filter, assignee=filter.scope.contact if mine else value))


TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": KIND_WORDS,
    "status": STATUS_WORDS,
    "from": CHANNELS,
    "by": BYS,
    "sort": SORTS,
    "urgent": YES,
}


def listed(key: str, value: str, asked: Asked) -> Asked | Wrong:
    found: list[str] = []
    for word in filter(None, value.split(",")):
        one = word_of(word, TABLES[key])
        if one is None:
            return wrong_value(key, word)
        found.append(one)
    field = {"kind": "kinds", "status": "statuses", "from": "channels"}[key]
    return replace(asked, filter=replace(asked.filter, **{field: tuple(found)}))  # type: ignore[arg-type]


def single(key: str, value: str, asked: Asked) -> Asked | Wrong:
    one = word_of(value, TABLES[key])
    if one is None:
        return wrong_value(key, value)
    if key == "by":
        return replace(asked, by=one)
    change: dict[str, Any] = {"sort": one} if key == "sort" else {"urgent": one == "yes"}
    return replace(asked, filter=replace(asked.filter, **change))


def area_term(value: str, asked: Asked) -> Asked | Wrong:
    """Areas by name; of places called the same, those in the asker's own area are meant."""
    codes: list[str] = []
    own = (asked.filter.scope.area,) if asked.filter.scope.area else ()
    for word in filter(None, value.split(",")):
        found = places.from_query(word, own)
        if not found:
            near = places.suggest(word, limit=1)
            nearest_name = near[0].th if near else "เชียงคาน"
            return Wrong("query.area", {"typed": word[:40], "nearest": nearest_name, "example": f"area:{nearest_name}"})
        codes += found
    return replace(asked, filter=replace(asked.filter, areas=tuple(codes)))


def time_term(key: str, value: str, asked: Asked, now: datetime) -> Asked | Wrong:
    at = times.since(value, now) if key == "since" else times.until(value, now)
    if at is None:
        return Wrong("query.time", {"typed": value[:40], "example": EXAMPLES[key]})
    change: dict[str, Any] = {key: at}
    return replace(asked, filter=replace(asked.filter, **change))


def wrong_value(key: str, typed: str) -> Wrong:
    near = spelling(typed, TABLES[key])
    return Wrong("query.value", {"key": key, "typed": typed[:40], "nearest": near, "example": f"{key}:{near}"})


def word_of(typed: str, table: dict[str, tuple[str, ...]]) -> str | None:
    plain = folded(typed)
    taught = next((name for name, words in table.items() if plain in (name, *map(folded, words))), None)
    return taught or next((name for name in table if plain in as_shown(name, table)), None)


def as_shown(name: str, table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """How a kind or a status stands in what we write, in each language: what is read here is typed here."""
    key = f"status.{name}" if table is STATUS_WORDS else f"{name}.name" if table is KIND_WORDS else ""
    shown = (catalogue[key] for catalogue in catalogues().values() if key)
    return frozenset(spelling for label in shown for spelling in spellings(label))


def nearest(typed: str, table: dict[str, tuple[str, ...]]) -> str:
    """The name of the word in a table that is most like what was typed."""
    return next(name for name, words in table.items() if spelling(typed, table) in (name, *words))


def spelling(typed: str, table: dict[str, tuple[str, ...]]) -> str:
    """The word itself, in the script it was typed in."""
    words = [each for name, words in table.items() for each in (name, *words)]
    best = process.extractOne(folded(typed), words, scorer=fuzz.ratio)
    return best[0] if best and best[1] > 0 else words[0]


def status_of(typed: str) -> Status | None:
    name = word_of(typed, STATUS_WORDS)
    return Status(name) if name else None
