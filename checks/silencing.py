"""What silences words of danger, and from how near: what only sounds like a denial or a condition silences nothing."""

import re

from checks.cues import Need

_CLAUSE = 18
"""Characters before a phrase from which a condition or a prohibition may govern it; twice as many in English."""
_ADVICE_WITHIN = 24
_TRIED_WITHIN = 20

_GRAVE = frozenset({"suicide", "violence"})
"""Silenced by a denial, an idiom or a story only: who threatens speaks in conditions and prohibitions."""
_SUSPECTED = _GRAVE | {"trafficking", "child", "uxo", "drugs", "border"}
"""What "may be" and "I fear" do not silence: so speaks who looks for somebody, or has seen something."""

_NEIGHBOURS = (
    r"อาจารย์|หนังสือ|เดี๋ยวนี้|ทำไมไม่|หาไม่(?:เจอ|พบ|เห็น)|รู้(?:ว่า)?ใคร|น่ากลัว|กลัว(?:มาก|จัง|สุด)|อาจ(?:จะ)?(?:เป็น|มีคน)"
    r"|ไม่(?:ทัน|ได้|ค่อย)?ระวัง|เกือบ(?:\d|เดือน|ปี|วัน|อาทิตย์|ชั่วโมง|หนึ่ง|สอง|สาม|สี่|ห้า|ครึ่ง|ทุก|ทั้ง|หมด)"
    r"|(?:ถ้า|หาก)รู้|คงไม่|ห้าม.{0,6}?ไม่(?:ทัน|ฟัง|อยู่)"
    r"|why not|(?:don't|do not) (?:know|have|understand|feel|think|care|sleep|eat)"
)
"""Other words: a teacher is no "perhaps", a book no film, nearly a month not nearly."""
_CANNOT = (
    r"(?:นอน|กิน|หลับ|ทน|เดิน|ออก|หนี|กลับ|ไป|บ้าน|บอก|โทร|ติดต่อ|ยอด|ก็)บ่ได้"
    r"|(?:ນອນ|ກິນ|ຫຼັບ|ທົນ|ຍ່າງ|ອອກ|ໜີ|ກັບ|ບອກ|ໃຜ|ໂທ|ຊ່ວຍ)ບໍ່ໄດ້|(?:ដេក|គេង|ញ៉ាំ|ទ្រាំ|ដើរ|ចេញ|រត់|ប្រាប់|ជួយ)មិនបាន"
)
"""Unable to sleep, to eat, to get out, to tell: no denial of what follows."""
_THREATS = (
    r"(?:อย่า|ห้าม)(?:เพิ่ง|บอก|โทร|แจ้ง|พูด|เล่า|ติดต่อ|ออก|หนี|กลับ|ร้อง|ส่งเสียง|ไปไหน|วางสาย|ให้(?:เขา|มัน|ใคร)รู้)"
    r"|(?:ถ้า|หาก)(?:ไม่(?!อยาก|ต้องการ)|(?:หนู|ผม|ฉัน|เรา)?(?:บอก|แจ้ง|พูด|หนี|ออก|กลับ|ทำยอด))"
    r"|(?:ຢ່າ|ຫ້າມ)(?:ບອກ|ໂທ|ແຈ້ງ|ອອກ|ໜີ)|ຖ້າ(?:ບໍ່|(?:ຂ້ອຍ)?(?:ບອກ|ແຈ້ງ|ໜີ|ອອກ))"
    r"|កុំ(?:ប្រាប់|ហៅ|ទូរស័ព្ទ|ចេញ|រត់)|បើ(?:មិន|(?:ខ្ញុំ)?(?:ប្រាប់|រត់|ចេញ))"
)
"""What those say who threaten, and those who are afraid: tell nobody, do not call back, if you run."""
_ONLY_ALIKE = re.compile(f"{_NEIGHBOURS}|{_CANNOT}|{_THREATS}")

