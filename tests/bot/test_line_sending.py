"""What becomes of replies, pushes and multicasts, at a LINE that is as strict as the real one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.line import Line, utc_now
from domain.delivery import Delivery, Parted, Refused, Retry, Sent, after
from domain.ids import derived
from domain.message import Address, Button
from tests.bot.conftest import delivery
from tests.patience import ended
from tests.standins.line import SECRET, TOKEN, LineStandin
from tests.standins.serve import served


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
    assert (outcome.whole_channel, outcome.wait, "channel_access_token" in outcome.why) == (
        True,
        timedelta(minutes=1),
        True,
    )
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
