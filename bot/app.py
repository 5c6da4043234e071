"""Putting everything together: the only module that knows all the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from alerts.canary import Watch
from alerts.rules import rules
from alerts.settings import Settings
from alerts.worker import Job, Worker
from bot.channels import CHANNELS, Outside
from bot.config import Config
from bot.converse import Setting
from bot.demo import staff_phones
from bot.fetching import Fetching
from bot.files import Files
from bot.health import Health
from bot.inviting import Inviting
from bot.keyring import key_file, keys_from, make_first
from bot.playground import routes as playground_routes
from bot.receipts import Stock
from bot.receiving import Receiver
from bot.replying import Replying
from bot.tables import Tables
from bot.telegram import Telegram
from bot.web import guard
from bot.webhook import Door
from bot.words import catalogues
from checks import Known, judge
from domain.conversation import Operator
from domain.message import Address, Incoming, Outgoing, Say
from domain.ports import Fetcher
from storage.adopting import adopt
from storage.approvals import keep_figure
from storage.forgetting import forget
from storage.key_state import anything_sealed, check_in
from storage.migrate import migrate
from storage.scrubbing import scrub
from storage.store import Store
from texts import places

log = structlog.get_logger()

UNLIMITED = 1_000_000_000
"""What is left of a plan that LINE does not limit: more than it would send in any month."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return str(uuid4())


def warm() -> None:
    """Load what the first person would otherwise wait for: names of places, and what scams look like."""
    places.ready()
    judge("https://example.com 081-234-5678")


