"""Every way in and out: what is played again, led elsewhere, blown up or written between the lines comes to nothing."""

import ast
import io
import os
import re
import stat
import tomllib
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.config import Config
from bot.doctor import examine
from bot.line import Line
from bot.logs import PROCESSORS
from bot.pictures import MOST_PIXELS, NoPicture, clean_picture
from bot.telegram import Telegram
from domain.delivery import Sent
from domain.message import Address
from storage.audit import write_down
from storage.migrate import migrate
from storage.store import Store
from tests.bot.conftest import delivery
from tests.bot.running import SECRET, Town, town
from tests.databases import sqlite_at
from tests.patience import PATIENCE
from tests.standins.line_events import signature
from tests.standins.serve import served

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = {"httpx", "aiohttp", "telegram", "linebot", "requests", "urllib3", "http", "ftplib", "smtplib", "socket"}
OUTSIDE |= {"urllib.request", "socketserver", "ssl", "subprocess", "websockets"}
OUTSIDE |= {"asyncio.open_connection", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"}
CALLERS = {
    "bot/downloading.py": {"httpx", "socket"},
    "bot/line_api.py": {"aiohttp", "linebot"},
    "bot/telegram_api.py": {"telegram"},
    "bot/telegram_wire.py": {"aiohttp", "telegram"},
    "bot/serve.py": {"socket"},
    "bot/proxies.py": {"urllib.request"},
    "bot/line_menu_picture.py": {"subprocess"},
}
"""
Who may call out, and with what: lists that the operator configured, and the two platforms. The last three listen, read
the environment, and ask this machine for its fonts.
"""


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        yield made


# --- in: played again ---


@pytest.mark.parametrize(("days", "answers"), [(8, 0), (6, 1)])
async def test_a_recorded_webhook_is_not_acted_on_a_week_later(made: Town, days: int, answers: int) -> None:
    """Rightly signed, never seen, but old: only its id is kept. What a platform may still send again is answered."""
    person = made.line.new_user()
    event = made.line.events.text(person, "สวัสดี")
    event["timestamp"] = int((made.clock() - timedelta(days=days)).timestamp() * 1000)
    body = httpx.Request("POST", "http://x", json={"destination": "U1", "events": [event]}).read()

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        headers = {"x-line-signature": signature(made.line.state.secret, body)}
        answer = await client.post(f"{made.url}/webhooks/line", content=body, headers=headers)
    await made.app.door.finish()

    assert (answer.status_code, await made.rows("inbox"), await made.rows("contacts")) == (200, 1, answers)


async def test_an_update_of_last_week_is_not_acted_on(made: Town) -> None:
    """The same for Telegram, whose messages carry their date."""
    old = int((made.clock() - timedelta(days=8)).timestamp())
    chat = {"id": 77, "type": "private"}
    update = {"update_id": 5, "message": {"message_id": 1, "date": old, "chat": chat, "from": {"id": 77}, "text": "hi"}}

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        headers = {"x-telegram-bot-api-secret-token": SECRET}
        await client.post(f"{made.url}/webhooks/telegram", json=update, headers=headers)

    assert (await made.rows("inbox"), await made.rows("contacts")) == (1, 0)


# --- in: blown up ---


def png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    """A PNG of black points with these chunks before its picture."""
    width, height = size
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    lines = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    made = b"\x89PNG\r\n\x1a\n"
    for name, data in [(b"IHDR", head), *chunks, (b"IDAT", lines), (b"IEND", b"")]:
        made += len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
    return made


BOMBS = {
    "points": png(size=(20_000, 20_000)),
    "thin": png(size=(MOST_PIXELS + 8, 1)),
    "text": png((b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9))),
    "long text": png((b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(80_000_000), 9))),
}


@pytest.mark.parametrize("which", BOMBS)
def test_a_small_file_does_not_become_a_huge_picture(which: str) -> None:
    """Points, a line a mile long, texts that unpack to 80 MB: refused before they are unpacked."""
    assert len(BOMBS[which]) < 200_000
    with pytest.raises(NoPicture):
        clean_picture(BOMBS[which])


def test_a_profile_that_unpacks_for_ever_is_left_packed() -> None:
    """A colour profile is dropped like all that is hidden, whatever it would unpack to."""
    data = png((b"iCCP", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)))
    try:
        kept = clean_picture(data)
    except NoPicture:
        return
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, picture.info.get("icc_profile")) == ((8, 8), None)


# --- out: led elsewhere ---


