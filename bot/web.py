"""The channel called "web": the playground's phones, kept in this process's memory; and who may come near them."""

import asyncio
import copy
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.delivery import Delivery, Gone, Outcome, Sent
from domain.message import Button, Wants
from domain.ports import TooLarge, Vanished

ENTRIES = 200
"""How much of a conversation a phone remembers."""
PHONES = 500
"""How many phones are remembered; the one opened first is forgotten first."""
UPLOADS = 64 * 1024 * 1024
"""Bytes of all photos, voices and files together; the oldest go first, and no more are kept than `FILES`."""
FILES = 1000
BEHIND = 1000
"""How many updates a listener may lag before it has to connect again."""

Kind = Literal["text", "press", "place", "photo", "voice", "video", "file", "joined", "left", "unsent"]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of a phone's conversation, as the page shows it.

    `n` counts up within a phone. `event` is the sender's own id for what they did ("" when the bot speaks); an
    "unsent" entry names in `text` the event that was taken back. `media` is an address on this server.
    """

    n: int
    at: datetime
    mine: bool
    kind: Kind = "text"
    text: str = ""
    event: str = ""
    media: str = ""
    name: str = ""
    forwarded: bool = False
    lat: float | None = None
    lon: float | None = None
    buttons: tuple[Button, ...] = ()
    wants: Wants = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to look at or fetch, with the MIME type and the file name they came with."""

    data: bytes
    type: str = "application/octet-stream"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What is new on a phone. `life` changes when the server was started anew and the counts begin again."""

    life: str
    phone: str
    entries: tuple[Entry, ...]


Attached = Callable[[str], Awaitable[Upload | None]]
Listener = asyncio.Queue[Update | None]


@dataclass(slots=True)
class Feed:
    """The conversation of one phone, and which events and deliveries are part of it already."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=ENTRIES))
    known: OrderedDict[str, None] = field(default_factory=OrderedDict)
    count: int = 0
    blocked: bool = False

    def first(self, cause: str) -> bool:
        """Whether this cause is new here. From now on it is not."""
        if cause in self.known:
            return False
        self.known[cause] = None
        if len(self.known) > 5 * ENTRIES:
            self.known.popitem(last=False)
        return True

    def forget(self, cause: str) -> None:
        self.known.pop(cause, None)


