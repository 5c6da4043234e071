"""What LINE is asked for: media, languages, the quota, and dots while we think."""

import asyncio

import pytest

from bot.line import Line
from domain.delivery import Sent
from domain.message import Address
from domain.ports import Channel, Fetcher, Multicaster, TooLarge, Unreachable, Vanished
from tests.bot.conftest import answering, delivery
from tests.standins.line import TOKEN, LineStandin
from tests.standins.serve import served


async def test_the_channel_has_every_power(line: Line) -> None:
    """It sends to one and to many, and fetches."""
    assert isinstance(line, Multicaster)
    assert isinstance(line, Fetcher)
    channel: Channel = line
    assert (channel.name, line.many) == ("line", 500)


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


async def test_many_at_once_share_the_connections(line: Line, line_api: LineStandin) -> None:
    """Two hundred sends at the same time all arrive."""
    line.patience = 1.0
    people = [line_api.new_user() for _ in range(200)]

    outcomes = await asyncio.gather(
        *(line.send(delivery(Address("line", each.id), "สวัสดี", cause=each.id)) for each in people)
    )

    assert {Sent} == {type(each) for each in outcomes}
    assert len(line_api.deliveries) == 200
