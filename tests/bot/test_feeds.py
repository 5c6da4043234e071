"""The public feed: what was composed for residents and is real, and nothing else, for anybody who asks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from alerts.cap import ATOM, Issuer
from bot.feeds import Feeds
from domain.alert import Alert
from domain.message import Outgoing
from storage.alerts import raise_alert, stop_alert
from storage.store import Store
from tests.alerts.receivers import Clock
from tests.alerts.test_cap import FIRST, valid

WHO = Issuer("bot.example", "อำเภอ", "", "https://bot.example")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def web(store: Store, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    feeds = Feeds(store, WHO, clock)
    app = Starlette(routes=[Route("/feeds/cap.atom", feeds.atom), Route("/feeds/cap/{id}.xml", feeds.document)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://bot.example") as client:
        yield client


async def raised(store: Store, clock: Clock, id: str, campaign: str = "", **change: Any) -> None:
    alert = replace(FIRST, id=id, **change)
    words = {"th": Outgoing(("น้ำขึ้น",))}
    await store.write(lambda c: raise_alert(c, alert, words, clock.now, campaign=campaign))


async def listed(web: httpx.AsyncClient, clock: Clock) -> list[str]:
    clock.on(10)
    told = ET.fromstring((await web.get("/feeds/cap.atom")).content)
    return [entry.findtext(f"{{{ATOM}}}id", "").removeprefix("urn:uuid:") for entry in told.iter(f"{{{ATOM}}}entry")]


async def test_only_public_alerts_are_listed(store: Store, web: httpx.AsyncClient, clock: Clock) -> None:
    """Not drills, not what staff were told, not notes of reports, not lessons; what is over is, as it is."""
    await raised(store, clock, "old", expires=clock.now - timedelta(hours=1))
    await raised(store, clock, "staff", public=False)
    await raised(store, clock, "drill", status="Exercise")
    await raised(store, clock, "note", report="r")
    await raised(store, clock, "lesson", campaign="c")

    assert ["old"] == await listed(web, clock)
    for id in ("staff", "drill", "note", "lesson", "unknown"):
        assert 404 == (await web.get(f"/feeds/cap/{id}.xml")).status_code
    one = await web.get("/feeds/cap/old.xml")
    assert (200, "application/cap+xml") == (one.status_code, one.headers["content-type"])
    assert valid(one.content)


async def test_a_mistake_that_was_stopped_is_taken_out(store: Store, web: httpx.AsyncClient, clock: Clock) -> None:
    """A stopped alert is not read on, unless its all-clear is there to be read with it."""
    await raised(store, clock, "a")
    await store.write(lambda c: stop_alert(c, "a"))
    assert [] == await listed(web, clock)

    await raised(store, clock, "b", type="Cancel", references="a")
    assert ["b", "a"] == await listed(web, clock)
    assert b"bot.example,a," in (await web.get("/feeds/cap/b.xml")).content


async def test_the_feed_is_bounded(store: Store, web: httpx.AsyncClient, clock: Clock) -> None:
    """Fifty alerts at most, the newest; those of last month are not listed, and can still be read."""
    await raised(store, clock, "older")
    clock.on(31 * 86400)
    for n in range(51):
        clock.on(1)
        await raised(store, clock, f"n{n:02}")

    assert [f"n{n:02}" for n in range(50, 0, -1)] == await listed(web, clock)
    assert 200 == (await web.get("/feeds/cap/older.xml")).status_code


async def test_who_has_it_already_gets_no_bytes(store: Store, web: httpx.AsyncClient, clock: Clock) -> None:
    """The mark of what was read makes the next answer a 304, until there is something new."""
    await raised(store, clock, "a")
    first = await web.get("/feeds/cap.atom")
    known = {"If-None-Match": f'W/"other", {first.headers["etag"]}'}
    assert 304 == (await web.get("/feeds/cap.atom", headers=known)).status_code

    await raised(store, clock, "b")
    clock.on(10)
    assert 200 == (await web.get("/feeds/cap.atom", headers=known)).status_code
    assert "nosniff" == first.headers["x-content-type-options"]
    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert first.headers["last-modified"].endswith("GMT")


def test_alerts_are_not_public_by_themselves() -> None:
    """An alert that nobody composed for residents stays unread by the world."""
    assert not Alert("a", FIRST.audience).public
