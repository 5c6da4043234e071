"""The doors of the running bot: strangers, what we cannot read, what is too much, and a database that goes away."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import make_url, select

from bot.serve import keep
from storage.tables import inbox
from tests.bot.running import SCAM, SECRET, Town, eventually, label, town
from tests.databases import sqlite_at
from tests.patience import PATIENCE
from tests.postgres import Postgres
from tests.standins.line_events import signature
from texts import Catalogue


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot, on a file."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        yield made


async def post(made: Town, channel: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of a webhook call."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return (await client.post(f"{made.url}/webhooks/{channel}", content=body, headers=headers)).status_code


def update(**more: Any) -> bytes:
    """A Telegram update with a text."""
    person = {"id": 77, "is_bot": False, "first_name": "สมหญิง", "language_code": "th"}
    said = {"message_id": 1, "date": int(time.time()), "chat": {"id": 77, "type": "private"}, "from": person}
    return orjson.dumps({"update_id": 5, "message": said | {"text": "สวัสดี"} | more})


async def test_what_is_loaded_stays(made: Town) -> None:
    """Once the platforms have been spoken to, the garbage collector has nothing of the start to walk any more."""
    try:
        async with asyncio.timeout(PATIENCE):
            await keep(made.app)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


# --- strangers ---


async def test_stranger_at_the_line_door(made: Town) -> None:
    """A body that LINE did not sign is refused, and nothing of it is kept."""
    person = made.line.new_user()
    body = orjson.dumps({"destination": "U1", "events": [made.line.events.text(person, SCAM)]})
    right = signature(made.line.state.secret, body)
    for wrong in ("", "AAAA", signature("other", body), right[:-1], right.lower(), right + "\u00e9"):
        assert 403 == await post(made, "line", body, {"x-line-signature": wrong.encode("utf-8")})  # type: ignore[dict-item]
    assert 403 == await post(made, "line", body + b" ", {"x-line-signature": right})
    assert 403 == await post(made, "line", body, {})
    assert (0, 0, 0) == (await made.rows("inbox"), await made.rows("contacts"), await made.rows("outbox"))


async def test_stranger_at_the_telegram_door(made: Town) -> None:
    """An update without Telegram's secret is refused, and nothing of it is kept."""
    for wrong in ({}, {"x-telegram-bot-api-secret-token": ""}, {"x-telegram-bot-api-secret-token": SECRET + "x"}):
        assert 403 == await post(made, "telegram", update(), wrong)
    assert (0, 0, 0) == (await made.rows("inbox"), await made.rows("contacts"), await made.rows("outbox"))


async def test_right_headers_in_any_case(made: Town) -> None:
    """Proxies change the case of header names; the right secret is known in any."""
    assert 200 == await post(made, "telegram", update(), {"X-TELEGRAM-BOT-API-SECRET-TOKEN": SECRET})
    assert 1 == await made.rows("contacts")


async def test_unknown_channel(made: Town) -> None:
    """There is no door for a channel that we do not have."""
    assert 404 == await post(made, "web", b"{}", {})
    assert 404 == await post(made, "smoke-signals", b"{}", {})


async def test_too_much(made: Town) -> None:
    """More than any platform sends is refused without being held, declared or not."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield bytes(100_000)

    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for channel in ("line", "telegram"):
            url = f"{made.url}/webhooks/{channel}"
            assert 413 == (await client.post(url, content=bytes(2_000_001))).status_code
            assert 413 == (await client.post(url, content=endless())).status_code
    assert 0 == await made.rows("inbox")


async def test_only_post(made: Town) -> None:
    """The doors take nothing but POST."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        assert 405 == (await client.get(f"{made.url}/webhooks/line")).status_code
        assert 405 == (await client.put(f"{made.url}/webhooks/telegram")).status_code


# --- what cannot be read ---


async def test_unreadable_events_cost_their_neighbours_nothing(made: Town) -> None:
    """Of five events two cannot be read: they are kept raw, and the others are answered."""
    people = [made.line.new_user(name=f"คน {n}") for n in range(3)]
    good = [made.line.events.text(person, "/menu") for person in people]
    strange = made.line.events.event("hologram", people[0], hologram={"x": 1})
    webhook = await made.line.together(good[0], strange, good[1], {"type": "message"}, good[2])
    assert 200 == webhook.status
    await eventually(lambda: all(made.line.inbox(person) for person in people))
    raw = await made.found(select(inbox.c.event, inbox.c.raw).where(inbox.c.raw.is_not(None)))
    assert 2 == len(raw)
    assert strange["webhookEventId"] in {row.event for row in raw}
    assert 3 == await made.rows("contacts")


async def test_unreadable_update_does_not_come_again(made: Town) -> None:
    """Telegram is told 200 for an update that we cannot read, or it would send it for ever; it is kept raw."""
    body = orjson.dumps({"update_id": 9, "message": {"message_id": 3, "chat": [], "text": "no chat"}})
    assert 200 == await post(made, "telegram", body, {"x-telegram-bot-api-secret-token": SECRET})
    assert 200 == await post(made, "telegram", body, {"x-telegram-bot-api-secret-token": SECRET})
    [row] = await made.found(select(inbox.c.raw))
    assert "no chat" in row.raw


async def test_verify_button(made: Town) -> None:
    """LINE's console sends a call without events, which is answered 200."""
    assert 200 == (await made.line.verifies()).status


