"""What setWebhook accepts."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.standins.telegram_wire import Params, bad, flag, text, whole

PORTS = (443, 80, 88, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates go, and with which secret."""

    url: str
    secret: str
    max_connections: int
    drop_pending: bool

    @property
    def headers(self) -> dict[str, str]:
        """What every delivery carries."""
        headers = {"Content-Type": "application/json"}
        return headers | {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else headers


def asked_webhook(params: Params) -> Webhook | None:
    """The webhook asked for, None when the url is empty (which removes it).

    As with the real server only https on four ports will do; a loopback address is let through so that the bot under
    test can listen in plain http.
    """
    url, secret = text(params, "url"), text(params, "secret_token")
    if not url:
        return None
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    _check_address(url)
    connections = whole(params, "max_connections", 40)
    connections = 40 if connections <= 0 else min(connections, 100)
    return Webhook(url, secret, connections, flag(params, "drop_pending_updates"))


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
