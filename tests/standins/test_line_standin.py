"""The stand-in of LINE answers LINE's own SDK as LINE does, and its people write as LINE's do."""

import io
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from linebot.v3.messaging import (
    ApiException,
    AsyncApiClient,
    AsyncMessagingApi,
    AsyncMessagingApiBlob,
    Configuration,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    RichMenuRequest,
    TextMessage,
)
from PIL import Image

from tests.patience import PATIENCE, ended
from tests.standins.line import TOKEN, Fault, LineStandin
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
async def client(line: LineStandin) -> AsyncIterator[AsyncApiClient]:
    async with AsyncApiClient(Configuration(host=line.url, access_token=TOKEN)) as client:
        yield client


@pytest.fixture
def api(client: AsyncApiClient) -> AsyncMessagingApi:
    return AsyncMessagingApi(client)


@pytest.fixture
async def http(line: LineStandin) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=line.url, headers=headers, trust_env=False) as http:
        yield http


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


async def refused(call: Awaitable[Any]) -> tuple[int, str]:
    with pytest.raises(ApiException) as wrong:
        await call
    return wrong.value.status, json.loads(wrong.value.body)["message"]


async def test_reply(line: LineStandin, bot: Bot, api: AsyncMessagingApi) -> None:
    """A reply reaches the one who wrote, costs nothing, and its token works once."""
    somchai = line.new_user()
    await line.says(somchai, "ลิงก์นี้จริงไหม")
    request = ReplyMessageRequest(replyToken=bot.events[0]["replyToken"], messages=[TextMessage(text="น่าสงสัย")])

    answer = await api.reply_message_with_http_info(request)

    assert line.inbox(somchai) == ["น่าสงสัย"]
    assert line.billed == 0
    assert line.deliveries[0].message_ids == [sent.id for sent in answer.data.sent_messages]
    assert line.deliveries[0].request_id == answer.headers["x-line-request-id"]
    assert await refused(api.reply_message(request)) == (400, "Invalid reply token")


@pytest.mark.parametrize(("age", "expected"), [(19 * 60, 200), (21 * 60, 400)])
async def test_redelivery(line: LineStandin, bot: Bot, http: httpx.AsyncClient, age: float, expected: int) -> None:
    """A redelivered event is the same but for its mark, and renews its token for a minute, until twenty have gone."""
    webhook = await line.says(line.new_user(), "สวัสดี")
    line.forward(age)
    await line.redeliver(webhook)

    first, second = bot.events
    assert second.pop("deliveryContext") == {"isRedelivery": True}
    assert first.pop("deliveryContext") == {"isRedelivery": False}
    assert first == second
    body = {"replyToken": first["replyToken"], "messages": [text("ค่ะ")]}
    assert expected == (await http.post("/v2/bot/message/reply", json=body)).status_code


async def test_reply_takes_no_retry_key(line: LineStandin, bot: Bot, http: httpx.AsyncClient) -> None:
    """A retry key on a reply is refused, and the token is still good."""
    await line.says(line.new_user(), "สวัสดี")
    body = {"replyToken": bot.events[0]["replyToken"], "messages": [text("ค่ะ")]}

    keyed = await http.post("/v2/bot/message/reply", json=body, headers={"x-line-retry-key": str(uuid.uuid4())})
    plain = await http.post("/v2/bot/message/reply", json=body)

    assert [keyed.status_code, plain.status_code] == [400, 200]


async def test_push_and_its_retry_key(line: LineStandin, api: AsyncMessagingApi) -> None:
    """The first push under a key counts; the same key again is 409 with the first answer, for 24 hours."""
    somchai, key = line.new_user(), str(uuid.uuid4())
    request = PushMessageRequest(to=somchai.id, messages=[TextMessage(text="น้ำขึ้น")])
    first = await api.push_message_with_http_info(request, x_line_retry_key=key)

    with pytest.raises(ApiException) as again:
        await api.push_message(request, x_line_retry_key=key)

    told = json.loads(again.value.body)
    assert (again.value.status, told["message"]) == (409, "The retry key is already accepted")
    assert first.headers["x-line-request-id"] == again.value.headers["x-line-accepted-request-id"]
    assert [{"id": one.id, "quoteToken": one.quote_token} for one in first.data.sent_messages] == told["sentMessages"]
    assert (line.inbox(somchai), line.billed, line.violations) == (["น้ำขึ้น"], 1, [])

    line.forward(24 * 3600 + 1)
    await api.push_message(request, x_line_retry_key=key)

    assert line.inbox(somchai) == ["น้ำขึ้น", "น้ำขึ้น"]
    assert 1 == len(line.duplicates()) == line.stats()["duplicates"]


