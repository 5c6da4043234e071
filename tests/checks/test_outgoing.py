"""What may not stand in a message to many, and what may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.outgoing import revealing, tells_positions
from texts import load

FIRM = [
    ("ทหารตั้งฐานอยู่หลังวัดศรีคุณเมือง", "forces"),
    ("ชุดลาดตระเวน ชรบ. อยู่ริมโขงหมู่ 3 คืนนี้", "forces"),
    ("ตำรวจตั้งด่านตรงสามแยกบ้านน้อย", "forces"),
    ("soldiers are hiding behind the temple", "forces"),
    ("ທະຫານຢູ່ຫຼັງວັດ", "forces"),
    ("ទាហាននៅក្រោយវត្ត", "forces"),
    ("ศูนย์พักพิงอยู่ที่โรงเรียนบ้านนาอ้อ", "shelter"),
    ("the shelter is at the school", "shelter"),
    ("เส้นทางอพยพไปทางถนน 211", "route"),
    ("ผู้เสียหายพักอยู่ที่วัดป่า", "victims"),
    ("จุดเกิดเหตุ 17.89123, 101.66212", "point"),
    ("จุดเกิดเหตุ ๑๗.๘๙๑๒๓, ๑๐๑.๖๖๒๑๒", "point"),
    ("มาที่ https://maps.app.goo.gl/abcd", "point"),
    ("https://www.google.com/maps/@17.9,101.6,15z", "point"),
    ("17°53'28\"N 101°39'43\"E", "point"),
    ("VMR6+2Q เชียงคาน", "point"),
    ("นายสมชาย ใจดี ขายยาบ้า", "accused"),
    ("ระวังไอ้โม่ง ขโมยรถ", "accused"),
    ("ชื่อสมหมาย นามสกุล ดีใจ เป็นคนร้าย", "accused"),
    ("รถกระบะ กข 1234 เลย ขโมยของ", "accused"),
    ("Beware of Mr. Somchai, a smuggler", "accused"),
    ("คนร้ายอยู่บ้านเลขที่ 12/3", "accused"),
    ("บัตรเลขที่ 1-2345-67890-12-3", "id"),
    ("เหยื่อค้ามนุษย์ที่กลับมาเป็นผู้ต้องหา", "blame"),
    ("คนที่ถูกหลอกไปทำงานคืออาชญากร", "blame"),
    ("trafficking victims are illegal migrants", "blame"),
]
ASKED = [
    ("ด.ญ.แป้ง อายุ 8 ขวบ หายจากบ้าน เสื้อแดง", "person"),
    ("ใครพบเห็น โทรหาแม่ 081-234-5678", "phone"),
    ("รถหาย ทะเบียน 1กข 1234", "plate"),
    ("ขอบริจาคที่บ้านเลขที่ 45", "house"),
]
MAY_LEAVE = [
    "ระวังข้อความปลอมอ้างการไฟฟ้า อย่ากดลิงก์ ถ้ากดแล้วโทร 1441",
    "เห็นสิ่งผิดปกติ แจ้งทหาร ตชด. หรือผู้ใหญ่บ้านใกล้บ้าน",
    "ไปศูนย์พักพิงตามที่อำเภอบอก ฟังประกาศจากผู้ใหญ่บ้าน",
    "นายกรัฐมนตรีและนายอำเภอฝากเตือน ทนายความช่วยได้ อ.นางรอง บ้านนางัว ต.นายูง",
    "อย่าบอกชื่อ นามสกุล เลขบัตร ให้ใคร",
    "เหยื่อค้ามนุษย์ไม่ใช่ผู้กระทำผิด โทร 1300",
    "พรุ่งนี้ 3คน 5คัน คน 1000 คน ประชุม พ.ศ. 2569 เวลา 18.00 น. น้ำสูง 2.5 เมตร",
    "เรื่องเลขที่ 482913 โทร 191",
    "Call the army if you see anything. Do not go near the pier",
]
OURS = ("incident.", "lesson.", "first_aid.", "alarm.")


@pytest.mark.parametrize(("text", "why"), FIRM)
def test_what_never_leaves(text: str, why: str) -> None:
    """Positions, points, the accused and blamed victims are seen in four languages, and there is no way round them."""
    first = revealing(text)[0]

    assert (first.why, first.firm) == (why, True)


@pytest.mark.parametrize(("text", "why"), ASKED)
def test_what_is_asked_about(text: str, why: str) -> None:
    """A name or number may be meant well: it is asked about, not refused."""
    assert [(one.why, one.firm) for one in revealing(text)] == [(why, False)]


@pytest.mark.parametrize("text", MAY_LEAVE)
def test_what_may_leave(text: str) -> None:
    """Ordinary warnings, with whom to turn to, pass."""
    assert revealing(text) == ()


def test_a_published_number_may_leave() -> None:
    """How to reach whoever runs this is nobody's secret."""
    assert revealing("โทรอำเภอ 042-821-597", own="อำเภอเชียงคาน โทร. 042 821 597") == ()


def test_our_own_words_may_leave() -> None:
    """No incident, lesson or first-aid card holds anything we would refuse others."""
    firm = [
        (language, key, one)
        for language, catalogue in load().items()
        for key, words in catalogue.words.items()
        if key.startswith(OURS)
        for one in revealing(words)
        if one.firm or key.startswith("incident.")
    ]

    assert firm == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("เห็นโดรนบินเหนือฐานปฏิบัติการอยู่ริมโขง", True),
        ("คนพาเหยื่อไปซ่อน ตอนนี้เหยื่ออยู่ที่ศาลาหมู่ 4", True),
        ("เห็นเรือไม่เปิดไฟที่ท่าน้ำ มีคนลงมา 5 คน", False),
    ],
)
def test_positions_in_a_report(text: str, told: bool) -> None:
    """Where forces or victims are is seen in a resident's report; where a boat is, is what reports are for."""
    assert tells_positions(text) is told


@given(st.text(max_size=300))
def test_anything_can_be_read(text: str) -> None:
    """No text makes the check raise, and what it names is short."""
    assert all(0 < len(one.what) <= 40 for one in revealing(text))
