"""Platforms for the tests: they take, refuse, hang or break as told, and remember what reached them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from alerts.settings import Settings
from domain.alert import Alert
from domain.contact import Role
from domain.delivery import Delivery, Outcome, Sent
from domain.message import Address, Outgoing
from storage.alerts import raise_alert
from storage.outbox import queue
from storage.store import Store
from storage.tables import contacts

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
HELLO = Outgoing(("สวัสดี",))
FAST = Settings(pace={}, daily_cap=0)
"""Settings that hold nothing back."""


class Clock:
    """The time, which goes on only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Post:
    """A platform that takes one message a call. `answer` decides how each call ends; it may raise, or wait."""

    def __init__(self, name: str = "telegram", answer: Callable[[Delivery], Any] | None = None) -> None:
        self.name = name
        self.answer = answer
        self.got: list[Delivery] = []
        self.at_once = 0
        self.most_at_once = 0

    async def send(self, delivery: Delivery) -> Outcome:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.001)
            outcome = self.answer(delivery) if self.answer else Sent()
            if asyncio.iscoroutine(outcome):
                outcome = await outcome
        finally:
            self.at_once -= 1
        if isinstance(outcome, Sent):
            self.got.append(delivery)
        return outcome

    @property
    def to(self) -> Counter[str]:
        """How often each address got something."""
        return Counter(delivery.to.id for delivery in self.got)


class Talkative(Post):
    """A platform where each bubble is a call of its own, as on Telegram."""

    def pieces(self, delivery: Delivery) -> int:
        return len(delivery.message.bubbles)


class Mass(Post):
    """A platform that takes many at once, and knows a retry key it has accepted, as LINE does."""

    def __init__(self, name: str = "line", many: int = 50, answer: Callable[[Delivery], Any] | None = None) -> None:
        super().__init__(name, answer)
        self.many = many
        self.calls: list[tuple[str, frozenset[str]]] = []
        self.accepted: set[str] = set()

    async def send_many(self, deliveries: Sequence[Delivery], retry_key: str) -> Outcome:
        self.calls.append((retry_key, frozenset(delivery.to.id for delivery in deliveries)))
        await asyncio.sleep(0.001)
        outcome = self.answer(deliveries[0]) if self.answer else Sent()
        if asyncio.iscoroutine(outcome):
            outcome = await outcome
        if isinstance(outcome, Sent) and retry_key not in self.accepted:
            self.accepted.add(retry_key)
            self.got.extend(deliveries)
        return outcome


def letters(many: int, channel: str = "telegram", **more: Any) -> list[Delivery]:
    return [Delivery(f"d{n}", Address(channel, f"{n}"), HELLO, NOON, **more) for n in range(many)]


async def put(store: Store, deliveries: Sequence[Delivery]) -> None:
    await store.write(lambda c: queue(c, deliveries, NOON))


async def meet(store: Store, many: int, channel: str = "line", role: Role = Role.RESIDENT) -> None:
    people = [
        {"id": f"{channel}{n}", "channel": channel, "address": f"{n}", "language": "th", "role": role.value}
        | {"conversation": {}, "seen_at": NOON, "created_at": NOON}
        for n in range(many)
    ]
    await store.write(lambda c: c.execute(insert(contacts), people))


async def tell(store: Store, alert: Alert) -> None:
    await store.write(lambda c: raise_alert(c, alert, {"th": HELLO}, NOON))
