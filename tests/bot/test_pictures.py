"""Pictures on a small server: what opening one takes, the way up of each, and no seam where it was put together."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, ImageStat

from bot.pictures import MOST_BY_KIND, TILE, NoPicture, clean_picture, drawn_anew

ROOT = Path(__file__).parents[2]
MEASURE = """
import sys
from bot.pictures import Image, clean_picture
def memory(what):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(what))
Image.init()
data = sys.stdin.buffer.read()
before = memory("VmRSS")
clean_picture(data)
print((memory("VmHWM") - before) // 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel what was used")
def test_a_large_picture_is_held_once() -> None:
    """12 million see-through points, to be turned: 48 MB opened, and not four copies of that."""
    out, hidden = io.BytesIO(), Image.Exif()
    hidden[ExifTags.Base.Orientation] = 6
    Image.new("RGBA", (3464, 3464), (200, 30, 30, 9)).save(out, "PNG", exif=hidden, compress_level=1)
    command = (sys.executable, "-c", MEASURE)
    told = subprocess.run(command, cwd=ROOT, input=out.getvalue(), capture_output=True, check=True).stdout
    assert int(told) < 100


def coloured(width: int, height: int) -> Image.Image:
    """A picture whose every point is another."""
    grey = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (grey, Image.effect_noise((width, height), 60), ImageChops.invert(grey)))


def saved(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def reopened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_no_seam() -> None:
    """A picture made smaller part by part is the one made smaller in one go."""
    whole = coloured(3001, 1999)
    made = drawn_anew(reopened(saved(whole, "PNG", compress_level=1)))
    difference = ImageChops.difference(made, whole.resize(made.size, Image.Resampling.BICUBIC))
    assert 1 >= max(most for _, most in difference.getextrema())


def test_what_is_small_enough_keeps_each_of_its_points() -> None:
    """Nothing is drawn anew that needs no other size."""
    whole = coloured(2 * TILE + 7, TILE + 5)
    assert None is ImageChops.difference(drawn_anew(reopened(saved(whole, "PNG"))), whole).getbbox()


@pytest.mark.parametrize("number", range(1, 9))
def test_each_way_up(number: int) -> None:
    """Whichever of the eight ways a phone was held, its picture stands upright."""
    upright = Image.new("RGB", (64, 48), "white")
    upright.paste("red", (0, 0, 32, 24))
    upright.paste("blue", (32, 0, 64, 24))
    # What a camera writes: turned back from how it is to be seen, and how to turn it. 6 and 8 undo each other.
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lying = upright if number == 1 else upright.transpose(Image.Transpose(back[number]))
    hidden = Image.Exif()
    hidden[ExifTags.Base.Orientation] = number
    kept = reopened(clean_picture(saved(lying, "PNG", exif=hidden)))
    assert upright.size == kept.size
    assert 8 > max(ImageStat.Stat(ImageChops.difference(kept.convert("RGB"), upright)).mean)


@pytest.mark.parametrize(("kind", "more"), [("WEBP", {"method": 0}), ("JPEG", {"progressive": True})])
def test_kinds_that_take_more_may_have_fewer_points(kind: str, more: dict[str, object]) -> None:
    """What a decoder holds several times over is refused where it would be too much, and taken below that."""
    most = MOST_BY_KIND["progressive" if more.get("progressive") else kind]
    with pytest.raises(NoPicture, match="too many pixels"):
        clean_picture(saved(Image.new("RGB", (4000, most // 4000 + 1)), kind, **more))
    assert clean_picture(saved(Image.new("RGB", (400, 300)), kind, **more))


@pytest.mark.parametrize("size", [(60_000, 30), (30, 60_000)])
def test_very_long_ones(size: tuple[int, int]) -> None:
    """A line of a picture is kept as a line."""
    assert 2560 == max(reopened(clean_picture(saved(Image.new("RGB", size), "PNG"))).size)
