"""Who may need help now: money just lost, a phone under control, a person in danger."""

from collections.abc import Mapping, Sequence

from checks.cues import Need, needs_in_order
from domain.verdict import ReadsAs

_CONDITIONS = (
    "ถ้า", "หาก", "กรณี", "ป้องกัน", "อย่าให้", "เผื่อ", "ใครที่", "ใครโดน", "ใครถูก", "ผู้ที่", "สมมติ", "วิธี", "กลัวจะ",
    "กลัวโดน", "ไม่ได้",
    "เกือบ", "ก่อนจะ", "อาจ", "ยังไม่", "ห้าม", "อย่า", "พบเห็น", "เมื่อพบ", "if you", "if your", "when you",
    "in case", "never", "don't",
    "ຖ້າ", "ຢ່າ", "ຍັງບໍ່", "បើ", "កុំ", "ប្រសិន",
)  # fmt: skip
_ADVICE_AFTER = (
    "ให้โทร", "ให้รีบ", "รีบโทร", "โทร 1441", "โทร1441", "แจ้ง 191", "โทร 191", "ติดต่อ 1441", "สายด่วน", "ให้แจ้ง", "ให้ติดต่อ",
    "call 1441", "call your bank", "ควรทำ", "ทำอย่างไรได้บ้าง", "ห้ามแตะ", "อย่าจับ", "อย่าเก็บ", "ดับแล้ว", "ดับได้แล้ว",
)  # fmt: skip
_NEVER_MEANT = (
    "ขำอยาก", "ตายขำ", "อร่อยจน", "อยากตายขำ", "ซ้อมรบ", "ฝึกซ้อม", "หมดแบต",
    "ค่าไฟ", "ค่าน้ำ", "ค่าเทอม", "ค่าข้าว", "ค่าเช่า", "ค่าหอ",
    "ร้อนจน", "หิวจน", "หนาวจน", "ขำจะ", "ขำจน",
    "ค่าขนม", "ค่าปุ๋ย", "ค่าแชร์", "ค่าไข่", "ค่าของ", "ธนาคาร:", "scb:", "kbank:", "หนัง", "ละคร", "นิยาย", "เกม ", "ในเกม",
)  # fmt: skip
_ELSEWHERE = (
    "ข่าว ", "ข่าววันนี้", "ข่าวเช้า", "ข่าวดัง", "ข่าวเมื่อ", "ดูข่าว", "อ่านข่าว", "ดูหนัง", "หนังเรื่อง", "ดูละคร", "ละครเรื่อง",
    "ซีรีส์", "ในนิยาย", "อบรม", "สายด่วนยา", "ตำรวจรวบ", "ตำรวจทลาย", "รวบแก๊ง", "ทลายแก๊ง", "จับแก๊ง", "ทหารซ้อม", "ซ้อมแผน",
    "ซ้อมดับเพลิง", "news:",
    "the movie", "ຂ່າວ ", "ຂ່າວ:", "ព័ត៌មាន៖",
)  # fmt: skip
"""What follows is on the news, on a screen or in a class-room: nobody needs to be rescued from it."""
_DENIED = ("ไม่", "บ่", "มิได้", "not ", "ບໍ່", "មិន")
_OWN_WAY = ("เรา", "ผม", "หนู", "ฉัน", "ดิฉัน", "ข้อย", "ພວກເຮົາ", "ຂ້ອຍ", "យើង", "ខ្ញុំ")
"""Who goes over the river themselves reports nobody."""
_ASKED = ("ใช่ไหม", "ใช่มั้ย", "ใช่ปะ", "หรือเปล่า", "รึเปล่า", "มาใช่")
_ANSWERED_BY_ANYONE = frozenset({"suicide", "phone_controlled"})
"""Needs that count even in a text that reads like a trick: better a hotline too many."""


_ENOUGH: Mapping[ReadsAs, float] = {"report": 0.45, "ordinary": 0.6, "question": 0.65, "warning": 0.95, "scam": 0.85}
"""From which chance on the wording alone speaks of a need, by what the text reads as."""
_ELSEWHERE_ENOUGH = 0.9
_WORDS_ENOUGH = 28
"""Characters below which a text is an answer, a time, a place, a name: there only phrases speak of a need."""


def needs(
    heard: Sequence[Need], lowered: str, reads_as: ReadsAs, read: Sequence[tuple[str, float]] = ()
) -> tuple[str, ...]:
    """
    What the writer of a folded, lower-case text may need at once, each once, in the order of `needs.toml`.

    `read` holds the needs that the wording model reads from it, with their chances. Texts that read as a trick or as
    advice to others ask for nothing, but for what nobody should miss. Conditions ("ถ้าโดนหลอก…") and advice
    ("…ให้โทร 1441") around phrases silence them.
    """
    read = read if len(lowered) >= _WORDS_ENOUGH else ()
    if not heard and not read:
        return ()
    elsewhere = min((lowered.index(word) for word in _ELSEWHERE if word in lowered), default=len(lowered))
    near = [one for one in heard if one.at < elsewhere or one.need == "suicide"]
    silenced = {one.need for one in heard if _is_silenced(lowered, one)}
    meant = [one for one in near if _counts(one.need, one.sure, reads_as) and not _is_silenced(lowered, one)]
    likely = {need for need, chance in read if _is_likely(need, chance, reads_as, elsewhere < len(lowered))} - silenced
    # What only may be meant gives way to what is: "help me" after "I was robbed" is no second need.
    found = {one.need for one in meant if one.sure} | likely or {one.need for one in meant}
    return tuple(need for need in needs_in_order() if need in found) if found else ()


def _is_likely(need: str, chance: float, reads_as: ReadsAs, is_elsewhere: bool) -> bool:
    if reads_as == "scam" and need not in _ANSWERED_BY_ANYONE:
        return False
    if reads_as == "question" and need in ("border", "drugs"):
        return False
    return chance >= max(_ENOUGH[reads_as], _ELSEWHERE_ENOUGH if is_elsewhere else 0.0)


def _counts(need: str, sure: bool, reads_as: ReadsAs) -> bool:
    match reads_as:
        case "warning":
            return False
        case "scam":
            return sure and need in _ANSWERED_BY_ANYONE
        case "report":
            return True
        case "question":
            return need not in ("border", "drugs") if sure else need == "money_lost"
        case "ordinary":
            return sure and need != "border"


def _is_silenced(text: str, one: Need) -> bool:
    end = one.at + len(one.phrase)
    before, after = text[max(0, one.at - 18) : one.at], text[end : end + 24]
    if before.endswith(_DENIED) or (one.need == "border" and before.rstrip().endswith(_OWN_WAY)):
        return True
    if any(word in before for word in _CONDITIONS) or any(word in before for word in _NEVER_MEANT):
        return True
    return any(word in after for word in _ADVICE_AFTER) or any(word in after[:10] for word in _ASKED)
