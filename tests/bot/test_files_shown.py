"""What is no picture is not shown as one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.line_messages import dress
from domain.message import Outgoing
from storage.media import put_file, states
from tests.bot.running import Town, town
from tests.databases import sqlite_at


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        yield made


@pytest.mark.parametrize(
    ("mime", "ending", "shown"),
    [
        ("image/jpeg", "", "image"),
        ("audio/mp4", ".m4a", "text"),
        ("video/mp4", ".mp4", "text"),
        ("application/octet-stream", ".bin", "text"),
    ],
)
async def test_a_voice_of_a_report_is_an_address_on_line(made: Town, mime: str, ending: str, shown: str) -> None:
    """LINE shows pictures; a voice or a file is an address with its own ending, and whoever opens it gets the bytes."""
    store, now = made.app.store, made.clock()
    await store.write(lambda c: put_file(c, "one", "x", "a", mime, b"data", now))

    [(name, state)] = (await store.read(lambda c: states(c, ["one"]))).items()

    assert (f"one{ending}", "kept") == (name, state)
    [message, _] = dress(Outgoing(("รูป",), attached=(name,)), made.app.files.url_of)
    assert shown == message["type"]
    address = message.get("originalContentUrl") or message["text"]
    assert address.endswith(ending or ".jpg")
    assert (mime, b"data") == ((await made.app.files.read(name)) or ("", "", b""))[1:]