@dataclass(slots=True)
class Web:
    """
    A `Channel` and a `Fetcher` without a network: what is sent is put on a phone's feed, and listeners are woken.

    `attached` finds what `Outgoing.attached` names; without it, an attachment is shown by name only. Phones live in
    this process, so the playground is for a deployment of a single process.
    """

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    attached: Attached | None = None
    name: str = "web"
    life: str = ""
    feeds: OrderedDict[str, Feed] = field(default_factory=OrderedDict)
    uploads: OrderedDict[str, Upload] = field(default_factory=OrderedDict)
    listeners: set[Listener] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.life = self.life or self.new_id()

    async def send(self, delivery: Delivery) -> Outcome:
        """Show it on the phone, once however often it is tried. `Gone` when the phone's owner has blocked us."""
        phone, message = delivery.to.id, delivery.message
        feed = self.feed(phone)
        if feed.blocked:
            return Gone()
        files = [await self.shown(id) for id in message.attached]
        if feed.first(f"delivery {delivery.id}"):
            parts: list[dict[str, Any]] = [{"text": bubble} for bubble in message.bubbles]
            parts += files
            if parts:
                parts[-1] |= {"buttons": message.buttons, "wants": message.wants}
            self.put(phone, *parts)
        return Sent(delivery.id)

    async def shown(self, id: str) -> dict[str, Any]:
        """How something we keep looks on a phone."""
        upload = await self.attached(id) if self.attached else None
        if upload is None:
            return {"kind": "file", "name": id}
        kind = "photo" if upload.type.startswith("image/") else "file"
        return {"kind": kind, "name": upload.name or id, "media": self.address(self.keep(upload))}

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of an upload: see `domain.ports.Fetcher`."""
        upload = self.uploads.get(ref)
        if upload is None:
            raise Vanished(ref)
        if len(upload.data) > limit:
            raise TooLarge(ref)
        return upload.data

    def keep(self, upload: Upload) -> str:
        """Hold on to bytes until there are too many of them. Returns the ref to fetch them by."""
        ref = self.new_id()
        self.uploads[ref] = upload
        while len(self.uploads) > 1 and (len(self.uploads) > FILES or self.size > UPLOADS):
            self.uploads.popitem(last=False)
        return ref

    @property
    def size(self) -> int:
        return sum(len(upload.data) for upload in self.uploads.values())

    def address(self, ref: str) -> str:
        return f"/playground/media/{ref}"

    def feed(self, phone: str) -> Feed:
        """The feed of a phone, begun when there is none."""
        if phone not in self.feeds:
            self.feeds[phone] = Feed()
            if len(self.feeds) > PHONES:
                self.feeds.popitem(last=False)
        return self.feeds[phone]

    def after(self, phone: str, n: int) -> Update:
        """What a phone shows beyond its n-th entry."""
        feed = self.feeds.get(phone) or Feed()
        return Update(self.life, phone, tuple(entry for entry in feed.entries if entry.n > n))

    def put(self, phone: str, *parts: dict[str, Any], mine: bool = False) -> None:
        """Add entries to a phone's feed and tell everyone who listens."""
        feed, now = self.feed(phone), self.clock()
        entries = tuple(Entry(n, now, mine, **part) for n, part in enumerate(parts, feed.count + 1))
        feed.count += len(entries)
        feed.entries.extend(entries)
        for listener in tuple(self.listeners):
            if listener.full():
                self.listeners.discard(listener)
                listener.get_nowait()
                listener.put_nowait(None)
            else:
                listener.put_nowait(Update(self.life, phone, entries))

    def take_back(self, phone: str, event: str) -> None:
        """What someone took back is no longer shown, nor kept."""
        feed = self.feed(phone)
        for place, entry in enumerate(feed.entries):
            if entry.mine and entry.event == event:
                self.uploads.pop(entry.media.rpartition("/")[2], None)
                feed.entries[place] = Entry(entry.n, entry.at, mine=True, kind="unsent", text=event, event=event)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """A queue of all updates from now on; None means that too many were missed."""
        listener: Listener = asyncio.Queue(BEHIND)
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PLAIN = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""For everything else that answers, unless it says something of its own: framed nowhere, kept nowhere."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "cf-connecting-ip")
ELSEWHERE = """\
สนามทดลองนี้เปิดได้เฉพาะบนเครื่องที่ติดตั้งบอต: เปิด http://localhost ตามด้วยหมายเลขพอร์ต บนเครื่องนั้น

The playground answers only on the machine it runs on: open http://localhost and its port there.
Whoever reaches it can speak as a coordinator. In a training room you trust, set playground_remote = true under [web].
"""
CROSSED = "This request was made by another site's page, so it is not taken.\n"


def guard(app_routes: Sequence[Route], allow_remote: bool) -> list[Route]:
    """
    The same routes, for this machine only unless `allow_remote`; a page of another site can never post to them.

    The Host header is checked too: a hostile site may point its own name at 127.0.0.1 (DNS rebinding), and a tunnel
    or proxy on this machine makes all the world look local.
    """
    guarded = [copy.copy(route) for route in app_routes]
    for route in guarded:
        route.app = guarded_app(route.app, allow_remote)
    return guarded


def guarded_app(app: ASGIApp, allow_remote: bool) -> ASGIApp:
    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not (allow_remote or local(scope.get("client"), headers)):
            await secured(PlainTextResponse(ELSEWHERE, status_code=403))(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD") and not same_origin(headers):
            await secured(PlainTextResponse(CROSSED, status_code=403))(scope, receive, send)
        else:
            await app(scope, receive, send)

    return checked


def local(client: tuple[str, int] | None, headers: Headers) -> bool:
    """Whether a request comes from this machine, by its name for itself, and was not passed on by a proxy."""
    try:
        address = ip_address(client[0] if client else "")
        host = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback and host in HERE and not any(name in headers for name in PASSED_ON)


def same_origin(headers: Headers) -> bool:
    """Browsers say where a POST comes from; what is no browser (curl, a test) says nothing, and need not."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    try:
        return "origin" not in headers or urlsplit(headers["origin"]).netloc == headers.get("host")
    except ValueError:
        return False


def secured(app: ASGIApp) -> ASGIApp:
    """The app, with headers that keep its pages to themselves: nothing foreign, nothing inline, in no frame."""
    return headed(app, lambda headers: headers.update(HEADERS))


def plain(app: ASGIApp) -> ASGIApp:
    """The app, with the headers of `PLAIN` on every answer that has none of these itself, errors too."""

    def dress(headers: MutableHeaders) -> None:
        for name, value in PLAIN.items():
            headers.setdefault(name, value)

    return headed(app, dress)


def headed(app: ASGIApp, dress: Callable[[MutableHeaders], None]) -> ASGIApp:
    async def dressed(scope: Scope, receive: Receive, send: Send) -> None:
        async def start(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message))
            await send(message)

        await app(scope, receive, start)

    return dressed
