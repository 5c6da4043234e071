"""Pictures on the way in: made anew without whatever was hidden in them, in as little memory as can be."""

import io
import warnings

from PIL import ExifTags, Image, UnidentifiedImageError

LARGEST_SIDE = 2560
"""Pixels: enough to read a number plate or a slip; more is only weight on a small server."""
MOST_PIXELS = 25_000_000
"""
A picture that claims more is a decompression bomb, or of no use in a chat. Opened, each pixel takes four bytes: 100 MB,
and little beyond that, for the rest is done a tile at a time. A JPEG over twice our size is opened at half of its own.
"""
MOST_BY_KIND = {"WEBP": 6_000_000, "progressive": 12_000_000}
"""
Where each pixel takes more: WebP's decoder holds it four times over, and a progressive JPEG's keeps all of it twice.
Phones' cameras make neither.
"""
TILE = 256
"""Pixels each way of the picture we keep that are made at once."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by the number in its EXIF (Exif 2.32, tag 0x0112)."""


class NoPicture(Exception):
    """These bytes are not a picture we can open."""


def clean_picture(data: bytes) -> bytes:
    """
    The same picture as a JPEG without EXIF, GPS, thumbnails or anything else that was hidden in it.

    Raises NoPicture for what is none, is broken, or is too large to be opened.
    """
    fresh, turn = _opened(data)  # what was opened is let go here, before the rest takes memory, too
    kept = io.BytesIO()
    (fresh if turn is None else fresh.transpose(turn)).save(kept, "JPEG", quality=85)
    return kept.getvalue()


def _opened(data: bytes) -> tuple[Image.Image, Image.Transpose | None]:
    """A picture as `drawn_anew` gives it, and how it is to be turned."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP", "BMP")) as picture:
                kind = "progressive" if picture.info.get("progressive") else picture.format or ""
                if picture.width * picture.height > MOST_BY_KIND.get(kind, MOST_PIXELS):
                    raise NoPicture("too many pixels")
                return drawn_anew(picture), TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise NoPicture(type(error).__name__) from error
    except Image.DecompressionBombError as error:
        raise NoPicture("too many pixels") from error


def drawn_anew(picture: Image.Image) -> Image.Image:
    """
    A picture's own pixels at the size we keep, and nothing else of it.

    Colours and size each want a copy of what they work on, so they get it a tile at a time.
    """
    scale = min(1.0, LARGEST_SIDE / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    picture.draft("RGB", (width, height))
    picture.load()
    fresh = Image.new("RGB", (width, height))
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            fresh.paste(_tile(picture, fresh.size, left, top), (left, top))
    return fresh


def _tile(picture: Image.Image, size: tuple[int, int], left: int, top: int) -> Image.Image:
    """One of them, cut with as much around it as its edge is made of, so that no seam shows."""
    wide, high = picture.width / size[0], picture.height / size[1]
    right, bottom = min(left + TILE, size[0]), min(top + TILE, size[1])
    x, y = max(0, int((left - 2) * wide)), max(0, int((top - 2) * high))
    ends = min(picture.width, int((right + 2) * wide) + 1), min(picture.height, int((bottom + 2) * high) + 1)
    around = picture.crop((x, y, *ends)).convert("RGB")
    box = (left * wide - x, top * high - y, min(right * wide - x, around.width), min(bottom * high - y, around.height))
    return around.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box)