async def test_retry_key_for_another_body(line: LineStandin, http: httpx.AsyncClient) -> None:
    """A key used again for something else is 409 all the same, and is written down; no UUID is 400."""
    somchai, key = line.new_user(), {"x-line-retry-key": str(uuid.uuid4())}

    answers = [
        await http.post("/v2/bot/message/push", json={"to": somchai.id, "messages": [text(words)]}, headers=headers)
        for words, headers in [("a", key), ("b", key), ("c", {"x-line-retry-key": "seven"})]
    ]

    assert [answer.status_code for answer in answers] == [200, 409, 400]
    assert [violation.status for violation in line.violations] == [0, 400]
    assert line.inbox(somchai) == ["a"]


async def test_multicast(line: LineStandin, api: AsyncMessagingApi, http: httpx.AsyncClient) -> None:
    """A multicast reaches friends; who blocked the bot and who is unknown get nothing and cost nothing."""
    somchai, malee, gone = line.new_user(), line.new_user(), line.new_user()
    await line.unfollows(gone)
    stranger = f"U{'0' * 32}"

    await api.multicast(
        MulticastRequest(to=[somchai.id, malee.id, gone.id, stranger], messages=[TextMessage(text="ระวัง")]),
        x_line_retry_key=str(uuid.uuid4()),
    )

    assert (line.inbox(somchai), line.inbox(malee), line.inbox(gone)) == (["ระวัง"], ["ระวัง"], [])
    assert (line.billed, line.stats()["undelivered"]) == (2, 2)
    too_many = {"to": [f"U{number:032x}" for number in range(501)], "messages": [text("a")]}
    assert (await http.post("/v2/bot/message/multicast", json=too_many)).status_code == 400
    group = {"to": [line.new_group(somchai).id], "messages": [text("a")]}
    assert (await http.post("/v2/bot/message/multicast", json=group)).status_code == 400


async def test_group_push_costs_each_member(line: LineStandin, api: AsyncMessagingApi) -> None:
    """A push to a group of three is billed three, whatever the number of bubbles."""
    group = line.new_group(*(line.new_user() for _ in range(3)))

    await api.push_message(PushMessageRequest(to=group.id, messages=[TextMessage(text="1"), TextMessage(text="2")]))

    assert (line.inbox(group), line.billed) == (["1", "2"], 3)
    assert (await api.get_group_member_count(group.id)).count == 3
    await api.leave_group(group.id)
    assert (await refused(api.push_message(PushMessageRequest(to=group.id, messages=[TextMessage(text="3")]))))[
        0
    ] == 400


async def test_who_can_be_pushed(line: LineStandin, http: httpx.AsyncClient) -> None:
    """An unknown id is 400; a non-friend hears only within seven days of writing; to a blocker LINE just says 200."""
    visitor, blocker = line.new_user(friend=False), line.new_user()
    await line.unfollows(blocker)

    async def status(to: str) -> int:
        answer = await http.post("/v2/bot/message/push", json={"to": to, "messages": [text("a")]})
        return answer.status_code

    assert [await status(to) for to in (f"U{'1' * 32}", "Uabc", "")] == [400, 400, 400]
    assert [await status(visitor.id), await status(blocker.id)] == [200, 200]
    assert line.deliveries == []
    await line.says(visitor, "ขอถาม")
    assert await status(visitor.id) == 200
    assert line.inbox(visitor) == ["a"]
    line.forward(8 * 24 * 3600)
    assert await status(visitor.id) == 200
    assert (line.inbox(visitor), line.billed) == (["a"], 1)


async def test_quota(line: LineStandin, bot: Bot, api: AsyncMessagingApi, http: httpx.AsyncClient) -> None:
    """A send the month cannot hold is refused whole; replies go on; LINE tells limit and use."""
    line.state.quota = 2
    people = [line.new_user() for _ in range(3)]
    ids = [person.id for person in people]

    all_three = api.multicast(MulticastRequest(to=ids, messages=[TextMessage(text="a")]))
    assert await refused(all_three) == (429, "You have reached your monthly limit.")
    await api.multicast(MulticastRequest(to=ids[:2], messages=[TextMessage(text="a")]))

    quota, used = await api.get_message_quota(), await api.get_message_quota_consumption()
    assert (quota.type.value, quota.value, used.total_usage) == ("limited", 2, 2)
    await line.says(people[2], "สวัสดี")
    body = {"replyToken": bot.events[0]["replyToken"], "messages": [text("b")]}
    assert (await http.post("/v2/bot/message/reply", json=body)).status_code == 200
    assert ([line.inbox(person) for person in people], line.billed) == ([["a"], ["a"], ["b"]], 2)
    line.forward(24 * 3600)
    told = await http.get("/v2/bot/message/delivery/multicast", params={"date": line.state.today(ago=1)})
    assert told.json() == {"status": "ready", "success": 2}