_WHO = "ผม|หนู|ฉัน|เรา|เขา|มัน|แม่|พ่อ|ลูก|น้อง|พี่|ยาย|ผัว|เมีย|สามี|แฟน|คน|เด็ก|เรือ|รถ|ยัง|แต่|ว่า"
_DENIED = re.compile(
    # "Did not" follows a person or nothing; after a verb the same word means "cannot".
    rf"(?:(?:^|\s|(?<!บอก)(?:{_WHO}))ไม่ได้|ไม่(?:เคย|มี|ใช่|อยาก|คิด|เกิด|ได้ยิน)|(?<!หา)ไม่(?:เห็น|เจอ|พบ)|ยังไม่(?:ได้|ทัน)|มิได้|บ่(?:ได้|เคย|อยาก|คิด))"
    r"(?:เคย|มี|เหตุ|ใคร|ถูก|โดน|อยาก|คิด|จะ|เกิด)*$|(?:ไม่|บ่)$"
    r"|ບໍ່(?:ໄດ້|ເຄີຍ|ທັນ|ມີ|ໃຜ|ແມ່ນ|ເຫັນ|ຖືກ|ຢາກ|ຄິດ|ຈະ)*$"
    r"|(?:មិន|អត់)(?:បាន|ដែល|ធ្លាប់|ទាន់|មាន|អ្នកណា|នរណា|មែន|ត្រូវ|ចង់|គិត)*$"
    r"|\b(?:not|never|nobody|no one|(?:do|did|does|is|was|wo|have|has)n['’]t)"
    r"(?: (?:really|ever|been|be|being|get|got|was|is|a|the|any|going|want|trying|thinking|of|about|to))* $"
)
"""Directly before the phrase, with helping words between at most: "never thought of", "has not been"."""
_SPACED_NOT = re.compile(r"(?:^|\s)(?:ไม่|บ่|ບໍ່|មិន) $")
"""The same where every word has a space of its own: "not want die"."""
_NEVER_DOES = re.compile(
    r"(?:ไม่|บ่)(?:เคย|ได้)(?:ตี|ซ้อม|ตบ|เตะ|ต่อย|ทุบ|ทำร้าย|จับ|ล่วง)|ບໍ່(?:ເຄີຍ|ໄດ້)(?:ຕີ|ລ່ວງ|ຈັບ)"
    r"|មិន(?:ដែល|បាន)(?:វាយ|រំលោភ)| (?:never|didn't|did not) (?:touch|hit|hurt|beat)"
)
"""Denied inside a phrase of two parts: "my husband never hits me"."""
_OWN_WAY = ("เรา", "ผม", "หนู", "ฉัน", "ดิฉัน", "ข้อย", "ພວກເຮົາ", "ຂ້ອຍ", "យើង", "ខ្ញុំ")
"""Who goes over the river themselves reports nobody."""
_ANYBODY = re.compile(r"(?:(?<!มี)ใคร|ใครที่|ผู้ที่|ผู้ใด|ท่านใด)(?:เคย|กำลัง|มีความ)?(?:คิด|อยาก|โดน|ถูก|เจอ|พบ)")
"""Said to whomever it happens to."""

# How people exaggerate; what happens in a story or a dream; what is watched, played or rehearsed.
_IDIOMS = ("ขำอยาก", "ตายขำ", "ขำจะ", "ขำจน", "อร่อยจน", "ร้อนจน", "หิวจน", "หิวข้าวจน", "หนาวจน", "จนเหมือน", "ป้องกันการ")
_STORY = (
    "พระเอก", "นางเอก", "ตัวร้าย", "ตัวละคร", "หนังเรื่อง", "ละครเรื่อง", "ในหนัง", "ในละคร", "ในนิยาย", "ในเกม", "ฉาก", "ฝันว่า",
    "ພະເອກ", "ນາງເອກ",
)  # fmt: skip
_ON_SCREEN = ("หนัง", "ละคร", "นิยาย", "เกม", "ซีรีส์", "ซ้อมรบ", "ฝึกซ้อม", "ซ้อมหนี", "ซ้อมดับ", "หมดแบต", "ເກມ", "the movie")
# What may happen to anybody, must not happen, did not quite happen, or is only feared.
_CONDITIONS = (
    "ถ้า", "หาก", "กรณี", "เผื่อ", "สมมติ", "สมมุติ", "วิธี", "ป้องกัน", "เมื่อพบ", "ผู้ที่", "ใครที่", "ระวัง",
    "if you", "if your", "if someone", "if anyone", "if a ", "when you", "in case", "anyone who", "ຖ້າ", "បើ", "ប្រសិន",
)  # fmt: skip
_PROHIBITIONS = ("อย่า", "ห้าม", "never ", "don't ", "do not ", "ຢ່າ", "ຫ້າມ", "កុំ")
_ALMOST = ("เกือบ", "ก่อนจะ", "ก่อนที่จะ", "almost ", "nearly ")
_PERHAPS = ("อาจ", "กลัว", "เดี๋ยว")
_BEGINS = (*_CONDITIONS, *_PROHIBITIONS, *_ALMOST, *_PERHAPS)
"""What governs the next clause as well where only a space stands between: "if, tricked out of money"."""
_IN_CLAUSE = (
    ((*_IDIOMS, *_STORY), frozenset[str]()),
    ((*_ON_SCREEN, *_CONDITIONS, *_ALMOST), _GRAVE),
    (_PERHAPS, _SUSPECTED),
)
"""Words that silence what follows them in their clause, and the needs that they do not silence."""

