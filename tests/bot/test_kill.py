"""Killed at any moment (kill -9), with platforms that fail at random, the bot loses and doubles nothing it can help."""

import asyncio
import contextlib
import itertools
import os
import random
import shlex
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.line import TOKEN_LASTS
from domain.alert import Alert, Audience
from domain.contact import Role
from domain.delivery import LEASE, REPLY_LEASE
from domain.ids import derived
from domain.message import Address, Outgoing
from storage.alerts import raise_alert
from storage.migrate import migrate
from storage.people import appoint
from storage.store import Store
from storage.tables import alerts, contacts, outbox, reports
from tests.bot.running import (
    SCAM,
    SECRET,
    Clock,
    LinePhone,
    Phone,
    TelegramPhone,
    eventually,
    label,
    number_in,
)
from tests.keys import KEYS, SEALING
from tests.ports import free_port
from tests.standins.line import LineStandin
from tests.standins.line_faults import Fault
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin

KILLS = int(os.environ.get("FUZZ_KILLS", "3"))
"""How often each database's bot is killed; `make fuzz` asks for many more."""
PASS = "five words are easy to keep"
SEED = os.environ.get("FUZZ_SEED", "rim khong")
LEASED = int(LEASE.total_seconds()) + 1
WARNING = "น้ำขึ้นเร็ว ครั้งที่"
DOWN = int(REPLY_LEASE.total_seconds()) + 1
"""Seconds that pass while the bot is down, by everybody's clock: longer than a reply is leased to who died."""
STORM = 120.0
"""Seconds a person waits at most where the bot is killed every second and may start anew before it has listened."""
TOLD = TOKEN_LASTS.total_seconds() - 5
"""Seconds after a reply in which its token tells; the bot counts from when it had decided, a little before."""
PEOPLE = {"line": 2, "telegram": 1}
"""How many people use the bot at any moment. Staff on Telegram hear of one report a second at most."""


@dataclass
class Member:
    """One process of the bot, with its command; started again and again by the forker."""

    command: tuple[str, ...]
    forker: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    log: Path
    child: int = 0

    async def start(self, shift: float, config: Path) -> None:
        words = (str(self.log), str(shift), *self.command, "--config", str(config))
        self.forker[1].write(f"{shlex.join(words)}\n".encode())
        self.child = int(await self.forker[0].readline())

    async def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        assert -signal.SIGKILL == await self.ended()

    async def ended(self) -> int:
        """Its exit code, once it is gone."""
        self.child = 0
        return int(await self.forker[0].readline())


@dataclass
class Village:
    """Both platforms, and a bot in other processes. The part of `Town` that phones need."""

    line: LineStandin
    telegram: TelegramStandin
    store: Store
    config: Path
    port: int
    members: list[Member]
    clock: Clock = field(default_factory=Clock)
    over: bool = False
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    people: list[Phone] = field(default_factory=list)

    async def answered(self) -> None:
        """Nobody can know what leaves another process; people read what came, and think."""
        await asyncio.sleep(self.dice.uniform(0, 0.3))

    async def start(self) -> None:
        """Start who does not run, and wait until the bot listens."""
        for member in self.members:
            if not member.child:
                await member.start(self.clock.shift.total_seconds(), self.config)
        await eventually(self.listens)

    async def kill_one(self) -> None:
        """End one process, whichever; the others go on."""
        await self.dice.choice(self.members).kill()

    async def kill_all(self, down: int) -> None:
        """
        End the bot, and let so many seconds go by before it comes back.

        Not at Telegram, which forgets a press that waits for more than 150 seconds, and we are down more than once.
        """
        for member in self.members:
            if member.child:
                await member.kill()
        self.clock.shift += timedelta(seconds=down)
        self.line.forward(down)

    async def listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    def phone(self, channel: str) -> Phone:
        town: Any = self
        if channel == "line":
            made: Phone = LinePhone(town, self.line.new_user())
        else:
            made = TelegramPhone(town, self.telegram.new_user())
        made.patience = STORM
        return made

    async def lives(self, channel: str) -> None:
        """One person after another reports something, as long as the bot is being killed."""
        while not self.over:
            phone = self.phone(channel)
            self.people.append(phone)
            await phone.adds()
            await phone.says(SCAM)
            await self.wants(phone, "heard.report")
            await phone.reports()

    async def wants(self, phone: Phone, key: str) -> None:
        """Press a button once it is there; type it, when an answer that came twice has hidden it."""
        try:
            await eventually(lambda: label(key) in phone.labels, patience=4)
        except TimeoutError:
            await phone.says(label(key))
        else:
            await phone.presses(key)

    async def owes(self, patience: float) -> list[str]:
        """What has still not left after so many seconds."""
        left: list[str] = []

        async def none() -> bool:
            rows = await self.store.read(lambda c: list(c.execute(select(outbox).where(outbox.c.state == "queued"))))
            left[:] = [f"{row.channel} {row.lane} {row.tries} due {row.due} {row.note} {row.batch}" for row in rows]
            spreading = select(alerts.c.id).where(alerts.c.state == "open")
            left.extend(await self.store.read(lambda c: list(c.execute(spreading).scalars())))
            return not left

        with contextlib.suppress(TimeoutError):
            await eventually(none, patience)
        return left

    async def count(self, statement: Any) -> int:
        return int(await self.store.read(lambda c: c.execute(statement).scalar()) or 0)


