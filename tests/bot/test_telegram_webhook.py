"""People on a Telegram that is as strict as the real one, heard through a real webhook."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.receiving import Forged, Unreadable
from bot.telegram import Telegram
from domain.message import Incoming, Joined, Left, Media, Place, Press, Text, Unread
from tests.bot.conftest import delivery
from tests.bot.test_telegram_sending import YES, to
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin


class Ear:
    """A webhook that only listens."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.heard: list[Incoming | Unreadable] = []
        self.app = Starlette(routes=[Route("/", self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        try:
            self.heard += self.telegram.receive(await request.body(), request.headers)
        except Forged:
            return PlainTextResponse("", 403)
        return PlainTextResponse("ok")

    @property
    def contents(self) -> list[object]:
        return [each.content if isinstance(each, Incoming) else each for each in self.heard]


@pytest.fixture
async def ear(telegram: Telegram) -> AsyncIterator[Ear]:
    """Where Telegram's updates go, with our secret."""
    ear = Ear(telegram)
    async with served(ear.app) as url:
        await telegram.setup([], about={}, short={}, webhook_url=f"{url}/")
        yield ear


async def test_everything_a_person_does_is_heard(ear: Ear, telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """Words, pictures, voices, files, places, numbers, presses, edits, coming and going."""
    person = telegram_api.new_user("สมหญิง", "km")
    said = await telegram_api.starts(person, "JOIN_9XK2")
    assert said is not None
    await telegram_api.settled()
    await telegram.send(delivery(to(person), "?", buttons=(YES,)))
    photo = await telegram_api.sends(person, "photo", caption="รูปนี้")
    await telegram_api.sends(person, "voice")
    await telegram_api.shares_location(person, 17.878, 102.742)
    await telegram_api.shares_contact(person, "+66812345678", own=False)
    await telegram_api.forwards(person, "กู้เงินด่วน https://a.top")
    await telegram_api.edits(person, said, "/start")
    await telegram_api.settled()
    await telegram_api.presses(person, "ใช่")
    await telegram_api.settled()
    await telegram_api.blocks(person)
    await telegram_api.settled()

    start, picture, voice, *rest = ear.contents
    assert Text("/start JOIN_9XK2") == start
    assert photo is not None
    assert isinstance(picture, Media)
    assert isinstance(voice, Media)
    assert ("photo", photo["message"]["photo"][-1]["file_id"], "รูปนี้") == (picture.kind, picture.ref, picture.caption)
    assert [
        Place(17.878, 102.742),
        Text("คนอื่น +66812345678"),
        Text("กู้เงินด่วน https://a.top", forwarded=True),
        Unread("edited"),
        Press("r1:yes"),
        Left(),
    ] == rest
    assert {("km", to(person))} == {(each.language, each.sender) for each in ear.heard if isinstance(each, Incoming)}


async def test_a_group_is_heard_as_a_group(ear: Ear, telegram_api: TelegramStandin) -> None:
    """A command without our name, who spoke not kept; coming and going like a person's."""
    person = telegram_api.new_user(started=True)
    group = telegram_api.new_group("ชรบ.", [person], bot="left")
    await telegram_api.adds_bot(person, group)
    await telegram_api.says(person, "/check@rimkhong_bot https://a.top", chat=group)
    await telegram_api.kicks_bot(person, group)
    await telegram_api.settled()

    assert [Joined(), Text("/check https://a.top"), Left()] == [
        each.content for each in ear.heard if isinstance(each, Incoming)
    ]
    assert all(isinstance(each, Incoming) and each.group for each in ear.heard)
    assert str(person.id) not in repr(ear.heard)


async def test_whatever_telegram_sends_is_accepted(ear: Ear, telegram_api: TelegramStandin) -> None:
    """What we cannot read is kept, so that Telegram does not send it for ever and the next one is heard."""
    person = telegram_api.new_user(started=True)
    telegram_api.updates.push("message", ["?"], f"chat{person.id}", force=True)
    await telegram_api.says(person, "หลังจากนั้น")
    await telegram_api.settled()

    assert [Unreadable, Incoming] == [type(each) for each in ear.heard]
    assert telegram_api.updates.history.refused == 0


async def test_a_redelivery_is_known(ear: Ear, telegram_api: TelegramStandin) -> None:
    """The same update has the same id again, so that it can be answered once."""
    telegram_api.faults.redeliver = 1.0
    await telegram_api.says(telegram_api.new_user(started=True), "สวัสดี")
    await telegram_api.settled()
    await telegram_api.updates.pulse.until(lambda: len(ear.heard) > 1, 5)

    first, second = ear.heard
    assert first.event == second.event
