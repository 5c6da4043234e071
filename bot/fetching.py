"""Photos, voices and files: fetched from their channel at once, cleaned of hidden data, and kept."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from alerts.resting import rest
from bot.converse import Setting
from bot.pictures import NoPicture, clean_picture
from domain.ids import derived
from domain.message import Say
from domain.ports import Fetcher, TooLarge, Vanished
from storage import media
from storage.effects import tell
from storage.media import Wanted
from storage.store import Away, Store

log = structlog.get_logger()

WORDS = {"TooLarge": "media.large", "NoPicture": "media.broken"}
"""What is said of what could not be kept, by why."""
MIMES = {"voice": "audio/mp4", "video": "video/mp4", "file": "application/octet-stream"}


@dataclass(slots=True)
class Fetching:
    """
    Gets whatever is wanted, a few at a time, as soon as it is wanted.

    Whoever sent what cannot be had hears of it; `told` is called then, so that they need not wait for the next tick.
    """

    store: Store
    fetchers: Mapping[str, Fetcher]
    limit: int
    setting: Setting
    clock: Callable[[], datetime]
    told: Callable[[], None]
    kicked: asyncio.Event = field(default_factory=asyncio.Event)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    def kick(self) -> None:
        self.kicked.set()

    async def run(self, stop: asyncio.Event, tick: float = 5.0) -> None:
        """Go on until `stop`."""
        while not stop.is_set():
            try:
                busy = await self.step()
            except Away as away:
                log.warning("database away; photos wait", why=str(away))
                busy = 0
            except Exception:
                log.exception("fetching failed; going on")
                busy = 0
            if not busy:
                await rest(tick, self.kicked, stop)

    async def step(self) -> int:
        """Fetch what is due: how many that were."""
        now = self.clock()
        wanted = await self.store.write(lambda c: media.claim_wanted(c, now))
        await asyncio.gather(*(self._one(one) for one in wanted))
        return len(wanted)

    async def _one(self, wanted: Wanted) -> None:
        fetcher = self.fetchers.get(wanted.channel)
        if fetcher is None:
            await self._lost(wanted, "no such channel")
            return
        if wanted.spent:
            await self._lost(wanted, "Spent")
            return
        try:
            data = await fetcher.fetch(wanted.ref, self.limit)
            mime, name = MIMES.get(wanted.kind, "image/jpeg"), wanted.name
            if wanted.kind == "photo":
                async with self.opening:  # one at a time: eight large ones together would fill a small server
                    data, name = await asyncio.to_thread(clean_picture, data), f"{wanted.id[:8]}.jpg"
        except (Vanished, TooLarge, NoPicture) as error:
            await self._lost(wanted, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever a network does, it is tried again
            why = type(error).__name__
            log.warning("not fetched; trying again", id=wanted.id, why=why)
            await self._without(wanted, "media.lost", partial(media.put_off, wanted=wanted, why=why, now=self.clock()))
        else:
            await self.store.write(lambda c: media.keep(c, wanted.id, name, mime, data))

    async def _lost(self, wanted: Wanted, why: str) -> None:
        log.warning("not kept", id=wanted.id, kind=wanted.kind, why=why)
        key = "media.broken" if why == "Spent" and wanted.kind == "photo" else WORDS.get(why, "media.lost")
        await self._without(wanted, key, partial(media.give_up, id=wanted.id, why=why))

    async def _without(self, wanted: Wanted, key: str, write: Callable[[Connection], bool]) -> None:
        """Write down that there are no bytes; when that is for good, say so to whoever sent it."""
        now = self.clock()

        def work(connection: Connection) -> bool:
            given_up = write(connection)
            if given_up:
                tools, cause = self.setting.tools(now), derived(wanted.id, "lost")
                tell(connection, wanted.contact, Say(key), cause, {}, tools, now, veiled=wanted.veiled)
            return given_up

        if await self.store.write(work):
            self.told()
