"""The playground: what its page can ask for, what is shown on which phone, and who is kept out."""

import asyncio
import json
import re
from typing import Any

import httpx
import pytest

from bot import playground
from bot.playground import STATIC
from bot.web import BEHIND, ENTRIES, Upload
from domain.delivery import Gone, Sent
from domain.message import Address, Button, Content, Incoming, Joined, Left, Media, Place, Press, Text, Unsent
from domain.ports import Fetcher, TooLarge, Vanished
from tests.bot.echo import NOW, Echo, delivery, doing, listening, say, visiting


async def upload(client: httpx.AsyncClient, content: bytes, type: str = "image/png", **query: str) -> httpx.Response:
    query = {"kind": "photo", "event": "event-0001"} | query
    headers = {"Content-Type": type}
    return await client.post("/playground/resident-1/media", params=query, content=content, headers=headers)


async def feed(client: httpx.AsyncClient, phone: str, after: int = 0) -> list[dict[str, Any]]:
    answer = await client.get(f"/playground/{phone}/feed", params={"after": after})
    return list(answer.json()["entries"])


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ({"text": "สวัสดี\nค่ำนี้", "forwarded": True}, Text("สวัสดี\nค่ำนี้", forwarded=True)),
        ({"press": "/report flood", "label": "น้ำท่วม"}, Press("/report flood")),
        ({"place": {"lat": 17.8795, "lon": 101.7282, "title": "เชียงคาน"}}, Place(17.8795, 101.7282, "เชียงคาน")),
        ({"place": {"lat": -90, "lon": 180}}, Place(-90, 180)),
        ({"joined": True}, Joined()),
        ({"left": True}, Left()),
        ({"unsend": "event-0001"}, Unsent("event-0001")),
    ],
)
async def test_say(echo: Echo, what: dict[str, Any], content: Content) -> None:
    """What is done on a phone arrives as one event of that phone's address, under the id the page gave it."""
    async with echo.client() as client:
        answer = await say(client, "volunteer-1", 7, **what)

    assert answer.status_code == 200
    [heard] = echo.heard
    assert heard == Incoming("id-2", "event-0007", Address("web", "volunteer-1"), NOW, content, message="event-0007")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        *((body, 400) for body in (b"{", b"[]")),
        (b'{"text": "\\ud800", "event": "event-0001"}', 400),
        (b'{"place": {"lat": NaN, "lon": 1}, "event": "event-0001"}', 400),
        *((doing(1, **what), 400) for what in ({}, {"text": " \n"}, {"press": "", "label": "x"})),
        (doing(1, press="ก" * 22, label="longer than any platform's token"), 400),
        *((doing(1, place={"lat": lat, "lon": 1}), 400) for lat in (91, "1", None)),
        ({"text": "no id"}, 400),
        ({"text": "x", "event": "a b c d e f"}, 400),
        (doing(1, text="ก" * 10_001), 413),
        (b" " * (64 * 1024 + 1), 413),
    ],
)
async def test_nonsense(echo: Echo, body: Any, status: int) -> None:
    """What makes no sense, or is too much, is refused in plain words; nothing is heard and nothing shown."""
    async with echo.client() as client:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = await client.post("/playground/resident-1/say", content=content)

        assert await feed(client, "resident-1") == []
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert echo.heard == []


async def test_double_click(echo: Echo) -> None:
    """The same act sent twice, even at the same moment, is one event, one line and one answer."""
    async with echo.client() as client:
        await asyncio.gather(*(say(client, "resident-1", 1, text="โอนเงินไปแล้ว") for _ in range(5)))

        shown = await feed(client, "resident-1")
    assert echo.contents == [Text("โอนเงินไปแล้ว")]
    assert [(entry["mine"], entry["text"]) for entry in shown] == [(True, "โอนเงินไปแล้ว"), (False, "โอนเงินไปแล้ว")]


async def test_again_after_a_failure(echo: Echo) -> None:
    """What could not be decided on is an error to the page, and the same act may be sent again."""
    async with echo.client() as client:
        echo.broken = True
        failed = await say(client, "resident-1", 1, text="x")
        echo.broken = False
        again = await say(client, "resident-1", 1, text="x")

    assert [failed.status_code, again.status_code] == [500, 200]
    assert echo.contents == [Text("x")]


async def test_feed(echo: Echo) -> None:
    """A feed is in order, with the buttons under the last bubble, and can be asked for from a point on."""
    buttons = (Button("แจ้ง", "/report"), Button("ไม่", "/no"))

    await echo.web.send(delivery("resident-1", "หนึ่ง", "สอง", buttons=buttons, wants="place"))

    async with echo.client() as client:
        one, two = await feed(client, "resident-1")
        assert (one["n"], one["text"], one["buttons"], one["wants"]) == (1, "หนึ่ง", [], "")
        assert (two["n"], two["text"], two["wants"]) == (2, "สอง", "place")
        assert two["buttons"] == [{"label": "แจ้ง", "token": "/report"}, {"label": "ไม่", "token": "/no"}]
        assert [entry["n"] for entry in await feed(client, "resident-1", after=1)] == [2]
        assert await feed(client, "resident-2") == []
        assert (await client.get("/playground/resident-1/feed?after=x")).status_code == 400


