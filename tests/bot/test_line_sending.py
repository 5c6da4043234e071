"""What LINE's answers mean for a delivery: from a table, and from a LINE that is as strict as the real one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.line import Line, utc_now
from domain.delivery import Delivery, Outcome, Parted, Refused, Retry, Sent, after
from domain.ids import derived
from domain.message import Address, Button
from domain.ports import Channel, Fetcher, Multicaster, TooLarge, Unreachable, Vanished
from tests.bot.conftest import delivery
from tests.patience import ended
from tests.standins.line import SECRET, TOKEN, LineStandin
from tests.standins.serve import served

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BAD_TOKEN = "LINE does not accept channel_access_token"
PERSON = Address("line", f"U{'1' * 32}")


def says(message: str, *details: str) -> dict[str, Any]:
    return {"message": message, "details": [{"property": each, "message": "May not be empty"} for each in details]}


ANSWERS: list[tuple[int, Any, Outcome]] = [
    (200, {"sentMessages": [{"id": "1"}, {"id": "2", "quoteToken": "q"}]}, Sent("2")),
    (200, {}, Sent()),
    (200, {"sentMessages": [{"surprise": 1}]}, Sent()),
    (202, None, Sent()),
    (409, says("The retry key is already accepted"), Sent()),
    (409, says("Something else"), Refused("409: Something else")),
    (429, {"message": "You have reached your monthly limit."}, Refused("monthly limit")),
    (
        429,
        {"message": "The API rate limit has been exceeded. Try again later."},
        Retry("The API rate limit has been exceeded. Try again later.", SECOND, whole_channel=True),
    ),
    (429, {"message": "Too many messages to one user"}, Retry("Too many messages to one user", SECOND)),
    (
        400,
        says("The request body has 1 error(s)", "messages[0].text"),
        Refused("400: The request body has 1 error(s): messages[0].text May not be empty"),
    ),
    (413, {"message": "Payload Too Large"}, Refused("413: Payload Too Large")),
    (401, {"message": "Authentication failed"}, Retry(f"{BAD_TOKEN} (401: Authentication failed)", MINUTE, True)),
    (403, None, Retry(f"{BAD_TOKEN} (403: HTTP 403)", MINUTE, True)),
    (404, {"message": "Not found"}, Retry("LINE is not at api_base (404: Not found)", MINUTE, True)),
    (500, {"message": "Internal Server Error"}, Retry("500: Internal Server Error")),
    (502, "<html>", Retry("502: HTTP 502")),
    (408, None, Retry("408: HTTP 408")),
]


def answering(status: int, body: Any, path: str = "/{rest:path}") -> Starlette:
    """A host that answers every call the same."""

    async def answer(_: Request) -> Response:
        return JSONResponse(body, status) if isinstance(body, dict | None) else Response(body, status)

    return Starlette(routes=[Route(path, answer, methods=["GET", "POST", "PUT", "DELETE"])])


@pytest.mark.parametrize(("status", "body", "outcome"), ANSWERS, ids=[f"{s}-{i}" for i, (s, *_) in enumerate(ANSWERS)])
async def test_outcome(status: int, body: Any, outcome: Outcome) -> None:
    """Each of LINE's answers to a push and to a multicast is an outcome that we know how to act on."""
    async with served(answering(status, body)) as url:
        line = Line("secret", TOKEN, api_base=url)
        pushed = await line.send(delivery(PERSON, "สวัสดี"))
        multicast = await line.send_many([delivery(PERSON, "สวัสดี")], derived("batch"))
        await line.aclose()

    assert (outcome, outcome) == (pushed, multicast)


async def test_a_line_that_is_not_there_is_tried_again() -> None:
    """When nobody listens, that is the network's fault, and the message waits."""
    line = Line("secret", TOKEN, api_base="http://127.0.0.1:9")
    outcome = await line.send(delivery(PERSON, "สวัสดี", reply_token="t"))
    await line.aclose()

    assert Retry("ClientConnectorError") == outcome