@pytest.fixture
async def crooked() -> AsyncIterator[tuple[str, list[str]]]:
    """A server in the platforms' place that leads everybody on, and what was then asked inside."""
    asked: list[str] = []

    async def lead(request: Request) -> Response:
        if request.url.path.startswith("/inside"):
            asked.append(request.headers.get("authorization", ""))
            return Response(b"secret of our own network")
        return RedirectResponse("/inside", status_code=307)

    app = Starlette(routes=[Route("/{path:path}", lead, methods=["GET", "POST", "PUT", "DELETE"])])
    async with served(app) as url:
        yield url, asked


async def test_no_platform_can_lead_us_elsewhere(crooked: tuple[str, list[str]]) -> None:
    """A redirect of what should be LINE or Telegram is not followed, neither for messages nor for photos."""
    url, asked = crooked
    line = Line("s" * 32, "token", api_base=url, api_data_base=url)
    telegram = Telegram("1:token", "s3cret", api_base=url)
    try:
        for channel, who in ((line, Address("line", "U" + "1" * 32)), (telegram, Address("telegram", "77"))):
            assert not isinstance(await channel.send(delivery(who, "x")), Sent)
            with pytest.raises(Exception, match=r"."):
                await channel.fetch("123", 1000)
    finally:
        await line.aclose()
        await telegram.aclose()

    assert asked == []


def used(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "asyncio":
            yield f"asyncio.{node.attr}"


def outside(path: Path) -> set[str]:
    """What a file uses to open connections: modules, whole or in part, and asyncio's own."""
    return {each for name in used(path) for each in OUTSIDE if f"{name}.".startswith(f"{each}.")}


def test_nobody_else_calls_out() -> None:
    """Only these files can open a connection to somebody: each to what is configured, and nothing that was reported."""
    found = {
        str(path.relative_to(ROOT)): calling
        for house in ("bot", "alerts", "handlers", "storage", "checks", "texts", "domain")
        for path in sorted((ROOT / house).rglob("*.py"))
        if (calling := outside(path))
    }
    allowed = {"bot/line.py", "bot/line_messages.py", "bot/telegram.py", "bot/telegram_messages.py"}

    assert {name: calling for name, calling in found.items() if name not in allowed} == CALLERS
    assert all(not found.get(name, set()) & {"httpx", "aiohttp", "socket"} for name in allowed)


# --- out: what our answers say ---


PATHS = ["/health", "/metrics", "/webhooks/line", "/webhooks/x", "/files/1/x/y.jpg", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_kept_to_itself(made: Town, path: str) -> None:
    """Errors too: shown in no frame, guessed at by no browser, kept by no proxy, telling nobody where one was."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await (client.post if "webhooks" in path else client.get)(made.url + path)

    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-referrer" == answer.headers["referrer-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.parametrize("words", ["a\nlevel=info event=forged", "a\r\nx", "a\u2028b", "a\x1b[2Jb", 'a" level="info'])
def test_no_line_can_be_forged_in_the_log(words: str) -> None:
    """Whatever is logged stays within its own line and its own quotes."""
    event: Any = {"event": "unreadable", "event_id": words}
    for step in PROCESSORS:
        event = step(structlog.get_logger(), "warning", event)

    assert len(str(event).splitlines()) == 1
    assert len(re.findall(r"(?<!\\)level=", re.sub(r'"(?:[^"\\]|\\.)*"', "", str(event)))) == 1


# --- what lies on the disk ---


async def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """Database, log and shared memory: readable by nobody else, in a folder nobody else enters, whatever the umask."""
    before = os.umask(0)
    try:
        store = Store(f"sqlite:///{tmp_path}/new/bot.db")
        await migrate(store)
        await store.write(lambda c: write_down(c, "x", "y", "", {}, datetime.now(UTC)))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
        await store.close()
    finally:
        os.umask(before)

    assert modes == dict.fromkeys(("bot.db", "bot.db-wal", "bot.db-shm"), 0o600)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


async def test_the_doctor_sees_a_database_others_can_read(tmp_path: Path) -> None:
    """A copy put back by hand may be open to all; that is said, with the remedy."""
    config = Config(storage={"url": f"sqlite:///{tmp_path}/bot.db"})
    assert [] == [one for one in await examine(config, fix=False) if one.bad]

    (tmp_path / "bot.db").chmod(0o644)

    [bad] = [str(one) for one in await examine(config, fix=False) if one.bad]
    assert f"chmod 600 {tmp_path}/bot.db*" in bad


def test_every_dependency_is_pinned_by_its_bytes() -> None:
    """The lock names one version of everything we ask for, and for each the digests that are all that is accepted."""
    locked = {
        re.split(r"[=\[; ]", part, maxsplit=1)[0].lower(): part
        for part in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " "))
        if part.strip()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0].lower() for one in asked}

    assert sorted(names - {*locked}) == []
    assert [name for name, part in locked.items() if "==" not in part or "--hash=sha256:" not in part] == []
    assert "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")
