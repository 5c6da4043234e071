"""
The browser playground: the page with three phones, and what the page asks of us.

A phone is an address of the channel "web": "resident-1", "volunteer-1" and "coordinator-1" at first, "resident-<n>"
after starting over. The roles of the second and third are the app's to give, in `prepare`.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.web import Update, Upload, Web, secured
from domain.message import (
    Address,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    MediaKind,
    Place,
    Press,
    Text,
    Unsent,
)

STATIC = Path(__file__).parent / "data" / "playground"
PHONE = re.compile(r"(resident|volunteer|coordinator)-[1-9][0-9]{0,11}")
EVENT = re.compile(r"[0-9A-Za-z-]{8,64}")
BODY = 64 * 1024
TEXT = 10_000
"""Characters. Beyond what a messenger lets anyone send, so that long messages can be tried too."""
MEDIA = 10 * 1024 * 1024
HEART_BEAT = 15.0
"""Seconds of silence after which a listener is told that we are still here, and found out when it is not."""
SHOWN = re.compile(r"image/(png|jpeg|gif|webp)|audio/[a-z0-9.+-]+|video/(mp4|webm)")
"""What a browser may show as what it says it is; everything else is only ever downloaded."""

Receive = Callable[[Incoming], Awaitable[None]]
Prepare = Callable[[], Awaitable[None]]


class Refusal(Exception):
    """A request we do not take: a status code, and why in plain words."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def routes(web: Web, receive: Receive, closing: asyncio.Event, prepare: Prepare | None = None) -> list[Route]:
    """
    The playground's routes, with security headers, for anyone who can reach them: see `bot.web.guard`.

    `receive` decides on an event and in the end calls `web.send`; an event is given to it once, however often the
    page repeats it, unless it raised. `closing` is set when the server is about to stop, and ends the listeners.
    `prepare` is awaited when the page is first opened, before anyone can speak.
    """
    room = Playground(web, receive, closing, prepare)
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", "/", room.page),
        ("GET", "/playground/static/{name}", static),
        ("GET", "/playground/events", room.events),
        ("GET", "/playground/media/{ref}", room.media),
        ("GET", "/playground/{phone}/feed", room.feed),
        ("POST", "/playground/{phone}/say", room.say),
        ("POST", "/playground/{phone}/media", room.upload),
    ]
    made = [Route(path, polite(endpoint), methods=[method]) for method, path, endpoint in table]
    for route in made:
        route.app = secured(route.app)
    return made