async def test_blocked(echo: Echo) -> None:
    """Whoever has blocked the bot is gone for it until they add it again."""
    async with echo.client() as client:
        await say(client, "resident-1", 1, left=True)
        blocked = await echo.web.send(delivery("resident-1", "เตือนภัย"))
        await say(client, "resident-1", 2, joined=True)
        back = await echo.web.send(delivery("resident-1", "เตือนภัย"))

    assert (Gone(), Sent("d1")) == (blocked, back)


async def test_feed_is_bounded(echo: Echo) -> None:
    """A phone remembers its last 200 lines, and a delivery tried again, as after a crash, is but one of them."""
    for n in range(ENTRIES + 5):
        for _ in range(2):
            assert await echo.web.send(delivery("resident-1", str(n), id=str(n))) == Sent(str(n))

    entries = echo.web.after("resident-1", 0).entries
    assert (len(entries), entries[0].text, entries[-1].n) == (200, "5", 205)


async def test_media(echo: Echo) -> None:
    """A photo can be fetched by the ref in its event, and is shown on the phone it was sent from."""
    async with echo.client() as client:
        for _ in range(2):
            await upload(client, b"PNG!", name="เรือ.png", caption="ท่าน้ำ")
        [shown] = await feed(client, "resident-1")
        picture = await client.get(shown["media"])

    ref = shown["media"].rpartition("/")[2]
    assert echo.contents == [Media("photo", ref, "ท่าน้ำ", "เรือ.png", 4)]
    assert await echo.web.fetch(ref, 4) == b"PNG!"
    assert (shown["kind"], shown["name"], shown["text"]) == ("photo", "เรือ.png", "ท่าน้ำ")
    assert (picture.content, picture.headers["content-type"]) == (b"PNG!", "image/png")


@pytest.mark.parametrize("type", ["text/html", "image/svg+xml", "", "audio/x, text/html"])
async def test_media_is_no_page(echo: Echo, type: str) -> None:
    """A file that calls itself a web page, or a picture that can hold scripts, is only ever downloaded."""
    async with echo.client() as client:
        await upload(client, b"<script>", type)
        [shown] = await feed(client, "resident-1")
        got = (await client.get(shown["media"])).headers

    assert (got["content-type"], got["content-disposition"]) == ("application/octet-stream", "attachment")


@pytest.mark.parametrize(
    ("query", "size", "status"),
    [
        ({}, 10 * 1024 * 1024, 200),
        ({}, 10 * 1024 * 1024 + 1, 413),
        ({}, 0, 400),
        *((query, 1, 400) for query in ({"kind": "sticker"}, {"event": ""})),
    ],
)
async def test_media_limits(echo: Echo, query: dict[str, str], size: int, status: int) -> None:
    """A file has at most 10 MB and at least something in it, and is of a kind we know."""
    async with echo.client() as client:
        answer = await upload(client, bytes(size), **query)

    assert (answer.status_code, len(echo.heard)) == (status, int(status == 200))


