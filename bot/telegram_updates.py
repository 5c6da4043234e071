"""
Telegram's updates in our own words, each on its own, from raw JSON (https://core.telegram.org/bots/api, 10.x).

Left out, because nothing is asked of us: channel posts, other bots, what Telegram itself notes in a chat (a picture
changed, somebody pinned something), and a group that becomes a supergroup: the next send learns the new address.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.receiving import Unreadable, unreadable
from domain.message import (
    Address,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    MediaKind,
    Place,
    Press,
    Sticker,
    Text,
    Unread,
)

log = structlog.get_logger()

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask Telegram for."""
PRESSED = "cb:"
"""How a pressed button's id stands in `Incoming.reply_token`: it has to be acknowledged."""
MEDIA: dict[str, MediaKind] = {
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "file",
}
PICTURES = ("image/jpeg", "image/png", "image/webp")
UNREAD = ("poll", "dice", "game", "story", "paid_media", "invoice", "checklist", "giveaway")
"""What people can send that we cannot read; whatever else a message may hold is Telegram's own note."""
IN = ("member", "administrator", "creator")
OUT = ("left", "kicked")
COMMAND = re.compile(r"^(/\w+)@\w+")


def parse(update: Any, new_id: Callable[[], str], now: datetime) -> Iterator[Incoming | Unreadable]:
    """
    What one update says to us: at most one thing. Never raises, whatever the update is.

    A group is the sender of what is said in it: who spoke is not kept. An edit in a private chat is `Unread`, since
    the question it answered may be long past; in a group it is a text like any other, so that a link put in
    afterwards is seen too.
    """
    match update:
        case {"update_id": int(number)}:
            pass
        case _:
            yield unreadable(update, "no update_id")
            return
    try:
        found = _incoming(update, new_id(), now)
        if found is not None:
            yield found
    except ValueError as error:
        yield unreadable(update, str(error), str(number))
    except Exception as error:  # noqa: BLE001
        # A mistake of ours must not make Telegram send the same update for ever. Without a traceback, which may hold
        # what somebody wrote.
        log.error("telegram.update_unread", event_id=number, error=type(error).__name__)  # noqa: TRY400
        yield unreadable(update, type(error).__name__, str(number))


def _incoming(update: Mapping[str, Any], id: str, now: datetime) -> Incoming | None:
    match update:
        case {"message": dict(message)}:
            content = _said(message)
        case {"edited_message": dict(message)}:
            content = _edited(message)
        case {"callback_query": {"id": str(query), "data": str(token)} as message}:
            return _made(update, _chat(message), Press(token), message, id, now, reply_token=f"{PRESSED}{query}")
        case {"my_chat_member": dict(message)}:
            content = _standing(message)
        case _ if any(kind in update for kind in KINDS):
            raise ValueError("cannot read an update of this shape")
        case _:
            return None
    if content is None or _unconcerned(message):
        return None
    return _made(update, message, content, message, id, now)


def _made(
    update: Mapping[str, Any],
    place: Mapping[str, Any],
    content: Content,
    said: Mapping[str, Any],
    id: str,
    now: datetime,
    reply_token: str = "",
) -> Incoming:
    match place.get("chat"):
        case {"id": int(chat), **rest}:
            group = rest.get("type") in ("group", "supergroup")
        case _:
            raise ValueError("no chat")
    return Incoming(
        id=id,
        event=str(update["update_id"]),
        sender=Address("telegram", str(chat)),
        at=now if reply_token else _time(said.get("date"), now),
        content=content,
        reply_token=reply_token,
        message=str(place.get("message_id", "")),
        language=_text(said.get("from"), "language_code"),
        group=group,
        speaker=_speaker(said.get("from")) if group else None,
    )


def _speaker(person: Any) -> Address | None:
    """Who spoke in a group (an admin who hides is Telegram's own bot); for their role, never kept."""
    match person:
        case {"id": int(id), "is_bot": False}:
            return Address("telegram", str(id))
    return None