_BILLS = re.compile(r"ค่า(?:ไฟ|น้ำ|เทอม|ข้าว|เช่า|หอ|ขนม|ปุ๋ย|แชร์|ไข่|ของ)|ธนาคาร:|scb:|kbank:")
_LOST = re.compile(r"หลอก|โกง|ถูก|โดน|หาย|โจร|มิจ|แก๊ง|มัน")
"""A bill was paid and nothing lost, unless the phrase itself tells of a loss."""
_ADVICE = re.compile(
    r"(?:โทร|แจ้ง|ติดต่อ)(?:แจ้ง|หา|ที่|ไปที่)? ?(?:สายด่วน)? ?\d{3,4}|ให้(?:รีบ|โทร|แจ้ง|ติดต่อ)|รีบโทรแจ้ง|ติดต่อศูนย์|สายด่วน"
    r"|call 1441|call your bank"
)
_TRIED = re.compile(
    r"ไม่(?:ติด|รับ|มา|ว่าง|ได้|ตอบ|สนใจ|มีใคร|มีคน|มีสัญญาณ)|แล้ว(?=$|\s|ไม่|แต่|ยัง|เขา|ก็)|ใคร|ไห[นม]|มั้ย|อะไร|ไง"
    r"|(?:ผม|หนู|ฉัน|เรา|ลอง|เพิ่ง|ได้)(?:โทร|แจ้ง|ติดต่อ)|no ?body|no one|no answer|busy"
)
"""Around advice: the writer has called, in vain, or asks whom to call. That is no advice."""
_OVER = ("ดับแล้ว", "ดับได้แล้ว", "นาทีแรก", "แรงก์", "ในข่าว", "ข่าววันนี้", "ข่าวช่อง", "ข่าวเมื่อ", "pubg", "rov")
"""The fire is out, or it was a match, or the news."""
_IN_PLAY = re.compile(r"นำ|ประตู|จุดโทษ|แอด|คำถาม|มุก|ใจดำ| ?\d{1,2} ?(?:ลูก|เม็ด|ประตู|[-:] ?\d)")
"""Shot at in a match, in an advertisement: directly after the phrase."""
_WELL = re.compile(r"ไข้|ป่วย|ดี|ตัวร้อน|จาก(?:ไข้|ป่วย|โรค|โควิด)|ໄຂ້|ດີ")
"""A child who is over an illness: the same word as "is lost"."""
_ASKED = ("ใช่ไหม", "ใช่มั้ย", "ใช่ปะ", "หรือเปล่า", "รึเปล่า", "มาใช่")
"""The writer asks whether this is such a case."""

_SECRET = re.compile(
    r"(?:ออก|หนี|กลับ|กลับบ้าน)(?:ไม่|บ่)ได้|(?:อย่า|ห้าม)บอก(?:ใคร|ว่า)|อย่าให้(?:เขา|มัน|ใคร)รู้|อย่าโทรกลับ|อย่าเอ่ยชื่อ"
    r"|ຢ່າບອກໃຜ|កុំប្រាប់គេ|don't tell any"
)
"""Begs that nobody is told, or cannot get away."""
# The writer in the phrase's clause; those they would call for; what was done already.
_WRITER = re.compile(
    r"เจอ(?:ลูก|กับ|ทุ่น)ระเบิด|แต่(?:แม่|พ่อ|ยาย|ตา|ป้า|น้า|ลูก)|ผัว|ผม|หนู|ฉัน|เรา|ข้อย|ช่วยด้วย"
    r"|ຂ້ອຍ|ພວກເຮົາ|ខ្ញុំ|យើង|\b(?:i|me|my|us|our)\b"
)
_FAMILY = re.compile(r"แม่|พ่อ|ลูกสาว|ลูกชาย|ลูกหาย|น้อง|พี่|ยาย|สามี|เมีย|แฟน|ข้าง(?:ๆ)?บ้าน|บ้านข้าง|หลังบ้าน|หน้าบ้าน|หมู่บ้าน|รีบมา")
_DONE = ("โดน", "ถูก", "ถืก", "ยึด", "ຖືກ", "ຍຶດ", "ត្រូវ", "ដក", "took my", "raped", "beat me", "hit me")
_BREAKS = re.compile(r"[\s,.;:!?()\"“”]")
_ENGLISH_BREAKS = re.compile(r"[,.;:!?()\"“”\n]| (?:and|but|so|because) ")


