"""The methods that write to a chat: sendMessage and its kin, editing, deleting, answering a pressed button."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.standins.telegram_markup import Markup, inline_only, reply_markup
from tests.standins.telegram_state import Group, Message, User, Wire
from tests.standins.telegram_text import Entity, caption, message_text
from tests.standins.telegram_wire import ApiError, Params, Upload, bad, flag, forbidden, real, structure, text, whole

if TYPE_CHECKING:
    from tests.standins.telegram import TelegramStandin

UPLOAD_MAX = 50 * 1024 * 1024
PHOTO_MAX = 10 * 1024 * 1024
DELETABLE_FOR = 48 * 3600.0
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def target(tg: "TelegramStandin", params: Params) -> User | Group:
    """The chat a call names. Raises ApiError 400 when there is none such."""
    given = params.get("chat_id", "")
    if given == "":
        raise bad("chat_id is empty")
    if isinstance(given, str) and given.startswith("@"):
        given = tg.ledger.usernames.get(given[1:].lower(), 0)
    try:
        chat = tg.ledger.chats.get(int(given))
    except (TypeError, ValueError):
        chat = None
    if chat is None:
        raise bad("chat not found")
    return chat


def may_write(chat: User | Group) -> None:
    """Raise what Telegram raises when the bot cannot write to this chat."""
    if isinstance(chat, User):
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    kind = "channel" if chat.kind == "channel" else f"{chat.kind} chat"
    if chat.bot == "kicked":
        raise forbidden(f"bot was kicked from the {kind}")
    if chat.bot == "left":
        raise forbidden(f"bot is not a member of the {kind}")


def _begin(tg: "TelegramStandin", params: Params) -> tuple[User | Group, Markup | None, Wire]:
    """Everything a send checks besides its content; the message so far."""
    chat = target(tg, params)
    markup = reply_markup(params, private=isinstance(chat, User))
    return chat, markup, _replied_to(tg, chat.id, params)


def _replied_to(tg: "TelegramStandin", chat_id: int, params: Params) -> Wire:
    reply = structure(params, "reply_parameters", "reply parameters")
    if reply is None and "reply_to_message_id" in params:
        reply = {"message_id": whole(params, "reply_to_message_id")}
    if not isinstance(reply, dict):
        return {}
    message = tg.ledger.find(chat_id, whole(reply, "message_id"))
    if message is not None:
        return {"reply_to_message": {name: it for name, it in message.wire.items() if name != "reply_to_message"}}
    if reply.get("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def _send(
    tg: "TelegramStandin", chat: User | Group, method: str, markup: Markup | None, content: Wire, words: str = ""
) -> Wire:
    """Count it against the limits, then deliver. Raises ApiError 429 or 403."""
    tg.admit(chat, tg.clock.now())
    may_write(chat)
    return _deliver(tg, chat, method, markup, content, words)


def _deliver(
    tg: "TelegramStandin", chat: User | Group, method: str, markup: Markup | None, content: Wire, words: str
) -> Wire:
    now = tg.clock.now()
    message_id = tg.ledger.next_id(chat.id)
    wire = {"message_id": message_id, "from": tg.me_wire, "chat": chat.chat, "date": int(now), **content}
    if isinstance(chat, Group) and chat.kind == "channel":
        wire["sender_chat"] = chat.chat
        del wire["from"]
    shown = wire
    if markup is not None:
        # The answer repeats inline keyboards only; the chat also shows the reply keyboard.
        shown = wire | {"reply_markup": markup}
        if "inline_keyboard" in markup:
            wire = shown
        else:
            chat.keyboard = markup if "keyboard" in markup else None
    tg.ledger.keep(Message(chat.id, message_id, now, method, shown, [words]))
    return wire


def _worded(name: str, words: str, entities: list[Entity]) -> Wire:
    if not words:
        return {}
    return {name: words, f"{'' if name == 'text' else name + '_'}entities": entities} if entities else {name: words}


def send_message(tg: "TelegramStandin", params: Params) -> Wire:
    """sendMessage."""
    chat, markup, reply = _begin(tg, params)
    words, entities = message_text(params)
    return _send(tg, chat, "sendMessage", markup, _worded("text", words, entities) | reply, words)


def send_location(tg: "TelegramStandin", params: Params) -> Wire:
    """sendLocation."""
    chat, markup, reply = _begin(tg, params)
    place = {"latitude": real(params, "latitude"), "longitude": real(params, "longitude")}
    if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
        raise bad("wrong location specified")
    return _send(tg, chat, "sendLocation", markup, {"location": place} | reply, "")


def media_sender(kind: str) -> Callable[["TelegramStandin", Params], Wire]:
    """sendPhoto, sendDocument, sendVoice, sendVideo."""

    def send(tg: "TelegramStandin", params: Params) -> Wire:
        chat, markup, reply = _begin(tg, params)
        words, entities = caption(params)
        content = {kind: media_wire(tg, kind, params.get(kind), params)}
        content |= _worded("caption", words, entities) | reply
        if flag(params, "has_spoiler"):
            content["has_media_spoiler"] = True
        return _send(tg, chat, f"send{kind.capitalize()}", markup, content, words)

    return send


def media_wire(tg: "TelegramStandin", kind: str, source: Any, params: Params) -> Any:
    """The file of a message: an upload, `attach://name`, or the id of a file the bot knows."""
    if isinstance(source, str) and source.startswith("attach://"):
        source = params.get(source.removeprefix("attach://"))
    if isinstance(source, Upload):
        _check_size(kind, len(source.data))
        stored = tg.ledger.file(kind, source.data, size=None, mime=source.content_type, name=source.filename)
        return tg.ledger.file_wire(kind, stored.file_id, source.filename)
    if not source:
        raise bad(f"there is no {kind} in the request")
    if str(source).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    stored_kind = getattr(tg.ledger.files.get(str(source)), "kind", None)
    if stored_kind is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if stored_kind != kind:
        raise bad(f"can't use file of type {stored_kind.capitalize()} as {kind.capitalize()}")
    return tg.ledger.file_wire(kind, str(source), "")


def _check_size(kind: str, size: int) -> None:
    if size == 0:
        raise bad("file must be non-empty")
    if size > UPLOAD_MAX:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo" and size > PHOTO_MAX:
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_MAX} bytes")


def send_media_group(tg: "TelegramStandin", params: Params) -> list[Wire]:
    """sendMediaGroup: 2-10 photos, videos or documents, each counted as a message."""
    chat = target(tg, params)
    media = structure(params, "media", "media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad("media group must include 2-10 items")
    contents = []
    for item in media:
        kind = str(item.get("type"))
        words, entities = caption(params | {"caption": "", **item})
        if kind not in ("photo", "video", "document"):
            raise bad("can't parse media: type must be photo, video or document")
        contents.append(({kind: media_wire(tg, kind, item.get("media"), params)}, words, entities))
    for _ in contents:
        tg.admit(chat, tg.clock.now())
    may_write(chat)
    group = {"media_group_id": str(tg.ledger.next_id(0))}
    return [
        _deliver(tg, chat, "sendMediaGroup", None, content | group | _worded("caption", words, entities), words)
        for content, words, entities in contents
    ]


def send_chat_action(tg: "TelegramStandin", params: Params) -> bool:
    """sendChatAction; not a message, so no limit is counted."""
    chat = target(tg, params)
    if text(params, "action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    may_write(chat)
    tg.chat_actions.append((chat.id, text(params, "action")))
    return True


def _edited(tg: "TelegramStandin", params: Params) -> tuple[User | Group, Message]:
    chat = target(tg, params)
    message = tg.ledger.find(chat.id, whole(params, "message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot:
        raise bad("message can't be edited")
    return chat, message


def _apply(tg: "TelegramStandin", chat: User | Group, message: Message, change: Wire, markup: Markup | None) -> Wire:
    """Edit, or say that nothing changed. Without `reply_markup` the buttons go away, as they do in Telegram."""
    wire = {name: value for name, value in message.wire.items() if name != "reply_markup" and name not in change}
    wire |= {name: value for name, value in change.items() if value}
    if markup and any(markup["inline_keyboard"]):
        wire["reply_markup"] = markup
    if wire == message.wire:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    tg.admit(chat, tg.clock.now())
    may_write(chat)
    message.wire = wire | {"edit_date": int(tg.clock.now())}
    message.versions.append(message.text)
    tg.ledger.pulse.beat()
    return message.wire


def edit_message_text(tg: "TelegramStandin", params: Params) -> Wire:
    """editMessageText."""
    words, entities = message_text(params)
    chat, message = _edited(tg, params)
    markup = inline_only(params, private=isinstance(chat, User))
    if "text" not in message.wire:
        raise bad("there is no text in the message to edit")
    return _apply(tg, chat, message, {"text": words, "entities": entities}, markup)


def edit_message_caption(tg: "TelegramStandin", params: Params) -> Wire:
    """editMessageCaption."""
    words, entities = caption(params)
    chat, message = _edited(tg, params)
    markup = inline_only(params, private=isinstance(chat, User))
    if "text" in message.wire or "location" in message.wire:
        raise bad("there is no caption in the message to edit")
    return _apply(tg, chat, message, {"caption": words, "caption_entities": entities}, markup)


def edit_message_reply_markup(tg: "TelegramStandin", params: Params) -> Wire:
    """editMessageReplyMarkup."""
    chat, message = _edited(tg, params)
    return _apply(tg, chat, message, {}, inline_only(params, private=isinstance(chat, User)))


def delete_message(tg: "TelegramStandin", params: Params) -> bool:
    """deleteMessage: within 48 hours; in a group only the bot's own unless it is an administrator."""
    chat = target(tg, params)
    message = tg.ledger.find(chat.id, whole(params, "message_id"))
    if message is None:
        raise bad("message to delete not found")
    stranger = isinstance(chat, Group) and not message.from_bot and chat.bot != "administrator"
    if stranger or tg.clock.now() - message.at > DELETABLE_FOR:
        raise bad("message can't be deleted")
    message.deleted = True
    tg.ledger.pulse.beat()
    return True


def delete_messages(tg: "TelegramStandin", params: Params) -> bool:
    """deleteMessages: 1-100 ids, those not found are skipped."""
    ids = structure(params, "message_ids", "message identifiers")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad("there must be 1-100 message identifiers")
    chat = target(tg, params)
    for message_id in ids:
        if tg.ledger.find(chat.id, int(message_id)):
            delete_message(tg, {"chat_id": chat.id, "message_id": message_id})
    return True


def answer_callback_query(tg: "TelegramStandin", params: Params) -> bool:
    """answerCallbackQuery: the query must be known and young."""
    if len(text(params, "text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query_id = text(params, "callback_query_id")
    asked = tg.queries.get(query_id)
    if asked is None or tg.clock.now() - asked > tg.query_life:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    tg.answers[query_id] = {"text": text(params, "text"), "show_alert": flag(params, "show_alert")}
    tg.ledger.pulse.beat()
    return True


SENDING = {
    "sendMessage": send_message,
    "sendPhoto": media_sender("photo"),
    "sendDocument": media_sender("document"),
    "sendVoice": media_sender("voice"),
    "sendVideo": media_sender("video"),
    "sendLocation": send_location,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
