"""Which digits in a text are phone numbers and bank accounts, and their one spelling."""

import re
from collections.abc import Iterator

from domain.verdict import Indicator

SHORT_CODES = frozenset(
    [
        "191",
        "192",
        "199",
        "1111",
        "1115",
        "1129",
        "1130",
        "1155",
        "1165",
        "1178",
        "1191",
        "1194",
        "1195",
        "1196",
        "1197",
        "1199",
        "1200",
        "1202",
        "1205",
        "1207",
        "1212",
        "1213",
        "1300",
        "1323",
        "1333",
        "1374",
        "1378",
        "1386",
        "1387",
        "1415",
        "1422",
        "1428",
        "1441",
        "1506",
        "1543",
        "1545",
        "1548",
        "1556",
        "1567",
        "1572",
        "1584",
        "1586",
        "1599",
        "1646",
        "1669",
        "1677",
        "1690",
        "1694",
        "1710",
        "1784",
        "1888",
        "9777",
        "117",
        "118",
        "119",
        "1280",
        "1288",
        "1362",
    ]
)
"""Three and four digit lines known in Thailand, Laos and Cambodia: recognised, not vouched for."""

_RUN = re.compile(r"(?<![\dA-Za-z_])(?:\+ ?|00(?=[1-9]))?\(?\+?\d(?:[ .\-()_]{0,2}\d){2,17}(?!\d)")
_STARRED = re.compile(r"(?<![\d*])\*\d{3,4}(?:\*\d{9,10})?(?:\*\d)?#")
_TOO_LONG = re.compile(r"\d{18,}")
_CALLING = re.compile(
    r"(?:โทร|สายด่วน|เบอร์|ติดต่อ|หมายเลข|กด|แจ้ง|call|hotline|phone|tel|dial|ໂທ|ເບີ|ສາຍດ່ວນ|ទូរស័ព្ទ|លេខ|ខល|តេ)[^\d\n]{0,14}$",
    re.IGNORECASE,
)
_BANKING = re.compile(
    r"(?:บัญชี|บช|บ/ช|เลขที่|ธนาคาร|ธ\.|กสิกร|ไทยพาณิชย์|กรุงไทย|กรุงเทพ|กรุงศรี|ออมสิน|ธกส|ธ\.ก\.ส|ทหารไทย|โอนเข้า|โอนมา"
    r"|kbank|scb|ktb|bbl|ttb|gsb|baac|account|a/c|acc|bank|ບັນຊີ|ທະນາຄານ|bcel|គណនី|ធនាគារ|aba|acleda|wing)[^\n]{0,40}$",
    re.IGNORECASE,
)
_PROMPTPAY = re.compile(r"(?:พร้อมเพย์|พร้อมเพย|พร้อมเพลย์|promptpay|prompt pay|pp)[^\d\n]{0,24}$", re.IGNORECASE)
_CALLED_AFTER = re.compile(r"(?:โทร|เบอร์|tel|call|phone)[^\d\n]{0,10}$", re.IGNORECASE)
_NOT_CALLED = re.compile(
    r"^ ?(?:บาท|฿|คน|ชิ้น|แต้ม|คะแนน|บ\.|%|usdt|baht|points|ກີບ|ບາດ|รายการ|เล่ม|วัน|เดือน|ปี|kg|กก)", re.IGNORECASE
)
_ACCOUNT_SHAPE = re.compile(r"\d{3}-\d-\d{5}-\d")
_TWO_LINES = re.compile(r"(0[\d -]{8,13}) ?- ?(\d{1,2})")
_MOBILE = re.compile(r"0[689]\d{8}")
_LAO = re.compile("[\u0e80-\u0eff]")
_KHMER = re.compile("[\u1780-\u17ff]")


def numbers(text: str) -> Iterator[Indicator]:
    """
    Phone numbers, PromptPay numbers and bank accounts of a folded text whose links are blanked out.

    Thirteen digits without a word of PromptPay before them are somebody's identity number and are left alone.
    """
    if not any(digit in text for digit in "0123456789"):
        return
    if "#" in text:
        for found in _STARRED.finditer(text):
            yield Indicator("phone", found[0], found[0])
    if _TOO_LONG.search(text):
        text = _TOO_LONG.sub(lambda run: " " * len(run[0]), text)
    # Which country a leading zero means is asked once, not once a number: a text may hold hundreds.
    script = "\u1780" if _KHMER.search(text) else "\u0e80" if _LAO.search(text) else ""
    for found in _RUN.finditer(text):
        indicator = _named(text, found, script)
        if indicator and indicator.kind == "promptpay":
            yield from _also_a_phone(indicator)
            yield indicator
        elif indicator:
            yield indicator
            yield from _also_a_phone(indicator)
        elif last := _TWO_LINES.fullmatch(found[0].strip(" .-(")):
            yield from _two_lines(last[1], last[2], script)


