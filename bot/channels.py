"""Every platform we speak through: a new one is a function here and a line in `CHANNELS`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.config import Config
from bot.line import Line
from bot.telegram import File, Telegram
from bot.web import Upload, Web


@dataclass(frozen=True, slots=True)
class Outside:
    """What a channel may need of us: a clock, ids, and the files we keep by name, or by public https address."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    file: Callable[[str], Awaitable[File | None]]
    url_of: Callable[[str], str]


def line(config: Config, outside: Outside) -> Line | None:
    if not config.line.wanted:
        return None
    return Line(
        config.line.channel_secret.get_secret_value(),
        config.line.channel_access_token.get_secret_value(),
        api_base=config.line.api_base,
        api_data_base=config.line.api_data_base,
        url_of=outside.url_of,
        new_id=outside.new_id,
        clock=outside.clock,
    )


def telegram(config: Config, outside: Outside) -> Telegram | None:
    if not config.telegram.wanted:
        return None
    return Telegram(
        config.telegram.token.get_secret_value(),
        webhook_secret=config.telegram.webhook_secret.get_secret_value(),
        api_base=config.telegram.api_base,
        read=outside.file,
        new_id=outside.new_id,
        clock=outside.clock,
    )


def web(config: Config, outside: Outside) -> Web | None:
    """The playground's phones."""
    if not config.playground:
        return None

    async def attached(id: str) -> Upload | None:
        found = await outside.file(id)
        return Upload(found[2], found[1], found[0]) if found else None

    return Web(outside.clock, outside.new_id, attached)


CHANNELS: Mapping[str, Callable[[Config, Outside], Any]] = {"line": line, "telegram": telegram, "web": web}
