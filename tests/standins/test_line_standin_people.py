"""People of the LINE stand-in write to a bot as LINE's do, and another process can steer it."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from linebot.v3.models import UnknownEvent
from linebot.v3.webhook import WebhookParser

from tests.patience import PATIENCE
from tests.standins.line import SECRET, TOKEN, LineStandin
from tests.standins.line_bot import Bot
from tests.standins.serve import served


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def line(bot: Bot) -> AsyncIterator[LineStandin]:
    async with served(bot) as webhook, LineStandin(webhook=webhook) as line:
        line.patience = PATIENCE
        yield line


@pytest.fixture
async def http(line: LineStandin) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=line.url, headers=headers, trust_env=False) as http:
        yield http


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


@pytest.mark.parametrize(("waits", "expected"), [(61, 400), (30, 200)])
async def test_reply_token_ages(
    line: LineStandin, bot: Bot, http: httpx.AsyncClient, waits: float, expected: int
) -> None:
    """A reply token dies a minute after its webhook."""
    await line.says(line.new_user(), "สวัสดี")
    line.forward(waits)

    token = bot.events[-1]["replyToken"]
    answer = await http.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [text("ค่ะ")]})

    assert expected == answer.status_code


async def test_signed_webhook(line: LineStandin, bot: Bot) -> None:
    """A webhook is signed over its bytes and LINE's own SDK reads every event in it, of several people at once."""
    somchai, malee = line.new_user(), line.new_user()
    group = line.new_group(somchai)
    events = line.events

    webhook = await line.together(
        events.text(somchai, "สวัสดี"),
        events.text(malee, "ช่วยด้วย", group=group, mentions_bot=True),
        events.media(malee, "image", b"jpeg", "image/jpeg"),
        events.media(malee, "video", b"mp4", "video/mp4", more={"duration": 1}),
        events.media(malee, "audio", b"m4a", "audio/x-m4a", more={"duration": 1}),
        events.media(malee, "file", b"pdf", "application/pdf", more={"fileName": "a.pdf", "fileSize": 3}),
        events.postback(malee, "a=1", params={"date": "2026-11-22"}),
        events.event("follow", somchai, follow={"isUnblocked": False}),
        events.event("unfollow", somchai),
        events.event("unsend", somchai, unsend={"messageId": "1"}),
        events.event("join", None, group=group),
        events.event("memberJoined", None, group=group, joined={"members": [{"type": "user", "userId": malee.id}]}),
    )

    signed, body = bot.got[0]
    assert base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode() == signed
    parsed = WebhookParser(SECRET).parse(body.decode(), signed)
    assert [event for event in parsed if isinstance(event, UnknownEvent)] == []
    assert [event["type"] for event in webhook.events] == [event.type for event in parsed]
    assert parsed[1].message.mention.mentionees[0].is_self
    assert (webhook.status, webhook.reason) == (200, None)


async def test_odd_events(line: LineStandin, bot: Bot) -> None:
    """Events and messages nobody knows yet, and those of a bot on standby, arrive as they would."""
    somchai = line.new_user()
    await line.does(somchai, "hologram", hologram={"depth": 3})
    await line.sends(somchai, {"type": "hologram"})
    await line.says(somchai, "สวัสดี", standby=True)
    await line.verifies()

    assert [event["type"] for event in bot.events] == ["hologram", "message", "message"]
    assert (bot.events[2]["mode"], "replyToken" in bot.events[2]) == ("standby", False)
    assert json.loads(bot.got[3][1])["events"] == []


async def test_forwarding(line: LineStandin, bot: Bot) -> None:
    """Three forwarded messages are three webhooks at once, or one."""
    somchai = line.new_user()
    await line.forwards(somchai, "1", "2", "3")
    await line.forwards(somchai, "4", "5", one_webhook=True)

    assert len(bot.got) == 4
    assert sorted(event["message"]["text"] for event in bot.events) == ["1", "2", "3", "4", "5"]