def _chat(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where a button was pressed; under a message sent by way of us, the private chat with who pressed."""
    match query:
        case {"message": {"chat": _} as message}:
            return dict(message)
        case {"from": {"id": id}}:
            return {"chat": {"id": id}}
    return {}


def _unconcerned(message: Mapping[str, Any]) -> bool:
    """
    Whether it stands in a channel, or another bot wrote it.

    A change of members counts whoever made it: an admin who stays anonymous does so in the name of a bot of Telegram's.
    """
    match message:
        case {"chat": {"type": "channel"}}:
            return True
        case {"from": {"is_bot": True}} if "sender_chat" not in message and "new_chat_member" not in message:
            return True
    return False


def _edited(message: Mapping[str, Any]) -> Content | None:
    if "text" not in message and "caption" not in message:
        # A shared live position is edited every few seconds.
        return None
    match message.get("chat"):
        case {"type": "group" | "supergroup"}:
            return Text(_words(message), forwarded="forward_origin" in message)
    return Unread("edited")


def _standing(change: Mapping[str, Any]) -> Content | None:
    """Whether we came in or were thrown out; None for a change of rank."""
    match change:
        case {"old_chat_member": {"status": str(old)}, "new_chat_member": {"status": str(new)}}:
            if new in OUT and old not in OUT:
                return Left()
            return Joined() if new in IN and old not in IN else None
    raise ValueError("no standing")


def _said(message: Mapping[str, Any]) -> Content | None:
    match message:
        case {"text": str()}:
            return Text(_words(message), forwarded="forward_origin" in message)
        case {"venue": {"location": place, **venue}}:
            return _place(place, ", ".join(filter(None, (_text(venue, "title"), _text(venue, "address")))))
        case {"location": place}:
            return _place(place, "")
        case {"contact": {"phone_number": str(number), **contact}}:
            names = (_text(contact, "first_name"), _text(contact, "last_name"), number)
            return Text(" ".join(filter(None, names)), forwarded="forward_origin" in message)
        case {"sticker": _}:
            return Sticker()
    return _media(message) or next((Unread(kind) for kind in UNREAD if kind in message), None)


def _place(place: Any, title: str) -> Content:
    match place:
        case {"latitude": int(lat) | float(lat), "longitude": int(lon) | float(lon)} if (
            abs(lat) <= 90 and abs(lon) <= 180
        ):
            return Place(float(lat), float(lon), title)
    return Unread("location")


def _media(message: Mapping[str, Any]) -> Content | None:
    match message:
        # Sizes of one photo, smallest first.
        case {"photo": [*_, {"file_id": str(ref)} as file]}:
            return Media("photo", ref, _words(message), size=_size(file))
    for name, kind in MEDIA.items():
        file = message.get(name)
        if isinstance(file, dict) and (ref := _text(file, "file_id")):
            # A picture sent as a file is a picture: its hidden place data has to go as well.
            kind = "photo" if kind == "file" and file.get("mime_type") in PICTURES else kind
            return Media(kind, ref, _words(message), _text(file, "file_name"), _size(file))
    return None


def _size(file: Mapping[str, Any]) -> int:
    size = file.get("file_size")
    return size if isinstance(size, int) else 0


def _words(message: Mapping[str, Any]) -> str:
    """Text or caption, a command without our name, and the addresses hidden behind words and buttons."""
    name = "text" if isinstance(message.get("text"), str) else "caption"
    words = COMMAND.sub(r"\1", _text(message, name))
    entities = message.get("entities" if name == "text" else "caption_entities")
    hidden = [_text(entity, "url") for entity in _list(entities)]
    markup = message.get("reply_markup")
    rows = _list(markup.get("inline_keyboard")) if isinstance(markup, dict) else []
    hidden += [_text(button, "url") for row in rows for button in _list(row)]
    return "\n".join([words, *dict.fromkeys(url for url in hidden if url and url not in words)]).strip()


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""


def _time(stamp: Any, now: datetime) -> datetime:
    """Telegram's seconds as a time; `now` for none, or one that lies ahead."""
    try:
        at = datetime.fromtimestamp(stamp, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return at if at <= now + timedelta(days=1) else now
