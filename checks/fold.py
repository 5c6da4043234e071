"""One spelling for many: text with its hidden marks, odd digits and wide letters taken out."""

import re
import unicodedata

LONGEST = 20_000
"""Characters of a text that are read. What stands beyond is cut: the cost of a message has a bound."""


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(range(0x20), " ")
    table |= {0x0A: "\n", 0x0D: "\n", 0: None, 0x7F: None, 0xA0: " ", 0xAD: None, 0xFEFF: None, 0x3000: " "}
    # Zero-width and direction marks hide words from a reader of text, never from a reader of pixels.
    table |= dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x61C], None)
    table |= {0x2028: "\n", 0x2029: "\n"} | dict.fromkeys(range(0x2000, 0x200B), " ")
    table |= dict.fromkeys(range(0xE0000, 0xE0080), None) | dict.fromkeys(range(0xFE00, 0xFE10), None)
    table |= {0xFF01 + i: chr(0x21 + i) for i in range(0x5E)}
    for zero in (0x0E50, 0x0ED0, 0x17E0, 0x0660, 0x06F0, 0x0966, 0x1040):
        table |= {zero + i: str(i) for i in range(10)}
    for zero in (0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6):
        table |= {zero + i: str(i) for i in range(10)}
    # Round and square letters and the mathematical alphabets are dress, not spelling.
    for code in [*range(0x1D400, 0x1D7CC), *range(0x24B6, 0x24EA), *range(0x1F130, 0x1F14A), *range(0x1F170, 0x1F18A)]:
        plain = unicodedata.normalize("NFKC", chr(code))
        table[code] = plain if len(plain) == 1 else chr(ord("A") + (code - 0x1F130) % 0x40)
    table |= {0x3002: ".", 0xFF0E: ".", 0xFF61: ".", 0x2024: "."}
    table |= {0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-"}
    return table


_TABLE = _table()
# Thai and Lao am is typed in one piece or in two, and sara ae often as two sara e; tone marks get doubled.
_PAIRS = (("\u0e4d\u0e32", "\u0e33"), ("\u0ecd\u0eb2", "\u0eb3"), ("\u0e40\u0e40", "\u0e41"))
_DOUBLED = re.compile(r"([\u0e31\u0e34-\u0e3a\u0e47-\u0e4d\u0eb4-\u0ebc\u0ec8-\u0ecd])\1+")
_TONE_FIRST = re.compile(r"([\u0e48-\u0e4b])([\u0e31\u0e34-\u0e39])")


def folded(text: str) -> str:
    """
    The first `LONGEST` characters without hidden marks, with one set of digits and wide letters made plain.

    Case is kept: addresses need it. The order of Thai marks and the two spellings of sara am come out as one.
    """
    text = text[:LONGEST]
    if text.isascii():
        return text.translate(_TABLE)
    text = unicodedata.normalize("NFC", text.translate(_TABLE))
    for two, one in _PAIRS:
        if two in text:
            text = text.replace(two, one)
    return _DOUBLED.sub(r"\1", _TONE_FIRST.sub(r"\2\1", text))