@pytest.mark.parametrize(
    ("endpoint", "pace", "fits"), [("multicast", 0.02, 4), ("push", 0.002, 4), ("broadcast", 1, 60)]
)
async def test_rate_limits(line: LineStandin, http: httpx.AsyncClient, endpoint: str, pace: float, fits: int) -> None:
    """So many in one period; one more is 429 and does nothing; later there is room again; replies are not touched."""
    line.state.pace, line.state.now = pace, lambda: 1000.0 + line.state.shift  # type: ignore[method-assign]
    somchai = line.new_user()
    to = {"multicast": {"to": [somchai.id]}, "push": {"to": somchai.id}, "broadcast": {}}[endpoint]

    answers = [
        await http.post(f"/v2/bot/message/{endpoint}", json=to | {"messages": [text("a")]}) for _ in range(fits + 1)
    ]

    assert [200] * fits + [429] == [answer.status_code for answer in answers]
    assert answers[-1].json() == {"message": "The API rate limit has been exceeded. Try again later."}
    assert fits == len(line.deliveries)
    assert [(429, endpoint)] == [(one.status, one.endpoint) for one in line.violations]
    line.forward(61 if endpoint == "broadcast" else 0.6)
    assert (await http.post(f"/v2/bot/message/{endpoint}", json=to | {"messages": [text("b")]})).status_code == 200


async def test_access(http: httpx.AsyncClient) -> None:
    """No token or a wrong one is 401; a form is 415; broken JSON is 400; two megabytes are 413; unknown paths 404."""
    body, path = {"messages": [text("a")]}, "/v2/bot/message/broadcast"
    asked = [
        await http.post(path, json=body, headers={"authorization": ""}),
        await http.post(path, json=body, headers={"authorization": "Bearer other"}),
        await http.post(path, data={"messages": "a"}),
        await http.post(path, content=b'{"messages": [', headers={"content-type": "application/json"}),
        await http.post(path, json={"messages": [text("a" * (2 * 1024 * 1024))]}),
        await http.post("/v2/bot/message/shout", json=body),
    ]

    assert [answer.status_code for answer in asked] == [401, 401, 415, 400, 413, 404]
    assert all("x-line-request-id" in answer.headers and answer.json()["message"] for answer in asked)


async def test_content(line: LineStandin, bot: Bot, client: AsyncApiClient, http: httpx.AsyncClient) -> None:
    """What people send can be fetched: 202 while it is prepared, 404 unknown, 410 once unsent."""
    somchai, blob = line.new_user(), AsyncMessagingApiBlob(client)
    await line.sends_photo(somchai, b"\xff\xd8jpeg")
    await line.sends_voice(somchai, b"m4a", preparing=30)
    photo, voice = (event["message"]["id"] for event in bot.events)

    assert bytes(await blob.get_message_content(photo)) == b"\xff\xd8jpeg"
    assert (await http.get(f"/v2/bot/message/{voice}/content")).status_code == 202
    assert (await blob.get_message_content_transcoding_by_message_id(voice)).status == "processing"
    line.forward(31)
    assert (await blob.get_message_content_transcoding_by_message_id(voice)).status == "succeeded"
    assert bytes(await blob.get_message_content(voice)) == b"m4a"
    await line.unsends(somchai, photo)
    assert [(await http.get(f"/v2/bot/message/{id}/content")).status_code for id in (photo, "12345")] == [410, 404]


async def test_people_and_chat(line: LineStandin, bot: Bot, api: AsyncMessagingApi, http: httpx.AsyncClient) -> None:
    """Profiles tell a language, not of those who block; dots and read marks are taken as LINE takes them."""
    somchai = line.new_user(language="lo")
    assert (await api.get_profile(somchai.id)).language == "lo"
    assert line.state.bot_id == (await api.get_bot_info()).user_id
    await line.says(somchai, "สวัสดี")
    read = {"markAsReadToken": bot.events[0]["message"]["markAsReadToken"]}

    asked = [
        await http.post("/v2/bot/chat/loading/start", json={"chatId": somchai.id, "loadingSeconds": 20}),
        await http.post("/v2/bot/chat/loading/start", json={"chatId": somchai.id, "loadingSeconds": 7}),
        await http.post("/v2/bot/chat/markAsRead", json=read),
        await http.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": "x"}),
        await http.put("/v2/bot/channel/webhook/endpoint", json={"endpoint": "http://example.com"}),
        await http.post("/v2/bot/channel/webhook/test", json={}),
    ]

    assert [answer.status_code for answer in asked] == [202, 400, 200, 400, 400, 200]
    assert asked[-1].json()["success"]
    await line.unfollows(somchai)
    assert (await refused(api.get_profile(somchai.id)))[0] == 404