@pytest.mark.parametrize(
    "text",
    [
        "ก" * 5000,
        "\u202e\u2066moc.knab\u2069 https://kbank.com",
        "\u200b\u200c\u200d\ufeff",
        "\0\0",
        "9" * 5000,
        "ก" + "\u0e49" * 4999,
        "/report " + "9" * 4000,
        "/" * 5000,
        "{number} %s {0} \\N{BULLET}",
        "'; DROP TABLE reports; --",
        "👨‍👩‍👧‍👦" * 400,
    ],
    ids=[
        "long",
        "RTL",
        "zero width",
        "nulls",
        "digits",
        "marks",
        "number",
        "slashes",
        "braces",
        "SQL",
        "family",
    ],
)
async def test_texts_that_trip_programs(made: Town, text: str) -> None:
    """Whatever somebody writes is answered on both platforms, without the apology for something broken."""
    for channel in ("line", "telegram"):
        phone = made.on(channel)
        await phone.adds()
        said = await phone.says(text)
        assert label("trouble") not in said
    assert [] == made.line.violations


async def test_pin_at_sea(made: Town) -> None:
    """A pin far from any place we serve is answered kindly, also at the ends of the earth."""
    phone = made.on("line")
    await phone.adds()
    for lat, lon in ((0.0, 0.0), (-90.0, 180.0), (90.0, -180.0), (9.5, 101.0)):
        assert label("trouble") not in await phone.sends_pin(lat, lon)


# --- we break ourselves ---


async def test_event_that_breaks_us(made: Town) -> None:
    """When our own words are broken, an event that cannot even be apologised for is kept by its id, and ends."""
    made.app.door.setting = replace(made.app.door.setting, catalogues={"th": Catalogue("th", {})})
    webhook = await made.line.says(made.line.new_user(), SCAM)
    assert 200 == webhook.status
    assert 200 == (await made.line.redeliver(webhook)).status
    [row] = await made.found(select(inbox.c.event, inbox.c.why))
    assert (webhook.events[0]["webhookEventId"], "KeyError") == tuple(row)
    assert 0 == await made.rows("outbox")


# --- the database goes away ---


async def unwell(made: Town) -> str:
    """What /health says is wrong with the database; "" when it is well."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(f"{made.url}/health")
    problem = answer.json()["problems"].get("database", "")
    assert (503 if answer.json()["problems"] else 200) == answer.status_code
    return str(problem)


async def test_file_taken_away(made: Town, tmp_path: Path) -> None:
    """While the database's file is gone both doors say 503 and nothing is lost in its ghost; then all is as before."""
    phone = made.on("line")
    await phone.adds()
    (tmp_path / "bot.db").rename(tmp_path / "away.db")
    assert 503 == (await made.line.says(phone.person, SCAM)).status
    assert 503 == await post(made, "telegram", update(), {"x-telegram-bot-api-secret-token": SECRET})
    assert "No such file" in await unwell(made)
    (tmp_path / "away.db").rename(tmp_path / "bot.db")
    webhook = made.line.webhooks[-1]
    assert 200 == (await made.line.redeliver(webhook)).status
    assert 200 == (await made.line.redeliver(webhook)).status
    await phone.hears(label("verdict.dangerous"))
    await made.all_sent()
    assert 1 == phone.times(label("verdict.dangerous"))
    assert "" == await unwell(made)


async def test_file_held_by_another(made: Town, tmp_path: Path) -> None:
    """Another program holds the database longer than LINE waits: the event comes again, and is answered once."""
    phone = made.on("line")
    await phone.adds()
    made.line.patience, made.line.redeliveries = 0.3, 200
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(1.0, other.rollback)
    webhook = await made.line.says(phone.person, SCAM)
    other.close()
    assert (200, True) == (webhook.status, webhook.attempt > 0)
    await phone.hears(label("verdict.dangerous"))
    await made.all_sent()
    assert 1 == phone.times(label("verdict.dangerous"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_server_goes_away(database: str, postgres: Postgres) -> None:
    """While PostgreSQL refuses us both doors say 503; when it is back every event is answered, once."""
    name = str(make_url(database).database)
    async with town(database) as made:
        phone = made.on("line")
        await phone.adds()
        await gone(postgres, name)
        assert 503 == (await made.line.says(phone.person, SCAM)).status
        assert 503 == await post(made, "telegram", update(), {"x-telegram-bot-api-secret-token": SECRET})
        assert "not currently accepting connections" in await unwell(made)
        await asyncio.to_thread(postgres.say, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert 200 == (await made.line.redeliver(made.line.webhooks[-1])).status
        await phone.hears(label("verdict.dangerous"))
        await made.all_sent()
        assert 1 == phone.times(label("verdict.dangerous"))
        assert "" == await unwell(made)
        assert 1 == await made.rows("contacts")


async def gone(postgres: Postgres, name: str) -> None:
    """Nobody may connect any more, and whoever is connected is cut off."""
    await asyncio.to_thread(postgres.say, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    await asyncio.to_thread(postgres.say, cut)


async def test_stop_lets_answers_out(tmp_path: Path) -> None:
    """A bot that is told to stop sends what it owes before it goes."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        person = made.line.new_user()
        await made.line.says(person, SCAM)
    assert 1 == sum(label("verdict.dangerous") in one for one in made.line.inbox(person))
