"""Fetching a list from an address the operator configured: https only, never from inside our own network, bounded."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin, urlsplit

import httpx

LARGEST = 256_000_000
SECONDS = 120.0
"""For all of it, redirects included."""
HOPS = 3
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, as numbers."""


class NotFetched(Exception):
    """Why a list could not be had, in one plain sentence."""


async def addresses(host: str, port: int) -> list[str]:
    """What the machine's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


async def download(url: str, resolve: Resolve = addresses, transport: httpx.AsyncBaseTransport | None = None) -> bytes:
    """
    What lies at an https address. Raises `NotFetched`.

    The connection goes to the very address that was found to be public, so that a name cannot be pointed elsewhere
    in between; the certificate is still checked against the name. Proxies of the environment are not used, and each
    redirect is held to the same rules.
    """
    try:
        async with asyncio.timeout(SECONDS), _client(transport) as client:
            for _ in range(HOPS + 1):
                found = await _get(client, url, resolve)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
    except TimeoutError:
        raise NotFetched(f"{_host(url)} took longer than {SECONDS:.0f} seconds.") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise NotFetched(f"{_host(url)} could not be reached ({type(error).__name__}).") from None
    raise NotFetched(f"{_host(url)} leads on and on: more than {HOPS} redirects.")


def _client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, timeout=30.0)


async def _get(client: httpx.AsyncClient, url: str, resolve: Resolve) -> bytes | str:
    """The bytes, or where it leads on to."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise NotFetched(f"Only https addresses are fetched; this is {parts.scheme or 'no'}://.")
    if parts.username or parts.password:
        raise NotFetched("An address with a password in it is not fetched.")
    address = await _public(parts.hostname, parts.port or 443, resolve)
    pinned = httpx.URL(url).copy_with(host=address)
    headers = {"Host": parts.netloc, "Accept-Encoding": "gzip", "User-Agent": "rimkhong"}
    request = client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": parts.hostname})
    response = await client.send(request, stream=True)
    try:
        if response.is_redirect:
            return str(response.headers.get("location", ""))
        if response.status_code != httpx.codes.OK:
            raise NotFetched(f"{parts.hostname} says {response.status_code}.")
        return await _body(response, parts.hostname)
    finally:
        await response.aclose()


async def _body(response: httpx.Response, host: str) -> bytes:
    """All of it, counted after unpacking, so that a small file cannot become a huge one."""
    pieces, size = [], 0
    async for piece in response.aiter_bytes(65_536):
        size += len(piece)
        if size > LARGEST:
            raise NotFetched(f"{host} sends more than {LARGEST:,} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


async def _public(host: str, port: int, resolve: Resolve) -> str:
    """An address of this host. Raises `NotFetched` when any of them lies in a private network, or there is none."""
    try:
        found = [ipaddress.ip_address(each.partition("%")[0]) for each in await resolve(host, port)]
    except (OSError, ValueError, UnicodeError):
        raise NotFetched(f"{host} cannot be found.") from None
    if not found:
        raise NotFetched(f"{host} cannot be found.")
    if not all(public(each) for each in found):
        raise NotFetched(f"{host} lies in a private network; lists are only fetched from public ones.")
    return str(found[0])


def public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the open internet, also when it carries another inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return public(inner)
        if address in NAT64:
            return public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the address"