def _two_lines(first: str, last: str, script: str) -> Iterator[Indicator]:
    """Two numbers as offices write them: 02-123-4567-8 is …4567 and …4568."""
    for shown in (first, first[: -len(last)] + last):
        number = e164(re.sub(r"\D", "", shown), script)
        if number and not number.isdigit():
            yield Indicator("phone", number, shown)


def _also_a_phone(one: Indicator) -> Iterator[Indicator]:
    """
    The mobile number that somebody is to pay into: what neighbours know of it, they know of it as a number.

    What is written as banks write accounts (123-4-56789-0) is one, and nobody's telephone.
    """
    if one.kind not in ("promptpay", "account") or _ACCOUNT_SHAPE.fullmatch(one.shown):
        return
    if _MOBILE.fullmatch(one.value):
        yield Indicator("phone", f"+66{one.value[1:]}", one.shown)


def _named(text: str, found: re.Match[str], script: str) -> Indicator | None:
    shown = found[0].strip(" .-(")
    before, after = text[max(0, found.start() - 60) : found.start()], text[found.end() : found.end() + 12]
    digits = re.sub(r"\D", "", shown)
    plus = "+" in shown
    if _PROMPTPAY.search(before) and len(digits) in (10, 13, 15):
        return Indicator("promptpay", digits, shown)
    if not plus and _is_account(digits, shown, before):
        return Indicator("account", digits, shown)
    number = e164(f"+{digits}" if plus else digits, script)
    if number.isdigit():
        called = _CALLING.search(before) and not _NOT_CALLED.match(after)
        return Indicator("phone", number, shown) if called and "." not in shown else None
    return Indicator("phone", number, shown) if number else None


def _is_account(digits: str, shown: str, before: str) -> bool:
    if _ACCOUNT_SHAPE.fullmatch(shown):
        return True
    if not 9 <= len(digits) <= 15 or len(digits) == 13:
        return False
    if digits[0] == "0" and digits[1] in "689" and len(digits) == 10 and _CALLED_AFTER.search(before):
        return False
    return bool(_BANKING.search(before)) and not (_CALLED_AFTER.search(before) or _mobile_shape(digits, shown))


def _mobile_shape(digits: str, shown: str) -> bool:
    """Ten digits written the way mobiles are: 081-234-5678, 081 234 5678."""
    return bool(re.fullmatch(r"0[689]\d[- ]\d{3}[- ]?\d{4}|0[689]-\d{4}-\d{4}", shown)) and len(digits) == 10


def e164(number: str, text: str = "") -> str:
    """
    A number's one spelling: "+66…" and the like, a bare short code, or "" when it is no phone number.

    +697 and +698 are kept as they came (NBTC: calls routed from overseas; no library knows them). A number with a
    leading zero is Thai, unless it is Lao mobile (020 and eight digits) or `text` is written in Lao or Khmer.
    """
    digits = number.lstrip("+")
    if number.startswith("+"):
        return _overseas(digits)
    if digits.startswith("00") and len(digits) > 9:
        return _overseas(digits[2:])
    if len(digits) in (3, 4):
        return digits if digits in SHORT_CODES else ""
    if digits[:3] in ("697", "698") and 9 <= len(digits) <= 14:
        return f"+{digits}"
    if digits[:1] == "0":
        return _domestic(digits, text)
    if digits[:2] == "66" and len(digits) in (10, 11, 12):
        return _overseas(digits)
    if digits[:3] in ("856", "855") and 11 <= len(digits) <= 13:
        return f"+{digits}"
    return ""


def _overseas(digits: str) -> str:
    if digits.startswith("66") and not digits.startswith("660"):
        return f"+{digits}" if 10 <= len(digits) <= 11 else ""
    if digits.startswith("660"):
        return _overseas("66" + digits[3:])
    return f"+{digits}" if 7 <= len(digits) <= 15 and digits[0] != "0" else ""


def _domestic(digits: str, text: str) -> str:
    if digits.startswith("020") and len(digits) in (10, 11):
        return f"+856{digits[1:]}"
    if len(digits) in (9, 10) and _KHMER.search(text):
        return f"+855{digits[1:]}"
    if len(digits) == 9 and _LAO.search(text) and digits[1] in "2345678":
        return f"+856{digits[1:]}"
    if len(digits) == 10 and digits[1] in "689":
        return f"+66{digits[1:]}"
    if len(digits) == 9 and digits[1] in "234567":
        return f"+66{digits[1:]}"
    return ""
