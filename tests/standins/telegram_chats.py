"""The methods about the bot itself and about chats: getMe, profile texts, command menus, members, files."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.standins.telegram_markup import commands, language, scope_key
from tests.standins.telegram_send import may_write, target
from tests.standins.telegram_state import DOWNLOAD_MAX, FILE_LIFE, Group, User, Wire
from tests.standins.telegram_wire import ApiError, Params, bad, slow_down, structure, text, whole

if TYPE_CHECKING:
    from tests.standins.telegram import TelegramStandin

PROFILE = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}
RIGHTS = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


def get_me(tg: "TelegramStandin", params: Params) -> Wire:
    """getMe."""
    return tg.me_wire | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def set_my_commands(tg: "TelegramStandin", params: Params) -> bool:
    """setMyCommands: replaces the list of that scope and language."""
    tg.menus[scope_key(params), language(params)] = commands(params)
    return True


def get_my_commands(tg: "TelegramStandin", params: Params) -> list[dict[str, str]]:
    """getMyCommands: exactly that scope and language, nothing inherited."""
    return tg.menus.get((scope_key(params), language(params)), [])


def delete_my_commands(tg: "TelegramStandin", params: Params) -> bool:
    """deleteMyCommands."""
    tg.menus.pop((scope_key(params), language(params)), None)
    return True


def profile_setter(what: str) -> Callable[["TelegramStandin", Params], bool]:
    """setMyName, setMyDescription, setMyShortDescription, one for each language."""
    field, longest = PROFILE[what]

    def set_it(tg: "TelegramStandin", params: Params) -> bool:
        words = text(params, field)
        if len(words) > longest:
            raise bad(f"{field.replace('_', ' ')} is too long")
        tg.profile[field, language(params)] = words
        return True

    return set_it


def profile_getter(what: str) -> Callable[["TelegramStandin", Params], Wire]:
    """getMyName, getMyDescription, getMyShortDescription; an untranslated language falls back to the default."""
    field, _ = PROFILE[what]

    def get_it(tg: "TelegramStandin", params: Params) -> Wire:
        plain = tg.profile.get((field, ""), tg.me_wire["first_name"] if field == "name" else "")
        return {field: tg.profile.get((field, language(params))) or plain}

    return get_it


def set_chat_menu_button(tg: "TelegramStandin", params: Params) -> bool:
    """setChatMenuButton, for one private chat or as the default."""
    button = structure(params, "menu_button", "menu button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad("can't parse MenuButton: Unsupported type specified")
    if button["type"] == "web_app" and not str(button.get("web_app", {}).get("url", "")).startswith("https://"):
        raise bad("menu button Web App URL is invalid: Only HTTPS links are allowed")
    tg.menu_buttons[_private_id(tg, params)] = button
    return True


def get_chat_menu_button(tg: "TelegramStandin", params: Params) -> Wire:
    """getChatMenuButton."""
    return tg.menu_buttons.get(_private_id(tg, params), tg.menu_buttons.get(0, {"type": "commands"}))


def _private_id(tg: "TelegramStandin", params: Params) -> int:
    if "chat_id" not in params:
        return 0
    chat = target(tg, params)
    if not isinstance(chat, User):
        raise bad("chat not found")
    return chat.id


def get_chat(tg: "TelegramStandin", params: Params) -> Wire:
    """getChat."""
    chat = target(tg, params)
    if isinstance(chat, Group):
        may_write(chat)
    return chat.chat | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member_count(tg: "TelegramStandin", params: Params) -> int:
    """getChatMemberCount; the bot counts too."""
    chat = target(tg, params)
    if isinstance(chat, User):
        return 2
    may_write(chat)
    return 1 + sum(status not in ("left", "kicked") for status in chat.members.values())


def member_wire(user: Wire, status: str) -> Wire:
    """A Bot API ChatMember of that standing."""
    wire: Wire = {"status": status, "user": user}
    if status == "kicked":
        wire["until_date"] = 0
    if status == "creator":
        wire["is_anonymous"] = False
    if status == "administrator":
        wire |= dict.fromkeys(RIGHTS, False)
    return wire


def get_chat_member(tg: "TelegramStandin", params: Params) -> Wire:
    """getChatMember."""
    chat, user_id = target(tg, params), whole(params, "user_id")
    if isinstance(chat, Group):
        may_write(chat)
        if user_id == tg.me_wire["id"]:
            return member_wire(tg.me_wire, chat.bot)
    user = tg.ledger.chats.get(user_id)
    if not isinstance(user, User):
        raise bad("user not found")
    standing = chat.members.get(user_id, "left") if isinstance(chat, Group) else "member"
    return member_wire(user.wire, standing)


def get_chat_administrators(tg: "TelegramStandin", params: Params) -> list[Wire]:
    """getChatAdministrators."""
    chat = target(tg, params)
    if isinstance(chat, User):
        raise bad("there are no administrators in the private chat")
    may_write(chat)
    found = [(key, status) for key, status in chat.members.items() if status in ("creator", "administrator")]
    users = [(tg.ledger.chats[key], status) for key, status in found]
    return [member_wire(user.wire, status) for user, status in users if isinstance(user, User)]


def leave_chat(tg: "TelegramStandin", params: Params) -> bool:
    """leaveChat."""
    chat = target(tg, params)
    if isinstance(chat, User):
        raise bad("chat member status can't be changed in private chats")
    may_write(chat)
    chat.bot = "left"
    return True


def get_file(tg: "TelegramStandin", params: Params) -> Wire:
    """getFile: at most 20 MB; the link works for an hour."""
    stored = tg.ledger.files.get(text(params, "file_id"))
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > DOWNLOAD_MAX:
        raise bad("file is too big")
    stored.link_until = tg.clock.now() + FILE_LIFE
    wire = {"file_id": stored.file_id, "file_unique_id": f"U{stored.file_id}", "file_size": stored.size}
    return wire | {"file_path": stored.path}


def log_out(tg: "TelegramStandin", params: Params) -> bool:
    """logOut: from then on every call fails."""
    tg.logged_out = True
    return True


def close(tg: "TelegramStandin", params: Params) -> bool:
    """close: refused for ten minutes after the start."""
    left = 600 - (tg.clock.now() - tg.born)
    if left > 0:
        raise slow_down(int(left) + 1)
    return True


def set_webhook(tg: "TelegramStandin", params: Params) -> bool:
    """setWebhook, at most once a second."""
    now = tg.clock.now()
    if text(params, "url"):
        if now - tg.webhook_set_at < tg.pace.limits.set_webhook_gap:
            raise slow_down(1)
        tg.webhook_set_at = now
    return tg.updates.set_webhook(params)


def logged_out() -> ApiError:
    """What every call answers after logOut."""
    return bad("Logged out")


ABOUT: dict[str, Callable[["TelegramStandin", Params], Any]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{what}": profile_setter(what) for what in PROFILE},
    **{f"getMy{what}": profile_getter(what) for what in PROFILE},
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "getChat": get_chat,
    "getChatMemberCount": get_chat_member_count,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "logOut": log_out,
    "close": close,
    "setWebhook": set_webhook,
    "deleteWebhook": lambda tg, params: tg.updates.delete_webhook(params),
    "getWebhookInfo": lambda tg, params: tg.updates.info(),
}
