"""The days an operator sets are the days the running bot keeps to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.app import App
from bot.config import Config
from storage.migrate import migrate
from storage.tables import reports
from tests.keys import SEALING
from tests.storage.test_retaining import put


async def test_the_bot_ends_reports_when_it_was_told_to(tmp_path: Path) -> None:
    """Its own job does it, with the days of the configuration, until nothing is left to do."""
    clock = datetime(2026, 11, 22, 5, tzinfo=UTC)
    told = Config(storage={"url": f"sqlite:///{tmp_path}/bot.db"}, retention={"reports": 7}, sealing={"key": SEALING})
    app = App(told, clock=lambda: clock)
    try:
        await migrate(app.store)
        for n in (3, 8, 9):
            await app.store.write(lambda c, n=n: put(c, f"r{n}", timedelta(days=n)))

        await app.forget()

        left = await app.store.read(lambda c: dict(c.execute(select(reports.c.id, reports.c.reporter)).all()))
    finally:
        await app.close()
    assert left == {"r3": "ann", "r8": None, "r9": None}