@asynccontextmanager
async def village(database: str, folder: Path, forker: str, roles: Sequence[str] = ("all",)) -> AsyncIterator[Village]:
    """A village whose bot, a process for each role, has not been started yet."""
    limits = {"chat_per_second": 1000.0, "overall_per_second": 1000.0}
    async with LineStandin() as line, TelegramStandin(limits=limits) as telegram, served(telegram.app) as url:
        port = free_port()
        config = folder / "config.toml"
        config.write_text(toml(database, line, telegram, url, port), "utf-8")
        line.webhook, line.redeliveries, line.redelivery_pause = f"http://127.0.0.1:{port}/webhooks/line", 500, 0.1
        commands = [("run", "--role", role) for role in roles]
        members = [Member(one, await asyncio.open_unix_connection(forker), folder / "bot.log") for one in commands]
        store = Store(database, keys=KEYS)
        await migrate(store)
        made = Village(line, telegram, store, config, port, members)
        try:
            yield made
        finally:
            await made.kill_all(0)
            for member in members:
                member.forker[1].close()
            await store.close()


def fail_at_random(made: Village) -> None:
    """Both platforms fail now and then; Telegram never after it has sent, for there nothing keeps us from doubling."""
    chances = [(0.02, Fault("error", 429)), (0.02, Fault("error", 500)), (0.01, Fault("error", 500, accepted=True))]
    chances += [(0.01, Fault("cut", accepted=True)), (0.002, Fault("hang", accepted=True))]
    made.line.faults.shake(7, *chances)
    made.telegram.faults.mix({"500": 0.02, "429": 0.01, "closed": 0.01}, seed=7)


async def warns(made: Village) -> None:
    """Urgent alerts go out to everybody on LINE, one after the other, as long as the bot is being killed."""
    for number in itertools.count():
        if made.over:
            return
        alert = Alert(derived("storm", str(number)), Audience(channel="line"), lane="urgent", severity="Severe")
        words = {"th": Outgoing((f"{WARNING} {number}",))}
        await made.store.write(partial(raise_alert, alert=alert, texts=words, now=made.clock()))
        await asyncio.sleep(1.5)


def toml(database: str, line: LineStandin, telegram: TelegramStandin, url: str, port: int) -> str:
    return f"""
    storage.url = "{database}"
    web.port = {port}
    web.public_url = "https://rimkhong.example"
    areas.served = ["42"]
    sealing.key = "{SEALING}"
    backup.passphrase = "{PASS}"
    limits = {{ messages = 0, new_account_hours = 0, flood = 1000000 }}
    [line]
    channel_secret = "{line.state.secret}"
    channel_access_token = "{line.state.token}"
    api_base = "{line.url}"
    api_data_base = "{line.url}"
    [telegram]
    token = "{telegram.token}"
    mode = "polling"
    webhook_secret = "{SECRET}"
    api_base = "{url}"
    """


async def office(made: Village) -> list[Phone]:
    """A coordinator and a volunteer on each platform."""
    phones = []
    for channel in ("line", "telegram"):
        for role in (Role.COORDINATOR, Role.VOLUNTEER):
            phone = made.phone(channel)
            id = phone.person.id if isinstance(phone, LinePhone) else str(phone.user.id)  # type: ignore[attr-defined]
            if isinstance(phone, TelegramPhone):
                phone.user.started = True

            def serve(connection: Connection, id: str = id, role: Role = role, channel: str = channel) -> str:
                return appoint(connection, Address(channel, id), role, "42", "เวร", made.clock())

            await made.store.write(serve)
            phones.append(phone)
    return phones


