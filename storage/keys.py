"""The deployment's keys: what seals, what opens, and what finds somebody's own reports without naming them."""

import base64
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import Connection

log = structlog.get_logger()

LENGTH = 32
"""Bytes of a key: AES-256."""
ID, NONCE = 4, 12
"""Bytes of a key's public id, and of a nonce (96 bits, NIST SP 800-38D §8.2; random, and no key seals near 2^32)."""
SEALED = "sealed"
"""In a JSON column: the name under which the sealed whole of it stands, in Base64."""


class KeyTrouble(Exception):
    """The keys cannot be used as they are; the message says why and what to do, in one sentence."""


class Unopened(Exception):
    """Something sealed does not open: it was changed, stands in another's place, or is under a key we do not have."""


@dataclass(frozen=True, slots=True)
class Key:
    """One deployment key. All it does is done by keys made of it (HKDF, RFC 5869); `id` tells it from others."""

    id: bytes
    wraps: AESGCM
    house: AESGCM
    finds: bytes = field(repr=False)

    @property
    def name(self) -> str:
        return self.id.hex()


def key_of(secret: bytes) -> Key:
    """The key that 32 random bytes make."""

    def made(what: str, length: int = LENGTH) -> bytes:
        return HKDFExpand(hashes.SHA256(), length, f"rimkhong {what}".encode()).derive(secret)

    return Key(made("id", ID), AESGCM(made("wrap")), AESGCM(made("house")), made("find"))


def fresh() -> bytes:
    """A new key's bytes."""
    return secrets.token_bytes(LENGTH)


def written(secret: bytes) -> str:
    """A key as it is written into a file or a setting."""
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def read(words: str) -> bytes:
    """A key as it was written. Raises KeyTrouble for anything that is none."""
    plain = words.strip()
    try:
        secret = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except ValueError:
        secret = b""
    if len(secret) != LENGTH:
        raise KeyTrouble("a sealing key must be 32 bytes in Base64; `rimkhong keys new FILE` makes one")
    return secret


def parts(words: str) -> list[bytes]:
    """Several keys, by lines or commas, the one that seals first. Raises KeyTrouble."""
    return [read(one) for one in words.replace("\n", ",").split(",") if one.strip()]


class Keys:
    """
    The keys there are: the first one seals, all of them open.

    `load` gives their bytes, and is called again whenever `stamp` has changed: a key that `rimkhong keys rotate` has
    put before the others is used from then on, by every process.
    """

    def __init__(self, load: Callable[[], Sequence[bytes]], stamp: Callable[[], object] = lambda: None) -> None:
        self._load, self._stamp = load, stamp
        self._keys: tuple[Key, ...] = ()
        self._seen: object = None

    @property
    def every(self) -> tuple[Key, ...]:
        """All of them, the one that seals first. Raises KeyTrouble when there is none."""
        stamp = self._stamp()
        if not self._keys or stamp != self._seen:
            try:
                self._keys = tuple(key_of(secret) for secret in self._load())
            except KeyTrouble as trouble:
                if not self._keys:
                    raise
                # Gone while we run: who is writing to us must not suffer for it. The next start refuses.
                log.warning("sealing key changed for the worse; going on with the one we have", why=str(trouble))
            self._seen = stamp
        return self._keys

    @property
    def current(self) -> Key:
        return self.every[0]

    def known(self, id: bytes) -> Key:
        """The key of that id. Raises Unopened when it is not ours."""
        found = next((key for key in self.every if key.id == id), None)
        if found is None:
            raise Unopened(f"it is under the key {id.hex()}, which is not among ours")
        return found

    # --- small things, by a key made of the deployment's ---

    def seal(self, where: str, plain: bytes) -> bytes:
        """Bytes that open only in their own place: `where` names table, column and row."""
        key = self.current
        return key.id + sealed_by(key.house, where, plain)

    def open(self, where: str, sealed: bytes) -> bytes:
        """What was sealed there. Raises Unopened."""
        return opened_by(self.known(sealed[:ID]).house, where, sealed[ID:])

    def seal_json(self, where: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON value that holds another, sealed; nothing stays nothing."""
        if not value:
            return {}
        return {SEALED: base64.b64encode(self.seal(where, orjson.dumps(value))).decode()}

    def open_json(self, where: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """What `seal_json` sealed; what was kept before there were keys as it is. Raises Unopened."""
        if SEALED not in value:
            return dict(value)
        opened: dict[str, Any] = orjson.loads(self.open(where, base64.b64decode(value[SEALED])))
        return opened

    # --- finding without naming ---

    def marks(self, *what: str) -> tuple[str, ...]:
        """What something is known by under each key: a keyed hash, the one to write first."""
        return tuple(_mark(key, what)[:32] for key in self.every)

    def mark(self, *what: str) -> str:
        return _mark(self.current, what)[:32]

    def hidden(self, *causes: str) -> str:
        """As `domain.ids.derived`, but nobody can work it out who has not the key."""
        return self.hiddens(*causes)[0]

    def hiddens(self, *causes: str) -> tuple[str, ...]:
        """The same under each key."""
        return tuple(str(UUID(hex=_mark(key, ("id", *causes))[:32], version=5)) for key in self.every)


def _mark(key: Key, what: Sequence[str]) -> str:
    return hmac.digest(key.finds, "\n".join(what).encode(), sha256).hex()


def sealed_by(cipher: AESGCM, where: str, plain: bytes) -> bytes:
    """AES-256-GCM with a random nonce before it; `where` is bound to it and not in it."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, plain, where.encode())


def opened_by(cipher: AESGCM, where: str, sealed: bytes) -> bytes:
    """What `sealed_by` sealed there. Raises Unopened."""
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], where.encode())
    except (InvalidTag, ValueError) as error:
        raise Unopened(f"{where.splitlines()[0]} was changed, or belongs to another row") from error


OPTION = "rimkhong_keys"
"""Under this name an engine carries the keys to every connection it gives."""


def keys_of(connection: Connection) -> Keys:
    """The keys of the store this connection belongs to. Raises KeyTrouble for one that was opened without."""
    found: Keys | None = connection.get_execution_options().get(OPTION)
    if found is None:
        raise KeyTrouble("this was opened without the sealing key")
    return found