@dataclass
class App:
    """One process of the bot. `start` before use, `stop` after; `asgi` is what a web server serves."""

    config: Config
    clock: Callable[[], datetime] = utc_now
    works: bool = True
    serves: bool = True
    started: bool = False
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = self.config
        self.store = Store(config.storage.url, keys=keys_from(config))
        secret = config.line.channel_secret.get_secret_value() or config.telegram.token.get_secret_value()
        key = sha256(b"rimkhong files" + secret.encode()).digest() if secret else token_bytes()
        self.files = Files(self.store, key, config.web.public_url, self.clock)
        outside = Outside(self.clock, new_id, self.files.read, self.files.url_of)
        made = {name: make(config, outside) for name, make in CHANNELS.items()}
        self.channels: dict[str, Any] = {name: channel for name, channel in made.items() if channel is not None}
        self.inviting, self.stock = Inviting(), Stock()
        told = config.alerts
        self.sending = Settings(
            told.quiet_hours, told.daily_cap, told.line_monthly_reserve, approval_above=told.approval_above
        )
        served = config.areas.served
        operator = Operator(config.operator.name, config.operator.contact, served, tuple(catalogues()))
        known, door = Known(table=Tables(Path(config.lists.folder))), self.inviting.door
        self.setting = Setting(
            catalogues(),
            operator,
            self.inviting,
            known=known,
            file_link=self._file_link,
            door=door,
            rules=rules(self.sending),
            receipts=self.stock.take,
        )
        probes = {name: each.bot_info for name, each in self.channels.items() if hasattr(each, "bot_info")}
        self.watch = Watch(self.store, tuple(probes), self._canaries(), probes, self._say, self.clock)
        self.worker = self.make_worker()
        fetchers = {name: each for name, each in self.channels.items() if isinstance(each, Fetcher)}
        limit = config.media.max_bytes
        self.fetching = Fetching(self.store, fetchers, limit, self.setting, self.clock, self.told)
        receivers = {name: each for name, each in self.channels.items() if isinstance(each, Receiver)}
        self.replying = Replying(self.store, self.channels, self.sending, self.clock)
        self.door = Door(self.store, self.setting, receivers, self.replying.send, self.told, self.clock)
        self.health = Health(self.store, probes, self.clock, self.watch.warnings)

    def make_worker(self) -> Worker:
        """A worker over the channels there are now."""
        quotas = {"line": self._line_left} if "line" in self.channels else {}
        jobs = (
            Job("forgetting", timedelta(minutes=5), self.forget),
            Job("watching", timedelta(minutes=5), self.watch.look),
        )
        return Worker(self.store, self.channels, self.sending, self.clock, quotas=quotas, jobs=jobs)

    async def forget(self) -> None:
        """Forget what is not to be kept any longer."""
        while await self.store.write(lambda c: forget(c, self.clock())):
            pass
        await scrub(self.store)

    def _canaries(self) -> tuple[Address, ...]:
        """Whom the daily test message reaches, on the channels there are."""
        told = (one.split(":", 1) for one in self.config.alerts.canary)
        return tuple(Address(channel, id) for channel, id in told if channel in self.channels)

    def _say(self, say: Say, language: str) -> Outgoing:
        return self.setting.words((say,), language, {}, self.clock())

    async def _line_left(self) -> int:
        """How many LINE messages may still be sent this month; one that has no limit says so by its size."""
        limit, used = await self.channels["line"].quota()
        now = self.clock()
        await self.store.write(lambda c: keep_figure(c, "line", limit, used, now))
        return UNLIMITED if limit is None else max(0, limit - used)

    def _file_link(self, channel: str, id: str, ending: str) -> str:
        """LINE takes no files: there a link is sent. The others get the file itself."""
        return self.files.url_of(id, ending) if channel == "line" else ""

    # --- running ---

    async def start(self) -> None:
        """Open the database, bring it up to date, and begin to work; once. Raises `Away` when it is not there."""
        if self.started:
            return
        before, now = await migrate(self.store)
        if before != now:
            log.info("migrated", before=before or "empty", now=now)
        await self.unlock()
        self.started = True
        await asyncio.to_thread(warm)
        if self.works:
            self.tasks += [
                asyncio.create_task(self.worker.run(self.closing)),
                asyncio.create_task(self.fetching.run(self.closing)),
            ]
        if self.serves:
            self.tasks.append(asyncio.create_task(self.stock.fill(self.closing)))
        telegram = self.channels.get("telegram")
        if self.serves and isinstance(telegram, Telegram) and self.config.telegram.mode == "polling":
            self.tasks.append(asyncio.create_task(self._poll(telegram)))
        self.tasks.append(asyncio.create_task(self.learn_names()))

    async def unlock(self) -> None:
        """
        Make the first key where there is none, hold the database to ours, and seal what was kept before there was one.

        Raises KeyTrouble, with the remedy: without its key nothing of this may run.
        """
        if make_first(self.config, needed=await self.store.read(anything_sealed)):
            log.info("key made", file=str(key_file(self.config)))
        await self.store.write(lambda c: check_in(c, self.clock()))
        sealed = 0
        while some := await self.store.write(adopt):
            sealed += some
        if sealed:
            log.info("sealed what was kept before", many=sealed)
            await scrub(self.store)

    async def stop(self) -> None:
        """Finish what is on its way, then close everything."""
        self.closing.set()
        await self.door.finish()
        _, late = await asyncio.wait(self.tasks, timeout=20) if self.tasks else (set(), set())
        for task in late:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.close()

    async def close(self) -> None:
        """Close what is open, for whoever never started."""
        for channel in self.channels.values():
            if hasattr(channel, "aclose"):
                await channel.aclose()
        await self.store.close()

    async def _poll(self, telegram: Telegram) -> None:
        await telegram.poll(lambda events: self.door.take("telegram", events), self.closing)

    async def learn_names(self) -> None:
        """The bots' public names, for links in invitations; without them a code still works, typed."""
        for name, attribute, key in (("telegram", "telegram_name", "username"), ("line", "line_id", "basicId")):
            if name in self.channels:
                with suppress(Exception):
                    told = await self.channels[name].bot_info()
                    setattr(self.inviting, attribute, str(told.get(key, "")))

    # --- one event, one reply ---

    async def receive(self, incoming: Incoming) -> None:
        """Take one event from the playground or the terminal. Raises `Away` when it could not be kept."""
        await self.door.take(incoming.sender.channel, [incoming])

    def told(self) -> None:
        self.worker.kick()
        self.fetching.kick()

    # --- the web server's side ---

    def asgi(self) -> Starlette:
        """Every route there is."""
        table = [
            Route("/webhooks/{channel}", self.door.post, methods=["POST"]),
            Route("/health", self.health.get),
            Route("/metrics", self.health.metrics),
            Route("/files/{until}/{sign}/{name}", self.files.get),
        ]
        if "web" in self.channels and self.serves:
            phones = playground_routes(self.channels["web"], self.receive, self.closing, self._staff)
            table += guard(phones, self.config.web.playground_remote)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            await self.start()
            yield
            await self.stop()

        return Starlette(routes=table, lifespan=lifespan)

    async def _staff(self) -> None:
        await staff_phones(self.store, self.clock())
