"""What platforms ask of pictures that they show, beyond that they are pictures."""

import io

from PIL import Image

SMALL = ".preview.jpg"
"""How the address of a picture ends, in place of its own ending, where it is wanted small."""
LONG = 20
"""How many times as long as wide Telegram takes a photo (https://core.telegram.org/bots/api#sendphoto, 2026-11-22)."""
SIDE, QUALITY = 1_024, 70
"""
Of a picture shown before it is pressed: some 200 kB. LINE takes a megabyte
(https://developers.line.biz/en/reference/messaging-api/#image-message, read 2026-08-07).
"""


def is_long(data: bytes) -> bool:
    """Whether a picture is a strip, as a screenshot of a long chat is. What cannot be opened is none."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            short, long = sorted(picture.size)
    except (OSError, ValueError, SyntaxError):
        return False
    return long > LONG * short


def preview(data: bytes) -> bytes:
    """The same picture, small; the very bytes where they cannot be opened."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (SIDE, SIDE))
            small = picture.convert("RGB")
        small.thumbnail((SIDE, SIDE))
        kept = io.BytesIO()
        small.save(kept, "JPEG", quality=QUALITY)
    except (OSError, ValueError, SyntaxError):
        return data
    return kept.getvalue()
