"""The Telegram stand-in delivers what people do, by polling and by webhook, as Telegram does."""

import asyncio

import pytest
from starlette.responses import JSONResponse, Response
from telegram import (
    Bot,
    InlineKeyboardButton,
    Update,
)
from telegram.ext import Application, TypeHandler
from telegram.request import HTTPXRequest

from tests.patience import eventually
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_client import (  # noqa: F401
    PATIENT,
    SECRET,
    bot_fixture,
    inline,
    listening,
    refusal,
    tg_fixture,
    url_fixture,
    user_fixture,
)
from tests.standins.telegram_state import User


async def test_polling_confirms_by_offset(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Updates come again until their offset is confirmed; a waiting poll wakes at once."""
    await tg.starts(user, "invite_ABC-1")
    first = await bot.get_updates(limit=1)
    again = await bot.get_updates(limit=1)
    poll = asyncio.create_task(bot.get_updates(offset=first[-1].update_id + 1, timeout=50))
    await eventually(lambda: tg.updates._poll)
    await tg.says(user, "สวัสดี example.com")
    [second] = await poll
    await bot.get_updates(offset=second.update_id + 1)
    await tg.settled()
    assert first[0].message
    assert second.message

    assert first[0].update_id == again[0].update_id
    assert (first[0].message.text, first[0].message.entities[0].type) == ("/start invite_ABC-1", "bot_command")
    assert (second.message.from_user.language_code, second.message.entities[0].type) == ("th", "url")


async def test_only_one_poller_and_not_beside_a_webhook(bot: Bot, tg: TelegramStandin) -> None:
    """The older of two polls ends in 409, and so does polling while a webhook is set."""
    older = asyncio.create_task(refusal(bot.get_updates(timeout=50)))
    await eventually(lambda: tg.updates._poll)
    newer = HTTPXRequest(httpx_kwargs={"trust_env": False}, **PATIENT)
    async with newer, Bot(bot.token, bot.base_url.removesuffix(bot.token), get_updates_request=newer) as other:
        poll = asyncio.create_task(other.get_updates(offset=1, timeout=50))
        said = await older
        await tg.something_new()
        await poll
    async with listening(bot):
        beside = await refusal(bot.get_updates())
    await bot.delete_webhook()

    assert "Conflict: Conflict: terminated by other getUpdates request" in said
    assert "can't use getUpdates method while webhook is active" in beside


async def test_webhook_delivers_in_order_with_the_secret(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """One request in flight per chat, in order; other chats are not held up."""
    other = tg.new_user("สมชาย")
    async with listening(bot) as listener:
        listener.pause = 0.02
        for n in range(3):
            await tg.says(user, str(n))
            await tg.says(other, f"o{n}")
        await tg.settled()
        info = await bot.get_webhook_info()

    assert [text for text in listener.texts if not text.startswith("o")] == ["0", "1", "2"]
    assert (1, {SECRET}, 6) == (listener.most_at_once, set(listener.secrets), len(listener.got))
    assert (info.pending_update_count, info.last_error_date) == (0, None)


async def test_webhook_is_tried_again_until_it_says_200(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Retried at once, then after 2 s; Retry-After is obeyed; the error shows in getWebhookInfo."""
    tg.clock.rescale(100)
    async with listening(bot) as listener:
        listener.answers = [Response(status_code=500), Response(status_code=503, headers={"Retry-After": "5"})]
        before = tg.clock.now()
        await tg.says(user, "ช่วยด้วย")
        await tg.settled()
        took = tg.clock.now() - before
        info = await bot.get_webhook_info()

    assert listener.texts == ["ช่วยด้วย"] * 3
    assert len({update["update_id"] for update in listener.got}) == 1
    assert took >= 5
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_that_is_gone(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Nobody listening shows as an error; 410 for 23 hours takes the webhook away, the update waits for polling."""
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await tg.says(user, "1")
    await eventually(lambda: tg.updates.trouble.at)
    refused = await bot.get_webhook_info()
    tg.advance(2)
    tg.clock.rescale(10)
    async with listening(bot, answers=[Response(status_code=410)] * 1000):
        await eventually(lambda: tg.updates.trouble.gone_since)
        tg.advance(23 * 3600 + 1)
        await eventually(lambda: tg.updates.webhook is None)

    assert refused.last_error_message == "Connection refused"
    assert tg.updates.webhook is None
    assert len(tg.updates.waiting) == 1


async def test_updates_expire(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """A button pressed 150 seconds ago is not told any more, a message is kept for a day."""
    await bot.send_message(user.id, "?", reply_markup=inline(InlineKeyboardButton("ใช่", callback_data="x")))
    await tg.says(user, "นาน")
    await tg.presses(user, "ใช่")
    tg.advance(151)
    left = await bot.get_updates()
    tg.advance(24 * 3600)

    assert [each.message.text for each in left if each.message] == ["นาน"]
    assert (list(await bot.get_updates(offset=1)), len(tg.updates.history.dropped)) == ([], 2)


@pytest.mark.parametrize(
    ("address", "settings", "why"),
    [
        ("http://example.org/x", {}, "HTTPS URL must be provided"),
        ("https://example.org:9000/x", {}, "only on ports 80, 88, 443 or 8443"),
        ("https://example.org/x", {"secret_token": "bad secret"}, "unallowed characters"),
        ("https://example.org/x", {"secret_token": "a" * 257}, "too long"),
    ],
)
async def test_webhook_rules(bot: Bot, address: str, settings: dict[str, str], why: str) -> None:
    """Addresses and secrets Telegram would not take are refused."""
    assert why.lower() in (await refusal(bot.set_webhook(address, **settings))).lower()


async def test_allowed_updates(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """Kinds not asked for do not come; the choice stays until changed."""
    async with listening(bot, allowed_updates=["message"], max_connections=7) as listener:
        await tg.blocks(user)
        await tg.unblocks(user)
        await tg.says(user, "1")
        await tg.settled()
        info = await bot.get_webhook_info()

    assert (listener.texts, len(listener.got)) == (["1"], 1)
    assert (info.allowed_updates, info.max_connections) == (("message",), 7)


async def test_set_webhook_once_a_second_and_dropping(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """A second setWebhook within the second is 429; drop_pending_updates forgets."""
    tg.clock.rescale(1e-6)
    await tg.says(user, "เก่า")
    await bot.set_webhook("https://example.org/x", drop_pending_updates=True)
    said = await refusal(bot.set_webhook("https://example.org/x"))
    await bot.delete_webhook()

    assert "RetryAfter" in said
    assert await bot.get_updates() == ()


async def test_redelivery_and_a_call_in_the_answer(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """The same update can come twice with one id, and a 200 may carry one API call."""
    async with listening(bot) as listener:
        listener.answers = [JSONResponse({"method": "sendMessage", "chat_id": user.id, "text": "รับแล้ว"})]
        update = await tg.says(user, "1")
        await tg.settled()
        assert update
        await tg.redelivers(update)
        tg.faults.redeliver = 1.0
        await tg.says(user, "2")
        await tg.settled()

    assert listener.texts == ["1", "1", "2", "2"]
    assert [each.text for each in tg.inbox(user)] == ["รับแล้ว"]


async def test_a_real_application_polls(bot: Bot, tg: TelegramStandin) -> None:
    """A whole python-telegram-bot application, polling, talks with a person."""

    async def greet(update: Update, _: object) -> None:
        if update.callback_query:
            await update.callback_query.answer()
            await update.callback_query.edit_message_text("ขอบคุณ")
        elif update.effective_chat:
            keys = inline(InlineKeyboardButton("รับทราบ", callback_data="ok"))
            await update.effective_chat.send_message("สวัสดี", reply_markup=keys)

    application = Application.builder().bot(bot).build()
    application.add_handler(TypeHandler(Update, greet))
    person = tg.new_user("บัวผัน", "lo")
    tg.clock.rescale(10)
    async with application:
        assert application.updater
        await application.updater.start_polling(poll_interval=0, timeout=1)
        await application.start()
        await tg.starts(person)
        [first] = await tg.heard(person)
        await tg.presses(person, "รับทราบ")
        await tg.until(lambda: first.text == "ขอบคุณ")
        await tg.settled()
        await application.updater.stop()
        await application.stop()

    assert first.versions == ["สวัสดี", "ขอบคุณ"]
    assert len(tg.answers) == 1


async def test_every_act_of_a_person_is_understood(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """python-telegram-bot parses each update we make, and finds in it what was meant."""
    said = await tg.says(user, "ผิด")
    assert said
    await tg.edits(user, said, "ถูก")
    for kind in ("photo", "video", "voice", "document", "sticker"):
        await tg.sends(user, kind)
    for origin in ("user", "hidden_user", "chat", "channel"):
        await tg.forwards(user, "ดู bit.ly/x", origin=origin)
    await tg.shares_location(user, 17.9, 102.7, accuracy=20)
    await tg.shares_contact(user, "+66812345678")
    await tg.sends_album(user, [None, None], "สองรูป")
    await tg.blocks(user)
    await tg.posts(tg.new_group("ข่าว", kind="channel"), "ประกาศ")
    await tg.something_new("hologram")
    updates = await bot.get_updates()
    messages = [each.message for each in updates if each.message]
    kinds = [message.effective_attachment for message in messages]

    assert updates[1].edited_message
    assert updates[1].edited_message.text == "ถูก"
    assert sum(bool(each) for each in kinds[1:6]) == 5
    assert [each.forward_origin.type for each in messages if each.forward_origin] == [
        "user",
        "hidden_user",
        "chat",
        "channel",
    ]
    assert len({each.media_group_id for each in messages if each.media_group_id}) == 1
    assert [each.my_chat_member.new_chat_member.status for each in updates if each.my_chat_member] == ["kicked"]
    assert [each.channel_post.text for each in updates if each.channel_post] == ["ประกาศ"]
    assert {"hologram"} == updates[-1].api_kwargs.keys()


@pytest.mark.parametrize("variant", ["message is a list", "date is words", "half a press"])
async def test_malformed_updates_cannot_be_parsed(tg: TelegramStandin, variant: str) -> None:
    """They have an update_id and break the client's parser."""
    update = await tg.malformed(variant)

    with pytest.raises(TypeError):
        Update.de_json(update, None)
    assert isinstance(update["update_id"], int)


async def test_privacy_mode_in_groups(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """The bot sees commands, mentions and replies to itself, not other talk; an administrator sees all."""
    group = tg.new_group(members=[user])
    await bot.send_message(group.id, "สวัสดี")
    own = tg.inbox(group)[0]
    for text in ("คุยกัน", "/help", "/help@other_bot", "@rimkhong_bot ดูให้หน่อย"):
        await tg.says(user, text, chat=group)
    await tg.says(user, "ตอบ", chat=group, reply_to=own)
    await tg.joins(tg.new_user("ใหม่"), group)
    await tg.adds_bot(user, group, admin=True)
    await tg.says(user, "เห็นหมด", chat=group)
    updates = await bot.get_updates()
    seen = [each.message.text for each in updates if each.message]

    assert seen == ["/help", "@rimkhong_bot ดูให้หน่อย", "ตอบ", None, "เห็นหมด"]
