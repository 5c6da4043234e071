"""Making and proving receipts, beside the database and never in its way."""

import asyncio
import io
import secrets
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

import structlog
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from PIL import Image, ImageDraw, ImageFont

from alerts.resting import rest
from bot.converse import Done, Setting, turn
from domain.message import Incoming
from domain.receipt import LENGTH, grouped, made
from storage.keys import KeyTrouble
from storage.receipts import Proof, Ready, Unproved
from storage.store import Away, Store

log = structlog.get_logger()

COST = (3, 65_536, 4)
"""Argon2id: passes, KiB, lanes. RFC 9106 §4, the second recommended choice."""
BREATH = 2.0
"""Seconds after the start before the first is made: whoever opens the playground waits for the processor, too."""
STOCK = 6
"""Receipts that lie ready: a report takes one, and waits for none."""
SIDE, MARGIN, SIZE = 720, 60, 150
"""Pixels of the picture, around the digits, and of a digit's height."""
ONE_BY_ONE = ThreadPoolExecutor(1, "receipts")
"""Each takes 64 MiB and a tenth of a second: whoever guesses waits for the guesses before."""


def hasher() -> PasswordHasher:
    passes, memory, lanes = COST
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes, type=Type.ID)


def make() -> Ready:
    """A receipt that nobody has, as good as surely: 46 bits of chance."""
    digits = made("".join(secrets.choice("0123456789") for _ in range(LENGTH - 2)))
    return Ready(digits, hasher().hash(digits), picture(digits))


def picture(digits: str) -> bytes:
    """The digits in four lines, to keep among one's pictures (PNG): nothing on it says what they are for."""
    image = Image.new("L", (SIDE, SIDE), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(SIZE)
    for line, group in enumerate(grouped(digits).split()):
        draw.text((SIDE // 2, MARGIN + SIZE // 2 + line * SIZE), " ".join(group), fill=0, font=font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@dataclass(slots=True)
class Stock:
    """Receipts that lie ready, in memory only; made anew as they are taken."""

    ready: deque[Ready] = field(default_factory=deque)
    kicked: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop | None = None

    def take(self) -> Ready | None:
        """One, from whichever thread; None when they went faster than they could be made."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.kicked.set)
        return self.ready.popleft() if self.ready else None

    async def fill(self, stop: asyncio.Event) -> None:
        """Keep so many ready, until `stop`."""
        self.loop = asyncio.get_running_loop()
        await rest(BREATH, self.kicked, stop)
        await self.loop.run_in_executor(ONE_BY_ONE, dummy, COST)
        while not stop.is_set():
            if len(self.ready) < STOCK:
                self.ready.append(await self.loop.run_in_executor(ONE_BY_ONE, make))
            else:
                await rest(60.0, self.kicked, stop)


def prove(digits: str, hashes: dict[str, str]) -> Proof:
    """Which report this is the receipt of. Where there is none to compare with, as much is worked for nothing."""
    verify = hasher().verify
    for report, kept in (hashes or {"": dummy(COST)}).items():
        try:
            if verify(kept, digits) and report:
                return Proof(digits, report, kept)
        except (VerificationError, InvalidHashError):
            continue
    return Proof(digits)


@cache
def dummy(cost: tuple[int, int, int]) -> str:
    """The hash of no receipt at all, of that cost."""
    passes, memory, lanes = cost
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes).hash(secrets.token_hex(16))


async def answered(store: Store, incoming: Incoming, setting: Setting, now: datetime) -> Done:
    """
    Decide on one event in one transaction; where it holds a receipt, in two, and the work between them.

    Raises `Away` while the sealing key is not the one the database is at, so that the event comes again.
    """
    try:
        try:
            return await store.write(lambda c: turn(c, incoming, setting, now))
        except Unproved as unproved:
            asked = unproved
        work = partial(prove, asked.digits, dict(asked.hashes))
        proof = await asyncio.get_running_loop().run_in_executor(ONE_BY_ONE, work)
        return await store.write(lambda c: turn(c, incoming, setting, now, proof))
    except KeyTrouble as trouble:
        raise Away(str(trouble)) from trouble
