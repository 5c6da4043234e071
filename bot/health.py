"""Whether people can reach us and we them: the database, and each channel, with the reason when not."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.metrics import OLDEST, WAITING, exposition
from storage import migrate
from storage.outbox import moving, waiting
from storage.store import Away, Store

FRESH = timedelta(seconds=60)
"""How long what a platform said of our token is believed; /health is asked every few seconds."""
PATIENCE = 4.0
STUCK = timedelta(minutes=10)
"""An urgent message or reply due for longer than this means that nothing leaves."""
Probe = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Health:
    """
    What `/health` and `doctor` look at. `probes` ask each platform something harmless, such as our own name.

    `channels` are those there are: what waits for another one is no fault of theirs, and `doctor` tells of it.
    """

    store: Store
    probes: Mapping[str, Probe]
    clock: Callable[[], datetime]
    warn: Callable[[], Awaitable[Mapping[str, str]]]
    channels: Container[str]
    _told: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    async def problems(self) -> dict[str, str]:
        """What is wrong, by name; empty when nothing is."""
        troubles = await asyncio.gather(self._database(), *map(self._channel, self.probes))
        found = dict(zip(("database", *self.probes), troubles, strict=True))
        if not found["database"]:
            found["outbox"] = await self._outbox()
        return {name: trouble for name, trouble in found.items() if trouble}

    async def get(self, request: Request) -> Response:
        """200 when all is well, 503 with the reasons when not."""
        problems = await self.problems()
        status = "unusable" if problems else "ok"
        told = {"status": status, "problems": problems, "warnings": await self.warnings(problems)}
        return JSONResponse(told, status_code=503 if problems else 200)

    async def warnings(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """What is worth knowing and keeps nobody from being served: a canary that is late, a quota nearly used up."""
        if "database" in problems:
            return {}
        try:
            return await self.warn()
        except Away:
            return {}

    async def metrics(self, request: Request) -> Response:
        """Prometheus' text format."""
        try:
            now = self.clock()
            WAITING.clear()
            OLDEST.clear()
            for row in await self.store.read(waiting):
                WAITING.labels(row.channel, row.lane).set(row.many)
                OLDEST.labels(row.channel, row.lane).set(max(0.0, (now - row.oldest).total_seconds()))
        except Away:
            pass
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.store.write(lambda c: c.execute(text("SELECT 1")).scalar())
                at, needed = await migrate.version(self.store)
        except (Away, TimeoutError) as error:
            return f"cannot be reached or written ({error or 'no answer'})"
        return "" if at == needed else f"is at version {at or 'none'}, this program needs {needed}: rimkhong migrate"

    async def _channel(self, name: str) -> str:
        now = self.clock()
        at, told = self._told.get(name, (None, ""))
        if at is None or now - at > FRESH:
            told = await self._probe(name)
            self._told[name] = (now, told)
        return told

    async def _probe(self, name: str) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.probes[name]()
        except TimeoutError:
            return "does not answer"
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a platform, /health says so and stands
            return str(error)[:200] or type(error).__name__
        return ""

    async def _outbox(self) -> str:
        now = self.clock()
        waits = [row for row in await self.store.read(waiting) if row.channel in self.channels]
        late = [row for row in waits if row.lane in ("urgent", "reply") and now - row.oldest > STUCK]
        if late:  # an alert to many takes longer than that, and is not stuck while it goes on
            going = await self.store.read(lambda c: moving(c, now - STUCK))
            late = [row for row in late if (row.channel, row.lane) not in going]
        return "; ".join(f"{row.many} {row.lane} messages on {row.channel} do not leave" for row in late)
