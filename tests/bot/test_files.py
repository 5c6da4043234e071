"""Files by signed addresses: good for a day, for that file, and for nobody who guesses."""

import io
import random
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

from bot.files import Files
from bot.previews import SMALL, is_long
from bot.telegram import _sending
from storage.media import put_file
from tests.bot.running import Town, town
from tests.databases import sqlite_at
from tests.patience import PATIENCE


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot, which keeps a picture and a spreadsheet."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        now = made.clock()
        store = made.app.store
        await store.write(lambda c: put_file(c, "pic", "x", 'รูป".png', "image/png", b"PNG", now))
        await store.write(lambda c: put_file(c, "page", "x", "a.html", "text/html", b"<script>", now))
        yield made


async def got(made: Town, path: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return await client.get(made.url + path)


def path_of(made: Town, id: str) -> str:
    """The path of a file's address."""
    url = made.app.files.url_of(id)
    assert url.startswith("https://rimkhong.example/files/")
    return url.removeprefix("https://rimkhong.example")


async def test_signed_address_gives_the_file(made: Town) -> None:
    """Whoever has the address gets the bytes, the type and the name, and a browser is told to run nothing."""
    answer = await got(made, path_of(made, "pic"))
    assert (200, b"PNG", "image/png") == (answer.status_code, answer.content, answer.headers["content-type"])
    assert quote('รูป".png') in answer.headers["content-disposition"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    page = await got(made, path_of(made, "page"))
    assert "sandbox" in page.headers["content-security-policy"]


async def test_a_picture_is_shown_small_first(made: Town) -> None:
    """Grainy as a night at the river, it is more than LINE shows before it is pressed; the same address gives less."""
    noisy = Image.frombytes("RGB", (1600, 1600), random.Random("night").randbytes(3 * 1600 * 1600))
    whole = io.BytesIO()
    noisy.save(whole, "JPEG", quality=85)
    now, data = made.clock(), whole.getvalue()
    await made.app.store.write(lambda c: put_file(c, "night", "x", "a.jpg", "image/jpeg", data, now))

    path = path_of(made, "night")
    small = await got(made, path.removesuffix(".jpg") + SMALL)

    assert len(small.content) < 1_000_000 < len(data)
    assert Image.open(io.BytesIO(small.content)).size == (1024, 1024)
    assert (await got(made, path)).content == data
    assert b"PNG" == (await got(made, path_of(made, "pic").removesuffix(".jpg") + SMALL)).content


@pytest.mark.parametrize(("size", "long"), [((123, 2560), True), ((2560, 123), True), ((128, 2560), False)])
def test_strips_are_no_photos(size: tuple[int, int], long: bool) -> None:
    """Telegram refuses a photo more than twenty times as long as wide; such a one goes as a file."""
    data = io.BytesIO()
    Image.new("RGB", size).save(data, "JPEG")

    assert long is is_long(data.getvalue())
    assert ("sendDocument" if long else "sendPhoto") == _sending(("a.jpg", "image/jpeg", data.getvalue()))[0]


async def test_address_ends(made: Town) -> None:
    """After a day the address gives nothing."""
    path = path_of(made, "pic")
    made.forward(hours=23, minutes=59)
    assert 200 == (await got(made, path)).status_code
    made.forward(minutes=2)
    assert 404 == (await got(made, path)).status_code


@pytest.mark.parametrize(
    "change",
    [
        lambda until, sign, name: (until, sign, "page.jpg"),
        lambda until, sign, name: (str(int(until) + 1), sign, name),
        lambda until, sign, name: (until, sign[:-1] + ("0" if sign[-1] != "0" else "1"), name),
        lambda until, sign, name: (until, "", name),
        lambda until, sign, name: (until, "ก" * 32, name),
        lambda until, sign, name: ("9" * 30, sign, name),
        lambda until, sign, name: ("๑๒๓", sign, name),
        lambda until, sign, name: ("-1", sign, name),
        lambda until, sign, name: (until, sign, "../../etc/passwd"),
        lambda until, sign, name: (until, sign, "%00"),
    ],
)
async def test_changed_addresses(made: Town, change: object) -> None:
    """An address that was changed anywhere gives nothing, and always the same nothing."""
    until, sign, name = path_of(made, "pic").removeprefix("/files/").split("/")
    assert callable(change)
    answer = await got(made, "/files/" + "/".join(map(quote, change(until, sign, name))))
    assert 404 == answer.status_code


async def test_files_that_are_gone(made: Town, tmp_path: Path) -> None:
    """A good address of a file that we no longer keep gives nothing; while the database is away, try again."""
    assert 404 == (await got(made, path_of(made, "gone"))).status_code
    path = path_of(made, "pic")
    (tmp_path / "bot.db").rename(tmp_path / "away.db")
    assert 503 == (await got(made, path)).status_code
    (tmp_path / "away.db").rename(tmp_path / "bot.db")


async def test_no_address_without_https(made: Town) -> None:
    """LINE takes https only: without a public address there are no addresses at all."""
    assert "" == Files(made.app.store, b"k", "http://rimkhong.example", made.clock).url_of("pic")
