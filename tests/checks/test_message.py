"""Verdicts on whole messages."""

import pytest

from benchmarks.checks_quality import TYPICAL, cases
from checks import CATEGORIES, Known, Standing, judge

OWN_WORDS = [
    ("report", "ลูกสาวไปทำงานกัมพูชา ติดต่อไม่ได้ เขายึดพาสปอร์ต"),
    ("report", "โดนแก๊งคอลเซ็นเตอร์หลอกโอนไปห้าหมื่น ทำไงดี"),
    ("question", "งานกดไลก์ได้วันละ 500 นี่หลอกลวงไหม มีใครเคยทำบ้าง"),
]
QUOTED = [
    "ข้อความแบบนี้จริงไหม: ท่านมีพัสดุผิดกฎหมาย กรุณาโอนเงินเพื่อตรวจสอบภายในวันนี้",
    'ช่วยดูให้หน่อย "ยินดีด้วย คุณได้รับทอง 1 บาท โอนภาษี 999 เพื่อรับรางวัล" จริงไหม',
    'มีคนส่งมาว่า "รับซื้อบัญชีธนาคาร เล่มละ 3,000 สแกนหน้าเพิ่มวันละพัน" หลอกไหม',
]


@pytest.mark.parametrize(("reads_as", "text"), OWN_WORDS)
def test_own_words(reads_as: str, text: str) -> None:
    """What somebody tells or asks in words of their own is not called suspicious for its wording."""
    verdict = judge(text)

    assert (reads_as, "unknown", ()) == (verdict.reads_as, verdict.word, verdict.reasons)


@pytest.mark.parametrize("text", QUOTED)
def test_quoted_in_question(text: str) -> None:
    """A trick quoted in a question is judged, whoever asks."""
    assert "unknown" != judge(text).word


def test_quality_goals() -> None:
    """What `docs/measured.md` says of messages the model was not trained on stays true, with a little room."""
    judged = [(case, judge(case.text)) for name in TYPICAL for case in cases(name)]
    scams = [verdict for case, verdict in judged if case.reads_as == "scam"]
    calm = [verdict for case, verdict in judged if case.reads_as == "ordinary"]

    assert sum(v.word != "unknown" for v in scams) / len(scams) >= 0.97
    assert sum(v.word != "unknown" for v in calm) / len(calm) <= 0.03
    assert sum(v.reads_as == c.reads_as for c, v in judged) / len(judged) >= 0.93


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


@pytest.mark.parametrize(
    ("key", "standing"),
    [("domain:evil-shop.example", Standing("dangerous")), ("", Standing())],
    ids=["a coordinator's word", "a list"],
)
def test_known_link_behind_others(key: str, standing: Standing) -> None:
    """A link that is known to be dangerous is seen wherever it stands in a long list of honest ones."""
    known = Known({key: standing}, None if key else lambda host: "CERT" if host == "evil-shop.example" else "")
    text = " ".join(f"https://www.kasikornbank.com/th/{n}" for n in range(40)) + " https://evil-shop.example/a"

    assert "dangerous" == judge(text, known).word


@pytest.mark.parametrize("text", ["โอนเข้าพร้อมเพย์ 081-234-5678 ชื่อสมชาย", "โอนมาที่กสิกร 0812345678"])
def test_known_number_to_pay_into(text: str) -> None:
    """A swindler's number is known at the moment of paying, too, by whatever name it goes there."""
    known = Known({"phone:+66812345678": Standing("dangerous")})

    assert "dangerous" == judge(text, known).word


def test_one_number_by_two_names_counts_once() -> None:
    """What neighbours say of a number is one piece of evidence, though it is a telephone and a PromptPay."""
    told = Standing("", "", 3, 7)
    by_one = Known({"promptpay:0812345678": told})
    by_both = Known({"promptpay:0812345678": told, "phone:+66812345678": told})
    text = "โอนเข้าพร้อมเพย์ 081-234-5678 ชื่อสมชาย"

    assert judge(text, by_one).score == judge(text, by_both).score


def test_known_number_in_message() -> None:
    """A number that a coordinator confirmed makes any message about it dangerous."""
    known = Known({"phone:+66812345678": Standing("dangerous")})

    assert "dangerous" == judge("ใครรู้จักเบอร์ 081-234-5678 บ้าง", known).word
