"""A million bad domains in a file that is looked up where it lies: memory-mapped, sorted, shared by processes."""

import contextlib
import heapq
import mmap
import os
import struct
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_MAGIC = b"RKDOM\x00\x00\x01"
_HEAD = struct.Struct("<8sQQ")
_ENTRY = 10
"""Bytes an entry: eight of a keyed digest of the domain, two for the list it came from."""


_CHUNK = 65_536


class BrokenTable(ValueError):
    """The file is not a domain table, or is cut short."""


def _digest(domain: str) -> bytes:
    # 64 bits: with a million entries the chance that an innocent name meets one of them is one in 10^13.
    return blake2b(domain.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def build(entries: Iterable[tuple[str, str]], path: Path) -> int:
    """
    Write a table of (domain, name of its list) pairs to `path`; returns how many domains it holds.

    The file is written beside its place, synced and moved over it at once: readers see the old table or the new
    one, never half of one. Domains are taken as given (lower case, ASCII). At most 65,535 lists.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    sources: dict[str, int] = {}
    try:
        chunks = _sorted_chunks(entries, sources)
        names = "\n".join(name.replace("\n", " ") for name in sources).encode()
        with part.open("wb") as file:
            file.write(_HEAD.pack(_MAGIC, 0, len(names)) + names)
            count = _merged(chunks, file)
            file.seek(0)
            file.write(_HEAD.pack(_MAGIC, count, len(names)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    return count


def _sorted_chunks(entries: Iterable[tuple[str, str]], sources: dict[str, int]) -> list[bytes]:
    """Packed rows in sorted pieces: a million domains take ten megabytes here, not the hundreds that objects would."""
    chunks: list[bytes] = []
    rows: list[bytes] = []
    for domain, source in entries:
        at = sources.setdefault(source, len(sources))
        rows.append(_digest(domain) + struct.pack("<H", at))
        if len(rows) >= _CHUNK:
            chunks.append(b"".join(sorted(rows)))
            rows.clear()
    return [*chunks, b"".join(sorted(rows))]


def _merged(chunks: list[bytes], file: BinaryIO) -> int:
    count, last = 0, b""
    for row in heapq.merge(*map(_rows, chunks)):
        if row[:8] != last:
            file.write(row)
            count, last = count + 1, row[:8]
    return count


def _rows(chunk: bytes) -> Iterator[bytes]:
    return (chunk[at : at + _ENTRY] for at in range(0, len(chunk), _ENTRY))


class DomainTable:
    """
    A built table, open for reading. Call it with a host: the name of the list that has it or a domain above it, or "".

    The pages are the kernel's: processes that open the same file share them. Fits `Known.table`.
    """

    def __init__(self, path: Path) -> None:
        """Open and check a table. Raises `BrokenTable` when the file is something else or not whole."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEAD.size:
                raise BrokenTable(f"{path} is not a domain table")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, self._count, width = _HEAD.unpack_from(self._map)
        self._first = _HEAD.size + width
        if magic != _MAGIC or size != self._first + self._count * _ENTRY:
            self._map.close()
            raise BrokenTable(f"{path} is not a domain table, or is cut short")
        self._names = self._map[_HEAD.size : self._first].decode().split("\n")

    def __len__(self) -> int:
        """How many domains it holds."""
        return int(self._count)

    def __call__(self, host: str) -> str:
        """The list that has this host, or a domain above it down to two labels; "" when none has."""
        host = host.lower().rstrip(".").removeprefix("www.")
        while "." in host:
            if source := self._source(_digest(host)):
                return source
            host = host.partition(".")[2]
        return ""

    def __enter__(self) -> Self:
        """The table itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Give the file back; the table is of no use afterwards."""
        self._map.close()

    def _source(self, digest: bytes) -> str:
        low, high, data, first = 0, self._count, self._map, self._first
        while low < high:
            middle = (low + high) // 2
            at = first + middle * _ENTRY
            found = data[at : at + 8]
            if found == digest:
                return self._names[int.from_bytes(data[at + 8 : at + 10], "little")] or "list"
            if found < digest:
                low = middle + 1
            else:
                high = middle
        return ""
