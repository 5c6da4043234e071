"""Pictures on the way in: whatever is hidden goes, whatever is no picture is refused, whatever fails is tried again."""

import asyncio
import io
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from bot.pictures import LARGEST_SIDE, NoPicture, clean_picture
from storage.media import WAITS
from storage.tables import media
from tests.bot.running import Town, label, picture, town
from tests.bot.test_journey_media import consented
from tests.databases import sqlite_at


def drawn(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of some kind."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_kinds_that_phones_send(kind: str) -> None:
    """Every kind of picture becomes a JPEG of the same size."""
    with Image.open(io.BytesIO(clean_picture(drawn(kind)))) as kept:
        assert ("JPEG", (60, 40)) == (kept.format, kept.size)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "I;16"])
def test_modes(mode: str) -> None:
    """Grey, see-through and palette pictures too."""
    with Image.open(io.BytesIO(clean_picture(drawn("PNG", mode=mode)))) as kept:
        assert "RGB" == kept.mode


def test_nothing_hidden_stays() -> None:
    """Neither the camera, the place, a comment, a profile nor a thumbnail is in what we keep."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture())) as image:
        image.save(out, "JPEG", exif=image.getexif(), comment=b"SECRETNOTE", icc_profile=b"SECRETICC" * 20)
    kept = clean_picture(out.getvalue())
    assert [] == [secret for secret in (b"SECRETCAM", b"SECRETNOTE", b"SECRETICC", b"Exif") if secret in kept]


def test_upright() -> None:
    """A picture that was taken with the phone on its side stands upright once the note that said so is gone."""
    hidden = Image.Exif()
    hidden[0x0112] = 6
    with Image.open(io.BytesIO(clean_picture(drawn("JPEG", (60, 40), exif=hidden)))) as kept:
        assert (40, 60) == kept.size


def test_large_becomes_smaller() -> None:
    """A huge picture is kept at a size that can still be read."""
    with Image.open(io.BytesIO(clean_picture(drawn("PNG", (4000, 2000))))) as kept:
        assert (LARGEST_SIDE, LARGEST_SIDE // 2) == kept.size


def bomb() -> bytes:
    """A small PNG that claims to be 60,000 pixels wide and high."""
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big") + bytes(12)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", bytes(1000), bomb(), drawn("JPEG")[:300], drawn("PNG")[:60], drawn("TIFF"), b"<svg/>", b"%PDF-1.4"],
    ids=["empty", "text", "zeros", "bomb", "half a JPEG", "half a PNG", "TIFF", "SVG", "PDF"],
)
def test_what_is_no_picture(data: bytes) -> None:
    """What is no picture, broken, or too large to be opened is refused, and never opened as something else."""
    with pytest.raises(NoPicture):
        clean_picture(data)


async def ended(made: Town) -> str:
    """What becomes of the one photo when time goes by; the bot itself may be fetching it at any moment."""
    for _ in range(60):
        states = [row.state for row in await made.found(select(media.c.state))]
        if states and states != ["wanted"]:
            return str(states[0])
        made.forward(seconds=WAITS[-1].total_seconds() + 1)
        await made.app.fetching.step()
        await asyncio.sleep(0.05)
    return "wanted"


async def test_tried_again(tmp_path: Path) -> None:
    """A photo that LINE does not give at first is fetched later, and its sender hears of no trouble."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        phone = await consented(made, "line")
        made.line.faults.fail(2, endpoint="content")
        await phone.sends_photo(picture())
        assert "kept" == await ended(made)
        await made.all_sent()
        assert 0 == phone.times(label("media.lost"))


async def test_given_up(tmp_path: Path) -> None:
    """What cannot be had after the last try is given up, and its sender hears it once."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        phone = await consented(made, "line")
        made.line.faults.fail(50, endpoint="content")
        await phone.sends_photo(picture())
        assert "lost" == await ended(made)
        await phone.hears(label("media.lost"))


async def test_whoever_was_killed_over_it_is_not_killed_for_ever(tmp_path: Path) -> None:
    """A picture that nobody lived to put off is given up after as many tries, and its sender sends another."""
    async with town(f"sqlite:///{tmp_path}/bot.db") as made:
        phone = await consented(made, "line")
        made.line.faults.fail(1, endpoint="content")
        await phone.sends_photo(picture())
        killed = update(media).values(tries=len(WAITS) + 1, due=made.clock())
        await made.app.store.write(lambda c: c.execute(killed))
        assert "lost" == await ended(made)
        await phone.hears(label("media.broken"))
