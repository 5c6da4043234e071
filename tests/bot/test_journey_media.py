"""Photos on their way through: kept without hidden data, taken back, or not to be had; and everything told twice."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from storage.tables import media, outbox, reports
from tests.bot.running import SCAM, Phone, Town, label, picture, town
from tests.bot.test_journey import whole_journey
from tests.databases import sqlite_at


@pytest.fixture
def file(tmp_path: Path) -> str:
    return sqlite_at(tmp_path / "bot.db")


async def consented(town: Town, channel: str) -> Phone:
    """Somebody who has reported something, and so agreed to what we keep."""
    phone = town.on(channel)
    await phone.adds()
    await phone.says(SCAM)
    await phone.presses("heard.report")
    await phone.reports()
    return phone


@pytest.mark.parametrize("channel", ["line", "telegram"])
async def test_kept_photo_hides_nothing(file: str, channel: str) -> None:
    """Of a photo with the camera's name and the place in it, the picture is kept and nothing else."""
    async with town(file) as made:
        phone = await consented(made, channel)
        assert b"SECRETCAM" in picture()
        await phone.sends_photo(picture())
        await made.all_sent()
        [row] = await made.found(select(media.c.id))
        _, _, data = await made.app.files.read(row.id) or ("", "", b"")
        assert b"SECRETCAM" not in data
        with Image.open(io.BytesIO(data)) as kept:
            assert ({}, "JPEG", (640, 480)) == (dict(kept.getexif()), kept.format, kept.size)


async def test_unsent_photo_is_gone(database: str) -> None:
    """A photo that its sender takes back is no longer kept, and the report goes on without it."""
    async with town(database) as made:
        phone = made.on("line")
        await phone.adds()
        await phone.says(SCAM)
        await phone.presses("heard.report")
        await phone.reports(photo=picture())
        await made.all_sent()
        assert ["kept"] == [row.state for row in await made.found(select(media.c.state))]
        [message] = list(made.line.state.media)
        await made.line.unsends(phone.person, message)
        assert ["dropped"] == [row.state for row in await made.found(select(media.c.state))]
        assert 0 == await made.rows("blobs")
        assert 1 == await made.rows("reports")


async def test_unsent_before_it_was_fetched(file: str) -> None:
    """A photo taken back before we had it is never kept, and nobody is bothered about it."""
    async with town(file) as made:
        phone = await consented(made, "line")
        before = len(phone.bubbles())
        photo = made.line.events.media(phone.person, "image", picture(), "image/jpeg")
        taken_back = made.line.events.event("unsend", phone.person, unsend={"messageId": photo["message"]["id"]})
        await made.line.together(photo, taken_back)
        await made.app.door.finish()
        await made.all_sent()
        assert ["dropped"] == [row.state for row in await made.found(select(media.c.state))]
        assert [] == [words for words in phone.bubbles()[before:] if words == label("media.lost")]


async def test_what_is_no_photo(file: str) -> None:
    """Whoever sends what we cannot keep as a photo hears so, kindly, once, and can go on."""
    sent = [
        ("line", b"\xff\xd8\xff\xe0 this only begins like a photo", "media.broken"),
        ("line", b"\xff\xd8\xff" + bytes(60_000), "media.large"),
        ("telegram", b"MZ\x90\x00 a program", "media.broken"),
        ("telegram", b"\xff\xd8\xff" + bytes(60_000), "media.large"),
    ]
    async with town(file, media={"max_bytes": 50_000}) as made:

        async def one(channel: str, data: bytes, words: str) -> int:
            phone = await consented(made, channel)
            await phone.sends_photo(data)
            await phone.hears(label(words))
            assert label("menu.self") in await phone.says("/menu")
            return phone.times(label(words))

        told = await asyncio.gather(*(one(*each) for each in sent))
        await made.all_sent()
        assert ([1, 1, 1, 1], 0) == (told, await made.rows("blobs"))


async def test_photo_that_line_no_longer_has(file: str) -> None:
    """LINE has lost the photo by the time we ask: its sender hears that, and can send it again."""
    async with town(file) as made:
        phone = await consented(made, "line")
        photo = made.line.events.media(phone.person, "image", picture(), "image/jpeg")
        made.line.state.media.clear()
        await made.line.together(photo)
        await phone.hears(label("media.lost"))
        assert ["lost"] == [row.state for row in await made.found(select(media.c.state))]


@pytest.mark.parametrize(
    ("database", "channel"), [("sqlite", "telegram"), ("postgresql", "line")], indirect=["database"]
)
async def test_every_webhook_twice(database: str, channel: str) -> None:
    """When a platform delivers every event of a whole journey twice, nothing happens twice."""
    async with town(database) as made:
        made.telegram.faults.redeliver = 1.0
        await whole_journey(made, channel, channel, channel)
        before = [await made.rows(table) for table in ("inbox", "reports", "outbox", "audit", "notes", "acks", "media")]
        said = [len(phone.bubbles()) for phone in made.phones]
        for webhook in list(made.line.webhooks):
            assert 200 == (await made.line.redeliver(webhook)).status
        await made.telegram.settled()
        await made.app.door.finish()
        await made.all_sent()
        assert before == [
            await made.rows(table) for table in ("inbox", "reports", "outbox", "audit", "notes", "acks", "media")
        ]
        assert said == [len(phone.bubbles()) for phone in made.phones]
        assert 1 == await made.rows("reports")


async def test_forwarded_in_a_row_is_one_report(file: str) -> None:
    """Three messages forwarded at once become one report, with the words of all three."""
    async with town(file) as made:
        phone = made.on("line")
        await phone.adds()
        told = ["เจ้าหน้าที่ศาลโทรมาบอกว่ามีหมายจับ", SCAM, "โอนมาที่บัญชี 123-4-56789-0 ธนาคารกสิกร"]
        await made.line.forwards(phone.person, *told)
        await made.app.door.finish()
        await made.all_sent()
        await phone.presses("heard.report")
        await phone.reports()
        [row] = await made.found(select(reports.c.text))
        assert [True, True, True] == [words[:20] in row.text for words in told]


async def test_export_as_link_on_line(file: str) -> None:
    """On LINE, which takes no files, a coordinator gets the spreadsheet as an address that opens once signed."""
    from tests.bot.test_journey import staff

    async with town(file) as made:
        await consented(made, "line")
        coordinator = await staff(made, "line")
        said = "\n".join(await coordinator.says("/export since:1d"))
        await made.all_sent()
        assert "https://rimkhong.example/files/" in said
        assert [] == [row.state for row in await made.found(select(outbox.c.state).where(outbox.c.state != "sent"))]
        assert [] == made.line.violations
