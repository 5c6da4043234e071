"""What the wording model looks at: letter runs of the masked text, cues, and what kind of things stand in it."""

import re
from collections.abc import Iterable

LONGEST_READ = 1_500
"""Characters of a message that the model reads; a trick shows itself before that."""
_NUMBER = re.compile(r"\d[\d,.\- ]*\d|\d")
_NAME = re.compile(r"@[\w.-]+")
_SPACE = re.compile(r"\s+")


def masked(lowered: str) -> str:
    """The wording without what changes from one copy to the next: numbers become 0, names @, links stay one mark."""
    text = _NUMBER.sub("0", lowered[:LONGEST_READ])
    if "@" in text:
        text = _NAME.sub("@", text)
    return f" {_SPACE.sub(' ', text).strip()} "


def grams(text: str) -> set[str]:
    """Every run of three and four characters of a masked text, each once."""
    found = {text[at : at + 4] for at in range(len(text) - 3)}
    found.update([text[at : at + 3] for at in range(len(text) - 2)])
    return found


def marks(cues: Iterable[str], kinds: Iterable[str], text: str) -> list[str]:
    """
    Features that are no letters: each cue, each kind of thing found, whether it asks, how long it is.

    They start with a private letter, so that no wording can be mistaken for one.
    """
    found = [f"\ue000{cue}" for cue in cues]
    found += [f"\ue000{kind}" for kind in sorted(set(kinds))]
    end = text.rstrip(" .!\n\"')」”")[-8:]
    if "?" in text:
        found.append("\ue000?")
    if end.endswith(_ASKING_ENDS):
        found.append("\ue000asks")
    length = len(text)
    found.append(f"\ue000length{0 if length < 25 else 1 if length < 60 else 2 if length < 140 else 3}")
    return found


_ASKING_ENDS = (
    "ไหม", "ไหมคะ", "ไหมครับ", "มั้ย", "มั้ยคะ", "ปะ", "ป่าว", "เปล่า", "เปล่าคะ", "บ่", "เหรอ", "บ้าง", "ยังไง",
    "เท่าไร", "เท่าไหร่",
    "กี่โมง", "กี่ทุ่ม", "กี่บาท", "กี่วัน",
    "อะไร", "ไหน", "ใคร", "ไง", "ยังคะ", "เหรอ", "เหรอคะ", "เท่าใด", "ไหนบ้าง", "หรือ",
    "ບໍ່", "ໃດ", "ໃສ", "ແດ່", "ទេ", "ណា", "?", "ប៉ុន្មាន",
)  # fmt: skip
MARK_TIMES = 4
"""A mark counts as so many letter runs: there are few of them, and they mean more."""
