"""`rimkhong doctor`: it finds what keeps the bot from working, and with --fix sets up what can be set up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.doctor import Finding, examine
from tests.bot.running import config_of
from tests.standins.line import LineStandin
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin


@asynccontextmanager
async def clinic(
    tmp_path: Path, mode: str = "webhook", **more: Any
) -> AsyncIterator[tuple[Config, LineStandin, TelegramStandin]]:
    """A configuration, and both platforms."""
    async with LineStandin(quota=300) as line, TelegramStandin() as telegram, served(telegram.app) as url:
        yield config_of(f"sqlite:///{tmp_path}/bot.db", line, telegram, url, mode, more), line, telegram


def bad(found: list[Finding]) -> list[str]:
    return [str(one) for one in found if one.bad]


async def test_healthy(tmp_path: Path) -> None:
    """With everything as it should be nothing is bad, and each part is named."""
    async with clinic(tmp_path) as (config, _, _):
        await examine(config, fix=True)
        found = await examine(config, fix=False)
        assert [] == bad(found)
        text = "\n".join(map(str, found))
        assert [True] * 5 == [
            word in text
            for word in ("database: version", "line: ", "line quota: ", "line forecast: about 0", "telegram: @")
        ]


async def test_fix_sets_menus_and_webhooks(tmp_path: Path) -> None:
    """--fix gives LINE a menu and our address, and Telegram the commands, the descriptions and the webhook."""
    async with clinic(tmp_path) as (config, line, telegram):
        await examine(config, fix=True)
        assert line.state.default_menu
        assert "https://rimkhong.example/webhooks/line" == line.webhook
        assert telegram.updates.webhook
        assert "https://rimkhong.example/webhooks/telegram" == telegram.updates.webhook.url
        assert {"", "en", "lo", "km"} == {language for _, language in telegram.commands}
        assert ["no default richmenu"] == [each.message for each in line.violations]  # so it was told when it asked


async def test_without_fix_nothing_is_set(tmp_path: Path) -> None:
    """Looking changes nothing."""
    async with clinic(tmp_path) as (config, line, telegram):
        await examine(config, fix=False)
        assert (None, "", None, {}) == (
            line.state.default_menu,
            line.webhook,
            telegram.updates.webhook,
            telegram.commands,
        )


@pytest.mark.parametrize("which", ["line", "telegram"])
async def test_refused_token(tmp_path: Path, which: str) -> None:
    """A token that a platform refuses is bad, said in one line without the token."""
    async with clinic(tmp_path) as (config, line, telegram):
        if which == "line":
            line.state.token = "another"
        else:
            telegram.token = "1:another"
        [said] = bad(await examine(config, fix=False))
        assert said.startswith(f"✗ {which}: ")
        assert config.telegram.token.get_secret_value() not in said


@pytest.mark.parametrize(
    ("url", "what"), [("", "is not set"), ("http://bot.example.org", "does not begin with https://")]
)
async def test_no_public_address(tmp_path: Path, url: str, what: str) -> None:
    """LINE cannot reach a bot without an https address: that is bad, and said with the setting's name."""
    async with clinic(tmp_path, mode="polling", web={"port": 0, "public_url": url}) as (config, _, _):
        [said] = bad(await examine(config, fix=False))
        assert f"web.public_url {what}:" in said


async def test_database_away(tmp_path: Path) -> None:
    """A database that cannot be reached is bad, and named by its setting."""
    async with clinic(tmp_path, storage={"url": "postgresql://bot:hush@127.0.0.1:1/none"}) as (config, _, _):
        said = bad(await examine(config, fix=False))
        assert "storage.url" in said[0]
        assert "hush" not in "".join(said)


async def test_quota_nearly_used(tmp_path: Path) -> None:
    """Four fifths of the month's LINE messages are worth a note before they are gone."""
    async with clinic(tmp_path) as (config, line, _):
        line.state.billed = 250
        found = [one for one in await examine(config, fix=False) if one.what.startswith("line quota")]
        assert [("note", "line quota: 50 of 300 left this month")] == [(one.level, one.what) for one in found]
