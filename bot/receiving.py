"""What a platform's call brings us: events we understand, events kept raw, or a stranger at the door."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import orjson

from domain.message import Incoming
from domain.ports import Barred


class Forged(Exception):
    """It was not the platform who called: nothing is stored, and nothing is said about why."""


class Unanswered(Exception):
    """A platform did not answer a question as it should. The words say why, and never hold a token."""


class Unwelcome(Unanswered, Barred):
    """It did not because it refuses our token."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """
    An event that could not be parsed; it is kept raw, and never costs its neighbours anything.

    `event` is the platform's own id of it, or a hash of what it is made of, so that a redelivery is known.
    """

    event: str
    raw: str
    why: str


@runtime_checkable
class Receiver(Protocol):
    """A channel that is called back over HTTP."""

    name: str

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Incoming | Unreadable]:
        """Everything in one call. Raises `Forged`, whatever the bytes are, and nothing else."""
        ...


def decoded(body: bytes) -> Any:
    """
    JSON as values that a database takes: without null characters and half surrogate pairs.

    Raises ValueError for what is no JSON, nested too deeply to be meant, or too large a number to be written down.
    """
    try:
        told = _loaded(body)
        orjson.dumps(told)
    except (RecursionError, TypeError):
        raise ValueError("nested too deeply, or too large a number") from None
    return told


def _loaded(body: bytes) -> Any:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        # orjson refuses half of a surrogate pair, which phones do send when they cut an emoji in two.
        if b"\\ud" not in body.lower():
            raise
        return scrubbed(json.loads(body, parse_constant=_no_constant))
    return scrubbed(told) if b"\\u0000" in body else told


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def scrubbed(told: Any) -> Any:
    """The same values, with every string fit to be stored as UTF-8."""
    match told:
        case str():
            return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
        case list():
            return [scrubbed(each) for each in told]
        case dict():
            return {scrubbed(name): scrubbed(each) for name, each in told.items()}
    return told


def unreadable(told: Any, why: str, event: str = "") -> Unreadable:
    """An event, or a whole body, as it is kept when we cannot read it."""
    raw = told if isinstance(told, bytes) else written(told)
    return Unreadable(event or fingerprint(raw), raw.decode("utf-8", "replace").replace("\0", ""), why)


def written(told: Any) -> bytes:
    """Values as JSON again; in words what JSON cannot hold. Never raises."""
    try:
        return orjson.dumps(told, default=str)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(told).__name__} that cannot be written down".encode()


def fingerprint(raw: bytes) -> str:
    """An id for what has none: the same for the same bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def header(headers: Mapping[str, str], name: str) -> str:
    """A header by its name in any case; "" when there is none."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def same(given: str, expected: str) -> bool:
    """Whether two secrets are the same, in time that does not tell where they differ. No secret equals ""."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