async def test_the_channel_has_every_power(line: Line) -> None:
    """It sends to one and to many, and fetches."""
    assert isinstance(line, Multicaster)
    assert isinstance(line, Fetcher)
    channel: Channel = line
    assert (channel.name, line.many) == ("line", 500)


async def test_nothing_to_say_is_refused(line: Line) -> None:
    """A message without words never reaches LINE."""
    assert Refused("nothing to say") == await line.send(delivery(PERSON, " "))
    assert Refused("nothing to say") == await line.send_many([delivery(PERSON, " ")], derived("batch"))


def answer_to(line_api: LineStandin, person: str) -> Delivery:
    """A reply made just now, with a token that is good for a minute."""
    token = line_api.state.grant(person, line_api.state.now())
    return delivery(Address("line", person), "สวัสดี", reply_token=token, created=utc_now())


# --- replies ----------------------------------------------------------------------------------------------------------


async def test_a_reply_is_free(line: Line, line_api: LineStandin) -> None:
    """With a good token the answer goes out as a reply, buttons and all, and costs nothing."""
    person = line_api.new_user()
    token = line_api.state.grant(person.id, line_api.state.now())
    told = delivery(Address("line", person.id), "หนึ่ง", "สอง", buttons=(Button("ใช่", "y"),), reply_token=token)

    outcome = await line.send(told)

    assert Sent(line_api.deliveries[0].message_ids[-1]) == outcome
    assert (line_api.inbox(person), line_api.buttons(person), line_api.billed) == (["หนึ่ง", "สอง"], ["ใช่"], 0)
    assert line_api.violations == []


@pytest.mark.parametrize("spoil", ["used", "old"])
async def test_a_token_that_is_gone_falls_back_to_push(line: Line, line_api: LineStandin, spoil: str) -> None:
    """When the token was used by something else, or its minute is over, the same words are pushed."""
    person = line_api.new_user()
    token = line_api.state.grant(person.id, line_api.state.now())
    if spoil == "used":
        line_api.state.spend(token)
    else:
        line_api.forward(61)

    outcome = await line.send(delivery(Address("line", person.id), "สวัสดี", reply_token=token))

    assert isinstance(outcome, Sent)
    assert [each.kind for each in line_api.deliveries] == ["push"]


@pytest.mark.parametrize(
    "trouble",
    [
        lambda api: api.faults.hang(accepted=True),
        lambda api: api.faults.cut(accepted=True),
        lambda api: api.faults.fail(status=500, accepted=True),
    ],
    ids=["hang", "cut", "500"],
)
async def test_a_reply_that_was_taken_is_not_sent_twice(
    line: Line, line_api: LineStandin, trouble: Callable[[LineStandin], None]
) -> None:
    """LINE took the reply and its answer was lost: the next try learns it from the used token, and pushes nothing."""
    person = line_api.new_user()
    told = answer_to(line_api, person.id)
    trouble(line_api)

    first = await ended(line.send(told), line_api.faults)
    second = await line.send(replace(told, tries=2))

    assert (Retry, Sent()) == (type(first), second)
    assert [each.kind for each in line_api.deliveries] == ["reply"]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_reply_that_was_not_taken_is_sent_again(line: Line, line_api: LineStandin, status: int) -> None:
    """LINE failed before it took the reply: the token is still good, and the next try is free as well."""
    person = line_api.new_user()
    told = answer_to(line_api, person.id)
    line_api.faults.fail(status=status, endpoint="reply")

    first = await line.send(told)
    second = await line.send(replace(told, tries=2))

    assert (Retry, Sent) == (type(first), type(second))
    assert ([each.kind for each in line_api.deliveries], line_api.billed) == (["reply"], 0)


