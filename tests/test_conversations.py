"""
Every file in `conversations/` is a chat that must go exactly as written, on a real database.

A chat is what people do, line by line (`who> …`), and what comes of it. `python -m tests.test_conversations --write
FILE…` plays it again and writes down what comes now: read the difference as the person would.
"""

import asyncio
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.message import Content, Joined, Left, Media, Outgoing, Place, Press, Sticker, Text, Unread, Unsent
from storage import reports
from storage.store import Store
from tests.conversations.stage import Heard, Stage, cast
from tests.databases import sqlite_at
from tests.keys import KEYS

CHATS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
DOES = re.compile(r"(?P<who>[a-z]+\d?)> (?P<what>.*)")
LATER = re.compile(r"= later (\d+)(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
EXAMPLE = "K7M2Q-9XDTP"
"""The code our own words give as an example."""
OURS = "https://t.me/rimkhong_bot?start="
NEVER = re.compile(r"ปลอดภัย|นิรนาม|ครับ|ค่ะ|\bsafe|anonym|ປອດໄພ|សុវត្ថិភាព", re.IGNORECASE)
CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}\b")
MEDIA = {"photo": "photo", "voice": "voice", "video": "video", "file": "file"}


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: path.stem)
async def test_conversation(chat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chat, played again, is the chat."""
    # Numbers of reports are drawn by lot: the same for a chat each time, or one would now and then stand in its words.
    monkeypatch.setattr(reports.secrets, "randbelow", random.Random(chat.stem).randrange)
    written = chat.read_text("utf-8")

    assert written == await played(written, tmp_path / "chat.db")


@pytest.mark.parametrize("chat", CHATS, ids=lambda path: path.stem)
def test_never_said(chat: Path) -> None:
    """Nobody is sent a link that could be pressed (but our own invitations), or told that something is safe."""
    said = [line for line in chat.read_text("utf-8").splitlines() if not DOES.fullmatch(line) and line[:1] != "#"]

    assert [] == [line for line in said if "://" in line and "hxxp" not in line and not line.startswith(OURS)]
    assert [] == [line for line in said if NEVER.search(line)]


async def played(written: str, database: Path) -> str:
    """The same chat with what comes of it now."""
    stage = Stage(Store(sqlite_at(database), keys=KEYS))
    telling = Telling(stage)
    try:
        for line in written.splitlines():
            await telling.hear(line)
    finally:
        await stage.store.close()
    return "\n".join(telling.lines).strip("\n") + "\n"


class Telling:
    """What is written down of a chat, with report numbers as N1, N2 … and invitation codes as CODE1 …"""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.lines = stage, list[str]()
        self.codes: list[str] = []
        self.said: dict[str, str] = {}

    async def hear(self, line: str) -> None:
        if line.startswith("# "):
            self.lines += ([""] if self.lines and not self.lines[-1].startswith("#") else []) + [line]
            await cast(self.stage, line.removeprefix("# "))
        elif line == "= sent":
            self.lines += ["", line]
            await self.stage.deliver()
        elif late := LATER.fullmatch(line):
            self.lines += ["", line]
            await self.tell(await self.stage.wait(timedelta(**{UNITS[late[2]]: int(late[1])})))
        elif does := DOES.fullmatch(line):
            self.lines += ["", line]
            await self.do(does["who"], does["what"])

    async def do(self, who: str, what: str) -> None:
        content = self.content(who, await self.named(what, back=True))
        heard = await self.stage.say(who, content)
        if not isinstance(content, Unsent):
            self.said[who] = f"m{self.stage.events}"
        own = [one for one in heard if one.whom == who and one.lane == "reply"]
        names = await self.stage.names()
        for one in own[:1]:
            self.lines += [await self.named(line) for line in shown(one.message, names)]
        if not own:
            self.lines.append("(nothing)")
        await self.tell(one for one in heard if one not in own[:1])

    async def tell(self, heard: Iterable[Heard]) -> None:
        """What reaches others."""
        names = await self.stage.names()
        for one in heard:
            self.lines += [await self.named(line) for line in told(one, names)]

    def content(self, who: str, what: str) -> Content:
        """What a line of a chat stands for."""
        match what.split(" ", 1):
            case ["@", pin]:
                lat, lon = pin.split(",")
                return Place(float(lat), float(lon))
            case ["(file", name]:
                return Media("file", f"ref{self.stage.events}", name=name.removesuffix(")"))
            case [kind, *caption] if (bare := kind.strip("()")) in MEDIA and kind.startswith("("):
                return Media(bare, f"ref{self.stage.events}", caption="".join(caption))  # type: ignore[arg-type]
            case ["(old)", label]:
                return self.press(who, label, old=True)
        match what:
            case "(sticker)":
                return Sticker()
            case "(joined)":
                return Joined()
            case "(left)":
                return Left()
            case "(unsend)":
                return Unsent(self.said[who])
            case "(something new)":
                return Unread("story")
        return self.press(who, what) if what.startswith("[") else Text(spelled(what))

    def press(self, who: str, label: str, old: bool = False) -> Content:
        button = self.stage.button(who, label.strip("[]"), old)
        if button is None:
            raise LookupError(f"{who} was never shown {label}")
        return Press(button.token)

    async def named(self, line: str, back: bool = False) -> str:
        """The line with numbers and codes by their names, or (`back`) with the names as what they stand for."""
        if not back:
            self.codes += [code for code in CODE.findall(line) if code not in (EXAMPLE, *self.codes)]
        for name, value in [
            *((f"N{n}", str(number)) for n, number in enumerate(await self.stage.numbers(), start=1)),
            *((f"CODE{n}", code) for n, code in enumerate(self.codes, start=1)),
        ]:
            line = re.sub(rf"\b{name}\b", value, line) if back else line.replace(value, name)
        return line


def spelled(what: str) -> str:
    r"""A typed text; `\n`, `\u200b` and the like stand for themselves, `{ก*5000}` for as many of it."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), what.replace("\\n", "\n"))
    return re.sub(r"\{(.+?)\*(\d+)\}", lambda found: found[1] * int(found[2]), text)


def shown(message: Outgoing, names: dict[str, str]) -> Iterator[str]:
    for n, bubble in enumerate(message.bubbles):
        yield from (["--"] if n else [])
        yield from bubble.splitlines()
    yield from (f"(attached: {names.get(id, id)})" for id in message.attached)
    buttons = [f"[{button.label}]" for button in message.buttons] + ([f"({message.wants})"] if message.wants else [])
    if buttons:
        yield " ".join(buttons)


def told(one: Heard, names: dict[str, str]) -> Iterator[str]:
    yield f"~ {one.whom} hears{' at once' if one.lane == 'urgent' else ''}:"
    for line in shown(one.message, names):
        yield f"~   {line}"


if __name__ == "__main__":
    for path in map(Path, sys.argv[2:] if sys.argv[1] == "--write" else sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            again = asyncio.run(played(path.read_text("utf-8"), Path(folder) / "chat.db"))
        if sys.argv[1] == "--write":
            path.write_text(again, "utf-8")
        else:
            print(again)
