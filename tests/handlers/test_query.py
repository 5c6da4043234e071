"""The coordinators' query language: what it understands, and what it says of what it does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contact import Role
from domain.query import Filter, Scope
from handlers.query import EXAMPLES, KEYS, Asked, Wrong, read_query

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
"""Sunday 22 November 2569, 20:00 in Thailand."""
SCOPE = Scope(Role.COORDINATOR, "42", "me-myself")


def asked(text: str) -> Asked | Wrong:
    return read_query(text, NOW, SCOPE)


def local(*when: int) -> datetime:
    """A time in Thailand, seven hours ahead."""
    hours = 7
    return datetime.fromtimestamp(datetime(*when, tzinfo=UTC).timestamp() - hours * 3600, UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Filter()),
        ("kind:link", Filter(kinds=("link",))),
        ("ประเภท:ลิงก์", Filter(kinds=("link",))),
        ("TYPE:Link", Filter(kinds=("link",))),
        ("kind:link,call,ยาบ้า", Filter(kinds=("link", "call", "drugs"))),
        ("status:new,ปิด", Filter(statuses=("new", "closed"))),
        ("สถานะ:ส่งต่อ", Filter(statuses=("handed",))),
        ("status:รอเจ้าหน้าที่,ปิดเรื่องแล้ว", Filter(statuses=("new", "closed"))),
        ("สถานะ:ส่งต่อตำรวจแล้ว ประเภท:ลิงค์", Filter(kinds=("link",), statuses=("handed",))),
        ("kind:โทรมาหลอก", Filter(kinds=("call",))),
        ("พื้นที่:ต.เชียงคาน อ.เชียงคาน จ.เลย ธนาคาร", Filter(areas=("420301",), texts=("ธนาคาร",))),
        ("http://evil.example", Filter(texts=("http://evil.example",))),
        ("hxxp://evil[.]example", Filter(texts=("http://evil.example",))),
        ("from:line", Filter(channels=("line",))),
        ("area:เชียงคาน", Filter(areas=("4203",))),
        ("พื้นที่:ต.เชียงคาน", Filter(areas=("420301",))),
        ("area:chiang-khan", Filter(areas=("4203",))),
        ("area:4203,4207", Filter(areas=("4203", "4207"))),
        ('area:"ต.เชียงคาน อ.เชียงคาน"', Filter(areas=("420301",))),
        ("ธนาคาร", Filter(texts=("ธนาคาร",))),
        ('text:"โอน เงิน" ด่วนมาก', Filter(texts=("โอน เงิน", "ด่วนมาก"))),
        ("text:๑๒๓", Filter(texts=("123",))),
        ("urgent:yes sort:old", Filter(urgent=True, sort="old")),
        ("ด่วน:ไม่", Filter(urgent=False)),
        ("for:me", Filter(assignee="me-myself")),
        ("ผู้รับผิดชอบ:0a618a76", Filter(assignee="0a618a76")),
    ],
)
def test_understands(text: str, expected: Filter) -> None:
    """Thai and English keys and values, lists and quotes mean the same filter."""
    filter = Filter(**{name: getattr(expected, name) for name in Filter.__slots__ if name != "scope"}, scope=SCOPE)

    assert Asked(filter) == asked(text)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since:7d", datetime(2026, 11, 15, 13, 0, tzinfo=UTC), None),
        ("ตั้งแต่:วันนี้", local(2026, 11, 22), None),
        ("since:22/11/2569", local(2026, 11, 22), None),
        ("since:2026-11-20 until:2026-11-21", local(2026, 11, 20), local(2026, 11, 22)),
        ("ตั้งแต่:เมื่อวาน ถึง:เมื่อวาน", local(2026, 11, 21), local(2026, 11, 22)),
        ('since:"1 พ.ย. 2569"', local(2026, 11, 1), None),
    ],
)
def test_times(text: str, since: datetime, until: datetime | None) -> None:
    """Lengths, Thai days and Buddhist years are times; `until` takes its whole day in."""
    found = asked(text)

    assert isinstance(found, Asked)
    assert (since, until) == (found.filter.since, found.filter.until)


@pytest.mark.parametrize(
    ("text", "key", "nearest", "example"),
    [
        ("knid:link", "query.key", "kind", "kind:link"),
        ("ประเพท:ลิงก์", "query.key", "ประเภท", "kind:link"),
        ("kind:linkk", "query.value", "link", "kind:link"),
        ("kind:link,cal", "query.value", "call", "kind:call"),
        ("status:ปิ", "query.value", "ปิด", "status:ปิด"),
        ("area:zzzzqqqq", "query.area", "เชียงคาน", "area:เชียงคาน"),
        ("since:เมื่อไรก็ได้", "query.time", None, "since:7d"),
        ("by:colour", "query.value", None, None),
        ("sort:up", "query.value", None, None),
    ],
)
def test_wrong_parts(text: str, key: str, nearest: str | None, example: str | None) -> None:
    """A part that cannot be read is named, with the nearest right word in its own script and an example."""
    found = asked(text)

    assert isinstance(found, Wrong)
    assert key == found.key
    assert nearest is None or nearest == found.params["nearest"]
    assert example is None or example == found.params["example"]
    assert isinstance(asked(str(found.params["example"])), Asked)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_examples(key: str) -> None:
    """Every key's own example can be read."""
    assert isinstance(asked(EXAMPLES[key]), Asked)


@pytest.mark.parametrize("by", ["kind", "area", "status", "day", "indicator", "ตำบล", "เบอร์"])
def test_by(by: str) -> None:
    """What is counted by is apart from what is counted."""
    found = asked(f"by:{by} kind:link")

    assert isinstance(found, Asked)
    assert found.by in ("kind", "area", "status", "day", "indicator")
    assert found.filter.kinds == ("link",)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from([f"{key}:" for key in KEYS] + [*EXAMPLES.values()]))))
def test_anything(parts: list[str]) -> None:
    """Whatever is typed is read or named as wrong, within the asker's own scope, and never an exception."""
    found = asked(" ".join(parts))

    assert isinstance(found, Asked | Wrong)
    assert isinstance(found, Wrong) or found.filter.scope == SCOPE
