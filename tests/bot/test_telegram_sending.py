"""What Telegram's answers mean for a delivery: from a table, and from a Telegram that is as strict as the real one."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.receiving import Unanswered
from bot.telegram import KINDS, Telegram
from domain.delivery import Gone, Outcome, Refused, Retry, Sent
from domain.message import Address, Button, Incoming, Outgoing, Press
from domain.ports import Channel, Fetcher, TooLarge, Unreachable, Vanished
from tests.bot.conftest import NOW, answering, delivery
from tests.patience import ended
from tests.standins.serve import served
from tests.standins.telegram import TOKEN, TelegramStandin
from tests.standins.telegram_people import jpeg
from tests.standins.telegram_state import User

YES = Button("ใช่", "r1:yes")
PERSON = Address("telegram", "500000001")
BAD_TOKEN = Retry("Telegram does not accept token, or is not at api_base", timedelta(minutes=1), whole_channel=True)


def error(code: int, description: str, **parameters: int) -> dict[str, Any]:
    told = {"ok": False, "error_code": code, "description": description}
    return told | ({"parameters": parameters} if parameters else {})


ANSWERS: list[tuple[int, Any, Outcome]] = [
    (200, {"ok": True, "result": {"message_id": 5, "surprise": {}}}, Sent("5")),
    (200, {"ok": True, "result": True}, Sent()),
    (200, {"ok": True}, Retry("NetworkError")),
    (200, "<html>", Retry("TelegramError: JSONDecodeError")),
    (
        429,
        error(429, "Too Many Requests: retry after 7", retry_after=7),
        Retry("Telegram asks us to wait", timedelta(seconds=7), whole_channel=True),
    ),
    (403, error(403, "Forbidden: bot was blocked by the user"), Gone()),
    (403, error(403, "Forbidden: user is deactivated"), Gone()),
    (403, error(403, "Forbidden: bot was kicked from the group chat"), Gone()),
    (
        400,
        error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001),
        Gone("-1001"),
    ),
    (400, error(400, "Bad Request: chat not found"), Gone()),
    (400, error(400, "Bad Request: PEER_ID_INVALID"), Gone()),
    (400, error(400, "Bad Request: message text is empty"), Refused("Message text is empty")),
    (400, error(400, "Bad Request: BUTTON_DATA_INVALID"), Refused("Button_data_invalid")),
    (401, error(401, "Unauthorized"), BAD_TOKEN),
    (404, error(404, "Not Found"), BAD_TOKEN),
    (409, error(409, "Conflict"), Retry("another process polls, or a webhook is set")),
    (500, error(500, "Internal Server Error"), Retry("NetworkError")),
    (502, "<html>", Retry("NetworkError: TelegramError")),
]


@pytest.fixture
def person(telegram_api: TelegramStandin) -> User:
    """Somebody who has started the bot."""
    return telegram_api.new_user("สมหญิง", "th", started=True)


def to(user: User) -> Address:
    return Address("telegram", str(user.id))


@pytest.mark.parametrize(("status", "body", "outcome"), ANSWERS, ids=[f"{s}-{i}" for i, (s, *_) in enumerate(ANSWERS)])
async def test_outcome(status: int, body: Any, outcome: Outcome) -> None:
    """Each of Telegram's answers is an outcome that we know how to act on."""
    async with served(answering(status, body)) as url:
        telegram = Telegram(TOKEN, api_base=url)
        found = await telegram.send(delivery(PERSON, "สวัสดี"))
        await telegram.aclose()

    assert outcome == found


async def test_a_telegram_that_is_not_there_is_tried_again() -> None:
    """When nobody listens, that is the network's fault, and the message waits."""
    telegram = Telegram(TOKEN, api_base="http://127.0.0.1:9")
    found = await telegram.send(delivery(PERSON, "สวัสดี"))
    await telegram.aclose()

    assert Retry("NetworkError: ClientConnectorError") == found


async def test_the_channel_has_its_powers(telegram: Telegram) -> None:
    """It sends and fetches."""
    channel: Channel = telegram
    assert isinstance(telegram, Fetcher)
    assert channel.name == "telegram"