async def test_fetch(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes beyond the asker's limit are too large; those pushed out by newer ones have vanished."""
    monkeypatch.setattr("bot.web.UPLOADS", 25)
    old, *_, new = (echo.web.keep(Upload(bytes(10))) for _ in range(3))

    assert isinstance(echo.web, Fetcher)
    with pytest.raises(Vanished):
        await echo.web.fetch(old, 100)
    with pytest.raises(TooLarge):
        await echo.web.fetch(new, 9)
    async with echo.client() as client:
        assert (await client.get(f"/playground/media/{old}")).status_code == 404


async def test_unsend(echo: Echo) -> None:
    """A photo taken back is neither shown nor kept any longer."""
    async with echo.client() as client:
        await upload(client, b"PNG!")
        await say(client, "resident-1", 2, unsend="event-0001")
        shown = await feed(client, "resident-1")

    assert [entry["kind"] + entry["media"] for entry in shown] == ["unsent"] * 2
    assert echo.web.uploads == {}


async def test_attached() -> None:
    """A file we keep comes along as a download, a picture is seen, and one that is gone is still named."""

    async def attached(id: str) -> Upload | None:
        return {"a": Upload(b"n,kind", "text/csv", "reports.csv"), "b": Upload(b"PNG!", "image/png")}.get(id)

    echo = Echo(attached)
    await echo.web.send(delivery("coordinator-1", "รายงาน", attached=("a", "b", "c"), buttons=(Button("x", "y"),)))

    async with echo.client() as client:
        shown = await feed(client, "coordinator-1")
        assert (await client.get(shown[1]["media"])).content == b"n,kind"
    seen = [f"{one['kind']} {one['name']} {len(one['buttons'])}" for one in shown]
    assert seen == ["text  0", "file reports.csv 0", "photo b 0", "file c 1"]


async def test_page() -> None:
    """The page and its files are served and nothing else is, with headers that let nothing foreign in."""
    prepared: list[str] = []

    async def prepare() -> None:
        prepared.append("volunteer-1, coordinator-1")

    async with Echo(prepare=prepare).client() as client:
        page, _ = [await client.get("/") for _ in range(2)]
        files = [await client.get(f"/playground/static/{path.name}") for path in STATIC.iterdir()]
        other = [await client.get(f"/playground/static/{name}") for name in ("none.js", "..%2F..%2Fweb.py", "%2e%2e")]
        phones = ("nobody-1", "resident", "resident-0", "resident-1x", "Resident-1")
        other += [await client.get(f"/playground/{phone}/feed") for phone in phones]
        other += [await say(client, phone, 1, text="x") for phone in phones]

    assert (page.status_code, "ริมโขง" in page.text, len(prepared)) == (200, True, 1)
    assert {file.status_code for file in files} == {200}
    assert {one.status_code for one in other} == {404}
    for one in (page, *files, *other[3:]):
        assert one.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert (one.headers["x-content-type-options"], one.headers["referrer-policy"]) == ("nosniff", "no-referrer")


async def test_page_keeps_to_itself() -> None:
    """No file of the page names another host, and none needs a script or a style that is inline."""
    text = {path.name: path.read_text() for path in STATIC.iterdir()}

    assert [name for name in text if re.search("(?<!hxxps:)//(?!www.w3.org/)[a-z]", text[name])] == []
    assert not any(mark in text["index.html"] for mark in (" style=", "<style", "onclick=", "javascript:"))
    scripts = text["bubble.js"] + text["phone.js"] + text["main.js"]
    assert not any(mark in scripts for mark in ("innerHTML", "insertAdjacentHTML", ".style"))


@pytest.mark.parametrize(
    ("address", "headers", "local", "remote"),
    [
        *((address, {}, 200, 200) for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1")),
        *((address, {}, 403, 200) for address in ("192.168.1.7", "")),
        *(("127.0.0.1", {"Host": host}, 200, 200) for host in ("127.0.0.1", "[::1]:8080")),
        *(("127.0.0.1", {"Host": host}, 403, 200) for host in ("evil", "localhost.evil:80", "[::1")),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 403, 200),
        ("127.0.0.1", {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"}, 200, 200),
        *(("127.0.0.1", {"Origin": origin}, 403, 403) for origin in ("http://evil", "http://localhost:9000", "null")),
        ("127.0.0.1", {"Sec-Fetch-Site": "cross-site"}, 403, 403),
    ],
)
async def test_guard(echo: Echo, address: str, headers: dict[str, str], local: int, remote: int) -> None:
    """Only this machine gets in unless the deployment says otherwise; another site's page never does."""
    got = []
    for open_to_all in (False, True):
        async with echo.client(address, open_to_all) as client:
            got.append(await client.post("/playground/resident-1/say", json=doing(1, text="x"), headers=headers))

    assert [local, remote] == [answer.status_code for answer in got]
    assert all("content-security-policy" in answer.headers for answer in got)


async def test_events(echo: Echo) -> None:
    """A listener is greeted, hears of every phone as it happens, and is let go at once when the server stops."""
    async with listening(echo) as (client, lines):
        heard = (json.loads(line.removeprefix("data: ")) async for line in lines if line)
        greeting = await anext(heard)
        await say(client, "resident-1", 1, text="สวัสดี")
        told = [await anext(heard), await anext(heard)]
        echo.closing.set()
        rest = [update async for update in heard]

    assert greeting == {"life": echo.web.life, "phone": "", "entries": []}
    assert [f"{one['phone']} {one['entries'][0]['mine']}" for one in told] == ["resident-1 True", "resident-1 False"]
    assert (rest, echo.web.listeners) == ([], set())


async def test_heart_beat(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """In silence a listener is told now and then that we are still here."""
    monkeypatch.setattr(playground, "HEART_BEAT", 0.05)
    async with listening(echo) as (_, lines):
        heard = [await anext(lines) for _ in range(3)]

    assert heard[-1] == ": still here"


async def test_who_leaves_is_forgotten(echo: Echo) -> None:
    """A page that was closed is no longer told anything."""
    async with visiting(echo) as client:
        async with client.stream("GET", "/playground/events") as stream:
            await anext(stream.aiter_lines())
            assert len(echo.web.listeners) == 1
        while echo.web.listeners:
            await asyncio.sleep(0.01)


async def test_who_falls_behind(echo: Echo) -> None:
    """A listener that does not keep up is cut off, so that it connects again and asks for what it missed."""
    with echo.web.listening() as listener:
        for n in range(BEHIND + 1):
            await echo.web.send(delivery("resident-1", "x", id=str(n)))

        told = [listener.get_nowait() for _ in range(listener.qsize())]
    assert (len(told), told[-1]) == (BEHIND, None)
