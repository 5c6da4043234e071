"""Whatever bytes come to the doors, signed or not: an answer, never an exception, and nothing half kept."""

import copy
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.bot.running import SECRET, Town, town
from tests.standins.line_events import signature

CASES = int(os.environ.get("FUZZ_CASES", "50"))
"""How many cases of each property; `make fuzz` asks for many more."""
TABLES = ("inbox", "contacts", "outbox", "reports", "media", "alerts", "audit", "invites")
FOLDER = Path(__file__).parent
KEPT = {
    channel: [orjson.loads(path.read_bytes()) for path in sorted((FOLDER / channel).glob("*.json"))]
    for channel in ("line", "telegram")
}
number = itertools.count(1)
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

odd = st.sampled_from(
    [
        *(
            "",
            "\0",
            "\u202e",
            "\ud83d",
            "ก" * 2000,
            "/start " + "A" * 70,
            "/report 99999999999999999999",
            "1:where:skip",
        ),
        *(0, -1, 2**31, 2**53, 2**63 - 1, 2**64 - 1, 10**400, 1e308, -0.0, True, None, [], {}, [[]], {"": {}}),
        *(
            "/join AAAAA-AAAAA",
            "/ack going " + "0" * 36,
            "text",
            "user",
            "image",
            "private",
            "สวัสดี",
            "https://kbank-x.cc",
        ),
    ]
)
values = st.recursive(
    odd | st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
quick = settings(
    max_examples=CASES,
    deadline=None,
    derandomize="FUZZ_CASES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture
async def door(database: str) -> AsyncIterator["Doors"]:
    """The bot, which is called without sockets here; its answers go to the stand-ins."""
    async with town(database) as made:
        made.line.state.strangers, made.line.state.record = "create", False
        transport = httpx.ASGITransport(made.app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            yield Doors(made, client)


class Doors:
    """Both webhooks."""

    def __init__(self, made: Town, client: httpx.AsyncClient) -> None:
        self.made, self.client = made, client

    async def call(self, channel: str, body: bytes, *, signed: bool = True) -> int:
        """Post a body as the platform would, or as a stranger: the status."""
        headers = {}
        if signed and channel == "line":
            headers["x-line-signature"] = signature(self.made.line.state.secret, body)
        elif signed:
            headers["x-telegram-bot-api-secret-token"] = SECRET
        return (await self.client.post(f"/webhooks/{channel}", content=body, headers=headers)).status_code

    async def taken(self, channel: str, body: bytes) -> None:
        """Post it signed, twice: it is taken, nothing of ours breaks over it, and the second time changes nothing."""
        with capture_logs() as logs:
            assert 200 == await self.call(channel, body)
            rows = await self.rows()
            assert 200 == await self.call(channel, body)
            assert rows == await self.rows()
            await self.made.app.door.finish()
        assert [] == [one for one in logs if one["log_level"] in ("error", "critical")]

    async def rows(self) -> list[int]:
        return [await self.made.rows(table) for table in TABLES]


@st.composite
def mutated(draw: st.DrawFn, channel: str) -> bytes:
    """A recorded webhook under a new id, with some of its values changed, gone, doubled or added."""
    told = copy.deepcopy(draw(st.sampled_from(KEPT[channel])))
    renew(told)
    for _ in range(draw(st.integers(1, 4))):
        places = list(inside(told))
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        change(draw, holder, key)
    return written(told)


def renew(told: Any) -> None:
    """New ids, so that it is not a redelivery of what came before."""
    if "update_id" in told:
        told["update_id"] = next(number)
    for event in told.get("events", ()):
        if "webhookEventId" in event:
            event["webhookEventId"] = f"01FUZZ{next(number):020}"


def inside(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: what holds it, and its key or index."""
    left = [told]  # not by calling itself: some are nested deeper than Python calls
    for holder in left:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            left.append(holder[key])


def change(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """One change; what is put in is a copy, since a later change may go into it."""
    match draw(st.sampled_from(["value", "value", "value", "drop", "twice", "more"])):
        case "value":
            holder[key] = copy.deepcopy(draw(values))
        case "drop":
            del holder[key]
        case "twice" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _ if isinstance(holder, dict):
            holder[draw(st.text(max_size=8))] = copy.deepcopy(draw(values))


def written(told: Any) -> bytes:
    """As JSON, in the way of programs that write half surrogate pairs and huge numbers."""
    import json

    return json.dumps(told).encode()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@quick
@given(body=mutated("line"))
async def test_whatever_line_signs_is_taken(door: Doors, body: bytes) -> None:
    """Any JSON that LINE signs is answered 200, breaks nothing, and is kept whole or not at all."""
    await door.taken("line", body)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@quick
@given(body=mutated("telegram"))
async def test_whatever_telegram_sends_is_taken(door: Doors, body: bytes) -> None:
    """Any JSON that comes with Telegram's secret is answered 200, breaks nothing, and is kept whole or not at all."""
    await door.taken("telegram", body)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@quick
@given(channel=st.sampled_from(["line", "telegram"]), body=st.binary(max_size=300) | values.map(written))
async def test_any_bytes_are_taken(door: Doors, channel: str, body: bytes) -> None:
    """Bytes that are no webhook at all are kept raw when they are signed, and refused when they are not."""
    rows = await door.rows()
    assert 403 == await door.call(channel, body, signed=False)
    assert rows == await door.rows()
    await door.taken(channel, body)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@quick
@given(texts=st.lists(odd.map(str) | st.text(max_size=200), min_size=1, max_size=4))
async def test_any_words_are_answered(door: Doors, texts: list[str]) -> None:
    """Whatever one person writes, one thing after another, each is answered."""
    person = door.made.line.new_user()
    events = [door.made.line.events.text(person, text) for text in texts]
    before = door.made.line.state.delivered["reply"]
    await door.taken("line", written({"destination": "U1", "events": events}))
    assert len(texts) == door.made.line.state.delivered["reply"] - before
