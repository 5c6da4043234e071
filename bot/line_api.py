"""The wire to LINE: the SDK's client and its connections, with time-outs and plain JSON."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from linebot.v3.messaging import AsyncApiClient, Configuration

from bot.proxies import proxy_for
from domain.ports import TooLarge, Unreachable, Vanished

JSON = {"Content-Type": "application/json"}
CONNECTIONS = 100
CONNECT = 5.0
READ = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What LINE said. `status` is 0 when it said nothing, and `why` then tells what happened."""

    status: int
    body: Any = None
    why: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """LINE's own words for an error, with the places in our request that it names."""
        match self.body:
            case {"message": str(message), "details": [_, *_] as details}:
                return f"{message}: {'; '.join(_detail(each) for each in details)}"
            case {"message": str(message)}:
                return message
        return self.why or f"HTTP {self.status}"


def _detail(told: Any) -> str:
    told = told if isinstance(told, dict) else {}
    return f"{told.get('property', '')} {told.get('message', '')}".strip()


class Api:
    """
    One host of LINE's. Must be made inside the event loop: the SDK opens its connections when it is made.

    Bodies are plain dicts and answers plain JSON: the SDK's models would raise over an answer they do not know after
    LINE has taken the message. Redirects are not followed: LINE's API leads nowhere else, and whoever could make it do
    so would have us call inside our own network.
    """

    def __init__(self, base: str, token: str) -> None:
        # At DEBUG the SDK logs every answer.
        logging.getLogger("linebot").setLevel(logging.WARNING)
        settings = Configuration(host=base.rstrip("/"), access_token=token)
        settings.connection_pool_maxsize = CONNECTIONS
        self._base = base.rstrip("/")
        self._client = AsyncApiClient(settings)
        # The SDK's own session looks for a proxy and a .netrc in other threads at every call, which costs as much as
        # the call; this one shares its connections, and looks once.
        rest = self._client.rest_client
        self._session = aiohttp.ClientSession(connector=rest.pool_manager.connector, connector_owner=False)
        self._proxy = rest.proxy or proxy_for(self._base)
        self._headers = {**self._client.default_headers, "Authorization": f"Bearer {token}"}

    async def call(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, seconds: float
    ) -> Answer:
        """
        One request; `body` is JSON, or bytes with their Content-Type in `headers`. Never raises.

        It goes over the SDK's session, past its own reading of answers: that raises for what it does not know after
        LINE has taken the message, and costs twice as much as the call.
        """
        data = body if isinstance(body, bytes) or body is None else orjson.dumps(body)
        named = {**self._headers, **({} if data is None else JSON), **(headers or {})}
        wait = aiohttp.ClientTimeout(total=seconds, connect=min(CONNECT, seconds))
        try:
            asked = self._session.request(
                method,
                self._base + path,
                data=data,
                headers=named,
                timeout=wait,
                proxy=self._proxy,
                allow_redirects=False,
            )
            async with asked as response:
                return Answer(response.status, _json(await response.read()), headers=response.headers)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Answer(0, why=type(error).__name__)

    async def fetch(self, path: str, limit: int, *, seconds: float) -> bytes:
        """The bytes there; raises what `domain.ports.Fetcher` promises, and never holds more than `limit`."""
        try:
            wait = aiohttp.ClientTimeout(total=seconds, connect=min(CONNECT, seconds), sock_read=READ)
            asked = self._session.get(
                self._base + path, headers=self._headers, timeout=wait, proxy=self._proxy, allow_redirects=False
            )
            async with asked as response:
                _check(response.status)
                return await _read(response, limit)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    async def aclose(self) -> None:
        await self._session.close()
        await self._client.close()


def _json(body: str | bytes | None) -> Any:
    try:
        return orjson.loads(body or b"null")
    except orjson.JSONDecodeError:
        return None


def _check(status: int) -> None:
    """Whether the bytes are coming. 202: LINE still prepares a large video; 410: the person took it back."""
    match status:
        case 200:
            return
        case 400 | 404 | 410:
            raise Vanished(f"LINE says {status}")
    raise Unreachable(f"LINE says {status}")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise TooLarge(f"{response.content_length} bytes")
    parts, size = [], 0
    async for part in response.content.iter_chunked(65536):
        size += len(part)
        if size > limit:
            raise TooLarge(f"more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)
