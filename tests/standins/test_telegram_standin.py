"""The Telegram stand-in refuses what Telegram refuses: seen through the real python-telegram-bot."""

from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    InlineKeyboardButton,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    InvalidToken,
)
from telegram.request import HTTPXRequest

from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_client import (  # noqa: F401
    bot_fixture,
    inline,
    refusal,
    tg_fixture,
    url_fixture,
    user_fixture,
)
from tests.standins.telegram_people import jpeg
from tests.standins.telegram_state import User
from tests.standins.telegram_text import parse_html, parse_markdown_v2


async def test_get_me_and_the_token(bot: Bot, tg: TelegramStandin, url: str) -> None:
    """The bot knows its name, a wrong token is 401, an unknown method 404, and case does not matter."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        wrong = await client.get("/bot1:wrong/getMe")
        unknown = await client.get(f"/bot{tg.token}/getMeNot")
        odd = await client.post(f"/bot{tg.token}/GETme")

    assert bot.username == "rimkhong_bot"
    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (wrong.status_code, unknown.status_code) == (401, 404)
    assert tg.me_wire["id"] == odd.json()["result"]["id"]


async def test_wrong_token_is_invalid_token_for_the_client(url: str) -> None:
    """python-telegram-bot reads the 401 as it reads Telegram's."""
    stranger = Bot("1:no", f"{url}/bot", request=HTTPXRequest(httpx_kwargs={"trust_env": False}))

    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_a_message_arrives(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """What was sent is in the inbox with its id and time, and comes back to the sender."""
    sent = await bot.send_message(user.id, " <b>สวัสดี</b> &amp; 😀 ", parse_mode=ParseMode.HTML)
    [message] = tg.inbox(user)

    assert (sent.text, message.text, message.message_id) == ("สวัสดี & 😀", "สวัสดี & 😀", 1)
    assert {text: entity.type for entity, text in sent.parse_entities().items()} == {"สวัสดี": "bold"}
    assert abs(tg.clock.now() - message.at) < 5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Message text is empty"),
        ("  ", "Text must be non-empty"),
        ("ก" * 4097, "Message is too long"),
        ("<x>", 'Can\'t parse entities: unsupported start tag "x" at byte offset 0'),
        ("<b>ก", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("ก</b>", "Can't parse entities: unexpected end tag at byte offset 3"),
        ("<b><i>a</b></i>", 'expected "</i>", found "</b>"'),
    ],
)
async def test_text_rules(bot: Bot, user: User, text: str, why: str) -> None:
    """Empty, too long, or broken HTML: 400 in Telegram's words."""
    said = await refusal(bot.send_message(user.id, text, parse_mode="HTML"))

    assert said.startswith("BadRequest: ")
    assert why.lower() in said.lower()


async def test_length_is_counted_after_parsing_in_code_points(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """4096 emoji pass although they are 8192 UTF-16 units, and tags do not count."""
    await bot.send_message(user.id, "<b>" + "😀" * 4096 + "</b>", parse_mode="HTML")

    assert len(tg.inbox(user)[0].text) == 4096


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"*a* _b_ __c__ ~d~ ||e|| `f.` 1\.", ("a b c d e f. 1.", ["bold", "italic", "underline"])),
        (r"[x](http://y.z/\))", ("x", ["text_link"])),
        (r">q", ("q", [])),
    ],
)
def test_markdown_v2(source: str, expected: tuple[str, list[str]]) -> None:
    """MarkdownV2 is read as Telegram reads it."""
    text, entities = parse_markdown_v2(source)

    assert expected == (text, [each["type"] for each in entities][:3])


async def test_markdown_v2_wants_its_escapes(bot: Bot, user: User) -> None:
    """A bare full stop is refused, and so is a star never closed."""
    dot = await refusal(bot.send_message(user.id, "1.", parse_mode="MarkdownV2"))
    star = await refusal(bot.send_message(user.id, "*a", parse_mode="MarkdownV2"))

    assert "character '.' is reserved and must be escaped with the preceding '\\'" in dot.lower()
    assert "can't find end of bold entity at byte offset 0" in star.lower()


def test_html_entity_offsets_are_utf16() -> None:
    """An emoji before an entity moves it by two."""
    assert parse_html("😀 <b>ก</b>") == ("😀 ก", [{"type": "bold", "offset": 3, "length": 1}])


