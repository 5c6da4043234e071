"""Public alerts for whoever asks: `/feeds/cap.atom`, and one CAP document for each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from alerts.cap import ATOM_TYPE, CAP_TYPE, Issuer, document, feed, sender_of
from bot.config import Config
from bot.web import HEADERS
from storage.feeds import public_alert, public_alerts
from storage.store import Away, Store

FRESH = timedelta(seconds=5)
"""How long the feed is given out as it was: anybody may ask, and each asking would be a look at the database."""
KEPT = {
    **{name: value for name, value in HEADERS.items() if name != "Cross-Origin-Resource-Policy"},
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=30",
}
"""Headers of all that is public: nothing in it runs, and other sites may show it."""
Found = tuple[bytes, datetime | None]


def issuer_of(config: Config) -> Issuer:
    """Who speaks in the feed, under the address that the world knows us by."""
    web = config.web
    base = (web.public_url or f"http://{web.host}:{web.port}").rstrip("/")
    host = urlsplit(base).hostname or ""
    return Issuer(sender_of(host), config.operator.name, config.operator.contact, base, config.areas.served)


@dataclass(slots=True)
class Feeds:
    """Answers for the feed and its documents; 503 while the database is away, 304 for who has it already."""

    store: Store
    issuer: Issuer
    clock: Callable[[], datetime]
    _last: tuple[datetime, Found] | None = field(default=None, repr=False)

    async def atom(self, request: Request) -> Response:
        now = self.clock()
        if self._last is None or not timedelta() <= now - self._last[0] < FRESH:
            try:
                alerts = await self.store.read(lambda c: public_alerts(c, now))
            except Away:
                return away()
            self._last = now, (feed(alerts, self.issuer), alerts[0].created if alerts else None)
        return answered(request, self._last[1], ATOM_TYPE)

    async def document(self, request: Request) -> Response:
        try:
            found = await self.store.read(partial(public_alert, id=request.path_params["id"][:36]))
        except Away:
            return away()
        if found is None:
            return PlainTextResponse("no such alert", status_code=404, headers=KEPT)
        alert, first = found
        return answered(request, (document(alert, self.issuer, first), alert.created), CAP_TYPE)


def answered(request: Request, found: Found, kind: str) -> Response:
    """The bytes, or that they have not changed: by what they are, for an alert that is taken out changes no time."""
    body, at = found
    mark = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**KEPT, "ETag": mark} | ({"Last-Modified": format_datetime(at, usegmt=True)} if at else {})
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if mark in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def away() -> Response:
    return PlainTextResponse("try again", status_code=503, headers={**KEPT, "Retry-After": "5"})
