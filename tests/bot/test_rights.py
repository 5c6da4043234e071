"""Seeing and erasing one's data, end to end: through real sockets, on both platforms."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from storage.erasing import GONE
from storage.media import read
from storage.tables import blobs, contacts, media, outbox
from tests.bot.running import Town, label, town
from tests.databases import sqlite_at
from tests.patience import PATIENCE


@pytest.mark.parametrize("channel", ["line", "telegram"])
async def test_data_is_handed_over_and_erased(tmp_path: Path, channel: str) -> None:
    """A file on Telegram, a link to it on LINE; after the button neither the file nor the account is kept."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        ann = made.on(channel)
        await ann.adds()
        said = await ann.says("/mydata")
        [file] = await made.found(select(media.c.id, blobs.c.bytes).join(blobs, blobs.c.id == media.c.id))
        assert b'"channel"' not in file.bytes
        kept = await made.read(lambda c: read(c, file.id))
        assert (kept.name.endswith(".json"), json.loads(kept.bytes)["you"]["channel"]) == (True, channel)
        if channel == "line":
            assert json.loads(await fetched(made, "\n".join(said)))["you"]["account"] == ann.person.id  # type: ignore[attr-defined]

        await ann.says("/delete")
        last = await ann.presses("delete.yes")
        await made.all_sent()
        await made.app.forget()

        assert label("delete.done") in "\n".join(last)
        assert await made.found(select(media.c.id)) == []
        assert await made.found(select(outbox.c.id)) == []
        [row] = await made.found(select(contacts.c.address, contacts.c.muted))
        assert (row.address.startswith(GONE), row.muted) == (True, True)

        hello = await ann.says("สวัสดี")
        assert "ริมโขง" in "\n".join(hello)


async def fetched(made: Town, said: str) -> bytes:
    """What the link among these words gives."""
    [link] = [line for line in said.splitlines() if line.startswith("https://rimkhong.example/files/")]
    assert link.endswith(".json")
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(made.url + link.removeprefix("https://rimkhong.example"))
    assert answer.status_code == 200
    return answer.content
