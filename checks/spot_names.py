"""Accounts that are names, not numbers: LINE, Telegram, Facebook, crypto addresses and app files."""

import re
from collections.abc import Iterator
from hashlib import sha256

from checks.parts import Link
from domain.verdict import Indicator

_LINE_WORD = (
    r"(?:(?:แอด|ทัก|เพิ่มเพื่อน|ติดต่อ|ส่ง)?\s?(?:ทาง|ผ่าน)?\s?(?:ไลน์|ไลน|ລາຍ|ឡាញ|\bline)(?:\s?(?:ไอดี|id|@id|oa|official))?"
    r"|ไอดี\s?(?:ไลน์|ไลน|line)|(?:id|ไอดี)\s?line|(?:แอด|add)\s?(?=@))"
)
_LINE_ID = re.compile(
    _LINE_WORD + r"\s{0,2}[:：=\-]?\s{0,2}(?:คือ\s?)?([@~]?[A-Za-z0-9][A-Za-z0-9._-]{2,29})", re.IGNORECASE
)
_TELEGRAM = re.compile(
    r"(?:เทเลแกรม|เทเลเเกรม|\btelegram|\btg|ແທເລແກຣມ|តេឡេក្រាម)\s{0,2}(?:id|ไอดี)?\s{0,2}[:：]?\s{0,2}@([A-Za-z]\w{3,31})",
    re.IGNORECASE,
)
_FACEBOOK = re.compile(
    r"(?:เฟส|เฟซ|เฟสบุ๊ค|เฟซบุ๊ก|เพจ|\bfacebook|\bfb)\s{0,2}[:：]\s{0,2}([A-Za-z0-9][A-Za-z0-9.]{4,49})", re.IGNORECASE
)
_APK = re.compile(r"(?<![\w.-])([\w.-]{1,80}\.(?:apk|xapk|apks|mobileconfig))(?![A-Za-z0-9])", re.IGNORECASE)
_COIN = re.compile(
    r"(?<![A-Za-z0-9])(?:0x[0-9a-fA-F]{40}|bc1[02-9ac-hj-np-z]{11,71}|[13T][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])"
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLAIN_WORDS = frozenset(
    [
        "official",
        "line",
        "http",
        "https",
        "www",
        "com",
        "pay",
        "man",
        "today",
        "id",
        "app",
        "oa",
        "the",
        "and",
        "for",
        "official",
        "account",
    ]
)


def names(text: str) -> Iterator[Indicator]:
    """Ids and addresses named in a folded text whose links are blanked out."""
    lower = text.lower()
    if "line" in lower or "ไลน" in text or "@" in text or "ລາຍ" in text:
        for found in _LINE_ID.finditer(text):
            name = found[1].strip("~.-_").lower()
            if len(name) > 2 and name not in _PLAIN_WORDS and not (name.isdigit() and len(name) < 5):
                yield Indicator("line", name, found[1])
    if "@" in text:
        yield from (Indicator("telegram", found[1].lower(), f"@{found[1]}") for found in _TELEGRAM.finditer(text))
    if ":" in text:
        yield from (Indicator("facebook", found[1].lower(), found[1]) for found in _FACEBOOK.finditer(text))
    if ".apk" in lower or ".xapk" in lower or ".mobileconfig" in lower:
        yield from (Indicator("apk", found[1].lower(), found[1]) for found in _APK.finditer(text))
    yield from (Indicator("crypto", coin, coin) for coin in _COIN.findall(text) if _is_coin(coin))


def _is_coin(address: str) -> bool:
    """Whether an address holds its own checksum (base58check); hexadecimal and bech32 forms go by shape."""
    if address.startswith(("0x", "bc1")):
        return True
    number = 0
    for letter in address:
        number = number * 58 + _BASE58.index(letter)
    raw = number.to_bytes(26, "big")[-25:] if number < 1 << 200 else b""
    return bool(raw) and sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def named_by(link: Link) -> Indicator | None:
    """The LINE, Telegram or Facebook account, or the app file, that a link leads to; None for any other link."""
    path = link.path.strip("/")
    match link.registrable:
        case "lin.ee" if path:
            return Indicator("line", f"lin.ee/{path.partition('/')[0]}", link.url)
        case "line.me":
            return _line(link, path)
        case "t.me" | "telegram.me" | "telegram.dog" if path:
            return _telegram(path, link.url)
        case "facebook.com" | "fb.com" | "fb.me" | "m.me" | "fb.watch" if path:
            return _facebook(path, link)
    last = path.rpartition("/")[2].lower()
    return Indicator("apk", last[-80:], link.url) if last.endswith((".apk", ".xapk", ".mobileconfig")) else None


def _line(link: Link, path: str) -> Indicator | None:
    parts = path.replace("%40", "@").replace("%7E", "~").replace("%7e", "~").split("/")
    if parts[0] in ("R", "r"):
        parts = parts[1:]
    if len(parts) >= 3 and parts[0] == "ti":
        name = parts[2]
        known = name.lstrip("~").lower() if parts[1] == "p" and name[:1] in "~@" else f"{parts[1]}/{name}"
        return Indicator("line", known, link.url) if known else None
    if link.host.startswith("page.") and parts[0]:
        return Indicator("line", f"@{parts[0].lower()}", link.url)
    return None


def _telegram(path: str, shown: str) -> Indicator:
    first, _, rest = path.partition("/")
    if first in ("joinchat", "s", "addlist"):
        first = f"+{rest.partition('/')[0]}" if first == "joinchat" else rest.partition("/")[0]
    return Indicator("telegram", first if first.startswith("+") else first.lower(), shown)


def _facebook(path: str, link: Link) -> Indicator | None:
    first = path.partition("/")[0].lower()
    if first == "profile.php":
        number = re.search(r"[?&]id=(\d{5,20})", link.query)
        return Indicator("facebook", f"id:{number[1]}", link.url) if number else None
    if first in (
        "share",
        "groups",
        "watch",
        "story.php",
        "photo",
        "photo.php",
        "events",
        "login",
        "reel",
        "permalink.php",
        "sharer",
        "l.php",
        "help",
    ):
        return None
    return Indicator("facebook", first, link.url)
