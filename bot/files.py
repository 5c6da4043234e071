"""Files we keep, given out by signed addresses that expire: LINE fetches pictures itself, and takes no uploads."""

import asyncio
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.previews import SMALL, preview
from storage import audit, media
from storage.keys import Unopened
from storage.media import Kept
from storage.store import Away, Store

log = structlog.get_logger()

LASTS = timedelta(hours=24)
"""How long an address works: a phone fetches the picture when the chat is opened, which may be tomorrow."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one deployment. `key` signs addresses; without `public_url` there are none."""

    store: Store
    key: bytes
    public_url: str
    clock: Callable[[], datetime]

    async def read(self, id: str) -> tuple[str, str, bytes] | None:
        """Name, MIME type and bytes; None for what is not there. An ending behind the id is no matter."""
        id = id.partition(".")[0]
        try:
            kept: Kept | None = await self.store.read(lambda c: media.read(c, id))
        except Unopened as error:
            await self._broken(id, str(error))
            return None
        return (kept.name or kept.id, kept.mime, kept.bytes) if kept else None

    async def _broken(self, id: str, what: str) -> None:
        """A file that was changed since it was kept is given to nobody, and the log says so."""
        log.warning("file not opened", id=id, why=what)
        now = self.clock()
        with suppress(Away):
            await self.store.write(lambda c: audit.write_down(c, "program", "broken", id, {"what": what}, now))

    def url_of(self, id: str, ending: str = ".jpg") -> str:
        """
        An https address for a file, good for a day; "" when nobody outside can reach us.

        It ends like a picture's, for that is what LINE is given to show; another `ending`, or one that the id has
        already, is sent as a link.
        """
        id, dot, own = id.partition(".")
        ending = f"{dot}{own}" or ending
        if not self.public_url.startswith("https://") or not id:
            return ""
        until = int((self.clock() + LASTS).timestamp())
        return f"{self.public_url.rstrip('/')}/files/{until}/{self._sign(id, until)}/{quote(id)}{ending}"

    async def get(self, request: Request) -> Response:
        """Give out a file to whoever has its address; everything wrong looks the same."""
        id, _, _ = request.path_params["name"].partition(".")
        until, sign = request.path_params["until"], request.path_params["sign"]
        good = until.isdecimal() and until.isascii() and len(until) < 15 and int(until) > self.clock().timestamp()
        signed = self._sign(id, int(until)) if good else ""
        if not good or not hmac.compare_digest(signed.encode(), sign.encode()):
            return PlainTextResponse("not here", status_code=404)
        try:
            found = await self.read(id)
        except Away:
            return PlainTextResponse("try again", status_code=503, headers={"Retry-After": "5"})
        if found is None:
            return PlainTextResponse("not here", status_code=404)
        name, mime, data = found
        if request.path_params["name"].endswith(SMALL) and mime.startswith("image/"):
            mime, data = "image/jpeg", await asyncio.to_thread(preview, data)
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=3600",
        }
        return Response(data, media_type=mime or "application/octet-stream", headers=headers)

    def _sign(self, id: str, until: int) -> str:
        return hmac.digest(self.key, f"{id}\n{until}".encode(), sha256).hex()[:32]
