"""Who needs help now, heard in a message."""

import pytest

from benchmarks.checks_quality import NEEDS, needed
from checks import judge
from checks.training.texts import examples

HEARD = [
    ("โอนไปแล้ว 20,000 ทำไงดี", "money_lost"),
    ("โดนแก๊งคอลเซ็นเตอร์หลอกโอนไปห้าหมื่น ทำไงดี", "money_lost"),
    ("I sent money to a scammer what do I do", "money_lost"),
    ("ຂ້ອຍຖືກຫຼອກໂອນເງິນແລ້ວ", "money_lost"),
    ("ខ្ញុំត្រូវគេបោកឲ្យផ្ទេរលុយហើយ", "money_lost"),
    ("เขาหลอกเอาเงินยายไป", "money_lost"),
    ("กดลิงก์แล้วเงินหมด", "money_lost"),
    ("เห็นเรือขนของกลางคืนที่ท่าน้ำ", "border"),
    ("มีคนเดินข้ามมาจากฝั่งโน้นตอนตีสอง", "border"),
    ("พ่อตีแม่ทุกวัน", "violence"),
    ("ลูกสาวไปทำงานกัมพูชา ติดต่อไม่ได้ เขายึดพาสปอร์ต", "trafficking"),
    ("แม่โดนดูดเงินหมดบัญชี กดลิงก์แล้วเงินหาย", "money_lost"),
    ("I sent the money to the scammer, what should I do", "money_lost"),
    ("ໂອນໄປແລ້ວ 5 ລ້ານ ເຮັດແນວໃດ", "money_lost"),
    ("ខ្ញុំបានផ្ទេរលុយទៅហើយ ធ្វើយ៉ាងណា", "money_lost"),
    ("หน้าจอขยับเอง กดออกไม่ได้", "phone_controlled"),
    ("น้องชายโดนขังอยู่ปอยเปต โดนยึดพาสปอร์ต", "trafficking"),
    ("สามีตีทุกวัน", "violence"),
    ("หนูอยากตาย ไม่อยากอยู่แล้ว", "suicide"),
    ("หลานสาวหายไปตั้งแต่เมื่อวาน อายุ 13", "child"),
    ("แม่ตีหนูทุกวัน", "child"),
    ("ข้างบ้านตีลูกจนเลือดออก", "child"),
    ("my stepfather touches me", "child"),
    ("ຂ້າງບ້ານຕີລູກ", "child"),
    ("អ្នកជិតខាងវាយកូន", "child"),
    ("ຂ້ອຍຢາກຕາຍ", "suicide"),
    ("ខ្ញុំចង់ស្លាប់", "suicide"),
    ("ຜົວຕີຂ້ອຍທຸກມື້", "violence"),
    ("ប្តីខ្ញុំវាយខ្ញុំ", "violence"),
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


@pytest.mark.parametrize(("text", "need"), HEARD)
def test_needs(text: str, need: str) -> None:
    """Whoever needs help now is heard, in four languages."""
    assert need in judge(text).needs


@pytest.mark.parametrize("text", NO_NEED)
def test_no_need(text: str) -> None:
    """Advice, tricks and everyday talk ask for no hotline."""
    assert () == judge(text).needs


def test_need_goals() -> None:
    """What `docs/measured.md` says of needs in words the model was not taught stays true."""
    judged = [(wanted, frozenset(judge(text).needs)) for text, wanted in needed(*NEEDS)]
    right = sum(len(wanted & got) for wanted, got in judged)

    assert right / sum(len(wanted) for wanted, _ in judged) >= 0.7
    assert right / sum(len(got) for _, got in judged) >= 0.75


ANSWERS = """เมื่อคืน 2 ทุ่ม|เมื่อวาน|รถจอดอยู่หน้าบ้าน|ได้ข้อความแปลกๆ|เดินลงไปที่ท่าเรือ|อะไรก็ได้|ใช่|ไม่ใช่|ไม่รู้|ไม่แน่ใจ|สองคน
ขอบคุณ|5,000|บ้านโนนสูง|เมื่อเช้า 6 โมง|ส่งแล้ว|ทะเบียน กข 1234|ผู้ชาย|เสื้อดำ|ริมน้ำ|หลังวัด|มีเรือ|รถกระบะสีขาว|ทุกวัน|น้ำ|หาย
ยังไม่มี|เห็นกับตา|สมชาย|???|asdf|ok|last night|two men|near the bridge|a blue car|ສະບາຍດີ|ມື້ວານ|ម្សិលមិញ|សួស្តី"""


@pytest.mark.parametrize("text", ANSWERS.replace("\n", "|").split("|"))
def test_answers_need_nothing(text: str) -> None:
    """A time, a place, a name, a yes or a no: the answers to our own questions sound no alarm."""
    assert () == judge(text).needs


def test_everyday_talk_needs_nothing() -> None:
    """Hardly one everyday text in two hundred is taken for a call for help."""
    texts = [one.text for one in examples(2) if one.label == "ordinary"]

    assert sum(bool(judge(text).needs) for text in texts) / len(texts) < 0.005