async def test_bubbles_and_buttons_arrive(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """A message a bubble, in order, the buttons under the last, and its id is told."""
    found = await telegram.send(delivery(to(person), "หนึ่ง", "สอง", buttons=(YES,)))

    first, second = telegram_api.inbox(person)
    assert ([first.text, second.text], second.labels) == (["หนึ่ง", "สอง"], ["ใช่"])
    assert Sent(str(second.message_id)) == found


async def test_nothing_anybody_wrote_is_markup(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """Words arrive as they are written, whatever they look like."""
    odd = "<b>โอน</b> *ด่วน* [ที่นี่](https://a.top) _x_ & \\"

    await telegram.send(delivery(to(person), odd))

    assert [odd] == [each.text for each in telegram_api.inbox(person)]


async def test_nothing_to_say_is_refused(telegram: Telegram) -> None:
    """A message without words never reaches Telegram."""
    assert Refused("nothing to say") == await telegram.send(delivery(PERSON, " "))


async def test_who_is_gone(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """Who blocked us, never wrote, deleted their account or does not exist is gone."""
    stranger, deleted = telegram_api.new_user(), telegram_api.new_user(started=True)
    telegram_api.deactivates(deleted)
    await telegram_api.blocks(person)

    for who in (person.id, stranger.id, deleted.id, 1):
        assert Gone() == await telegram.send(delivery(Address("telegram", str(who)), "สวัสดี"))


async def test_a_group_that_moved(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """A group that became a supergroup tells its new address."""
    group = telegram_api.new_group("ชรบ.", [person], kind="group")
    await telegram_api.migrates(group)

    found = await telegram.send(delivery(Address("telegram", str(group.id)), "สวัสดี"))

    assert Gone(str(group.migrated_to)) == found


async def test_only_what_has_not_arrived_is_sent_again() -> None:
    """When the second of three bubbles has to wait, the next try goes on with that one."""
    answers = [(200, {"ok": True, "result": {"message_id": n}}) for n in range(3)]
    answers.insert(1, (429, error(429, "Too Many Requests: retry after 3", retry_after=3)))
    said: list[str] = []

    async def answer(request: Request) -> Response:
        status, body = answers[len(said)]
        said.append(dict(parse_qsl((await request.body()).decode()))["text"])
        return JSONResponse(body, status)

    told = delivery(PERSON, "หนึ่ง", "สอง", "สาม")
    async with served(Starlette(routes=[Route("/{rest:path}", answer, methods=["POST"])])) as url:
        telegram = Telegram(TOKEN, api_base=url)
        outcomes = [await telegram.send(told), await telegram.send(replace(told, tries=2))]
        await telegram.aclose()

    assert [Retry("Telegram asks us to wait", timedelta(seconds=3), whole_channel=True), Sent("2")] == outcomes
    assert said == ["หนึ่ง", "สอง", "สอง", "สาม"]


@pytest.mark.parametrize("kind", ["500", "html", "closed", "hang"])
async def test_trouble_is_tried_again(
    telegram: Telegram, telegram_api: TelegramStandin, person: User, kind: str
) -> None:
    """Whatever happens to a call, the next one delivers."""
    telegram_api.faults.next(1, kind, after=False)

    first = await ended(telegram.send(delivery(to(person), "สวัสดี")), telegram_api.faults)
    second = await telegram.send(delivery(to(person), "สวัสดี"))

    assert (Retry, Sent) == (type(first), type(second))
    assert [each.text for each in telegram_api.inbox(person)] == ["สวัสดี"]


async def test_a_token_is_never_told(telegram_api: TelegramStandin, caplog: pytest.LogCaptureFixture) -> None:
    """Neither logs nor reasons hold the token or a word of what was said, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    secret = "7000000001:AAwrong"
    with capture_logs() as logs:
        async with served(telegram_api.app) as url:
            telegram = Telegram(secret, api_base=url)
            refused = await telegram.send(delivery(PERSON, "ข้อความลับ"))
            telegram.token = TOKEN
            await telegram.aclose()
            await telegram.send(delivery(PERSON, "ข้อความลับ"))
            await telegram.aclose()
        nowhere = Telegram(TOKEN, api_base="http://127.0.0.1:9")
        unreached = await nowhere.send(delivery(PERSON, "ข้อความลับ"))
        await nowhere.aclose()

    everything = f"{logs}{caplog.text}{refused}{unreached}{telegram!r}"
    assert logs
    assert [word in everything for word in (secret, TOKEN, "ข้อความลับ")] == [False] * 3


async def test_a_group_gets_no_location_button(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """Telegram refuses one there; the question arrives with its other buttons."""
    group = telegram_api.new_group("ชรบ.", [person])

    found = await telegram.send(delivery(Address("telegram", str(group.id)), "อยู่ที่ไหน", buttons=(YES,), wants="place"))

    assert isinstance(found, Sent)
    assert [each.labels for each in telegram_api.inbox(group)] == [["ใช่"]]


async def test_a_place_can_be_sent_with_one_tap(
    telegram: Telegram, telegram_api: TelegramStandin, person: User
) -> None:
    """In a private chat the location button works, and the choices can be pressed beside it."""
    await telegram.send(delivery(to(person), "อยู่ที่ไหน", buttons=(YES,), wants="place"))

    told = await telegram_api.presses(person, "📍 ส่งตำแหน่ง")
    await telegram.send(delivery(to(person), "อยู่ที่ไหน", cause="again", buttons=(YES,), wants="place"))
    said = await telegram_api.presses(person, "ใช่")

    assert told is not None
    assert said is not None
    assert told["message"]["location"] == {"latitude": 17.878, "longitude": 102.742}
    assert said["message"]["text"] == "ใช่"


async def test_files_go_along(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """A picture as a photo, anything else as a file under its name, before the words; what is gone is left out."""
    files = {"qr": ("qr.jpg", "image/jpeg", jpeg()), "csv": ("รายงาน.csv", "text/csv", "ก,ข".encode())}

    async def read(id: str) -> tuple[str, str, bytes] | None:
        return files.get(id)

    telegram.read = read
    found = await telegram.send(delivery(to(person), "นี่คือไฟล์", buttons=(YES,), attached=("qr", "csv", "gone")))

    photo, file, words = telegram_api.inbox(person)
    assert isinstance(found, Sent)
    assert (photo.method, file.method, words.text, words.labels) == ("sendPhoto", "sendDocument", "นี่คือไฟล์", ["ใช่"])
    assert file.wire["document"]["file_name"] == "รายงาน.csv"


async def test_progress_is_one_message_that_changes(
    telegram: Telegram, telegram_api: TelegramStandin, person: User
) -> None:
    """A message of ours is replaced; replacing it by itself is fine as well."""
    sent = await telegram.send(delivery(to(person), "ส่งแล้ว 1 จาก 9", buttons=(YES,)))
    assert isinstance(sent, Sent)

    for _ in range(2):
        assert isinstance(await telegram.edit(to(person), sent.id, Outgoing(("ส่งแล้ว 9 จาก 9",))), Sent)

    [message] = telegram_api.inbox(person)
    assert (message.text, message.labels) == ("ส่งแล้ว 9 จาก 9", [])


# --- buttons, media, questions ----------------------------------------------------------------------------------------


async def test_a_pressed_button_is_acknowledged_once(
    telegram: Telegram, telegram_api: TelegramStandin, person: User
) -> None:
    """The spinner stops, by itself or with the answer, and Telegram is told once."""
    await telegram.send(delivery(to(person), "?", buttons=(YES,)))
    update = await telegram_api.presses(person, "ใช่")
    assert update is not None
    query = update["callback_query"]["id"]
    incoming = Incoming("1", "1", to(person), NOW, Press("r1:yes"), reply_token=f"cb:{query}")

    telegram.acknowledge(incoming)
    telegram.acknowledge(incoming)
    await telegram.send(delivery(to(person), "ได้เลย", reply_token=f"cb:{query}"))
    await asyncio.gather(*telegram._tasks)

    assert {query} == set(telegram_api.answers)
    assert telegram_api.calls["answercallbackquery"] == 1


async def test_an_old_button_is_no_harm(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """Telegram has forgotten the press: the answer goes out all the same."""
    found = await telegram.send(delivery(to(person), "ได้เลย", reply_token="cb:404"))
    await asyncio.gather(*telegram._tasks)

    assert isinstance(found, Sent)
    assert telegram_api.answers == {}


async def test_a_file_is_fetched(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """The bytes somebody sent, whole, up to the limit and not a byte beyond."""
    update = await telegram_api.sends(person, "photo", b"\xff\xd8" + b"x" * 998)
    assert update is not None
    ref = update["message"]["photo"][-1]["file_id"]

    assert await telegram.fetch(ref, 1000) == b"\xff\xd8" + b"x" * 998
    with pytest.raises(TooLarge):
        await telegram.fetch(ref, 999)


async def test_a_file_that_does_not_come(telegram: Telegram, telegram_api: TelegramStandin, person: User) -> None:
    """Too large for bots, unknown, or not now: three different things."""
    update = await telegram_api.sends(person, "document", b"x", size=30 * 1024 * 1024)
    assert update is not None
    with pytest.raises(TooLarge):
        await telegram.fetch(update["message"]["document"]["file_id"], 10**9)
    with pytest.raises(Vanished):
        await telegram.fetch("no such file", 1000)
    telegram_api.faults.next(1, "500", method="getFile")
    with pytest.raises(Unreachable):
        await telegram.fetch("whatever", 1000)


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "https://10.0.0.1/x", "a?b", ""])
async def test_only_a_file_of_telegram_s_is_fetched(path: str) -> None:
    """A path that leads elsewhere, as a server in local mode may give, is not followed."""
    async with served(answering(200, {"ok": True, "result": {"file_id": "f", "file_path": path}})) as url:
        telegram = Telegram(TOKEN, api_base=url)
        with pytest.raises(Vanished):
            await telegram.fetch("f", 1000)
        await telegram.aclose()


COMMANDS = [("report", {"th": "แจ้งเหตุ", "en": "Report", "lo": "ແຈ້ງເຫດ", "km": "រាយការណ៍"}), ("help", {"th": "วิธีใช้"})]
ABOUT = {"th": "ริมโขง", "en": "Rim Khong"}


async def test_setup_is_done_once(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """Menus and descriptions in each language; the second time only the webhook, whose secret nobody can read."""
    hook = "http://127.0.0.1:8080/webhooks/telegram"

    planned = await telegram.setup(COMMANDS, about=ABOUT, short=ABOUT, webhook_url=hook, fix=False)
    assert telegram_api.commands == {}
    first = await telegram.setup(COMMANDS, about=ABOUT, short=ABOUT, webhook_url=hook)
    telegram_api.advance(2)
    second = await telegram.setup(COMMANDS, about=ABOUT, short=ABOUT, webhook_url=hook)
    third = await telegram.setup(COMMANDS, about=ABOUT, short=ABOUT, webhook_url=hook, fix=False)

    assert first == planned
    assert (9, [f"webhook: {hook}"], []) == (len(first), second, third)
    menus = telegram_api.commands
    assert [each["description"] for each in menus["all_private_chats", ""]] == ["แจ้งเหตุ", "วิธีใช้"]
    assert [each["description"] for each in menus["all_private_chats", "en"]] == ["Report", "วิธีใช้"]
    webhook = telegram_api.updates.webhook
    assert webhook is not None
    assert ("s3cret", sorted(KINDS)) == (webhook.secret, sorted(telegram_api.updates.allowed or ()))


async def test_polling_needs_no_webhook(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """Without an address the webhook is removed, since Telegram gives updates one way only."""
    await telegram.setup([], about={}, short={}, webhook_url="http://127.0.0.1:8080/x")

    told = await telegram.setup([], about={}, short={})

    assert told == ["webhook removed, updates are polled"]
    assert telegram_api.updates.webhook is None


async def test_a_question_without_an_answer(telegram_api: TelegramStandin) -> None:
    """What cannot be set up is said in words without the token."""
    async with served(telegram_api.app) as url:
        telegram = Telegram("7:wrong", api_base=url)
        with pytest.raises(Unanswered, match="getMe") as found:
            await telegram.bot_info()
        await telegram.aclose()

    assert "7:wrong" not in str(found.value)
