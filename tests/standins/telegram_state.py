"""What the Telegram stand-in remembers: people, groups, messages, files."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standins.telegram_markup import labels

Wire = dict[str, Any]

FILE_LIFE = 3600.0
DOWNLOAD_MAX = 20 * 1024 * 1024


@dataclass(slots=True)
class User:
    """A person with Telegram; their private chat with the bot has the same id."""

    id: int
    name: str
    language_code: str | None = "th"
    username: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    keyboard: Wire | None = None

    @property
    def wire(self) -> Wire:
        """The Bot API `User`."""
        wire: Wire = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            wire["username"] = self.username
        if self.language_code:
            wire["language_code"] = self.language_code
        return wire

    @property
    def chat(self) -> Wire:
        """The private `Chat` with this person."""
        wire: Wire = {"id": self.id, "type": "private", "first_name": self.name}
        return wire | {"username": self.username} if self.username else wire


@dataclass(slots=True)
class Group:
    """A group, supergroup or channel. `bot` is the bot's standing: member, administrator, left or kicked."""

    id: int
    title: str
    kind: str = "supergroup"
    members: dict[int, str] = field(default_factory=dict)
    bot: str = "member"
    privacy: bool = True
    username: str | None = None
    migrated_to: int | None = None
    keyboard: Wire | None = None

    @property
    def chat(self) -> Wire:
        """The Bot API `Chat`."""
        wire: Wire = {"id": self.id, "type": self.kind, "title": self.title}
        return wire | {"username": self.username} if self.username else wire


@dataclass(slots=True)
class Message:
    """One message in a chat, of the bot or of a person. `versions` are its texts, oldest first, one for each edit."""

    chat_id: int
    message_id: int
    at: float
    method: str
    wire: Wire
    versions: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def text(self) -> str:
        """Text or caption as it reads now."""
        return str(self.wire.get("text") or self.wire.get("caption") or "")

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons, inline or reply keyboard."""
        return labels(self.wire.get("reply_markup"))

    @property
    def from_bot(self) -> bool:
        """Whether our bot wrote it."""
        return self.method != ""


@dataclass(slots=True)
class StoredFile:
    """A file on Telegram's side. `size` may claim more than `data` holds, so that big files cost no memory."""

    file_id: str
    path: str
    data: bytes
    size: int
    kind: str
    mime: str
    link_until: float = 0.0


class Pulse:
    """Wakes whoever waits for something to change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Something changed."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, true: Callable[[], Any], timeout: float | None) -> bool:
        """Wait until `true()`; False when `timeout` real seconds passed first."""
        loop = asyncio.get_running_loop()
        ends = None if timeout is None else loop.time() + timeout
        while not true():
            future = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, None if ends is None else max(ends - loop.time(), 0))
            except TimeoutError:
                return bool(true())
            finally:
                self._waiting.discard(future)
        return True


class Ledger:
    """Chats, messages and files.

    With `record` off messages are kept only for chats where a person did something (`watched`), for the others a
    count, so that 100,000 recipients cost little.
    """

    def __init__(self, *, record: bool) -> None:
        self.record = record
        self.chats: dict[int, User | Group] = {}
        self.usernames: dict[str, int] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.sent: list[Message] = []
        self.counts: Counter[int] = Counter()
        self.watched: set[int] = set()
        self.acted: dict[int, int] = {}
        self.files: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}
        self.pulse = Pulse()
        self._last_message: dict[int, int] = {}
        self._last_user = 500_000_000
        self._last_group = 1_000_000_000

    def user(self, name: str, language_code: str | None, username: str | None, *, started: bool) -> User:
        """A new person, known to Telegram."""
        self._last_user += 1
        user = User(self._last_user, name, language_code, username, started)
        self.chats[user.id] = user
        return user

    def group(self, title: str, kind: str, members: dict[int, str], username: str | None) -> Group:
        """A new group, supergroup or channel with an id of the right form."""
        self._last_group += 1
        number = self._last_group
        group = Group(-number if kind == "group" else -1_000_000_000_000 - number, title, kind, members)
        group.username = username
        self.chats[group.id] = group
        if username:
            self.usernames[username.lower()] = group.id
        return group

    def next_id(self, chat_id: int) -> int:
        """The next message id of that chat; every chat counts for itself."""
        number = self._last_message.get(chat_id, 0) + 1
        self._last_message[chat_id] = number
        return number

    def act(self, chat_id: int) -> None:
        """A person did something here: from now on this chat is kept whole, and answers come after this point."""
        self.watched.add(chat_id)
        self.acted[chat_id] = self._last_message.get(chat_id, 0)

    def keep(self, message: Message) -> None:
        """Remember a message of the bot or of a person."""
        if message.from_bot:
            self.counts[message.chat_id] += 1
        if self.record or message.chat_id in self.watched:
            self.messages.setdefault(message.chat_id, {})[message.message_id] = message
            if message.from_bot:
                self.sent.append(message)
        self.pulse.beat()

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """That message, unless it never was or was deleted."""
        message = self.messages.get(chat_id, {}).get(message_id)
        return None if message is None or message.deleted else message

    def thread(self, chat_id: int) -> list[Message]:
        """All messages still standing in a chat, oldest first."""
        return [each for each in self.messages.get(chat_id, {}).values() if not each.deleted]

    def file(self, kind: str, data: bytes, *, size: int | None, mime: str, name: str) -> StoredFile:
        """Store a file and give it an id and a path."""
        number = len(self.files) + 1
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        folder = {"photo": "photos", "voice": "voice", "video": "videos", "sticker": "stickers"}.get(kind, "documents")
        file_id = f"{kind[:2].upper()}AgADStandin{number:06d}"
        path = f"{folder}/file_{number}.{suffix}"
        stored = StoredFile(file_id, path, data, len(data) if size is None else size, kind, mime)
        self.files[file_id] = self.by_path[path] = stored
        return stored

    def file_wire(self, kind: str, file_id: str, name: str) -> Any:
        """How a stored file stands in a message: a list of sizes for a photo, an object for the others."""
        stored = self.files[file_id]
        wire: Wire = {"file_id": file_id, "file_unique_id": f"U{file_id}", "file_size": stored.size}
        if kind == "photo":
            small = wire | {"file_size": min(stored.size, 1200), "width": 90, "height": 67}
            return [small, wire | {"width": 1280, "height": 960}]
        wire["mime_type"] = stored.mime
        if kind == "document":
            wire["file_name"] = name or stored.path.rpartition("/")[2]
        if kind in ("voice", "video"):
            wire["duration"] = 5
        if kind == "video":
            wire |= {"width": 640, "height": 360}
        if kind == "sticker":
            wire |= {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False}
        return wire

    def duplicates(self) -> list[list[Message]]:
        """Messages of the bot that stand more than once in a chat, word for word and button for button.

        Repeats that a person asked for count too: it is for the test to know what it asked for.
        """
        same: dict[tuple[int, str, str], list[Message]] = {}
        for message in self.sent:
            first = message.versions[0] if message.versions else ""
            same.setdefault((message.chat_id, first, repr(message.wire.get("reply_markup"))), []).append(message)
        return [found for found in same.values() if len(found) > 1]