async def test_who_died_after_a_reply_does_not_have_it_pushed(line: Line, line_api: LineStandin) -> None:
    """The first sender was killed after LINE took its reply: whoever tries next, with nothing in memory, knows it."""
    told = answer_to(line_api, line_api.new_user().id)
    dead = Line(SECRET, TOKEN, api_base=line_api.url)
    await dead.send(told)
    await dead.aclose()

    assert Sent() == await line.send(replace(told, tries=2))
    assert [each.kind for each in line_api.deliveries] == ["reply"]


async def test_a_dead_token_is_not_taken_for_a_used_one(line: Line, line_api: LineStandin) -> None:
    """The first try found the token dead and its push failed: the next try pushes, and does not think it was sent."""
    told = answer_to(line_api, line_api.new_user().id)
    line_api.state.spend(told.reply_token)
    line_api.faults.fail(endpoint="push")

    first = await line.send(told)
    again = after(told, first, utc_now())

    assert (True, "") == (first.token_gone if isinstance(first, Retry) else None, again.reply_token)
    assert isinstance(await line.send(replace(again, tries=2)), Sent)
    assert [each.kind for each in line_api.deliveries] == ["push"]


async def test_a_minute_later_nobody_knows_and_we_push(line: Line, line_api: LineStandin) -> None:
    """An old token proves nothing: rather the same words twice than a hotline that never came."""
    person = line_api.new_user()
    later = timedelta(seconds=0)
    line.clock = lambda: utc_now() + later
    told = answer_to(line_api, person.id)
    line_api.faults.hang(accepted=False, endpoint="reply")

    first = await ended(line.send(told), line_api.faults)
    later = timedelta(seconds=61)
    line_api.forward(61)
    second = await line.send(replace(told, tries=5))

    assert (Retry, Sent) == (type(first), type(second))
    assert [each.kind for each in line_api.deliveries] == ["push"]


# --- push and multicast -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        lambda api: api.faults.hang(accepted=True),
        lambda api: api.faults.cut(accepted=True),
        lambda api: api.faults.fail(status=500, accepted=True),
        lambda api: api.faults.garble(),
    ],
    ids=["hang", "cut", "500", "garble"],
)
async def test_a_push_is_never_doubled(
    line: Line, line_api: LineStandin, trouble: Callable[[LineStandin], None]
) -> None:
    """Whatever happens to the answer, trying again under the same key delivers once."""
    person = line_api.new_user()
    told = delivery(Address("line", person.id), "สวัสดี")
    trouble(line_api)

    first = await ended(line.send(told), line_api.faults)
    second = await line.send(replace(told, tries=2))

    assert (Retry, Sent) == (type(first), type(second))
    assert line_api.inbox(person) == ["สวัสดี"]


async def test_an_answer_the_sdk_would_not_understand_is_sent(line: Line, line_api: LineStandin) -> None:
    """A success without `sentMessages` is a success: the message is there."""
    person = line_api.new_user()
    line_api.faults.hollow()

    assert Sent() == await line.send(delivery(Address("line", person.id), "สวัสดี"))
    assert line_api.inbox(person) == ["สวัสดี"]


async def test_the_month_is_over(line: Line, line_api: LineStandin) -> None:
    """Past the month's limit pushes are refused for that reason, and replies still go."""
    person = line_api.new_user()
    line_api.state.quota = 1
    to = Address("line", person.id)

    assert isinstance(await line.send(delivery(to, "หนึ่ง")), Sent)
    assert Refused("monthly limit") == await line.send(delivery(to, "สอง"))
    token = line_api.state.grant(person.id, line_api.state.now())
    assert isinstance(await line.send(delivery(to, "สาม", reply_token=token)), Sent)
    assert await line.quota() == (1, 1)