async def test_callback_data_is_64_bytes_not_letters(bot: Bot, user: User) -> None:
    """21 Thai letters fit into callback_data, 22 do not."""
    await bot.send_message(user.id, "?", reply_markup=inline(InlineKeyboardButton("ก", callback_data="ก" * 21)))
    said = await refusal(
        bot.send_message(user.id, "?", reply_markup=inline(InlineKeyboardButton("ก", callback_data="ก" * 22)))
    )

    assert said == "BadRequest: Button_data_invalid"


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (inline(InlineKeyboardButton("x")), "Text buttons are unallowed"),
        (inline(InlineKeyboardButton("", callback_data="x")), "not empty"),
        (inline(InlineKeyboardButton("x", url="not a url")), "Wrong HTTP URL"),
        ({"inline_keyboard": [{"text": "x"}]}, "Array of Arrays"),
        ({"inline_keyboard": [[{"text": "x", "url": "http://a.b", "callback_data": "x"}]]}, "exactly one"),
        ({"keys": []}, "object expected as reply markup"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 101]}, "reply markup is too long"),
    ],
)
async def test_keyboard_shapes(url: str, tg: TelegramStandin, user: User, markup: Any, why: str) -> None:
    """A keyboard Telegram would refuse is refused."""
    shape = markup if isinstance(markup, dict) else markup.to_dict()
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.post(
            f"/bot{tg.token}/sendMessage", json={"chat_id": user.id, "text": "x", "reply_markup": shape}
        )

    assert answer.status_code == 400
    assert why in answer.json()["description"]
    assert tg.sent == []


async def test_location_buttons_are_for_private_chats(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """request_location works in a private chat and is refused in a group."""
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("📍", request_location=True)]])
    await bot.send_message(user.id, "ที่ไหน", reply_markup=keyboard)
    said = await refusal(bot.send_message(tg.new_group(members=[user]).id, "ที่ไหน", reply_markup=keyboard))
    pressed = await tg.presses(user, "📍")

    assert said == "BadRequest: Location can be requested in private chats only"
    assert pressed is not None
    assert {"latitude", "longitude"} == pressed["message"]["location"].keys()


