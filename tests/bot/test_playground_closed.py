"""Where LINE or Telegram is configured there is no playground: nobody of it serves, is waited for, or is made there."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.app import App
from bot.cli import main
from bot.config import Config, Telegram
from bot.demo import staff_phones
from bot.doctor import examine
from bot.terminal import alone
from domain.delivery import Delivery
from domain.message import Address, Outgoing
from storage.migrate import migrate
from storage.outbox import queue
from storage.tables import contacts
from tests.bot.running import Town, town
from tests.keys import SEALING

NOBODY = "http://127.0.0.1:9"
"""A platform that does not answer."""


def configured(tmp_path: Path, *, real: bool, **more: Any) -> Config:
    """A deployment on a file; a real one is on Telegram."""
    telegram = {"token": "1:t", "mode": "webhook", "webhook_secret": "s", "api_base": NOBODY} if real else {}
    url = f"sqlite:///{tmp_path}/bot.db"
    return Config(storage={"url": url}, telegram=telegram, sealing={"key": SEALING}, **more)  # type: ignore[arg-type]


async def test_nobody_of_the_playground_serves_on_a_real_deployment(tmp_path: Path) -> None:
    """Whoever tried the bot first and then gave it a token has no coordinator who does not exist."""
    app = App(configured(tmp_path, real=True), works=False)
    await migrate(app.store)
    await staff_phones(app.store, app.clock())
    await app.start()
    rows = await app.store.read(lambda c: list(c.execute(select(contacts.c.role, contacts.c.muted))))
    await app.stop()
    assert [(0, True), (0, True)] == rows


@pytest.mark.parametrize("closed", ['telegram.token = "1:t"', 'web.playground = "off"'])
def test_chat_makes_nobody_where_the_playground_is_closed(tmp_path: Path, closed: str) -> None:
    """It says why, what to do, and has not touched the database."""
    file = tmp_path / "bot.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/bot.db"\n{closed}\n')
    result = CliRunner().invoke(main, ["chat", "--config", str(file)], input="\n")
    assert 2 == result.exit_code
    assert "Give `chat` a configuration of its own: --config FILE." in result.output
    assert not (tmp_path / "bot.db").exists()


def test_chat_does_the_platforms_work_nowhere(tmp_path: Path) -> None:
    """With the playground on beside them, it is no second poller of Telegram and sends nothing there."""
    config = configured(tmp_path, real=True, web={"playground": "on"})
    assert {"telegram", "web"} == set(App(config).channels)
    assert {"web"} == set(App(alone(config)).channels)
    assert Telegram() != config.telegram


async def test_a_channel_that_is_no_more_is_told_by_doctor_alone(tmp_path: Path) -> None:
    """/health is about the channels there are; what waits for another is told where somebody can mend it."""
    async with town(f"sqlite:///{tmp_path}/bot.db") as made:
        await waits_on_another(made)
        made.forward(minutes=11)
        assert {} == await made.app.health.problems()
        found = [str(one) for one in await examine(made.app.config, fix=False)]
    [told] = [one for one in found if "not configured" in one]
    assert told.startswith("· pigeon: 2 messages wait for it")


async def waits_on_another(made: Town) -> None:
    """Two messages for a channel that was taken out of the configuration."""
    now, words = made.clock(), Outgoing(("มีรายงานใหม่",))
    waits = [Delivery(f"pigeon {n}", Address("pigeon", f"{n}"), words, now, lane="reply") for n in range(2)]
    await made.app.store.write(lambda c: queue(c, waits, now))
