"""What somebody says they have done already, in their own words: told a code or a card's number, pressed a link."""

import re
from typing import Final, Literal

from checks.fold import folded

Deed = Literal["", "told", "pressed"]

_LONGEST: Final = 160
"""Characters: who tells of themselves is short; a longer text is a message passed on, or a whole story."""
_CODE: Final = (
    r"(?:otp|โอทีพี|รหัส|พาสเวิร์?ด|พิน|\bpin\b|เลขบัตร|เลขหลังบัตร|cvv|ข้อมูลบัตร|ข้อมูลบัญชี|ข้อมูลส่วนตัว|password|passcode"
    r"|\bcodes?\b|card number|card details|ລະຫັດ|ເລກບັດ|លេខសម្ងាត់|លេខកូដ|លេខកាត)"
)
_LINK: Final = r"(?:ลิงก์|ลิงค์|ลิ้งก์|ลิ้งค์|ลิ้ง|ลิง|\blinks?\b|ລິ້ງ|ລິງ|តំណ|លីង)"
_NOT: Final = r"(?:ไม่ได้|ยังไม่|ไม่เคย|อย่า|ห้าม|\bnot\b|n't\b|\bnever\b|ບໍ່ໄດ້|ຢ່າ|មិន|កុំ)"
_DONE: Final = (  # "then" is the same word: "fill in the code, then press"
    r"(?:ไปแล้ว|เขาไป|ให้ไป|ไปละ|ໄປແລ້ວ|(?:แล้ว|ແລ້ວ|ហើយ|រួច)(?=\W*(?:$|ทำ|จะทำ|เอาไง|ครับ|ค่ะ|คะ|จ้า|ນະ|ເຮັດ|ធ្វើ)))"
)
_TOLD: Final = re.compile(
    rf"(?:ให้|บอก|กรอก|ใส่|ບອກ|ໃຫ້|ຕື່ມ|ໃສ່|ប្រាប់|ឱ្យ|ឲ្យ|បំពេញ|បញ្ចូល).{{0,14}}{_CODE}.{{0,24}}{_DONE}"
    rf"|\b(?:gave|told|sent|entered|typed)\b.{{0,24}}{_CODE}"
)
_PRESSED: Final = re.compile(
    rf"(?:กด|คลิก|เปิด|ກົດ|ເປີດ|ចុច|បើក).{{0,10}}{_LINK}.{{0,16}}{_DONE}|\b(?:pressed|clicked|opened|tapped)\b.{{0,16}}{_LINK}"
)
_NO: Final = re.compile(_NOT)


def done_already(text: str) -> Deed:
    """What a short text says that was done: "told" a secret, "pressed" a link; "" for neither, or where a "not" is."""
    said = folded(text[: _LONGEST + 1]).lower()
    if len(said) > _LONGEST or _NO.search(said):
        return ""
    if _TOLD.search(said):
        return "told"
    return "pressed" if _PRESSED.search(said) else ""
