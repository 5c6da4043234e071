"""What LINE's answers mean for a delivery: the table of them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.line import Line
from domain.delivery import Outcome, Refused, Retry, Sent
from domain.ids import derived
from domain.message import Address
from tests.bot.conftest import answering, delivery
from tests.standins.line import TOKEN
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
    line = Line("secret", TOKEN, api_base="http://127.0.0.1:9", patience=0.1)
    outcome = await line.send(delivery(PERSON, "สวัสดี", reply_token="t"))
    await line.aclose()

    assert Retry("ClientConnectorError") == outcome


async def test_nothing_to_say_is_refused(line: Line) -> None:
    """A message without words never reaches LINE."""
    assert Refused("nothing to say") == await line.send(delivery(PERSON, " "))
    assert Refused("nothing to say") == await line.send_many([delivery(PERSON, " ")], derived("batch"))
