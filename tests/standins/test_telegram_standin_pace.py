"""The Telegram stand-in keeps its rate limits, fails when told to, and can be steered from outside."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.patience import ended
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_client import (  # noqa: F401
    bot_fixture,
    refusal,
    tg_fixture,
    url_fixture,
    user_fixture,
)
from tests.standins.telegram_state import User


async def test_one_chat_takes_a_burst_then_one_a_second(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """The sixth message at once is 429; until retry_after is over so is every other; then it goes on."""
    tg.clock.rescale(1e-6)
    for n in range(5):
        await bot.send_message(user.id, str(n))
    with pytest.raises(RetryAfter) as soon:
        await bot.send_message(user.id, "5")
    tg.advance(0.5)
    with pytest.raises(RetryAfter):
        await bot.send_message(user.id, "6")
    tg.advance(0.6)
    await bot.send_message(user.id, "7")

    assert soon.value.retry_after.total_seconds() == 1
    assert [each.scope for each in tg.violations] == ["chat", "waiting"]
    assert [each.text for each in tg.inbox(user)] == ["0", "1", "2", "3", "4", "7"]


async def test_a_group_takes_twenty_a_minute(bot: Bot, tg: TelegramStandin) -> None:
    """However they are spread: never a 21st within 60 seconds."""
    tg.clock.rescale(1e-6)
    group = tg.new_group()
    for n in range(20):
        await bot.send_message(group.id, str(n))
        tg.advance(2)
    with pytest.raises(RetryAfter) as soon:
        await bot.send_message(group.id, "20")
    tg.advance(21)
    await bot.send_message(group.id, "21")

    assert soon.value.retry_after.total_seconds() in (20, 21)
    assert len(tg.inbox(group)) == 21


async def test_thirty_a_second_overall(bot: Bot, tg: TelegramStandin) -> None:
    """The 31st message in the same moment is 429 for everybody."""
    tg.clock.rescale(1e-6)
    people = tg.new_users(32)
    for person in people[:30]:
        await bot.send_message(person.id, "x")
    said = [await refusal(bot.send_message(person.id, "x")) for person in people[30:]]
    tg.advance(1.1)
    await bot.send_message(people[31].id, "x")

    assert said == ["RetryAfter: Flood control exceeded. Retry in 0:00:01"] * 2
    assert tg.stats()["violations_by_scope"] == {"overall": 1, "waiting": 1}


async def test_time_can_run_faster(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """With scale 1000 ten messages to one chat pass, for ten seconds take 10 ms."""
    tg.clock.rescale(1000)
    for n in range(10):
        await asyncio.sleep(0.001)
        await bot.send_message(user.id, str(n))

    assert (tg.violations, len(tg.inbox(user))) == ([], 10)


@pytest.mark.parametrize(
    ("kind", "after", "error", "arrived"),
    [
        ("500", False, NetworkError, 0),
        ("500", True, NetworkError, 1),
        ("html", False, NetworkError, 0),
        ("closed", False, NetworkError, 0),
        ("closed", True, NetworkError, 1),
        ("hang", None, TimedOut, 1),
        ("429", False, RetryAfter, 0),
    ],
)
async def test_faults(
    bot: Bot, tg: TelegramStandin, user: User, kind: str, after: bool | None, error: type[Exception], arrived: int
) -> None:
    """Each fault looks to the client as the real one does, once, and only some are carried out."""
    tg.faults.next(1, kind, after=after)

    with pytest.raises(error):
        await ended(bot.send_message(user.id, "1"), tg.faults)
    assert arrived == len(tg.inbox(user))
    await bot.send_message(user.id, "2")
    assert tg.inbox(user)[-1].text == "2"


async def test_a_held_429_closes_the_door(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """With hold, sends during retry_after fail too and are noted as not waiting."""
    tg.faults.next(1, "429", retry_after=7, hold=True)
    with pytest.raises(RetryAfter):
        await bot.send_message(user.id, "1")
    with pytest.raises(RetryAfter):
        await bot.send_message(user.id, "2")
    tg.advance(7)
    await bot.send_message(user.id, "3")

    assert [each.scope for each in tg.violations] == ["waiting"]


async def outcomes(tg: TelegramStandin, bot: Bot, seed: int) -> list[str]:
    """How twenty sends end under a random mix."""
    tg.faults.mix({"500": 0.3, "429": 0.2, "closed:after": 0.1}, seed=seed)
    ended = []
    for person in tg.new_users(20):
        try:
            await bot.send_message(person.id, "x")
            ended.append("sent")
        except TelegramError as error:
            ended.append(type(error).__name__)
    return ended


async def test_the_random_mix_can_be_repeated(bot: Bot, tg: TelegramStandin) -> None:
    """The same seed gives the same failures, another seed others."""
    runs = []
    for seed in (1, 1, 2):
        runs.append(await outcomes(tg, bot, seed))
        tg.advance(2)

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert {"sent", "NetworkError", "RetryAfter"} == set(runs[0])


async def test_duplicates_are_found(bot: Bot, tg: TelegramStandin, user: User) -> None:
    """The same words twice to one chat are a duplicate; to two chats they are not."""
    for chat in (user, user, tg.new_user("อื่น", started=True)):
        await bot.send_message(chat.id, "เตือนภัย")

    assert [[each.message_id for each in same] for same in tg.duplicates()] == [[1, 2]]


async def test_without_record_there_are_counts(url: str, bot: Bot, tg: TelegramStandin) -> None:
    """Many recipients cost a count each; a chat where a person acts is kept whole."""
    tg.ledger.record = False
    crowd, user = tg.new_users(3), tg.new_user("คนคุย")
    await tg.says(user, "สวัสดี")
    for person in (*crowd, user):
        await bot.send_message(person.id, "x")

    assert {person.id: 1 for person in (*crowd, user)} == tg.ledger.counts
    assert [user.id] == [each.chat_id for each in tg.sent]
    assert tuple(tg.stats()[name] for name in ("sent", "chats", "most_to_one_chat")) == (4, 4, 1)


async def test_logging_out(bot: Bot, tg: TelegramStandin) -> None:
    """close is refused in the first ten minutes; after logOut nothing works."""
    with pytest.raises(RetryAfter):
        await bot.close()
    await bot.log_out()
    said = await refusal(bot.get_me())
    tg.logged_out = False

    assert said == "BadRequest: Logged out"


async def test_control_from_another_process(url: str, bot: Bot) -> None:
    """People, faults, numbers and messages are to be had over HTTP."""
    async with httpx.AsyncClient(base_url=f"{url}/_control", trust_env=False) as control:
        post: Callable[..., Awaitable[httpx.Response]] = control.post
        [user] = (await post("/users", json={"name": "บัวผัน", "language_code": "lo"})).json()["ids"]
        crowd = (await post("/users", json={"count": 3})).json()["ids"]
        group = (await post("/groups", json={"title": "กลุ่ม", "members": [user]})).json()["id"]
        done = await post("/do", json={"act": "starts", "user": user, "payload": "x"})
        await post("/do", json={"act": "says", "user": user, "chat": group, "text": "/menu"})
        await post("/do", json={"act": "sends", "user": user, "kind": "photo", "data": "AAEC"})
        bad = await post("/do", json={"act": "dances", "user": user})
        await post("/faults", json={"next": {"count": 1, "kind": "500"}})
        with pytest.raises(NetworkError):
            await bot.send_message(user, "1")
        await bot.send_message(user, "2")
        await bot.send_message(crowd[0], "2")
        heard = (await post("/heard", json={"chat": user})).json()
        [sent] = (await control.get("/sent", params={"chat": user})).json()
        stats = (await control.get("/stats")).json()
        await post("/clock", json={"scale": 10, "advance": 5})
        late = await post("/settled", json={"timeout": 0.01})
        await post("/reset")
        empty = (await control.get("/stats")).json()

    assert done.json()["update"]["message"]["text"] == "/start x"
    assert (bad.status_code, late.status_code) == (400, 400)
    assert ("2", [sent]) == (sent["text"], heard)
    assert (stats["sent"], stats["updates_waiting"], stats["faults"]["500"]) == (2, 3, 1)
    assert (empty["sent"], empty["faults"]) == (0, {})
