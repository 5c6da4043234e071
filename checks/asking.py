"""Whether a text ends like a question, in four languages and without a question mark."""

import re

_POLITE = (
    "ครับ", "คับ", "คะ", "ค่ะ", "จ๊ะ", "จ้ะ", "จ้า", "จ๋า", "นะ", "น้อ", "เด้อ", "แหน่", "บ้าง", "แด่", "เดี๋ยวนี้", "ตอนนี้", "วันนี้",
    "ມື້ນີ້", "ແດ່",
)  # fmt: skip
_MARKS = " \n\t.!?…)\"'”"
_ENDS = (
    "ไหม", "มั้ย", "มัย", "ปะ", "ป่าว", "เปล่า", "เหรอ", "หรอ", "หรือ", "หรือยัง", "ยังไง", "อย่างไร", "เท่าไร", "เท่าไหร่",
    "เท่าใด", "เมื่อไหร่", "เมื่อไร", "ตอนไหน", "ที่ไหน", "วันไหน", "เดือนไหน", "แถวไหน", "อันไหน", "ไหนดี", "อะไร", "อะไรดี",
    "ทำไงดี", "กี่โมง", "กี่วัน", "กี่บาท", "กี่คน", "จักโมง", "ใคร", "ใครรู้", "ไผ", "ใช่ไหม", "ถึงจะดี", "อยู่วัดบ่", "ได้บ่", "มีบ่", "แล้วบ่",
    "ບໍ່", "ຈັກໂມງ", "ເທົ່າໃດ", "ຢູ່ໃສ", "ແນວໃດ", "ມື້ໃດ",
    "ទេ", "ណា", "ប៉ុន្មាន", "អ្វី", "ម៉េច",
)  # fmt: skip
_ENGLISH = re.compile(
    r"^\W*(?:is|are|was|do|does|did|has|have|how|what|where|when|which|who|whose|why|should|will|may)\b"
)


def asks(lowered: str) -> bool:
    """Whether a folded, lower-case text asks something in its last words, or in English begins as a question does."""
    if _without_manners(lowered[-60:]).endswith(_ENDS):
        return True
    return lowered.rstrip().endswith("?") and bool(_ENGLISH.match(lowered))


def _without_manners(text: str) -> str:
    """The text without the marks and polite particles at its end."""
    while True:
        bare = text.rstrip(_MARKS)
        for particle in _POLITE:
            bare = bare.removesuffix(particle)
        if bare == text:
            return bare
        text = bare
