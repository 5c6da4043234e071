"""The training messages, all written for this project: whole ones, and small texts with choices and slots."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent / "texts"
_NEEDS = Path(__file__).parent / "needs"
_WHOLE = 100_000
"""Where the seeds begin of messages that stand in a file as they are; those before it are for texts with choices."""
_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_SLOTS = {
    "baht": ["500", "1,500", "2,000 บาท", "300", "9,900", "3,250 บาท", "50,000", "12,000 บาท", "5 พัน", "สองหมื่น", "800"],
    "link": [
        "https://bit.ly/3xYzAb",
        "www.pea-th.cc/app",
        "https://kbnk-verify.top/x",
        "http://th-gov.vip",
        "lin.ee/AbC12",
    ],
    "phone": ["0812345678", "081-234-5678", "+66 81 234 5678", "02 123 4567", "+697 1234 5678", "๐๙๑๒๓๔๕๖๗๘"],
    "line": ["@hr8899", "ID: job_999", "https://lin.ee/xYz12", "https://line.me/ti/p/~pp88", "kaka2255"],
    "account": ["กสิกร 123-4-56789-0", "ไทยพาณิชย์ 4051234567", "กรุงไทย 9812345670 ชื่อ นาย ก.", "ออมสิน 020123456789"],
    "num": ["482913", "87654321", "123456789", "5567012"],
    "name": ["สมชาย", "แดง", "ก้อย", "บุญมี", "สมศรี", "ต้น", "annie88", "david"],
    "place": ["โนนสูง", "หนองบัว", "นาคำ", "ท่าลี่", "โพธิ์ชัย", "ดอนแดง"],
    "na": ["", "นะคะ", "ครับ", "ค่ะ", "จ้า", "นะ", "เด้อ"],
}
_ASKS = [
    "อันนี้จริงไหม {} ", "ได้ข้อความนี้มา {} ใช่มิจฉาชีพไหมคะ", "ช่วยดูให้หน่อย \"{}\" ของจริงหรือหลอก", "{} — เชื่อได้ไหมครับ",
    "เขาส่งมาแบบนี้ {} ควรทำไง", "แม่ได้รับ: {} กดได้มั้ย", "Is this a scam? {}", "{} แบบนี้โกงรึเปล่า", "ข้อความนี้หลอกไหม {}",
]  # fmt: skip
_WARNS = [
    "ระวังข้อความแบบนี้ \"{}\" อย่าหลงเชื่อ", "เตือนภัย! ใครได้รับ {} คือมิจฉาชีพ อย่าโอน", "{} << แบบนี้หลอกนะทุกคน อย่ากด",
    "ฝากเตือน มีข้อความ \"{}\" ส่งไปทั่ว เป็นของปลอม", "ตัวอย่างข้อความหลอกลวง: {} พบเห็นโทร 1441",
    "Scam alert, do not answer: {}",
]  # fmt: skip
_TELLS = [
    "มีคนส่งข้อความมาว่า \"{}\" ผมไม่ได้ตอบ", "ขอแจ้ง ได้รับข้อความ {} จากเบอร์แปลก", "เมื่อวานมีคนทักมาว่า {} เลยบล็อกไป",
    "แม่โดนแบบนี้ \"{}\" โอนไปแล้ว", "I got this message yesterday: {} and blocked it",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One training message: its class (see `checks.wording.CLASSES`), its category or "", and which seed it is of."""

    text: str
    label: str
    category: str
    seed: int


@dataclass(frozen=True, slots=True)
class Needing:
    """What somebody writes who needs the thing named in `need`, or, with "none", only sounds like it."""

    text: str
    need: str
    seed: int


def examples(variants: int = 6) -> list[Example]:
    """Every message written out, at most `variants` of one seed; the same every time."""
    dice = random.Random(7)  # noqa: S311
    found: list[Example] = []
    for seed, (label, category, text) in enumerate(_seeds()):
        texts = dict.fromkeys(_written(text, dice) for _ in range(variants * 2))
        kept = list(texts)[:variants]
        found += [Example(written, _class(label, category), category, seed) for written in kept]
        if label == "scam":
            found += _quoted(next(iter(texts)), category, seed, dice)
    for seed, (label, category, text) in enumerate(_whole(_HERE), _WHOLE):
        found.append(Example(text, _class(label, category), category, seed))
    return [Example(_worn(one.text, dice), one.label, one.category, one.seed) for one in found]


def needing(variants: int = 10) -> list[Needing]:
    """Every text on needs written out, at most `variants` of one seed; the same every time."""
    dice = random.Random(5)  # noqa: S311
    found: list[Needing] = []
    lines = [line for path in sorted(_NEEDS.glob("*.txt")) for line in _lines(path)]
    for seed, line in enumerate(lines):
        head, _, text = line.partition(" | ")
        texts = dict.fromkeys(_written(text.strip(), dice) for _ in range(variants * 2))
        need = head.partition(",")[0].replace("-", "none")
        found += [Needing(_worn(written, dice), need, seed) for written in list(texts)[:variants]]
    for seed, (named, text) in enumerate(_whole(_NEEDS), _WHOLE):
        found += [Needing(text, need, seed) for need in named.replace("-", "none").split(",")]
    return found


def _lines(path: Path) -> Iterator[str]:
    yield from (line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#"))


def _seeds() -> Iterator[tuple[str, str, str]]:
    for path in sorted(_HERE.glob("*.txt")):
        named = path.stem.partition("_")[2]
        for line in _lines(path):
            head, _, text = line.partition(" | ")
            label, category = (named, head) if named else head.split()
            yield label, category.strip("-"), text.strip()


def _whole(folder: Path) -> Iterator[list[str]]:
    """Messages that stand in a file as they are: what they are, then the text, with tabs between."""
    for path in sorted(folder.glob("*.tsv")):
        yield from (line.replace("\t-\t", "\t\t").split("\t") for line in _lines(path))


def _class(label: str, category: str) -> str:
    return f"{label}_trick" if category and label in ("report", "question") else label


def _written(text: str, dice: random.Random) -> str:
    while choice := _CHOICE.search(text):
        text = text[: choice.start()] + dice.choice(choice[1].split("|")) + text[choice.end() :]
    return _SLOT.sub(lambda slot: dice.choice(_SLOTS[slot[1]]), text)


def _quoted(text: str, category: str, seed: int, dice: random.Random) -> Iterator[Example]:
    """A trick passed on by somebody who asks, warns or tells: the frame decides what it is."""
    frames = (("question_trick", _ASKS, 0.6), ("warning", _WARNS, 0.35), ("report_trick", _TELLS, 0.3))
    for label, shapes, share in frames:
        if dice.random() < share:
            yield Example(dice.choice(shapes).format(text), label, category, seed)


def _worn(text: str, dice: random.Random) -> str:
    """As people type: now and then without spaces, a tone mark lost, or with a greeting before."""
    if dice.random() < 0.12:
        text = text.replace(" ", "")
    if dice.random() < 0.15:
        text = re.sub("[\u0e48-\u0e4c]", lambda mark: "" if dice.random() < 0.3 else mark[0], text)
    if dice.random() < 0.08:
        text = dice.choice(["สวัสดีค่ะ ", "สวัสดีครับ ", "แอดมินคะ ", "Hello ", "พี่ ๆ ", "ขอโทษนะคะ "]) + text
    return text
