"""The wire to Telegram: python-telegram-bot's client, spoken to in plain JSON, and what its errors mean."""

import logging
import os
import re
from datetime import timedelta
from typing import Any

from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.receiving import Unanswered, Unwelcome
from bot.telegram_wire import Wire
from domain.delivery import Gone, Outcome, Refused, Retry, Sent
from domain.ports import TooLarge, Unreachable, Vanished

# Without it the library warns of its own future each time Telegram asks us to wait.
os.environ.setdefault("PTB_TIMEDELTA", "1")

CONNECTIONS = 128
FILE_PATH = re.compile(r"[0-9A-Za-z_.-][0-9A-Za-z_./-]*")
LONG_PAUSE = timedelta(minutes=1)
AWAY = ("chat not found", "user not found", "group chat was deactivated", "peer_id_invalid", "user_is_blocked")
"""What a 400 says when there is nobody to write to (the server's published source, v10.0, read 2026-05-07)."""


class Api(Bot):
    """The Bot API without models: a model could raise over an answer it does not know, after Telegram has acted."""

    def __init__(self, token: str, base: str, patience: float) -> None:
        # httpx logs every address, and the token is part of it; the library logs every text at DEBUG.
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.WARNING)
        # It logs an answer that is no JSON word for word.
        logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=Wire(base, CONNECTIONS, patience),
            get_updates_request=Wire(base, 1, patience),
        )

    async def say(self, method: str, params: dict[str, Any]) -> Outcome:
        """A method that sends or edits one message. Never raises; `Sent.id` is the message's id."""
        try:
            told = await self._told(method, params)
        except TelegramError as error:
            return outcome(error)
        return Sent(str(told.get("message_id", ""))) if isinstance(told, dict) else Sent()

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """Any other method's `result`. Raises `Unanswered`, with no token in its words."""
        try:
            return await self._told(method, params or {})
        except TelegramError as error:
            kind = Unwelcome if isinstance(error, InvalidToken) else Unanswered
            raise kind(f"Telegram does not do {method}: {cause(error)}") from None

    async def updates(self, offset: int, kinds: tuple[str, ...], seconds: int) -> list[Any] | Retry:
        """
        What has come in since `offset`, waiting for it up to so many seconds; or how long to wait before asking again.
        """
        params = {"offset": offset, "timeout": seconds, "allowed_updates": list(kinds)}
        try:
            told = await self._told("getUpdates", params, read=seconds + 10.0)
        except TelegramError as error:
            found = outcome(error)
            return found if isinstance(found, Retry) else Retry(cause(error))
        return told if isinstance(told, list) else Retry("unreadable answer")

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of a file by its `file_id`; raises what `domain.ports.Fetcher` promises."""
        try:
            match await self._told("getFile", {"file_id": ref}):
                case {"file_size": int(size)} if size > limit:
                    raise TooLarge(f"{size} bytes")
                # A server in local mode names a file on its own disk instead, which is not ours to read.
                case {"file_path": str(path)} if FILE_PATH.fullmatch(path) and ".." not in path:
                    found = await self.request.retrieve(f"{self.base_file_url}/{path}")
                case _:
                    raise Vanished("Telegram names no file")
        except BadRequest as error:
            raise (TooLarge if "too big" in error.message else Vanished)(error.message) from None
        # It is what the library makes of a 404, too.
        except InvalidToken:
            raise Vanished("Telegram has no such file") from None
        except TelegramError as error:
            raise Unreachable(cause(error)) from None
        if len(found) > limit:
            raise TooLarge(f"{len(found)} bytes")
        return found

    async def _told(self, method: str, params: dict[str, Any], *, read: float | None = None) -> Any:
        """One method's `result` as JSON. Raises TelegramError only."""
        try:
            if read is None:
                return await self._post(method, dict(params))
            return await self._post(method, dict(params), read_timeout=read)
        except TelegramError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError):
            # Without the error behind it: its words may be Telegram's whole answer.
            raise NetworkError("unreadable answer") from None

    async def aclose(self) -> None:
        """Closes the connections."""
        for request in self._request:
            await request.shutdown()


def upload(data: bytes, name: str) -> InputFile:
    """A file to be sent."""
    return InputFile(data, filename=name)


def outcome(error: TelegramError) -> Outcome:
    """
    What an error means for a delivery.

    A token that Telegram does not accept stops the channel, not the messages: an alert must not be lost over a
    setting. The library says the same of a wrong address, so the words name both.
    """
    match error:
        case RetryAfter():
            wait = error.retry_after
            pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return Retry("Telegram asks us to wait", pause, whole_channel=True)
        case ChatMigrated():
            return Gone(str(error.new_chat_id))
        case Forbidden():
            return Gone()
        case InvalidToken():
            why = "Telegram does not accept token, or is not at api_base"
            return Retry(why, LONG_PAUSE, whole_channel=True)
        case BadRequest() if any(words in error.message.lower() for words in AWAY):
            return Gone()
        case BadRequest() if "message is not modified" in error.message.lower():
            return Sent()
        case BadRequest():
            return Refused(error.message)
    return Retry(cause(error))


def cause(error: TelegramError) -> str:
    """An error in a few words that hold neither token nor text."""
    match error:
        case TimedOut():
            return "time-out"
        case Conflict():
            return "another process polls, or a webhook is set"
        case BadRequest() | InvalidToken() | RetryAfter():
            return error.message
    inner = error.__cause__
    return f"{type(error).__name__}: {type(inner).__name__}" if inner else type(error).__name__
