"""HTTP for python-telegram-bot: its requests over aiohttp, which LINE's client brings anyway."""

from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.proxies import proxy_for

CONNECT, READ, UPLOAD = 5.0, 10.0, 60.0
"""Seconds: to connect, to wait for an answer, and for one after a file."""


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Wire(BaseRequest):
    """
    What the library asks of its transport.

    Its own, over httpx, looks at every open connection and for a module that is not there at each call, and so takes
    3 ms of the processor where this takes 0.4; and an alert is a call a person.
    """

    def __init__(self, base: str, connections: int, patience: float) -> None:
        self._connections, self._patience = connections, patience
        self._proxy = proxy_for(base)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ * self._patience

    async def initialize(self) -> None:
        """Nothing is opened before the first call."""

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """
        Status and body. Raises TimedOut and NetworkError, with nothing of the address, which holds the token.

        Of the time-outs only `read_timeout` is heeded, where it is a number.
        """
        files = request_data is not None and request_data.contains_files
        read = read_timeout if isinstance(read_timeout, float | int) else (UPLOAD if files else READ) * self._patience
        wait = aiohttp.ClientTimeout(
            connect=READ * self._patience, sock_connect=CONNECT * self._patience, sock_read=read
        )
        try:
            asked = self._open().request(
                method,
                url,
                data=_form(request_data) if request_data else None,
                headers={"User-Agent": self.USER_AGENT} | ({} if files else FORM),
                timeout=wait,
                proxy=self._proxy,
                allow_redirects=False,
            )
            async with asked as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _form(data: RequestData) -> Any:
    """Parameters as a form; files as parts of it, under their own names, in whatever letters these are."""
    if not data.contains_files:
        return urlencode(data.json_parameters).encode()
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