async def test_rich_menu(line: LineStandin, bot: Bot, client: AsyncApiClient, api: AsyncMessagingApi) -> None:
    """A menu needs its picture before anybody sees it; a person's own goes before the default; taps reach the bot."""
    somchai, blob = line.new_user(), AsyncMessagingApiBlob(client)
    area = {"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}}
    menu = RichMenuRequest.from_dict(
        {
            "size": {"width": 2500, "height": 843},
            "selected": True,
            "name": "ชาวบ้าน",
            "chatBarText": "เมนู",
            "areas": [area | {"action": {"type": "message", "label": "ตรวจ", "text": "ตรวจลิงก์"}}],
        }
    )
    id = (await api.create_rich_menu(menu)).rich_menu_id
    assert (await refused(api.set_default_rich_menu(id)))[0] == 400
    wrong, right = (picture(width) for width in (2400, 2500))
    headers = {"Content-Type": "image/png"}
    assert (await refused(blob.set_rich_menu_image(id, wrong, _headers=headers)))[0] == 400
    await blob.set_rich_menu_image(id, right, _headers=headers)
    await api.set_default_rich_menu(id)
    await line.taps_menu(somchai, 0)

    assert bot.events[0]["message"]["text"] == "ตรวจลิงก์"
    await api.link_rich_menu_id_to_user(somchai.id, id)
    assert id == (await api.get_rich_menu_id_of_user(somchai.id)).rich_menu_id
    await api.delete_rich_menu(id)
    assert (await api.get_rich_menu_list()).richmenus == []
    assert (await refused(api.get_rich_menu_id_of_user(somchai.id)))[0] == 404


def picture(width: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, 843)).save(written, "PNG")
    return written.getvalue()


Order = Callable[[LineStandin], None]
FAULTS: list[tuple[Order, object, int]] = [
    (lambda line: line.faults.fail(), 500, 0),
    (lambda line: line.faults.fail(accepted=True), 500, 1),
    (lambda line: line.faults.fail(status=429), 429, 0),
    (lambda line: line.faults.hang(), httpx.ReadTimeout, 1),
    (lambda line: line.faults.cut(), httpx.RemoteProtocolError, 0),
    (lambda line: line.faults.cut(accepted=True), httpx.RemoteProtocolError, 1),
    (lambda line: line.faults.garble(), UnicodeDecodeError, 0),
    (lambda line: line.faults.hollow(), {}, 1),
    (lambda line: line.faults.shake(7, (1.0, Fault("error", 500))), 500, 0),
]


@pytest.mark.parametrize(("order", "expected", "delivered"), FAULTS)
async def test_faults(
    line: LineStandin, http: httpx.AsyncClient, order: Order, expected: object, delivered: int
) -> None:
    """Each fault shows as it would and happens once; whether the message went out is another matter."""
    body = {"to": line.new_user().id, "messages": [text("a")]}
    order(line)

    assert expected == await came_of(line, http, body)
    assert delivered == len(line.deliveries)
    line.faults.calm()
    assert {"sentMessages"} == set((await http.post("/v2/bot/message/push", json=body)).json())


@pytest.mark.parametrize("order", ["hang", "cut", "fail"])
async def test_retry_after_a_lost_answer(line: LineStandin, http: httpx.AsyncClient, order: str) -> None:
    """When the answer to an accepted push is lost, the same key tells so, and nobody hears it twice."""
    somchai, key = line.new_user(), {"x-line-retry-key": str(uuid.uuid4())}
    body = {"to": somchai.id, "messages": [text("a")]}
    getattr(line.faults, order)(accepted=True)
    http.headers.update(key)

    await came_of(line, http, body)
    again = await http.post("/v2/bot/message/push", json=body)

    assert (again.status_code, line.inbox(somchai)) == (409, ["a"])


async def came_of(line: LineStandin, http: httpx.AsyncClient, body: Any) -> object:
    try:
        answer = await ended(http.post("/v2/bot/message/push", json=body, timeout=PATIENCE), line.faults)
        told = json.loads(answer.content.decode())
    except (httpx.HTTPError, UnicodeDecodeError) as wrong:
        return type(wrong)
    return told if answer.status_code == 200 else answer.status_code