def is_silenced(text: str, one: Need) -> bool:
    """
    Whether the words around a phrase say that it did not happen, may happen to anybody, or happens in a story.

    `text` is folded and lower-case. Only a phrase's own clause governs it: Thai, Lao and Khmer put a space between
    clauses, English a mark or "and".
    """
    before = _before(text, one)
    clause = _clause(before, one)
    if _is_denied(before, text, one) or _ANYBODY.search(clause + one.phrase):
        return True
    if any(one.need not in spared and any(word in clause for word in words) for words, spared in _IN_CLAUSE):
        return True
    if one.need in _GRAVE:
        return one.need == "violence" and _is_advice(text, one) and not is_lived(text, one)
    return _is_forbidden(clause, one) or _is_paid(before, one) or _is_advice(text, one) or _is_settled(text, one)


def is_lived(text: str, one: Need) -> bool:
    """Whether the writer lives it: they stand in its clause, beg that nobody is told, or have called for help."""
    start, end = max(0, one.at - 2 * _CLAUSE), one.at + len(one.phrase)
    clause = _clause(_before(text, one), one)
    if one.need == "suicide" and not clause:
        return True
    told = _WRITER.search(clause + text[one.at : end + 6]) or _SECRET.search(text, start, one.at)
    return bool(told) or _has_tried(text, start, end)


def is_near(text: str, one: Need) -> bool:
    """Whether it happens to the writer, their family or their neighbours, whatever they were watching or reading."""
    after = text[one.at : one.at + len(one.phrase) + 12]
    return bool(_FAMILY.search(_clause(_before(text, one), one) + after)) or is_lived(text, one)


def has_happened(one: Need) -> bool:
    """Whether a phrase says that something was done, not that it may be."""
    return one.phrase.startswith(_DONE)


def _before(text: str, one: Need) -> str:
    """What stands before a phrase, with what is only alike blanked out."""
    return _ONLY_ALIKE.sub("_", text[max(0, one.at - 2 * _CLAUSE) : one.at])


def _clause(before: str, one: Need) -> str:
    if one.phrase.isascii():
        return _ENGLISH_BREAKS.split(before)[-1]
    *_, last, clause = ("", *_BREAKS.split(before[-_CLAUSE:]))
    return last if not clause and last.endswith(_BEGINS) else clause


def _is_denied(before: str, text: str, one: Need) -> bool:
    if " " in one.phrase and _SPACED_NOT.search(before):
        return True
    if _DENIED.search(before) or _NEVER_DOES.match(text, one.at + len(one.phrase)):
        return True
    return one.need == "border" and before.rstrip().endswith(_OWN_WAY)


def _is_forbidden(clause: str, one: Need) -> bool:
    """A prohibition ("never sell drugs") governs what follows, but not what writers then tell of themselves."""
    forbidden = _WRITER.split(clause)[-1]
    if one.phrase.isascii():
        return forbidden.lstrip().startswith(_PROHIBITIONS) and not _WRITER.match(one.phrase)
    return any(word in forbidden for word in _PROHIBITIONS)


def _is_paid(before: str, one: Need) -> bool:
    return one.need == "money_lost" and bool(_BILLS.search(before[-_CLAUSE:])) and not _LOST.search(one.phrase)


def _is_advice(text: str, one: Need) -> bool:
    """Whether everybody is told what to do in such a case."""
    end = one.at + len(one.phrase)
    return bool(_ADVICE.search(text, end, end + _ADVICE_WITHIN)) and not _has_tried(text, end, end)


def _has_tried(text: str, start: int, end: int) -> bool:
    """Whether somebody has called for help, or asks whom to call."""
    advice = _ADVICE.search(text, start, end + _ADVICE_WITHIN)
    return bool(advice and _TRIED.search(text, start, advice.end() + _TRIED_WITHIN))


def _is_settled(text: str, one: Need) -> bool:
    """Whether it is over, a game, or the writer asks whether this is such a case."""
    after = text[one.at + len(one.phrase) :][:_ADVICE_WITHIN]
    over = one.need == "emergency" and (any(word in after for word in _OVER) or _IN_PLAY.match(after))
    well = one.need == "child" and one.phrase.endswith(("หาย", "ຫາຍ")) and _WELL.match(after)
    return bool(over or well) or any(word in after[:10] for word in _ASKED)
