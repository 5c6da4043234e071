"""People on a LINE that is as strict as the real one, heard through a real webhook."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.line import Line
from bot.line_menu import set_menu
from bot.receiving import Forged, Unreadable
from domain.message import Address, Incoming, Joined, Left, Media, Place, Press, Sticker, Text, Unread, Unsent
from tests.standins.line import LineStandin
from tests.standins.serve import served


class Ear:
    """A webhook that only listens."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.heard: list[Incoming | Unreadable] = []
        self.app = Starlette(routes=[Route("/", self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        try:
            self.heard += self.line.receive(await request.body(), request.headers)
        except Forged:
            return PlainTextResponse("", 403)
        return PlainTextResponse("ok")

    @property
    def contents(self) -> list[object]:
        return [each.content if isinstance(each, Incoming) else each for each in self.heard]


@pytest.fixture
async def ear(line: Line, line_api: LineStandin) -> AsyncIterator[Ear]:
    """Where LINE's webhooks go."""
    ear = Ear(line)
    async with served(ear.app) as url:
        line_api.webhook = f"{url}/"
        yield ear


async def test_everything_a_person_does_is_heard(ear: Ear, line: Line, line_api: LineStandin) -> None:
    """Words, pictures, voices, files, places, stickers, presses, coming, going and taking back."""
    await set_menu(line, fix=True)
    person = line_api.new_user()
    await line_api.follows(person)
    await line_api.says(person, "ลิงก์นี้จริงไหม")
    photo = (await line_api.sends_photo(person, b"x")).events[0]["message"]["id"]
    voice = (await line_api.sends_voice(person, b"x")).events[0]["message"]["id"]
    film = (await line_api.sends_video(person, b"x")).events[0]["message"]["id"]
    file = (await line_api.sends_file(person, "ก.pdf", b"xyz")).events[0]["message"]["id"]
    await line_api.sends_location(person, 20.27, 100.08)
    await line_api.sends_sticker(person)
    await line_api.sends(person, {"type": "hologram"})
    await line_api.taps_menu(person, 1)
    await line_api.unsends(person, photo)
    await line_api.unfollows(person)

    assert [
        Joined(),
        Text("ลิงก์นี้จริงไหม"),
        Media("photo", photo),
        Media("voice", voice),
        Media("video", film),
        Media("file", file, name="ก.pdf", size=3),
        Place(20.27, 100.08),
        Sticker(),
        Unread("hologram"),
        Press("/report"),
        Unsent(photo),
        Left(),
    ] == ear.contents
    assert {Address("line", person.id)} == {each.sender for each in ear.heard if isinstance(each, Incoming)}


async def test_a_group_is_heard_as_a_group(ear: Ear, line_api: LineStandin) -> None:
    """Who spoke is not kept; an edited message is heard again."""
    person = line_api.new_user()
    group = line_api.new_group(person)
    await line_api.invites(group)
    said = await line_api.says(person, "ดูนี่", group=group)
    await line_api.edits(person, said, "ดูนี่ https://a.top", group=group)
    await line_api.enters(group, line_api.new_user())
    await line_api.removes(group)

    assert [Joined(), Text("ดูนี่"), Text("ดูนี่ https://a.top"), Left()] == ear.contents
    assert all(isinstance(each, Incoming) and each.group for each in ear.heard)
    assert person.id not in repr(ear.heard)


async def test_a_redelivery_is_known_and_one_webhook_may_hold_many(ear: Ear, line_api: LineStandin) -> None:
    """The same event has the same id again, so that it can be answered once."""
    person = line_api.new_user()
    [webhook] = await line_api.forwards(person, "หนึ่ง", "สอง", one_webhook=True)
    await line_api.redeliver(webhook)

    events = [each.event for each in ear.heard]
    assert [Text("หนึ่ง"), Text("สอง")] * 2 == ear.contents
    assert events[:2] == events[2:]


async def test_a_wrong_signature_is_heard_by_nobody(ear: Ear, line_api: LineStandin) -> None:
    """A stranger who knows the address gets 403, and nothing happens."""
    status, _, _ = await line_api.post_raw(b'{"events":[]}', "c3RyYW5nZXI=")
    verified = await line_api.verifies()

    assert (status, verified.status, ear.heard) == (403, 200, [])