@pytest.mark.timeout(240 + 6 * KILLS)
@pytest.mark.parametrize(
    ("database", "roles"),
    [("sqlite", ("all",)), ("postgresql", ("all",)), ("postgresql", ("web", "worker", "worker"))],
    indirect=["database"],
    ids=["sqlite", "postgresql", "three processes"],
)
async def test_killed_at_any_moment(database: str, roles: Sequence[str], tmp_path: Path, forker: str) -> None:
    """However often it is killed, every report exists once, every answer comes, and everybody is told, once."""
    async with village(database, tmp_path, forker, roles) as made:
        staff = await office(made)
        fail_at_random(made)
        await made.start()
        lives = [made.lives(channel) for channel, many in PEOPLE.items() for _ in range(many)]
        people = [asyncio.create_task(one) for one in (*lives, warns(made))]
        for _ in range(KILLS):
            await asyncio.sleep(made.dice.uniform(0.05, 0.9))
            # One process alone is away for a while; of several one dies, and its clock cannot leave the others'.
            await (made.kill_all(DOWN) if len(roles) == 1 else made.kill_one())
            await made.start()
        made.over = True
        await asyncio.gather(*people)
        for seconds in (DOWN, LEASED, LEASED):  # leases of those who died are still running
            if not await made.owes(patience=3):
                break
            await made.kill_all(seconds)
            await made.start()
        assert [] == await made.owes(patience=30)
        await whole(made, staff)
    assert [] == broken(tmp_path / "bot.log")


async def whole(made: Village, staff: list[Phone]) -> None:
    """Nothing is lost, and nothing is doubled but what the platforms leave no way to know."""
    numbers = sorted(await made.store.read(lambda c: list(c.execute(select(reports.c.number)).scalars())))
    heard = {phone: {number for bubble in phone.bubbles() if (number := number_in([bubble]))} for phone in made.people}
    assert numbers == sorted(number for found in heard.values() for number in found)
    assert [] == [phone for phone, found in heard.items() if not 1 <= len(found) <= phone.sends]
    assert len(made.people) + len(staff) == await made.count(select(func.count()).select_from(contacts))
    assert {"sent"} == set(await made.store.read(lambda c: list(c.execute(select(outbox.c.state)).scalars())))
    coordinators = [phone for phone in staff if phone.times(str(numbers[0]))]
    assert 2 == len(coordinators)
    for phone in coordinators:
        once_or_more = [phone.times(str(number)) for number in numbers]
        assert 0 not in once_or_more
        assert {1} == set(once_or_more) or phone.channel == "telegram"
    assert [] == made.line.duplicates()
    assert [] == [group for group in answered_twice(made.line) if too_soon(group)]
    storms = select(func.count()).select_from(outbox).join(alerts, alerts.c.id == outbox.c.alert)
    told = sum(WARNING in text for one in made.line.deliveries for text in texts(one))
    assert told == await made.count(storms.where(alerts.c.severity == "Severe"))
    # Telegram has no retry key: what was on its way to the three people there when we were killed can come twice.
    assert len(made.telegram.duplicates()) <= 3 * KILLS


def texts(delivery: Any) -> list[str]:
    return [str(message.get("text", "")) for message in delivery.messages]


def answered_twice(line: LineStandin) -> list[list[Any]]:
    """What a person got as a reply, and then the same again as a push."""
    groups = line.duplicates("reply", "push")
    return [group for group in groups if {"reply", "push"} == {one.kind for one in group}]


def too_soon(group: list[Any]) -> bool:
    """
    Whether a push came while the reply's token could still have told that LINE had taken the reply.

    Who is killed again before it could ask comes back later than that, and then a message twice is the lesser harm.
    """
    replied = min(one.at for one in group if one.kind == "reply")
    return bool(min(one.at for one in group if one.kind == "push") - replied < TOLD)


def broken(log: Path) -> list[str]:
    """What the bot said of faults of its own."""
    signs = ("level=error", "level=critical", "Traceback", "database away")
    return [line for line in log.read_text("utf-8").splitlines() if any(sign in line for sign in signs)]
