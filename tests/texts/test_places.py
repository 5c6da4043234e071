"""Tests of finding areas by typing and by a pin."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texts import places
from texts.pins import BorderDistrict, border_districts, inside_thailand, nearest
from texts.places import (
    Place,
    find_place,
    from_query,
    inside,
    name,
    place,
    ready,
    suggest,
    within,
)

LOEI = ("42",)


def codes(found: list[Place]) -> list[str]:
    return [here.code for here in found]


def test_all_of_thailand() -> None:
    """77 provinces, 928 districts and 7,436 tambons are known."""

    assert ready() == 77 + 928 + 7436


@pytest.mark.parametrize(
    ("code", "th", "en"),
    [
        ("42", "จ.เลย", "Loei"),
        ("4203", "อ.เชียงคาน จ.เลย", "Chiang Khan, Loei"),
        ("420301", "ต.เชียงคาน อ.เชียงคาน จ.เลย", "Chiang Khan, Loei"),
        ("420302", "ต.ธาตุ อ.เชียงคาน จ.เลย", "That, Chiang Khan, Loei"),
        ("42030105", "หมู่ 5 ต.เชียงคาน อ.เชียงคาน จ.เลย", "Moo 5, Chiang Khan, Loei"),
        ("100101", "แขวงพระบรมมหาราชวัง เขตพระนคร กรุงเทพมหานคร", "Phra Borom Maha Ratchawang, Phra Nakhon, Bangkok"),
        ("9999", "9999", "9999"),
        ("", "", ""),
    ],
)
def test_names(code: str, th: str, en: str) -> None:
    """Names are written as people write them; Lao readers get the Thai one, Khmer readers the English one."""

    assert [th, en, th, en] == [name(code, language) for language in ("th", "en", "lo", "km")]


@pytest.mark.parametrize("code", ["", "4", "9999", "42030100", "99990105", "4203010a", "๔๒๐๓๐๑๐๕", "420301050"])
def test_no_such_place(code: str) -> None:
    """A code that means nothing is no place."""

    assert place(code) is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("เชียงคาน", "4203"),
        ("อ.เชียงคาน", "4203"),
        ("ต.เชียงคาน อ.เชียงคาน จ.เลย", "420301"),
        ("ต.เชียงคานอ.เชียงคานจ.เลย 42110", "420301"),
        ("ตำบลธาตุ อำเภอเชียงคาน", "420302"),
        ("ต ธาตุ อ เชียงคาน", "420302"),
        ("หมู่ 5 ต.เชียงคาน", "42030105"),
        ("หมู่ที่ ๕ ต.เชียงคาน จ.เลย", "42030105"),
        ("ม.12 เชียงคาน เลย", "42030112"),
        ("moo 3 tambon chiang khan", "42030103"),
        ("หมู่ 5 อ.เชียงคาน", "4203"),
        ("เชียงคาน เลย", "4203"),
        ("เชียงคานเลย", "4203"),
        ("chiang khan loei", "4203"),
        ("Chiang Khan, Loei", "4203"),
        ("เชียงคาน Loei", "4203"),
        ("Chiang Khan district, Loei province", "4203"),
        ("amphoe chiang khan", "4203"),
        ("อ.เมือง จ.เลย", "4201"),
        ("อ.เมืองเลย", "4201"),
        ("Mueang Nong Khai", "4301"),
        ("เลย", "42"),
        ("จังหวัดเลย", "42"),
        ("อุบล", "34"),
        ("อรัญ", "2706"),
        ("โคราช", "30"),
        ("บ้านนาป่าหนาด อ.เชียงคาน", "4203"),
        ("แถวเชียงคาน", "4203"),
        ("โดนหลอกที่ตลาดเชียงคานเมื่อวาน", "4203"),
        ("420301", "420301"),
        ("๔๒๐๓", "4203"),
        # misspelled
        ("เชียงคาร", "4203"),
        ("บุนทริก", "3410"),
        ("โพไทร", "3421"),
        ("ทาดพนม", "4805"),
        ("Chieng Kan", "4203"),
        ("khong jiam", "3403"),
        ("nongkhai", "43"),
        ("mukdaharn", "49"),
        ("อรัญประเทด", "2706"),
    ],
)
def test_find_place(typed: str, first: str) -> None:
    """What people in Loei type, in Thai or English, whole or half, right or a little wrong, is found."""

    assert first == codes(find_place(typed, LOEI))[0]


@pytest.mark.parametrize("typed", ["", " ", "zzzz", "1234567", "ไม่รู้เลย", "ต.", "\x00", "😀", "555", "ສະບາຍດີ"])
def test_nothing_found(typed: str) -> None:
    """What names no place finds none: "เลย" at the end of a sentence is a word, not the province."""

    assert find_place(typed) == []


def test_served_places_come_first() -> None:
    """Of 28 tambons called หนองบัว those that are served come first, but not before a better match."""

    assert codes(find_place("ต.หนองบัว", LOEI))[0].startswith("42")
    assert codes(find_place("เชียงใหม่", LOEI))[0] == "50"
    assert codes(find_place("เมือง", ("4301",)))[0] == "4301"


def test_limit() -> None:
    """No more are offered than were asked for, and none twice."""

    found = codes(find_place("หนองบัว", limit=8))

    assert len(found) == 8 == len(set(found))


def test_every_place_is_found_by_its_own_name() -> None:
    """The Thai name finds exactly the place, the English one (some are shared) at least among the offers."""

    tambons = [each.code for p in inside("") for d in inside(p.code) for each in inside(d.code)]
    for code in random.Random(7).sample(tambons, 60):
        assert codes(find_place(name(code)))[0] == code
        assert code in codes(find_place(name(code, "en")))


def test_finding_is_quick() -> None:
    """A search takes a few milliseconds (5 meant, 25 allowed here: tests share slow machines)."""

    ready()
    typed = [
        "เชียงคาร",
        "Chieng Kan, Loei",
        "หมู่ 3 ต.บ้านเดื่อ อ.เมือง จ.หนองคาย",
        "aranyaprathet",
        "บ้านนาป่าหนาด เชียงคาน",
    ] * 4
    before = time.thread_time()
    for each in typed:
        find_place(each, LOEI)

    assert (time.thread_time() - before) / len(typed) < 0.025


@given(st.one_of(st.text(), st.text("ตอจ.หมู่ 15เชียงคาน,loei", max_size=200)))
def test_any_text_may_be_typed(text: str) -> None:
    """Nothing typed raises, and all that is found exists."""

    found = [*find_place(text, LOEI), *suggest(text)]

    assert [here.code for here in found if place(here.code) != here] == []
    assert all(place(code) for code in from_query(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", ("42",)),
        ("๔๒๐๓", ("4203",)),
        ("4203*", ("4203",)),
        ("42030105", ("42030105",)),
        ("9999", ()),
        ("", ()),
        ("ไม่มีที่นี่", ()),
        ("เลย", ("42",)),
        ("เลย,หนองคาย", ("42", "43")),
        ("Loei, Nong Khai", ("42", "43")),
        ("เลย,4203", ("42",)),
        ("Chiang Khan, Loei", ("4203",)),
        ("เชียงคาน", ("4203",)),
        ("ต.เชียงคาน จ.เลย", ("420301",)),
        ("เฉลิมพระเกียรติ", ("1913", "3032", "3123", "5515", "8023")),
        ("mae sai", ("5709",)),
        ("เชียงคาร", ("4203",)),
    ],
)
def test_from_query(text: str, expected: tuple[str, ...]) -> None:
    """An area filter takes codes and names, right or nearly."""

    assert expected == from_query(text)


def test_from_query_in_the_areas_served() -> None:
    """Of places with one name a deployment means its own."""

    assert from_query("เฉลิมพระเกียรติ", served=("55",)) == ("5515",)


def test_suggest() -> None:
    """A name that is wrong by more than a slip still has neighbours."""

    assert "4203" in codes(suggest("เชียงคลานน"))
    assert len(suggest("หนองคลาย", limit=2)) == 2


def test_within() -> None:
    """A village lies in its province, a province not in its village, and everything in the whole country."""

    assert [
        within("42030105", "42"), within("42", "4203"), within("42", ""), within("43", "42"),
    ] == [True, False, True, False]  # fmt: skip


def test_border_districts_are_districts() -> None:
    """Each of the 70 rows is a district of that name, has its centre in Thailand, and says its source."""

    rows = border_districts()
    known = [place(each.code) for each in rows]

    assert len(rows) == len({each.code for each in rows}) == 70
    assert [(each.code, each.th, each.en) for each in rows] == [(here.code, here.th, here.en) for here in known if here]
    assert all(inside_thailand(each.lat, each.lon) for each in rows)
    lines = (places.DATA / "border_districts.csv").read_text("utf-8").splitlines()
    assert all(",2026-11-22," in line and "COD-AB" in line for line in lines[1:])


def test_what_they_border() -> None:
    """48 touch Laos, 20 Cambodia, Nam Yuen both, Mae Sai Myanmar."""

    borders = [each.borders for each in border_districts()]

    assert [borders.count(which) for which in ("LA", "KH", "LA+KH", "MM")] == [48, 20, 1, 1]


@pytest.mark.parametrize("district", border_districts(), ids=lambda district: district.code)
def test_nearest_to_its_own_centre(district: BorderDistrict) -> None:
    """A pin on a centre is in that district."""

    assert nearest(district.lat, district.lon) == place(district.code)


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (17.8972, 101.6640, "4203"),  # Chiang Khan town
        (20.4330, 99.8760, "5709"),  # Mae Sai town
        (13.6910, 102.5010, "2706"),  # Aranyaprathet town
        (13.7563, 100.5018, None),  # Bangkok
        (9.5, 100.9, None),  # the Gulf of Thailand
        (0.0, 0.0, None),
        (float("nan"), 101.0, None),
        (float("inf"), float("-inf"), None),
    ],
)
def test_nearest(lat: float, lon: float, expected: str | None) -> None:
    """A pin by the border has a district; far from it, at sea or nowhere it has none."""

    found = nearest(lat, lon)

    assert expected == (found.code if found else None)


def test_nearest_prefers_served_districts_a_little() -> None:
    """Half way between two districts the served one is meant; on the other's centre it is not."""

    here, there = (next(each for each in border_districts() if each.code == code) for code in ("4203", "4204"))
    middle = ((here.lat + there.lat) / 2, (here.lon + there.lon) / 2)

    assert [nearest(*middle, (code,)) for code in ("4203", "4204")] == [place("4203"), place("4204")]
    assert nearest(there.lat, there.lon, ("4203",)) == place("4204")


@given(st.floats(), st.floats())
def test_any_pin(lat: float, lon: float) -> None:
    """No pin raises."""

    found = nearest(lat, lon)

    assert found is None or inside_thailand(lat, lon)