async def test_a_wrong_access_token_stops_the_channel_and_loses_nothing(line_api: LineStandin) -> None:
    """A setting is wrong: the message waits, and the reason names the setting."""
    line = Line("secret", "wrong", api_base=line_api.url)
    outcome = await line.send(delivery(Address("line", line_api.new_user().id), "สวัสดี"))
    await line.aclose()

    assert isinstance(outcome, Retry)
    assert (outcome.whole_channel, outcome.wait, "channel_access_token" in outcome.why) == (True, MINUTE, True)
    assert "wrong" not in outcome.why


async def test_many_get_one_message(line: Line, line_api: LineStandin) -> None:
    """Five hundred people in one call; again under the same key, and nobody is told twice."""
    people = [line_api.new_user() for _ in range(500)]
    batch = [delivery(Address("line", each.id), "น้ำป่ามาแล้ว", cause=each.id) for each in people]
    line_api.faults.hang(accepted=True)

    first = await ended(line.send_many(batch, derived("batch")), line_api.faults)
    second = await line.send_many(batch, derived("batch"))

    assert (Retry, Sent) == (type(first), type(second))
    assert all(line_api.inbox(each) == ["น้ำป่ามาแล้ว"] for each in people)
    assert (line_api.billed, line_api.duplicates()) == (500, [])


async def test_one_unknown_person_costs_the_others_nothing() -> None:
    """When LINE refuses a multicast over one id, everybody else is reached, once, even if it is all done again."""
    bad, reached, keys = f"U{'7' * 32}", [], set()

    async def multicast(request: Request) -> Response:
        to, key = (await request.json())["to"], request.headers["x-line-retry-key"]
        if bad in to:
            words = "The property, 'to', in the request body is invalid (line: -, column: -)"
            return JSONResponse({"message": words}, 400)
        if key in keys:
            return JSONResponse({"message": "The retry key is already accepted"}, 409)
        keys.add(key)
        reached.extend(to)
        return JSONResponse({})

    people = [f"U{n:032x}" for n in range(20)]
    batch = [delivery(Address("line", id), "สวัสดี", cause=id) for id in (*people[:7], bad, *people[7:])]
    app = Starlette(routes=[Route("/v2/bot/message/multicast", multicast, methods=["POST"])])
    async with served(app) as url:
        line = Line("secret", TOKEN, api_base=url)
        outcomes = [await line.send_many(batch, derived("batch")) for _ in range(2)]
        await line.aclose()

    assert sorted(people) == sorted(reached)
    for outcome in outcomes:
        assert isinstance(outcome, Parted)
        ended = {one.to.id: type(how) for some, how in outcome.parts for one in some}
        assert ended == dict.fromkeys(people, Sent) | {bad: Refused}


async def test_what_half_a_batch_got_is_not_said_of_the_other() -> None:
    """Taken apart over one id, and then the month is over: who got nothing is not taken for told."""
    bad, last = f"U{'7' * 32}", ["You have reached your monthly limit.", 429]

    async def multicast(request: Request) -> Response:
        to = (await request.json())["to"]
        if bad in to and len(to) > 1:
            words = "The property, 'to', in the request body is invalid (line: -, column: -)"
            return JSONResponse({"message": words}, 400)
        return JSONResponse({}) if people[0] in to else JSONResponse({"message": last[0]}, last[1])

    people = [f"U{n:032x}" for n in range(3)]
    batch = [delivery(Address("line", id), "สวัสดี", cause=id) for id in (*people, bad)]
    app = Starlette(routes=[Route("/v2/bot/message/multicast", multicast, methods=["POST"])])
    async with served(app) as url:
        line = Line("secret", TOKEN, api_base=url)
        over = await line.send_many(batch, derived("batch"))
        last[:] = ["Internal error", 500]
        broken = await line.send_many(batch, derived("batch"))
        await line.aclose()

    assert isinstance(over, Parted)
    assert {people[0], people[1]} == {one.to.id for some, how in over.parts for one in some if isinstance(how, Sent)}
    assert isinstance(broken, Retry)


