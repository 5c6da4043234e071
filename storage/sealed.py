"""A file encrypted under a pass phrase, in chunks: none can be changed, moved, dropped or cut off unseen."""

import hmac
import secrets
import struct
from collections.abc import Iterator
from typing import BinaryIO

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"rimkhong backup 1\n"
COST = (3, 65_536, 4)
"""Argon2id: passes, KiB, lanes. RFC 9106 §4, the second recommended choice, for machines with little memory."""
MOST_COST = (16, 1_048_576, 16)
"""A file that asks for more than a gigabyte is not one of ours."""
SALT = CHECK = 16
PREFIX, NONCE = 7, struct.Struct(">IB")
LENGTH, COSTS = struct.Struct(">I"), struct.Struct(">III")
HEADER = len(MAGIC) + SALT + CHECK + COSTS.size + PREFIX
LARGEST = 1 << 28
"""Bytes of one chunk: no photo that we keep is near it."""


class Unreadable(Exception):
    """The file cannot be opened; the message says why in one sentence."""


class Sealer:
    """
    Writes chunks to a file, each AES-256-GCM under a key made of the pass phrase by Argon2id.

    The nonce is 7 random bytes of the file, the chunk's number, and whether it is the last; every chunk is bound to
    the file's header. (It is the STREAM construction of https://eprint.iacr.org/2015/189, with AES-GCM in it.)
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt, self.prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
        key, check = _keys(passphrase, salt, COST)
        self.header = MAGIC + salt + check + COSTS.pack(*COST) + self.prefix
        self.file, self.cipher, self.count = file, AESGCM(key), 0
        file.write(self.header)

    def write(self, chunk: bytes, *, last: bool = False) -> None:
        """Add a chunk; after the `last` there is none."""
        sealed = self.cipher.encrypt(self.prefix + NONCE.pack(self.count, last), chunk, self.header)
        self.file.write(LENGTH.pack(len(sealed)) + sealed)
        self.count += 1


def unseal(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """
    The chunks of a file that `Sealer` wrote. Raises Unreadable when the pass phrase is another one, or anything was
    changed, added or cut off: at the chunk where it is, so what came before it was true but not all.
    """
    header = file.read(HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise Unreadable("this is no backup of this program, or its beginning is missing")
    rest = header[len(MAGIC) :]
    salt, told, prefix = rest[:SALT], rest[SALT : SALT + CHECK], rest[-PREFIX:]
    cost = COSTS.unpack(rest[SALT + CHECK : -PREFIX])
    if not all(0 < one <= most for one, most in zip(cost, MOST_COST, strict=True)) or cost[1] < 8 * cost[2]:
        raise Unreadable("the beginning of the file was changed")
    key, check = _keys(passphrase, salt, cost)
    if not hmac.compare_digest(check, told):
        raise Unreadable("the pass phrase is not the one it was made with, or its beginning was changed")
    yield from _chunks(file, AESGCM(key), prefix, header)


def _chunks(file: BinaryIO, cipher: AESGCM, prefix: bytes, header: bytes) -> Iterator[bytes]:
    count, last = 0, False
    while not last:
        told = file.read(LENGTH.size)
        length = LENGTH.unpack(told)[0] if len(told) == LENGTH.size else 0
        sealed = file.read(length) if length <= LARGEST else b""
        if not length or len(sealed) < length:
            raise Unreadable("the file is cut off, or was changed")
        # The last chunk says so in its nonce: anything else there is does not fit one of the two.
        for last in (False, True):
            try:
                chunk = cipher.decrypt(prefix + NONCE.pack(count, last), sealed, header)
                break
            except InvalidTag:
                continue
        else:
            raise Unreadable("the file was changed after it was made")
        count += 1
        yield chunk
    if file.read(1):
        raise Unreadable("the file was changed after it was made: something follows its end")


def _keys(passphrase: str, salt: bytes, cost: tuple[int, ...]) -> tuple[bytes, bytes]:
    """The key, and what tells whether a pass phrase is the right one."""
    passes, memory, lanes = cost
    both = hash_secret_raw(passphrase.encode(), salt, passes, memory, lanes, 32 + CHECK, Type.ID)
    return both[:32], both[32:]