@dataclass(slots=True)
class Playground:
    """What the page's requests lead to."""

    web: Web
    receive: Receive
    closing: asyncio.Event
    prepare: Prepare | None
    preparing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def page(self, request: Request) -> Response:
        async with self.preparing:
            if self.prepare:
                await self.prepare()
                self.prepare = None
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def say(self, request: Request) -> Response:
        """A text, a press, a place; or that they add or block us, or take a message back."""
        phone, payload = phone_of(request), await json_of(request)
        event = event_of(payload.get("event"))
        content, part = understood(payload)
        if isinstance(content, Joined | Left):
            self.web.feed(phone).blocked = isinstance(content, Left)
        if isinstance(content, Unsent):
            self.web.take_back(phone, content.ref)
        return await self.take(phone, event, content, part)

    async def upload(self, request: Request) -> Response:
        """The raw bytes of a photo, voice, video or file, and what they are in the query."""
        phone, query = phone_of(request), request.query_params
        event, kind = event_of(query.get("event")), query.get("kind", "")
        if kind not in get_args(MediaKind):
            raise Refusal(400, f"kind is one of {', '.join(get_args(MediaKind))}")
        data = await body_of(request, MEDIA)
        if not data:
            raise Refusal(400, "the file is empty")
        name, caption = query.get("name", "")[:200], query.get("caption", "")[:TEXT]
        type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if f"event {event}" in self.web.feed(phone).known:
            return answered({})
        ref = self.web.keep(Upload(data, type if SHOWN.fullmatch(type) else "application/octet-stream", name))
        part = {"kind": kind, "media": self.web.address(ref), "name": name, "text": caption}
        return await self.take(phone, event, Media(kind, ref, caption, name, len(data)), part)  # type: ignore[arg-type]

    async def take(self, phone: str, event: str, content: Content, part: Mapping[str, Any]) -> Response:
        """Show what they did and have it decided on, once; what failed may be tried again."""
        feed, cause = self.web.feed(phone), f"event {event}"
        if not feed.first(cause):
            return answered({})
        self.web.put(phone, {**part, "event": event}, mine=True)
        sender, now = Address(self.web.name, phone), self.web.clock()
        try:
            await self.receive(Incoming(self.web.new_id(), event, sender, now, content, message=event))
        except BaseException:
            feed.forget(cause)
            raise
        return answered({})

    async def feed(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not re.fullmatch("[0-9]{1,9}", after):
            raise Refusal(400, "after is a number")
        return answered(self.web.after(phone_of(request), int(after)))

    async def media(self, request: Request) -> Response:
        upload = self.web.uploads.get(request.path_params["ref"])
        if upload is None:
            raise Refusal(404, "this file is no longer kept")
        if SHOWN.fullmatch(upload.type):
            return Response(upload.data, media_type=upload.type)
        # Whatever it claims to be, it must not run as a page of ours.
        headers = {"Content-Disposition": "attachment"}
        return Response(upload.data, media_type="application/octet-stream", headers=headers)

    async def events(self, request: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.stream(), media_type="text/event-stream", headers=headers)

    async def stream(self) -> AsyncIterator[bytes]:
        """Every update as it happens, until the server closes or the listener falls too far behind."""
        with self.web.listening() as listener:
            yield sse(Update(self.web.life, "", ()))
            closing = asyncio.ensure_future(self.closing.wait())
            coming = asyncio.ensure_future(listener.get())
            try:
                while not self.closing.is_set():
                    await asyncio.wait({closing, coming}, timeout=HEART_BEAT, return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        update = coming.result()
                        if update is None:
                            return
                        yield sse(update)
                        coming = asyncio.ensure_future(listener.get())
                    elif not self.closing.is_set():
                        yield b": still here\n\n"
            finally:
                closing.cancel()
                coming.cancel()


def understood(payload: Mapping[str, Any]) -> tuple[Content, dict[str, Any]]:
    """What someone did, and how their own phone shows it."""
    match payload:
        case {"text": str(text)} if text.strip() and len(text) <= TEXT:
            forwarded = payload.get("forwarded") is True
            return Text(text, forwarded), {"text": text, "forwarded": forwarded}
        case {"text": str(text)} if text.strip():
            raise Refusal(413, f"a message has at most {TEXT} characters")
        case {"press": str(token), "label": str(label)} if token and len(token.encode()) <= 64:
            return Press(token), {"kind": "press", "text": label[:TEXT]}
        case {"place": {"lat": float() | int() as lat, "lon": float() | int() as lon} as place}:
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise Refusal(400, "a place lies between -90 and 90, -180 and 180 degrees")
            title = str(place.get("title", ""))[:100]
            return Place(lat, lon, title), {"kind": "place", "text": title, "lat": lat, "lon": lon}
        case {"unsend": str(ref)} if EVENT.fullmatch(ref):
            return Unsent(ref), {"kind": "unsent", "text": ref}
        case {"joined": True}:
            return Joined(), {"kind": "joined"}
        case {"left": True}:
            return Left(), {"kind": "left"}
    raise Refusal(400, "say one of: text; press and label; place with lat and lon; unsend; joined; left")


def polite(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, with its refusals put into answers."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return PlainTextResponse(refusal.why, status_code=refusal.status)
        except ClientDisconnect:
            return PlainTextResponse("you left", status_code=400)

    return answer


async def static(request: Request) -> Response:
    """A file of the page. Only names that are there can be asked for, so there is no way out of the folder."""
    name = request.path_params["name"]
    if name not in {path.name for path in STATIC.iterdir()}:
        raise Refusal(404, "no such file")
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})


def phone_of(request: Request) -> str:
    phone = str(request.path_params["phone"])
    if not PHONE.fullmatch(phone):
        raise Refusal(404, "a phone is called resident-1, volunteer-1 or coordinator-1, or has another number")
    return phone


def event_of(event: object) -> str:
    if not isinstance(event, str) or not EVENT.fullmatch(event):
        raise Refusal(400, "event is an id of 8 to 64 letters, digits and hyphens, new for each thing done")
    return event


async def json_of(request: Request) -> dict[str, Any]:
    try:
        payload = orjson.loads(await body_of(request, BODY))
    except orjson.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict):
        raise Refusal(400, "the body is a JSON object")
    return payload


async def body_of(request: Request, most: int) -> bytes:
    """The body, read no further than allowed, whatever its length claims to be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refusal(413, f"at most {most // 1024} KB")
    return bytes(body)


def answered(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json", headers={"Cache-Control": "no-store"})


def sse(update: Update) -> bytes:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html; JSON has no bare line breaks."""
    return b"data: " + orjson.dumps(update) + b"\n\n"