async def test_a_batch_that_says_nothing_right_is_refused_at_once(line: Line, line_api: LineStandin) -> None:
    """An error in the words is nobody's fault among the people: one call, one refusal."""
    people = [line_api.new_user() for _ in range(4)]
    batch = [
        delivery(Address("line", each.id), "สวัสดี", cause=each.id, buttons=(Button("ใช่", "x" * 400),)) for each in people
    ]

    outcome = await line.send_many(batch, derived("batch"))

    assert isinstance(outcome, Refused)
    assert "quickReply" in outcome.why
    assert len(line_api.violations) == 1


# --- media and questions ----------------------------------------------------------------------------------------------


async def test_a_photo_is_fetched(line: Line, line_api: LineStandin) -> None:
    """The bytes somebody sent, whole, up to the limit and not a byte beyond."""
    async with served(answering(200, {})) as webhook:
        line_api.webhook = webhook
        sent = await line_api.sends_photo(line_api.new_user(), b"\xff\xd8" + b"x" * 998)
    ref = sent.events[0]["message"]["id"]

    assert await line.fetch(ref, 1000) == b"\xff\xd8" + b"x" * 998
    with pytest.raises(TooLarge):
        await line.fetch(ref, 999)


@pytest.mark.parametrize(
    ("status", "error"), [(202, Unreachable), (500, Unreachable), (401, Unreachable), (404, Vanished), (410, Vanished)]
)
async def test_a_photo_that_does_not_come(status: int, error: type[Exception]) -> None:
    """What is still being prepared is worth another try; what LINE has no more is not."""
    async with served(answering(status, None)) as url:
        line = Line("secret", TOKEN, api_data_base=url)
        with pytest.raises(error):
            await line.fetch("468789577898262530", 1000)
        await line.aclose()


@pytest.mark.parametrize("ref", ["../../profile/U1", "https://10.0.0.1/a.jpg", "", "1?x=2"])
async def test_nothing_but_a_message_id_is_fetched(line: Line, ref: str) -> None:
    """No address that somebody else made up is ever called."""
    with pytest.raises(Vanished):
        await line.fetch(ref, 1000)


async def test_the_language_of_a_profile(line: Line, line_api: LineStandin) -> None:
    """LINE's word on a person's language, and nothing for who has not agreed or is unknown."""
    khmer, silent = line_api.new_user(language="km"), line_api.new_user(language=None)

    assert await line.profile_language(khmer.id) == "km"
    assert await line.profile_language(silent.id) == ""
    assert await line.profile_language(f"U{'9' * 32}") == ""


async def test_the_quota_of_a_plan_without_limit(line: Line, line_api: LineStandin) -> None:
    """No limit is None, and what was pushed counts."""
    await line.send(delivery(Address("line", line_api.new_user().id), "สวัสดี"))

    assert await line.quota() == (None, 1)


async def test_a_link_that_opens_the_chat(line: Line) -> None:
    """The account's id and the typed code, both as an address needs them."""
    assert await line.link("AB-12") == "https://line.me/R/oaMessage/%40000rimkh/?%2Fstart%20AB-12"


async def test_dots_while_we_think(line: Line, line_api: LineStandin) -> None:
    """They are shown to the one person, and a failure is nobody's business."""
    person = line_api.new_user()

    await line.show_loading(person.id, 5)
    await line.show_loading("nobody")

    assert [(person.id, 5)] == [(chat, seconds) for _, chat, seconds in line_api.state.loading]


async def test_many_at_once_share_the_connections(line: Line, line_api: LineStandin) -> None:
    """Two hundred sends at the same time all arrive."""
    people = [line_api.new_user() for _ in range(200)]

    outcomes = await asyncio.gather(
        *(line.send(delivery(Address("line", each.id), "สวัสดี", cause=each.id)) for each in people)
    )

    assert {Sent} == {type(each) for each in outcomes}
    assert len(line_api.deliveries) == 200