async def test_who_cannot_be_written_to(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Each reason has its own answer."""
    stranger, gone = tg.new_user("ใหม่"), tg.new_user("ลบ", started=True)
    group, old = tg.new_group(members=[user]), tg.new_group(kind="group")
    await tg.blocks(user)
    tg.deactivates(gone)
    await tg.kicks_bot(stranger, group)
    new = await tg.migrates(old)
    said = [await refusal(bot.send_message(chat, "?")) for chat in (1, stranger.id, user.id, gone.id, group.id)]
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "?")

    assert said == [
        "BadRequest: Chat not found",
        "Forbidden: Forbidden: bot can't initiate conversation with a user",
        "Forbidden: Forbidden: bot was blocked by the user",
        "Forbidden: Forbidden: user is deactivated",
        "Forbidden: Forbidden: bot was kicked from the supergroup chat",
    ]
    assert new.id == moved.value.new_chat_id
    assert tg.sent == []


async def test_editing(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """An edit shows the new text, loses the buttons unless they are given, and must change something."""
    keys = inline(InlineKeyboardButton("ต่อ", callback_data="1"))
    sent = await bot.send_message(user.id, "10 %", reply_markup=keys)
    await bot.edit_message_text("20 %", user.id, sent.message_id)
    same = await refusal(bot.edit_message_text("20 %", user.id, sent.message_id))
    await bot.edit_message_reply_markup(user.id, sent.message_id, reply_markup=keys)
    missing = await refusal(bot.edit_message_text("x", user.id, 999))
    [message] = tg.inbox(user)

    assert (message.text, message.versions, message.labels) == ("20 %", ["10 %", "20 %", "20 %"], ["ต่อ"])
    assert "message is not modified" in same.lower()
    assert missing == "BadRequest: Message to edit not found"


async def test_deleting(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """A deleted message is gone; twice, or after 48 hours, is an error; deleteMessages skips what is missing."""
    first, second, third = [await bot.send_message(user.id, str(n)) for n in range(3)]
    await bot.delete_message(user.id, first.message_id)
    twice = await refusal(bot.delete_message(user.id, first.message_id))
    await bot.delete_messages(user.id, [first.message_id, second.message_id])
    tg.advance(49 * 3600)
    late = await refusal(bot.delete_message(user.id, third.message_id))

    assert [each.text for each in tg.inbox(user)] == ["2"]
    assert twice == "BadRequest: Message to delete not found"
    assert late == "BadRequest: Message can't be deleted"


async def test_pressing_a_button(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """The newest button so labelled sends its data; its query can be answered while it is young."""
    for data in ("old", "new"):
        await bot.send_message(user.id, "?", reply_markup=inline(InlineKeyboardButton("ใช่", callback_data=data)))
    await tg.presses(user, "ใช่")
    [update] = await bot.get_updates()
    assert isinstance(update.callback_query, CallbackQuery)
    await bot.answer_callback_query(update.callback_query.id, "รับแล้ว")
    tg.advance(200)
    old = await refusal(bot.answer_callback_query(update.callback_query.id))
    with pytest.raises(LookupError, match=r"there are .*ใช่"):
        await tg.presses(user, "ไม่มี")

    assert update.callback_query.data == "new"
    assert tg.answers[update.callback_query.id]["text"] == "รับแล้ว"
    assert old == "BadRequest: Query is too old and response timeout expired or query id is invalid"


async def test_media_both_ways(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Uploads are kept and can be sent again by id; a person's photo can be downloaded; 20 MB is the end."""
    sent = await bot.send_photo(user.id, jpeg(), caption="รูป")
    await bot.send_document(user.id, b"\r\n--x\x00", filename="ก.bin")
    again = await bot.send_photo(user.id, sent.photo[-1].file_id)
    wrong = await refusal(bot.send_voice(user.id, sent.photo[-1].file_id))
    await tg.sends(user, "photo", b"abc", caption="ดูนี่")
    await tg.sends(user, "video", b"", size=21 * 1024 * 1024)
    photo, video = await bot.get_updates()
    assert photo.message
    assert video.message
    assert video.message.video
    file = await photo.message.photo[-1].get_file()
    data = await file.download_as_bytearray()
    big = await refusal(video.message.video.get_file())
    tg.advance(3700)

    assert (bytes(data), photo.message.caption) == (b"abc", "ดูนี่")
    assert sent.photo[-1].file_id == again.photo[-1].file_id
    assert [jpeg(), b"\r\n--x\x00"] == [each.data for each in tg.ledger.files.values()][:2]
    assert "can't use file of type Photo as Voice".lower() in wrong.lower()
    assert big == "BadRequest: File is too big"
    with pytest.raises((BadRequest, InvalidToken)):
        await file.download_as_bytearray()


async def test_photo_limits(bot: Bot, user: User) -> None:
    """Captions end at 1024; photos at 10 MB; links are not fetched here."""
    long = await refusal(bot.send_photo(user.id, jpeg(), caption="ก" * 1025))
    heavy = await refusal(bot.send_photo(user.id, b"0" * (10 * 1024 * 1024 + 1)))
    link = await refusal(bot.send_photo(user.id, "https://example.org/a.jpg"))

    assert long == "BadRequest: Message caption is too long"
    assert "too big for a photo" in heavy
    assert link == "BadRequest: Failed to get http url content"


async def test_media_group_voice_location_and_action(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Albums, voices, places and chat actions are accepted in their right form."""
    album = await bot.send_media_group(user.id, [InputMediaPhoto(jpeg()), InputMediaPhoto(jpeg(), caption="สอง")])
    await bot.send_voice(user.id, b"OggS")
    place = await bot.send_location(user.id, 17.88, 102.74)
    await bot.send_chat_action(user.id, "typing")
    wrong = await refusal(bot.send_chat_action(user.id, "dancing"))

    assert len({each.media_group_id for each in album}) == 1
    assert place.location
    assert (17.88, [(user.id, "typing")]) == (place.location.latitude, tg.chat_actions)
    assert "wrong parameter action" in wrong.lower()


async def test_command_menus(bot: Bot, tg: TelegramStandin) -> None:
    """Menus are kept by scope and language; bad names and descriptions are refused."""
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("report", "แจ้งเหตุ")], scope, "th")
    read = await bot.get_my_commands(scope, "th")
    other = await bot.get_my_commands(scope, "lo")
    said = [
        await refusal(bot.set_my_commands([("Report", "x")])),
        await refusal(bot.set_my_commands([("a" * 33, "x")])),
        await refusal(bot.set_my_commands([("a", "x" * 257)])),
        await refusal(bot.set_my_commands([("a", "x")] * 101)),
        await refusal(bot.set_my_commands([("a", "x")], language_code="tha")),
    ]

    assert [(each.command, each.description) for each in read] == [("report", "แจ้งเหตุ")]
    assert other == ()
    assert tg.commands == {("all_private_chats", "th"): [{"command": "report", "description": "แจ้งเหตุ"}]}
    assert said == [
        "BadRequest: Bot_command_invalid",
        "BadRequest: Command length must not exceed 32",
        "BadRequest: Command description length must not exceed 256",
        "BadRequest: Bot_commands_too_much",
        "BadRequest: Invalid language code specified",
    ]


async def test_profile_texts(bot: Bot) -> None:
    """Name, description and short description by language, each with its length."""
    await bot.set_my_description("ช่วยดูลิงก์", "th")
    said = [
        await refusal(bot.set_my_name("ก" * 65)),
        await refusal(bot.set_my_description("ก" * 513)),
        await refusal(bot.set_my_short_description("ก" * 121)),
    ]

    assert (
        (await bot.get_my_description("th")).description,
        (await bot.get_my_description("en")).description,
    ) == ("ช่วยดูลิงก์", "")
    assert [each[-8:] for each in said] == ["too long"] * 3
    assert await bot.set_chat_menu_button()


async def test_chats_and_members(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """getChat, counts and members tell of the group; after leaving nothing more can be sent."""
    group = tg.new_group("บ้านแพง", [user, tg.new_user("สอง")])
    told = (await bot.get_chat(group.id)).title, await bot.get_chat_member_count(group.id)
    owner = await bot.get_chat_member(group.id, user.id)
    admins = await bot.get_chat_administrators(group.id)
    await bot.leave_chat(group.id)
    gone = await refusal(bot.send_message(group.id, "x"))

    assert (("บ้านแพง", 3), "creator", [user.id]) == (told, owner.status, [each.user.id for each in admins])
    assert gone == "Forbidden: Forbidden: bot is not a member of the supergroup chat"
