"""A stage for chats: people, a clock and a real SQLite file, with everything said going through `bot.converse.turn`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Row, select

from alerts.campaigns import fire
from alerts.rules import rules
from alerts.settings import Settings
from alerts.weekly import dress
from bot import receipts as proving
from bot.converse import Setting
from bot.receipts import answered
from bot.words import catalogues
from domain.alert import LANES
from domain.contact import CONSENT_VERSION, ROLES, Role
from domain.conversation import Operator
from domain.message import Address, Button, Content, Incoming, Joined, Outgoing, Press, Text
from domain.receipt import made
from handlers.dispatch import spoken
from storage import tables
from storage.alerts import fan_out, next_open
from storage.dispatching import ring_due
from storage.keys import keys_of
from storage.message import read_message, unpacked
from storage.people import change, contact_id, meet
from storage.receipts import Ready
from storage.store import Store

proving.COST = (1, 8, 1)
"""Receipts here cost next to nothing."""
START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
"""Sunday, 20:00 in Thailand."""
STEP = timedelta(seconds=5)
OPERATOR = Operator("ที่ว่าการอำเภอเชียงคาน", "042-000-000", ("42",))


def setting(operator: Operator = OPERATOR) -> Setting:
    links = lambda code: (f"\nhttps://t.me/rimkhong_bot?start={code}", b"png")  # noqa: E731
    return Setting(catalogues(), operator, links, rules=rules(Settings()), receipts=counted())


def counted() -> Callable[[], Ready]:
    """Receipts whose digits count up, for chats to be the same every time; and which cost next to nothing."""
    numbers = count(1)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    def take() -> Ready:
        digits = made(f"{next(numbers):014}")
        return Ready(digits, hasher.hash(digits), b"png")

    return take


@dataclass(frozen=True, slots=True)
class Heard:
    """What reached somebody: the reply to what they said, or (`whom` being somebody else) a message of its own."""

    whom: str
    message: Outgoing
    lane: str = "reply"


@dataclass
class Stage:
    """Who is on it, what time it is, and what each of them has been shown."""

    store: Store
    now: datetime = START
    events: int = 0
    languages: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    shown: dict[str, list[Button]] = field(default_factory=dict)
    offered: dict[str, tuple[Button, ...]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    made: list[int] = field(default_factory=list)
    setting: Setting = field(default_factory=setting)

    def address(self, who: str) -> Address:
        return Address(self.channels.get(who, "web"), who)

    def id(self, who: str) -> str:
        return contact_id(self.address(who))

    async def known(self, who: str, role: Role = Role.RESIDENT, area: str = "", agreed: bool = False) -> None:
        """Somebody we have met before, with a role and an area."""

        def work(connection: Connection) -> None:
            hello = Incoming("", "", self.address(who), self.now, Joined())
            meet(connection, hello, self.languages.get(who, "th"))
            name = who if role > Role.RESIDENT else ""
            consent = {"consent": CONSENT_VERSION} if agreed else {}
            long_ago = self.now - timedelta(days=90)
            change(connection, self.id(who), role=int(role), area=area, name=name, created_at=long_ago, **consent)

        await self.store.write(work)

    async def say(self, who: str, content: Content, message: str = "") -> list[Heard]:
        """One thing somebody does; everything that anybody hears of it, their own reply first."""
        self.events += 1
        self.now += STEP
        incoming = Incoming(
            f"event-{self.events:06}",
            f"{self.events}",
            self.address(who),
            self.now,
            content,
            message=message or f"m{self.events}",
            language=self.languages.get(who, ""),
            group=who in self.groups,
        )
        done = await answered(self.store, incoming, self.setting, self.now)
        reply = done.reply
        heard = [Heard(who, reply.message)] if reply else []
        if reply:
            self.seen.add(reply.id)
            self.offered[who] = reply.message.buttons
        heard += await self.store.write(self.others)
        return self.remembered(heard)

    async def report(self, who: str, kind: str, where: str = "420301") -> int:
        """Somebody makes a report of this kind, telling as little as they can; its number."""
        before = len(await self.numbers())
        await self.say(who, Press(f"/report {kind}"))
        for _ in range(MOST_ANSWERS):
            if len(numbers := await self.numbers()) > before:
                return numbers[-1]
            await self.say(who, least(self.offered[who], where))
        raise AssertionError(f"{kind}: not done after {MOST_ANSWERS} answers")

    async def deliver(self) -> None:
        """All that was queued has arrived."""
        arrived = tables.outbox.update().where(tables.outbox.c.state == "queued")
        await self.store.write(lambda c: c.execute(arrived.values(state="sent", settled_at=self.now)))

    async def wait(self, time: timedelta) -> list[Heard]:
        """Time goes by; what anybody hears because of it."""
        self.now += time
        return self.remembered(await self.store.write(self.others))

    def remembered(self, heard: list[Heard]) -> list[Heard]:
        """Everybody keeps the buttons they were shown."""
        for one in heard:
            self.shown.setdefault(one.whom, []).extend(one.message.buttons)
        return heard

    def others(self, connection: Connection) -> list[Heard]:
        """What was queued for anybody else, rings rung and alerts spread out to their people."""
        speak = lambda say, language: self.setting.words((say,), language, {}, self.now)  # noqa: E731
        fire(connection, self.now, (), dress(speak))
        while ring_due(connection, spoken, self.setting.tools(self.now).words, self.now):
            pass
        while alert := next_open(connection):
            fan_out(connection, alert.id, 100, self.now, self.now)
        rows = connection.execute(select(tables.outbox).order_by(tables.outbox.c.lane, tables.outbox.c.address)).all()
        new = [row for row in rows if row.id not in self.seen]
        self.seen |= {row.id for row in new}
        lanes = {number: name for name, number in LANES.items()}
        return [Heard(*self.words(connection, row), lanes[row.lane]) for row in new]

    def words(self, connection: Connection, row: Row[Any]) -> tuple[str, Outgoing]:
        """Whom a row of the outbox is for, and what it says."""
        if row.message is not None:
            return read_message(keys_of(connection), row.id, row.address, row.message)
        texts = tables.alert_texts
        one = select(texts.c.message).where(texts.c.alert == row.alert, texts.c.language == row.language)
        return row.address, unpacked(connection.execute(one).scalar_one())

    def button(self, who: str, label: str, old: bool = False) -> Button | None:
        """The button somebody was shown last (or first) under this label."""
        found = [button for button in self.shown.get(who, ()) if button.label == label]
        return found[0 if old else -1] if found else None

    async def numbers(self) -> Sequence[int]:
        """The numbers of the reports, in the order they were made."""
        query = select(tables.reports.c.number).order_by(tables.reports.c.at)
        found = await self.store.write(lambda connection: connection.execute(query).scalars().all())
        self.made += [number for number in found if number not in self.made]
        return list(self.made)

    async def names(self) -> dict[str, str]:
        """The names of the files we keep, by id."""
        query = select(tables.media.c.id, tables.media.c.name)
        rows = await self.store.write(lambda connection: connection.execute(query).all())
        return {row.id: row.name for row in rows}


MOST_ANSWERS = 10


def least(offered: tuple[Button, ...], where: str) -> Content:
    """The shortest answer to a question with these buttons."""
    tokens = {button.token.split(":", 2)[2]: button.token for button in offered}
    name = offered[-1].token.split(":", 2)[1]
    for value in ("agree", "send", "skip", "now"):
        if value in tokens:
            return Press(tokens[value])
    if name == "where":
        return Text(where)
    first = next(iter(tokens))
    return Text("เล่าสั้น ๆ") if first in ("back", "cancel") else Press(tokens[first])


def people(line: str) -> Iterator[tuple[str, str, str]]:
    """`a=coordinator@42 b=volunteer` as (who, what, area)."""
    yield from re.findall(r"(\S+?)=([^\s@]+)(?:@(\d*))?", line)


async def cast(stage: Stage, line: str) -> None:
    """Read one header line: `roles:`, `known:`, `agreed:`, `languages:`, `channels:`, `groups:`, `new:` or `above:`."""
    name, _, rest = line.partition(":")
    match name.strip():
        case "languages":
            stage.languages |= {who: what for who, what, _ in people(rest)}
        case "channels":
            stage.channels |= {who: what for who, what, _ in people(rest)}
        case "above":
            stage.setting = replace(stage.setting, rules=replace(stage.setting.rules, approval_above=int(rest)))
        case "groups":
            stage.groups |= set(rest.split())
        case "roles":
            for who, what, area in people(rest):
                await stage.known(who, ROLES[what], area, agreed=True)
        case "new":
            for who in rest.split():
                await stage.store.write(lambda c, who=who: change(c, stage.id(who), created_at=stage.now))
        case "known" | "agreed" as which:
            for one in rest.split():
                who, _, area = one.partition("@")
                await stage.known(who, area=area, agreed=which == "agreed")
