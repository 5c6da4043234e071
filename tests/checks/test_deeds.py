"""What somebody says they have done already."""

import pytest

from checks.deeds import done_already
from checks.number import spelled_out


@pytest.mark.parametrize(
    "text",
    [
        "ให้รหัส OTP เขาไปแล้ว",
        "กรอกรหัสบัตรไปแล้ว",
        "บอกรหัสเขาแล้วทำไงดี",
        "I gave them the OTP",
        "ບອກລະຫັດເຂົາໄປແລ້ວ",
        "ប្រាប់លេខសម្ងាត់ទៅគេហើយ",
    ],
)
def test_a_code_that_was_told_is_heard(text: str) -> None:
    """Whoever says that they gave away a code or a card's number is heard in four languages."""
    assert done_already(text) == "told"


@pytest.mark.parametrize("text", ["กดลิงก์ไปแล้วทำไงดี", "i clicked the link", "ກົດລິ້ງໄປແລ້ວ", "ចុចតំណហើយ"])
def test_a_link_that_was_pressed_is_heard(text: str) -> None:
    """And so is who pressed a link."""
    assert done_already(text) == "pressed"


@pytest.mark.parametrize(
    "text",
    [
        "ยังไม่ได้กดลิงก์",
        "ลืมรหัสไปแล้ว",
        "กรอกรหัส OTP แล้วกดยืนยัน",
        "ธนาคารได้ส่งรหัส OTP ให้ท่านแล้ว",
        "never gave anyone the code",
        "เปลี่ยนรหัสแล้ว",
        "ให้รหัสเขาไปแล้ว " * 20,
    ],
)
def test_what_was_not_done_is_not_heard(text: str) -> None:
    """What was not done, what a trick tells one to do, and a long message passed on are none of it."""
    assert done_already(text) == ""


def test_a_short_number_that_stands_alone_or_called_is_one() -> None:
    """A known short number alone or with "called" is read as a number; a year, or one in the midst of words, is not."""
    assert ["เบอร์ 1441", "เบอร์ 1441 โทรมา ให้โอนเงิน", "2569", "1441 บาท"] == [
        spelled_out(text) for text in ("1441", "1441 โทรมา ให้โอนเงิน", "2569", "1441 บาท")
    ]
