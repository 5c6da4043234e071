"""Putting everything together: the only module that knows all the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from alerts.canary import Watch
from alerts.counting import count
from alerts.digests import Digests
from alerts.notices import Notices
from alerts.rules import rules
from alerts.sender import PATIENCE
from alerts.settings import Settings
from alerts.spikes import Spikes
from alerts.weekly import dress
from alerts.worker import Job, Worker
from bot.channels import CHANNELS, Outside
from bot.config import Config
from bot.config import Limits as LimitsSection
from bot.converse import Setting
from bot.covering import Unheard
from bot.demo import staff_phones
from bot.feeds import Feeds, issuer_of
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
from bot.web import guard, plain
from bot.webhook import Door
from bot.words import catalogues
from checks import Known, judge
from domain.conversation import Operator
from domain.limits import Limits
from domain.message import Address, Incoming, Outgoing, Say
from domain.ports import Census, Editor, Fetcher
from handlers.dispatch import spoken
from storage.adopting import adopt
from storage.approvals import keep_figure
from storage.dispatching import ring_due
from storage.forgetting import find_old, forget
from storage.key_state import anything_sealed, check_in
from storage.migrate import migrate
from storage.phones import put_away
from storage.retaining import Retention, expire
from storage.scrubbing import scrub
from storage.store import Store
from texts import places

log = structlog.get_logger()

STOPPING = PATIENCE.total_seconds() + 3
"""
Seconds that what is on its way gets at the end: all that the sender lets a call take. With the web server's own ten it
stays under systemd's `TimeoutStopSec` of docs/running.md.
"""
UNLIMITED = 1_000_000_000
"""What is left of a plan that LINE does not limit: more than it would send in any month."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return str(uuid4())


def limits(told: LimitsSection) -> Limits:
    """What one person may do here; who serves may send five times as much."""
    many, few = told.messages, Limits()
    return replace(
        few,
        talk=replace(few.talk, burst=many),
        serving=replace(few.serving, burst=5 * many),
        new_account=timedelta(hours=told.new_account_hours),
        flood=told.flood,
        off=not many,
    )


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
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
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
            told.quiet_hours,
            told.daily_cap,
            told.line_monthly_reserve,
            approval_above=told.approval_above,
            digest_hour=None if told.digest_hour == "" else told.digest_hour,
            answer_minutes=told.answer_minutes,
            urgent_answer_minutes=told.urgent_answer_minutes,
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
            limits=limits(config.limits),
            receipts=self.stock.take,
        )
        probes = {name: each.bot_info for name, each in self.channels.items() if hasattr(each, "bot_info")}
        self.watch = Watch(self.store, tuple(probes), self._canaries(), probes, self._say, self.clock, self.clock())
        self.unheard = Unheard(self.store)
        reserve, hour = self.sending.line_monthly_reserve, self.sending.digest_hour
        self.digests = Digests(self.store, self._say, self.clock, hour, reserve)
        self.spikes = Spikes(self.store, self._say, self.clock)
        self.worker = self.make_worker()
        fetchers = {name: each for name, each in self.channels.items() if isinstance(each, Fetcher)}
        limit = config.media.max_bytes
        self.fetching = Fetching(self.store, fetchers, limit, self.setting, self.clock, self.told)
        receivers = {name: each for name, each in self.channels.items() if isinstance(each, Receiver)}
        self.replying = Replying(self.store, self.channels, self.sending, self.clock)
        self.door = Door(self.store, self.setting, receivers, self.replying.send, self.told, self.clock)
        self.feeds = Feeds(self.store, issuer_of(config), self.clock)
        self.health = Health(self.store, probes, self.clock, self.warnings, self.channels)

    def make_worker(self) -> Worker:
        """A worker over the channels there are now."""
        quotas = {"line": self._line_left} if "line" in self.channels else {}
        jobs = (
            Job("forgetting", timedelta(minutes=5), self.forget),
            Job("watching", timedelta(minutes=5), self.watch.look),
            Job("unheard reports", timedelta(hours=1), self.unheard.look),
            Job("digests", timedelta(minutes=5), self.digests.look),
            Job("notices", timedelta(seconds=3), self.notices().look),
            Job("groups", timedelta(minutes=1), self.count_groups),
            Job("spikes", timedelta(minutes=10), self.spikes.look),
            Job("rings", timedelta(seconds=5), self.ring),
        )
        return Worker(
            self.store, self.channels, self.sending, self.clock, quotas=quotas, jobs=jobs, dress=dress(self._say)
        )

    def notices(self) -> Notices:
        """What tells authors how their alerts go, on the channels that can."""
        editors = {name: each for name, each in self.channels.items() if isinstance(each, Editor)}
        return Notices(self.store, editors, self.sending, self._say, self.clock)

    async def count_groups(self) -> None:
        """Ask how many are in the groups that alerts go to."""
        counters = {name: each for name, each in self.channels.items() if isinstance(each, Census)}
        await count(self.store, counters, self.clock())

    async def forget(self) -> None:
        """Forget what is not to be kept any longer."""
        told = self.config.retention
        days = (timedelta(days=each) for each in (told.asked, told.reports, told.sensitive, told.audit))
        kept = Retention(*days)
        while await self._forgotten(kept):
            pass
        while await self.store.write(lambda c: expire(c, self.clock(), kept), bulk=True):
            pass
        await scrub(self.store)

    async def _forgotten(self, kept: Retention) -> int:
        now = self.clock()
        old = await self.store.read(lambda c: find_old(c, now))
        return await self.store.write(lambda c: forget(c, now, kept, old), bulk=True)

    async def ring(self) -> None:
        """Ask others where volunteers who were asked to look have not answered in time."""
        now = self.clock()
        words = self.setting.tools(now).words
        while await self.store.write(lambda c: ring_due(c, spoken, words, now)):
            self.told()

    async def warnings(self) -> dict[str, str]:
        """What /health warns of: ill channels, and reports that reach nobody."""
        return await self.watch.warnings() | await self.unheard.warnings()

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
        if "web" not in self.channels and (phones := await self.store.write(lambda c: put_away(c, self.clock()))):
            log.info("the playground is closed; its phones serve no more", phones=phones)
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
        while some := await self.store.write(adopt, bulk=True):
            sealed += some
        if sealed:
            log.info("sealed what was kept before", many=sealed)
            await scrub(self.store)

    async def stop(self) -> None:
        """Finish what is on its way, for which there is as long as a call may take; then close everything."""
        self.closing.set()
        ends = asyncio.get_running_loop().time() + STOPPING
        await self.door.finish()
        left = max(1.0, ends - asyncio.get_running_loop().time())
        _, late = await asyncio.wait(self.tasks, timeout=left) if self.tasks else (set(), set())
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
        self.loaded.set()  # the platforms' libraries, too, which come with the first call

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
            Route("/feeds/cap.atom", self.feeds.atom),
            Route("/feeds/cap/{id}.xml", self.feeds.document),
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

        return Starlette(routes=table, lifespan=lifespan, middleware=[Middleware(plain)])

    async def _staff(self) -> None:
        await staff_phones(self.store, self.clock())
