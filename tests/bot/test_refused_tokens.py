"""A token that a platform refuses is told to coordinators, in that platform's own words for it."""

import pytest
from structlog.testing import capture_logs

from bot.line import Line
from bot.receiving import Unanswered, Unwelcome
from bot.telegram import Telegram
from domain.ports import Barred
from tests.standins.line import LineStandin
from tests.standins.telegram import TelegramStandin


async def test_line(line: Line, line_api: LineStandin) -> None:
    """LINE's 401 is one; a call that it does not do for another reason is none."""
    line_api.state.token = "another"
    with pytest.raises(Barred):
        await line.bot_info()
    line_api.state.token = line.token
    with pytest.raises(Unanswered) as raised:
        await line.ask("GET", "/v2/bot/nothing")
    assert not isinstance(raised.value, Unwelcome)


async def test_telegram(telegram: Telegram, telegram_api: TelegramStandin) -> None:
    """Telegram's "Unauthorized" is one, though no number stands in it."""
    telegram_api.token = "1:another"
    with pytest.raises(Barred), capture_logs():
        await telegram.bot_info()
