"""Deliveries for tests of the outbox: made, queued, taken and looked at."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from domain.delivery import Delivery
from domain.message import Address, Outgoing
from storage.claims import claim, claim_batch
from storage.message import packed
from storage.outbox import queue
from storage.store import Store
from storage.tables import alert_texts, alerts, contacts, outbox

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HELLO = Outgoing(("สวัสดี",))


def letter(id: str = "d", **more: Any) -> Delivery:
    address = Address(more.pop("channel", "line"), more.pop("address", f"to-{id}"))
    return replace(Delivery(id, address, HELLO, NOW), **more)


async def put(store: Store, *deliveries: Delivery) -> int:
    return await store.write(lambda c: queue(c, deliveries, NOW))


async def take(store: Store, at: datetime = NOW, limit: int = 10, **more: Any) -> list[Delivery]:
    return await store.write(lambda c: claim(c, more.pop("channel", "line"), at, limit, **more))


async def batch(store: Store, at: datetime = NOW, many: int = 500, **more: Any) -> list[Delivery]:
    return await store.write(lambda c: claim_batch(c, "line", at, many, **more))


async def row(store: Store, id: str = "d") -> Any:
    return await store.read(lambda c: c.execute(select(outbox).where(outbox.c.id == id)).one())


async def meet(store: Store, id: str, address: str, channel: str = "line", **more: Any) -> None:
    person = {"id": id, "channel": channel, "address": address, "language": "th", "conversation": {}}
    person |= {"seen_at": NOW, "created_at": NOW} | more
    await store.write(lambda c: c.execute(insert(contacts).values(person)))


async def alert_for(store: Store, people: int, alert: str = "a", language: str = "th", **more: Any) -> None:
    """An alert that has been fanned out to so many."""

    def work(connection: Any) -> None:
        if not connection.execute(select(alerts.c.id).where(alerts.c.id == alert)).first():
            told = {
                "id": alert,
                "audience": {},
                "lane": 2,
                "created_at": NOW,
                "severity": more.pop("severity", "Minor"),
            }
            connection.execute(insert(alerts).values(told))
        words = {"alert": alert, "language": language, "message": packed(Outgoing((f"{alert} {language}",)))}
        connection.execute(insert(alert_texts).values(words))
        common = {"channel": "line", "lane": 2, "due": NOW, "alert": alert, "language": language, "created_at": NOW}
        rows = [
            {"id": f"{alert}:{language}{n:04}", "address": f"U{n:04}", "contact": f"p{n:04}"} | common | more
            for n in range(people)
        ]
        connection.execute(insert(outbox), rows)

    await store.write(work)
