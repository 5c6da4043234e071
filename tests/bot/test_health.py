"""/health and /metrics: what is wrong, said so that somebody can mend it, and counts that name nobody."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from domain.delivery import Delivery
from domain.message import Address, Outgoing
from storage.outbox import queue
from storage.tables import metadata
from tests.bot.running import SCAM, Town, town
from tests.databases import sqlite_at
from tests.patience import PATIENCE


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot, on a file, where nobody works: what is queued stays."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        yield made


async def health(made: Town) -> tuple[int, dict[str, str]]:
    """The status and the problems that /health tells."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(f"{made.url}/health")
    return answer.status_code, answer.json()["problems"]


async def test_all_is_well(made: Town) -> None:
    """With both platforms and the database there, 200 and no problems."""
    assert (200, {}) == await health(made)


async def test_token_that_line_refuses(made: Town) -> None:
    """A channel whose token is refused is a reason, named by the channel, without the token."""
    made.line.state.token = "another"
    status, problems = await health(made)
    assert (503, ["line"]) == (status, list(problems))
    assert "401" in problems["line"]
    assert made.app.config.line.channel_access_token.get_secret_value() not in str(problems)


async def test_token_that_telegram_refuses(made: Town) -> None:
    """The same on Telegram, whose addresses hold the token."""
    token, made.telegram.token = made.telegram.token, "1:another"
    status, problems = await health(made)
    assert (503, ["telegram"]) == (status, list(problems))
    assert token not in str(problems)


async def test_what_platforms_say_is_believed_for_a_minute(made: Town) -> None:
    """Being asked every second does not make us ask the platforms every second."""
    await health(made)
    made.line.state.token = "another"
    assert (200, {}) == await health(made)
    made.forward(seconds=61)
    assert 503 == (await health(made))[0]


async def test_tables_of_another_version(made: Town) -> None:
    """A database that was not migrated is a reason that names the command."""
    await made.app.store.write(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'"))
    status, problems = await health(made)
    assert (503, True) == (status, "rimkhong migrate" in problems["database"])


async def test_messages_that_do_not_leave(made: Town) -> None:
    """Answers that have been due for more than ten minutes are a reason; lessons that wait are none."""
    outbox = metadata.tables["outbox"]
    made.app.channels["slow"] = made.app.channels["line"]  # of these channels, one that no worker sends on
    for lane in ("reply", "routine"):
        to = Address("slow", "nobody")
        late = made.clock() - timedelta(minutes=11)
        one = Delivery(f"late-{lane}", to, Outgoing(("x",)), late, lane=lane)  # type: ignore[arg-type]
        await made.app.store.write(lambda c, one=one, late=late: queue(c, [one], late))  # type: ignore[misc]
    assert (503, {"outbox": "1 reply messages on slow do not leave"}) == await health(made)
    await made.app.store.write(lambda c: c.execute(update(outbox).values(state="sent")))
    assert (200, {}) == await health(made)


async def test_a_large_alert_on_its_way_is_no_fault(made: Town) -> None:
    """What is due for long while others of its kind leave waits its turn: taking the process away would do harm."""
    outbox = metadata.tables["outbox"]
    made.app.channels["slow"] = made.app.channels["line"]
    late, now = made.clock() - timedelta(minutes=20), made.clock()
    many = [Delivery(f"of many {n}", Address("slow", f"{n}"), Outgoing(("x",)), late, lane="urgent") for n in range(2)]
    await made.app.store.write(lambda c: queue(c, many, late))
    gone = update(outbox).where(outbox.c.id == "of many 0").values(state="sent", settled_at=now, due=now)
    assert 503 == (await health(made))[0]
    await made.app.store.write(lambda c: c.execute(gone))
    assert (200, {}) == await health(made)


async def test_metrics_can_be_read(made: Town) -> None:
    """Prometheus reads what we count: events, replies by outcome, strangers, what waits; and no words or people."""
    phone = made.on("line")
    await phone.says(SCAM)
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        await client.post(f"{made.url}/webhooks/line", content=b"{}")
        answer = await client.get(f"{made.url}/metrics")
    found = {family.name: family.samples for family in text_string_to_metric_families(answer.text)}
    assert {"rimkhong_events", "rimkhong_replies", "rimkhong_forged", "rimkhong_outbox_waiting"} <= found.keys()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    labels = {name for samples in found.values() for sample in samples for name in sample.labels}
    assert {"channel", "outcome", "lane"} >= labels - {"source"}
    assert "pea-refund" not in answer.text
