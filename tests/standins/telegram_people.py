"""Acting as a person in a private chat (or a group): each act becomes an update for the bot."""

import re
from functools import cache
from io import BytesIO
from typing import Any

from tests.standins.telegram_chats import member_wire
from tests.standins.telegram_markup import buttons
from tests.standins.telegram_pace import Clock
from tests.standins.telegram_state import Group, Ledger, Message, User, Wire
from tests.standins.telegram_text import units
from tests.standins.telegram_updates import Updates

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@\w+)?")
_LINK = re.compile(r"https?://\S+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|net|org|info|th|la|kh|me|ee|co|cc|xyz|top)\b\S*")
_MENTION = re.compile(r"(?<!\w)@\w{3,}")


def entities_of(words: str) -> list[Wire]:
    """The entities Telegram finds by itself in what a person typed: commands, links, mentions."""
    kinds = (("bot_command", _COMMAND), ("url", _LINK), ("mention", _MENTION))
    found = [
        {"type": kind, "offset": units(words[: hit.start()]), "length": units(hit[0])}
        for kind, pattern in kinds
        for hit in pattern.finditer(words)
    ]
    return sorted(found, key=lambda each: int(each["offset"]))


@cache
def jpeg() -> bytes:
    """A small real JPEG."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


class People:
    """What people do. Every act returns the update it caused; None when the bot is not told of it."""

    ledger: Ledger
    updates: Updates
    clock: Clock
    me_wire: Wire
    queries: dict[str, float]

    def inbox(self, chat: User | Group | int) -> list[Message]:
        """The bot's messages standing in that chat, as they read now."""
        return [each for each in self.ledger.thread(chat_id_of(chat)) if each.from_bot]

    def new_user(
        self,
        name: str = "สมหญิง",
        language_code: str | None = "th",
        *,
        username: str | None = None,
        started: bool = False,
    ) -> User:
        """A person on Telegram. Unless `started`, the bot cannot write first."""
        return self.ledger.user(name, language_code, username, started=started)

    def new_users(self, count: int, language_code: str = "th") -> list[User]:
        """Many people who have all started the bot."""
        return [self.ledger.user(f"คน {n}", language_code, None, started=True) for n in range(count)]

    async def says(
        self,
        user: User,
        text: str,
        *,
        chat: Group | None = None,
        entities: list[Wire] | None = None,
        reply_to: Message | None = None,
    ) -> Wire | None:
        """Type a text. Commands, links and mentions get their entities unless `entities` are given."""
        found = entities_of(text) if entities is None else entities
        content: Wire = {"text": text} | ({"entities": found} if found else {})
        if reply_to is not None:
            content["reply_to_message"] = reply_to.wire
        return self.writes(user, content, chat=chat)

    async def starts(self, user: User, payload: str = "") -> Wire | None:
        """Press START, possibly through a deep link `?start=payload` (1-64 of A-Z a-z 0-9 _ -)."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError(f"Telegram opens no deep link with the payload {payload!r}")
        if user.blocked:
            await self.unblocks(user)
        return await self.says(user, f"/start {payload}".strip())

    async def presses(self, user: User, label: str, *, chat: Group | None = None) -> Wire | None:
        """Press the button so labelled in the newest message that has it, or on the reply keyboard.

        A button that only opens a link causes no update: the button itself is returned. Raises LookupError naming
        the buttons there are.
        """
        place = chat or user
        keys = {each["text"]: each for each in buttons(place.keyboard)}
        for message in reversed(self.inbox(place)):
            markup = message.wire.get("reply_markup", {})
            for button in buttons(markup):
                if button["text"] == label and "inline_keyboard" in markup:
                    return self._press_inline(user, message, button)
                if button["text"] == label and label in keys:
                    return self._press_key(user, keys[label], chat)
        there = [label for message in self.inbox(place) for label in message.labels]
        raise LookupError(f"no button {label!r} for {place.id}; there are {there}")

    def _press_inline(self, user: User, message: Message, button: Wire) -> Wire | None:
        if "callback_data" not in button:
            return button
        return self.press_data(user, message, button["callback_data"])

    def press_data(self, user: User, message: Message, data: str) -> Wire | None:
        """Send a callback query with any data, as an old or forged button would."""
        query_id = str(4_000_000_000_000 + len(self.queries) + 1)
        self.queries[query_id] = self.clock.now()
        self.ledger.act(message.chat_id)
        query = {
            "id": query_id,
            "from": user.wire,
            "message": message.wire,
            "chat_instance": str(message.chat_id * 31),
            "data": data,
        }
        return self.updates.push("callback_query", query, f"user{user.id}")

    def _press_key(self, user: User, button: Wire, chat: Group | None) -> Wire | None:
        place = chat or user
        if (place.keyboard or {}).get("one_time_keyboard"):
            place.keyboard = None
        if button.get("request_contact"):
            return self.writes(user, {"contact": _contact(user, "+66812345678")}, chat=chat)
        if button.get("request_location"):
            return self.writes(user, {"location": {"latitude": 17.878, "longitude": 102.742}}, chat=chat)
        return self.writes(user, {"text": button["text"]}, chat=chat)

    async def sends(
        self,
        user: User,
        kind: str,
        data: bytes | None = None,
        *,
        caption: str = "",
        name: str = "",
        mime: str = "",
        size: int | None = None,
        chat: Group | None = None,
        extra: Wire | None = None,
    ) -> Wire | None:
        """Send a photo, video, voice, document or sticker. `size` claims more bytes than `data` has.

        Without `data` a small real JPEG is sent (whatever the kind).
        """
        content = self._media(kind, data, name, mime, size) | (extra or {})
        return self.writes(user, content | ({"caption": caption} if caption else {}), chat=chat)

    def _media(self, kind: str, data: bytes | None, name: str, mime: str, size: int | None) -> Wire:
        plain = {"photo": "p.jpg", "video": "v.mp4", "voice": "v.oga", "document": "d.pdf", "sticker": "s.webp"}[kind]
        mimes = {"photo": "image/jpeg", "video": "video/mp4", "voice": "audio/ogg", "document": "application/pdf"}
        stored = self.ledger.file(
            kind,
            jpeg() if data is None else data,
            size=size,
            mime=mime or mimes.get(kind, "image/webp"),
            name=name or plain,
        )
        return {kind: self.ledger.file_wire(kind, stored.file_id, name)}

    async def sends_album(self, user: User, photos: list[bytes | None], caption: str = "") -> list[Wire | None]:
        """Several photos at once: one update each, same media_group_id, the caption on the first."""
        album = str(13_000_000 + self.ledger.next_id(0))
        first = {"caption": caption} if caption else {}
        return [
            self.writes(
                user,
                self._media("photo", data, "", "", None) | {"media_group_id": album} | (first if n == 0 else {}),
            )
            for n, data in enumerate(photos)
        ]

    async def shares_location(
        self, user: User, latitude: float, longitude: float, *, accuracy: float | None = None
    ) -> Wire | None:
        """Send a place on the map."""
        place: Wire = {"latitude": latitude, "longitude": longitude}
        return self.writes(user, {"location": place | ({"horizontal_accuracy": accuracy} if accuracy else {})})

    async def shares_contact(self, user: User, phone: str, *, own: bool = True) -> Wire | None:
        """Send a phone number, one's own or somebody else's."""
        contact = _contact(user, phone) if own else {"phone_number": phone, "first_name": "คนอื่น"}
        return self.writes(user, {"contact": contact})

    async def forwards(
        self, user: User, content: str | Wire, *, origin: str = "user", chat: Group | None = None
    ) -> Wire | None:
        """Forward a message that came from a `user`, `hidden_user`, `chat` or `channel`."""
        body: Wire = content if isinstance(content, dict) else {"text": content, "entities": entities_of(content)}
        return self.writes(user, body | {"forward_origin": _origin(origin, int(self.clock.now()) - 60)}, chat=chat)

    async def edits(self, user: User, update: Wire, text: str) -> Wire | None:
        """Change a text sent before (`update` is what `says` returned)."""
        old = update["message"]
        message = self.ledger.messages[old["chat"]["id"]][old["message_id"]]
        message.wire = old | {"text": text, "entities": entities_of(text), "edit_date": int(self.clock.now())}
        message.versions.append(text)
        return self.updates.push("edited_message", message.wire, f"chat{message.chat_id}")

    async def blocks(self, user: User) -> Wire | None:
        """Block the bot."""
        user.blocked = True
        return self._standing(user, user.chat, "member", "kicked")

    async def unblocks(self, user: User) -> Wire | None:
        """Unblock the bot."""
        user.blocked, user.started = False, True
        return self._standing(user, user.chat, "kicked", "member")

    def deactivates(self, user: User) -> None:
        """Delete the account; the bot is not told."""
        user.deactivated = True

    def writes(self, user: User, content: Wire, *, chat: Group | None = None) -> Wire | None:
        """Put any message content into a chat. Raises ValueError when Telegram would not let the person write."""
        if user.deactivated or (chat is None and user.blocked):
            raise ValueError(f"{user.name} cannot write: the account is deleted or the bot is blocked")
        if chat is None:
            user.started = True
        place = chat or user
        now = self.clock.now()
        message_id = self.ledger.next_id(place.id)
        self.ledger.act(place.id)
        wire = {"message_id": message_id, "from": user.wire, "chat": place.chat, "date": int(now), **content}
        self.ledger.keep(Message(place.id, message_id, now, "", wire, [str(content.get("text", ""))]))
        if chat is not None and not shown_to_bot(chat, wire, self.me_wire):
            return None
        return self.updates.push("message", wire, f"chat{place.id}")

    def _standing(self, user: User, chat: Wire, old: str, new: str) -> Wire | None:
        change: dict[str, Any] = {
            "chat": chat,
            "from": user.wire,
            "date": int(self.clock.now()),
            "old_chat_member": member_wire(self.me_wire, old),
            "new_chat_member": member_wire(self.me_wire, new),
        }
        return self.updates.push("my_chat_member", change, f"chat{chat['id']}")


def _contact(user: User, phone: str) -> Wire:
    return {"phone_number": phone, "first_name": user.name, "user_id": user.id}


def _origin(kind: str, date: int) -> Wire:
    channel = {"id": -1_001_999_000_111, "type": "channel", "title": "ข่าวชายแดน", "username": "border_news"}
    group = {"id": -1_001_999_000_222, "type": "supergroup", "title": "กลุ่มหางาน"}
    author = {"id": 499_000_001, "is_bot": False, "first_name": "คนแปลกหน้า"}
    origins: dict[str, Wire] = {
        "user": {"type": "user", "sender_user": author},
        "hidden_user": {"type": "hidden_user", "sender_user_name": "คนแปลกหน้า"},
        "chat": {"type": "chat", "sender_chat": group},
        "channel": {"type": "channel", "chat": channel, "message_id": 77},
    }
    return origins[kind] | {"date": date}


def chat_id_of(chat: User | Group | int) -> int:
    """The id, whichever way the chat is given."""
    return chat if isinstance(chat, int) else chat.id


def shown_to_bot(group: Group, wire: Wire, me: Wire) -> bool:
    """Privacy mode: commands (not those of another bot), mentions of the bot, replies to it, service messages."""
    if group.bot in ("left", "kicked") or group.migrated_to is not None:
        return False
    if not group.privacy or group.bot == "administrator" or {"new_chat_members", "left_chat_member"} & wire.keys():
        return True
    if wire.get("reply_to_message", {}).get("from", {}).get("id") == me["id"]:
        return True
    words, username = str(wire.get("text") or wire.get("caption") or ""), str(me["username"])
    if f"@{username}".lower() in words.lower():
        return True
    return bool(re.match(r"/\w+(?![\w@])", words))
