"""
The picture of LINE's rich menu, six fields with a drawing and a few words, drawn by us.

`python -m bot.line_menu_picture` draws the one in `bot/data` again, for a machine that has no font for Thai
(it was drawn with Noto Sans, SIL Open Font License 1.1, which lays no claim on what is set with it).
"""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

WIDTH, HEIGHT = 1200, 810
"""LINE takes 800 to 2,500 by at least 250, at least 1.45 times as wide as high, at most 1 MB (read 2026-08-07)."""
COLUMNS, ROWS = 3, 2
FIELD: Final = (WIDTH // COLUMNS, HEIGHT // ROWS)
SHIPPED = Path(__file__).parent / "data" / "menu_th.png"
DRAWING = "1"
"""Raised when the drawing changes, so that menus already at LINE are replaced."""

FONT: Final = "NotoSansThai-Bold.ttf"
FOLDERS: Final = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/google-noto",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
GROUND, LINE, INK, WORDS = "#0f4c5c", "#1f6f83", "#ffd166", "#ffffff"

Draw = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and whether the words are on it: without a font for them there are only drawings."""

    png: bytes
    words: bool


def fingerprint(labels: Sequence[str]) -> str:
    """What a picture was drawn from, in ten characters: the same labels drawn the same way."""
    return hashlib.sha256("\n".join((DRAWING, *labels)).encode()).hexdigest()[:10]


def picture(labels: Sequence[str]) -> Picture:
    """The picture for six labels: the one that came with us if it shows just these, else drawn here and now."""
    if _drawn_from(SHIPPED) == fingerprint(labels):
        return Picture(SHIPPED.read_bytes(), words=True)
    return draw(labels, font_for_thai())


def _drawn_from(path: Path) -> str:
    with Image.open(path) as image:
        return str(image.info.get("labels", ""))


def font_for_thai() -> str | None:
    """A font file that can write Thai, None without one."""
    for folder in FOLDERS:
        if (path := Path(folder) / FONT).exists():
            return str(path)
    return _matched()


def _matched() -> str | None:
    """What fontconfig has for Thai. It always names something, so its own word on the language is asked for."""
    if not (fc_list := shutil.which("fc-list")):
        return None
    asked = [fc_list, ":lang=th", "file"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    files = sorted(line.rstrip(": ") for line in told.stdout.splitlines())
    return next((file for file in files if file.endswith((".ttf", ".otf", ".ttc"))), None)


def draw(labels: Sequence[str], font: str | None) -> Picture:
    """Six fields, left to right and top to bottom; drawings only when there is no font."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(image)
    for number, (label, icon) in enumerate(zip(labels, ICONS, strict=True)):
        left, top = number % COLUMNS * FIELD[0], number // COLUMNS * FIELD[1]
        pen.rectangle((left, top, left + FIELD[0] - 1, top + FIELD[1] - 1), outline=LINE, width=3)
        middle = left + FIELD[0] // 2
        icon(pen, middle, top + (150 if font else FIELD[1] // 2))
        if font:
            _write(pen, label, (middle, top + 310), font)
    note = PngImagePlugin.PngInfo()
    note.add_text("labels", fingerprint(labels))
    out = BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True, pnginfo=note)
    return Picture(out.getvalue(), words=font is not None)


def _write(pen: Draw, label: str, at: tuple[int, int], font: str) -> None:
    """One label, as large as its field allows."""
    for size in range(58, 20, -2):
        letters = ImageFont.truetype(font, size)
        if pen.textlength(label, font=letters) <= FIELD[0] - 36:
            break
    pen.text(at, label, font=letters, fill=WORDS, anchor="mm")


def _lens(pen: Draw, x: int, y: int) -> None:
    pen.ellipse((x - 70, y - 75, x + 40, y + 35), outline=INK, width=16)
    pen.line((x + 28, y + 22, x + 75, y + 72), fill=INK, width=22)


def _megaphone(pen: Draw, x: int, y: int) -> None:
    pen.polygon(((x - 70, y - 18), (x - 10, y - 22), (x + 62, y - 70), (x + 62, y + 70), (x - 10, y + 22)), fill=INK)
    pen.rectangle((x - 78, y - 26, x - 40, y + 26), fill=INK)
    pen.line((x - 30, y + 24, x - 18, y + 74), fill=INK, width=22)


def _sheet(pen: Draw, x: int, y: int) -> None:
    pen.rounded_rectangle((x - 56, y - 75, x + 56, y + 75), radius=12, outline=INK, width=14)
    for row in (-35, 0, 35):
        pen.line((x - 30, y + row, x + 30, y + row), fill=INK, width=12)


def _book(pen: Draw, x: int, y: int) -> None:
    for side in (-1, 1):
        pen.polygon(((x, y - 45), (x + side * 80, y - 65), (x + side * 80, y + 50), (x, y + 70)), outline=INK, width=14)


def _phone(pen: Draw, x: int, y: int) -> None:
    pen.arc((x - 75, y - 75, x + 105, y + 105), 175, 275, fill=INK, width=34)
    pen.ellipse((x - 88, y - 5, x - 32, y + 51), fill=INK)
    pen.ellipse((x + 0, y - 88, x + 56, y - 32), fill=INK)


def _question(pen: Draw, x: int, y: int) -> None:
    pen.arc((x - 45, y - 80, x + 45, y + 10), 180, 90, fill=INK, width=20)
    pen.line((x, y, x, y + 32), fill=INK, width=20)
    pen.ellipse((x - 14, y + 50, x + 14, y + 78), fill=INK)


ICONS: Final[tuple[Callable[[Draw, int, int], None], ...]] = (_lens, _megaphone, _sheet, _book, _phone, _question)


def main() -> None:
    """Draws the picture that comes with us."""
    from bot.line_menu import LABELS  # noqa: PLC0415 - it imports this module

    drawn = draw(LABELS, font_for_thai())
    if not drawn.words:
        raise SystemExit("no font for Thai here")
    SHIPPED.write_bytes(drawn.png)


if __name__ == "__main__":
    main()
