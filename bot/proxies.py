"""The proxies that the environment names."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(base: str) -> str | None:
    """The proxy that the environment names for this address (HTTPS_PROXY, NO_PROXY …), if any."""
    parts = urlsplit(base)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