async def test_slow_and_failing_bots(line: LineStandin, bot: Bot) -> None:
    """LINE waits so long and no longer, keeps what went wrong, and redelivers as often as it was told to."""
    line.redeliveries, line.redelivery_pause = 2, 0.0
    bot.status = 500
    failed = await line.says(line.new_user(), "1")
    bot.status, line.patience, line.redeliveries = 200, 0.1, 0
    bot.ready.clear()
    slow = await line.says(line.new_user(), "2")
    bot.ready.set()
    line.patience, line.webhook = PATIENCE, "http://127.0.0.1:1/"
    deaf = await line.says(line.new_user(), "3")

    assert (failed.status, failed.reason, failed.attempt) == (500, "error_status_code", 2)
    assert [event["deliveryContext"]["isRedelivery"] for event in bot.events[:3]] == [False, True, True]
    assert (slow.status, slow.reason) == (0, "request_timeout")
    assert (deaf.status, deaf.reason) == (0, "could_not_connect")


BUTTONS = {
    "type": "template",
    "altText": "เลือก",
    "template": {
        "type": "confirm",
        "text": "แจ้งเรื่องนี้ไหม",
        "actions": [
            {"type": "postback", "label": "แจ้ง", "data": "report=1", "displayText": "แจ้ง"},
            {"type": "uri", "label": "โทร 191", "uri": "tel:191"},
        ],
    },
}
QUICK = text("แล้วต่อไป") | {
    "quickReply": {
        "items": [
            {"type": "action", "action": {"type": "message", "label": "กลับ", "text": "กลับหน้าแรก"}},
            {"type": "action", "action": {"type": "datetimepicker", "label": "วันไหน", "data": "d", "mode": "date"}},
        ]
    }
}


async def test_pressing(line: LineStandin, bot: Bot, http: httpx.AsyncClient) -> None:
    """A press sends what its button says; quick replies go after one, buttons stay."""
    somchai = line.new_user()
    await http.post("/v2/bot/message/push", json={"to": somchai.id, "messages": [BUTTONS, QUICK]})

    assert line.buttons(somchai) == ["กลับ", "วันไหน", "แจ้ง", "โทร 191"]
    assert await line.presses(somchai, "โทร 191") == "tel:191"
    await line.presses(somchai, "วันไหน", date="2026-11-22")
    await line.presses(somchai, "แจ้ง")
    with pytest.raises(LookupError, match="แจ้ง"):
        await line.presses(somchai, "กลับ")

    assert [event["postback"] for event in bot.events] == [
        {"data": "d", "params": {"date": "2026-11-22"}},
        {"data": "report=1"},
    ]
    assert line.inbox(somchai) == ["เลือก\nแจ้งเรื่องนี้ไหม", "แล้วต่อไป"]


async def test_control(line: LineStandin, bot: Bot, http: httpx.AsyncClient) -> None:
    """Another process makes people, lets them write, orders faults, reads counts and starts afresh."""
    (user,) = (await http.post("/_control/users", json={"count": 1})).json()["ids"]
    acted = await http.post("/_control/act", json={"do": "says", "user": user, "args": ["สวัสดี"]})
    (token,) = (await http.post("/_control/tokens", json={"chat": user})).json()["tokens"]
    await http.post("/_control/faults", json={"kind": "error", "status": 500, "times": 1})
    sent = [
        await http.post("/v2/bot/message/reply", json={"replyToken": token, "messages": [text("a")]}) for _ in range(2)
    ]

    assert (acted.json()["status"], bot.events[0]["message"]["text"]) == (200, "สวัสดี")
    assert [answer.status_code for answer in sent] == [500, 200]
    stats = (await http.get("/_control/stats")).json()
    assert (stats["answers"], stats["delivered"]) == ({"reply error": 1, "reply 200": 1}, {"reply": 1})
    assert (await http.get("/_control/inbox", params={"user": user})).json()["inbox"] == ["a"]
    assert (await http.post("/_control/settings", json={"colour": 1})).status_code == 400
    await http.post("/_control/reset")
    assert (await http.get("/_control/stats")).json()["people"] == 0


async def test_counts_only(line: LineStandin, http: httpx.AsyncClient) -> None:
    """With recording off nothing is kept but counts, which still tell duplicates."""
    line.state.record, line.state.strangers = False, "create"
    body = {"to": [f"U{number:032x}" for number in range(500)], "messages": [text("a")]}
    for _ in range(2):
        await http.post("/v2/bot/message/multicast", json=body)

    assert line.deliveries == []
    assert (line.billed, line.stats()["duplicates"]) == (1000, 500)
