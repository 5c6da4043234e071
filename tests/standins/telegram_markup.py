"""Keyboards and command menus: what Telegram accepts.

Rules: Bot API "InlineKeyboardButton", "KeyboardButton", "BotCommand" (10.x, read 2026-11-22) and the checks in the
published server and TDLib sources (BotCommand.cpp).
"""

import re
from typing import Any

from tests.standins.telegram_wire import ApiError, Params, bad, structure, text

Markup = dict[str, Any]

BUTTONS_MAX = 100
CALLBACK_DATA_BYTES = 64
COMMANDS_MAX = 100

_PURPOSES = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_REQUESTS = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}
_STYLES = ("danger", "success", "primary")
_URL = re.compile(r"(?:https?://)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?|tg://\S+|ton://\S+", re.IGNORECASE)
_LOOPBACK = re.compile(r"https?://(?:localhost|127\.0\.0\.1)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"|[a-z]{2}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def reply_markup(params: Params, *, private: bool) -> Markup | None:
    """The checked `reply_markup`, None when absent. Raises ApiError as the send methods do."""
    markup = structure(params, "reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _inline(markup["inline_keyboard"], private)
    elif "keyboard" in markup:
        _reply_keyboard(markup, private)
    elif not (markup.get("remove_keyboard") is True or markup.get("force_reply") is True):
        raise bad("object expected as reply markup")
    return markup


def inline_only(params: Params, *, private: bool) -> Markup | None:
    """The markup of an edited message: an inline keyboard or nothing."""
    markup = reply_markup(params, private=private)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    return markup


def _rows(rows: Any, what: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f"can't parse {what}: Expected an Array of Arrays")
    if sum(len(row) for row in rows) > BUTTONS_MAX:
        raise bad("reply markup is too long")
    return rows


def _inline(rows: Any, private: bool) -> None:
    for row in _rows(rows, "inline keyboard"):
        for button in row:
            _inline_button(button, private)


def _inline_button(button: Any, private: bool) -> None:
    what = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad(f"{what}: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f'{what}: Field "text" must be of type String and not empty')
    purposes = [name for name in _PURPOSES if name in button]
    if not purposes:
        raise bad(f"{what}: Text buttons are unallowed in the inline keyboard")
    if len(purposes) > 1:
        raise bad(f"{what}: exactly one of the optional fields must be used")
    if button.get("style", "primary") not in _STYLES:
        raise bad(f"{what}: unsupported button style specified")
    _inline_purpose(purposes[0], button[purposes[0]], private)


def _inline_purpose(purpose: str, value: Any, private: bool) -> None:
    if purpose == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= CALLBACK_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif purpose == "url":
        if not isinstance(value, str) or not (_URL.fullmatch(value) or _LOOPBACK.fullmatch(value)):
            raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif purpose == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise bad("can't parse inline keyboard button: copy text must be 1-256 characters")
    elif purpose == "web_app":
        if not private:
            raise bad("BUTTON_TYPE_INVALID")
        if not isinstance(value, dict) or not str(value.get("url", "")).startswith("https://"):
            raise bad("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")


def _reply_keyboard(markup: Markup, private: bool) -> None:
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= 64:
        raise bad("input field placeholder must be 1-64 characters")
    for row in _rows(markup["keyboard"], "reply keyboard"):
        for button in row:
            _reply_button({"text": button} if isinstance(button, str) else button, private)


def _reply_button(button: Any, private: bool) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad('can\'t parse keyboard button: Field "text" must be of type String and not empty')
    asked = [name for name in _REQUESTS if button.get(name)]
    if len(asked) > 1:
        raise bad("can't parse keyboard button: at most one of the optional fields must be used")
    if asked and not private:
        raise bad(_REQUESTS[asked[0]])


def labels(markup: Markup | None) -> list[str]:
    """What is written on the buttons, row by row."""
    return [button["text"] for button in buttons(markup)]


def buttons(markup: Markup | None) -> list[dict[str, Any]]:
    """The buttons of either kind of keyboard; a bare string becomes a button."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [{"text": button} if isinstance(button, str) else button for row in rows for button in row]


def language(params: Params) -> str:
    """`language_code`: empty or two small letters (ISO 639-1)."""
    code = text(params, "language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def scope_key(params: Params) -> str:
    """One string for a BotCommandScope: its type and ids."""
    scope = structure(params, "scope", "BotCommandScope")
    if scope is None:
        return "default"
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    ids = [str(scope.get(field, "")) for field in _SCOPES[kind]]
    if "" in ids:
        raise bad("can't parse BotCommandScope: chat_id or user_id is missing")
    return ":".join([kind, *ids])


def commands(params: Params) -> list[dict[str, str]]:
    """The checked command list of setMyCommands, a leading slash dropped as TDLib drops it."""
    listed = structure(params, "commands", "list of bot commands")
    if not isinstance(listed, list):
        raise bad("can't parse list of bot commands JSON object")
    if len(listed) > COMMANDS_MAX:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return [_command(each) for each in listed]


def _command(each: Any) -> dict[str, str]:
    if not isinstance(each, dict) or not isinstance(each.get("command"), str):
        raise bad("can't parse list of bot commands JSON object")
    name, about = each["command"].strip().removeprefix("/"), str(each.get("description", "")).strip()
    if not name:
        raise bad("command must be non-empty")
    if len(name) > 32:
        raise bad("command length must not exceed 32")
    if not about:
        raise bad("command description must be non-empty")
    if len(about) > 256:
        raise bad("command description length must not exceed 256")
    if not _COMMAND.fullmatch(name):
        raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
    return {"command": name, "description": about}
