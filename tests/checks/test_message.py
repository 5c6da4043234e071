"""Verdicts on whole messages."""

import pytest

from benchmarks.checks_quality import cases
from checks import CATEGORIES, Known, Standing, judge

NEEDS = [
    ("โอนไปแล้ว 20,000 ทำไงดี", "money_lost"),
    ("แม่โดนดูดเงินหมดบัญชี กดลิงก์แล้วเงินหาย", "money_lost"),
    ("I sent the money to the scammer, what should I do", "money_lost"),
    ("ໂອນໄປແລ້ວ 5 ລ້ານ ເຮັດແນວໃດ", "money_lost"),
    ("ខ្ញុំបានផ្ទេរលុយទៅហើយ ធ្វើយ៉ាងណា", "money_lost"),
    ("หน้าจอขยับเอง กดออกไม่ได้", "phone_controlled"),
    ("น้องชายโดนขังอยู่ปอยเปต โดนยึดพาสปอร์ต", "trafficking"),
    ("สามีตีทุกวัน", "violence"),
    ("หนูอยากตาย ไม่อยากอยู่แล้ว", "suicide"),
    ("หลานสาวหายไปตั้งแต่เมื่อวาน อายุ 13", "child"),
    ("เจอลูกระเบิดในนา", "uxo"),
    ("บ้านข้างๆขายยาบ้าให้เด็ก", "drugs"),
    ("ไฟไหม้บ้านข้างวัด", "emergency"),
    ("เห็นโดรนบินวนเหนือหมู่บ้านเมื่อคืน", "border"),
]
NO_NEED = [
    "ถ้าโดนหลอกโอนเงินให้โทร 1441",
    "โดนหลอกโอนเงินให้รีบโทร 1441 หรือธนาคาร อย่ากดลิงก์",
    "พบวัตถุต้องสงสัยหรือลูกระเบิด ห้ามแตะต้อง แล้วโทร 191",
    "แม่ หนูรถชนอยู่โรงพัก ขอเงินประกันตัวด่วน",
    "ญาติฝั่งลาวจะข้ามมาทางด่าน ต้องใช้บัตรไหม",
    "เกือบโอนไปแล้ว ดีที่โทรถามลูกก่อน",
    "ประชาสัมพันธ์ พบเห็นการค้ามนุษย์โทร 1300 ยาเสพติดโทร 1386",
    "ค่าไฟโอนไปแล้วนะ",
    "ขำจนอยากตาย 555",
    "รับแอดมินตอบแชท ทำงานฝั่งกัมพูชา ข้ามช่องทางธรรมชาติ มีคนพาไป",
]


@pytest.mark.parametrize(("text", "need"), NEEDS)
def test_needs(text: str, need: str) -> None:
    """Whoever needs help now is heard, in four languages."""
    assert need in judge(text).needs


@pytest.mark.parametrize("text", NO_NEED)
def test_no_need(text: str) -> None:
    """Advice, tricks and everyday talk ask for no hotline."""
    assert () == judge(text).needs


def test_quality_goals() -> None:
    """The promised figures hold on messages the model was not trained on."""
    judged = [
        (case, judge(case.text))
        for name in ("messages.tsv", "fresh.tsv", "unseen.tsv", "last.tsv")
        for case in cases(name)
    ]
    scams = [verdict for case, verdict in judged if case.reads_as == "scam"]
    calm = [verdict for case, verdict in judged if case.reads_as == "ordinary"]

    assert sum(v.word != "unknown" for v in scams) / len(scams) >= 0.97
    assert sum(v.word != "unknown" for v in calm) / len(calm) <= 0.02
    assert sum(v.reads_as == c.reads_as for c, v in judged) / len(judged) >= 0.92


def test_explained() -> None:
    """Every verdict but "unknown" lists its reasons, strongest first, and a category that exists."""
    for case in cases():
        verdict = judge(case.text)
        weights = [reason.weight for reason in verdict.reasons]
        assert weights == sorted(weights, reverse=True)
        assert verdict.word == "unknown" or (verdict.reasons and verdict.category in CATEGORIES)


def test_danger_with_link() -> None:
    """A fee asked for with a look-alike link and an app file is dangerous."""
    text = "การไฟฟ้า: คืนเงินประกันมิเตอร์ 3,250 ลงทะเบียนที่ hxxps://pea-refund[.]cc ติดตั้งแอป PEA.apk"

    assert ("dangerous", "scam", "T09") == (judge(text).word, judge(text).reads_as, judge(text).category)


def test_known_number_in_message() -> None:
    """A number that a coordinator confirmed makes any message about it dangerous."""
    known = Known({"phone:+66812345678": Standing("dangerous")})

    assert "dangerous" == judge("ใครรู้จักเบอร์ 081-234-5678 บ้าง", known).word
