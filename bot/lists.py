"""Importing lists of dangerous links and numbers: a new list takes the place of the old one, all of it or nothing."""

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.tables import SUFFIX
from checks.entry import WrongFormat
from checks.lists import MOST_SKIPPED, Skipped, entries, guessed
from checks.official import SHARED
from checks.parts import suffixes
from checks.table import build
from domain.verdict import Indicator
from storage import audit
from storage.lists import ListRow, bring_list, empty_list, find_list, remove_list, replace_list
from storage.store import Store

LARGEST = 256_000_000
"""Bytes of a list's file."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
BY_LINE = ("plain", "hosts", "csv")
"""Formats where a line that cannot be read means that the file is something else, when most of them are."""
BY_TREE = ("misp", "stix")
"""Formats that can only be read whole; all others are read line by line, so that a million of them take no memory."""
_PIECE = 1 << 20
Watch = Callable[[Iterable[tuple[str, str]], int], Iterable[tuple[str, str]]]
"""Goes through the domains while they are written, for a progress bar; about how many they will be."""


def unwatched(pairs: Iterable[tuple[str, str]], about: int) -> Iterable[tuple[str, str]]:
    """Nobody watches."""
    return pairs


class Rejected(Exception):
    """A list that was not imported; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Imported:
    """
    What became of an import. `skipped` are the first of the entries that could not be read, `left_out` sites that are
    shared; `dropped` numbers and pages are no longer listed; `same` says that nothing changed.
    """

    row: ListRow
    skipped: tuple[Skipped, ...] = ()
    left_out: tuple[str, ...] = ()
    dropped: int = 0
    same: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """What the operator says of a list: its name, format, licence, and where it comes from."""

    name: str
    form: str = "auto"
    licence: str = ""
    source: str = ""


@dataclass(slots=True)
class Sorting:
    """A list sorted while it is read: its domains go by, all else is kept."""

    others: dict[str, None] = field(default_factory=dict)
    left_out: dict[str, None] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    bad: int = 0

    def domains(self, found: Iterable[tuple[int, str, Indicator | str | None]]) -> Iterator[str]:
        """
        The domains for the table, as they come, some of them twice.

        Left out are sites that thousands of strangers share and bare suffixes: one bad page would condemn them all.
        """
        for line, text, one in found:
            if isinstance(one, str):
                self.bad += 1
                if len(self.skipped) < MOST_SKIPPED:
                    self.skipped.append(Skipped(line, text[:80], one))
            elif one is None:
                continue
            elif one.kind != "domain":
                self.others[one.key] = None
            elif one.value in SHARED or suffixes().privatesuffix(one.value) is None:
                self.left_out[one.value] = None
            else:
                yield one.value


async def import_list(
    store: Store, folder: Path, origin: Origin, data: bytes, by: str, now: datetime, watch: Watch = unwatched
) -> Imported:
    """
    Put a list in the place of the one of its name: all of it or, with `Rejected`, nothing. Nobody who is answered
    meanwhile waits for more than a page of it.

    Its domains become a table file; numbers, accounts and pages go into the database. The file takes its place inside
    the database's transaction, as its last act. A million domains take some 40 MB beyond their file's own size.
    """
    checked(origin, data)
    writable(folder)
    form = guessed(data[:200_000].decode(errors="ignore")) if origin.form == "auto" else origin.form
    row = ListRow(origin.name, origin.source, origin.licence, form, hashlib.sha256(data).hexdigest(), 0, 0, 0, by, now)
    before = await store.read(lambda c: find_list(c, origin.name))
    place = folder / f"{origin.name}{SUFFIX}"
    if before and place.exists() and alike(before, row):
        return Imported(before, same=True)
    staged = folder / f".{origin.name}.new"
    try:
        row, sorting = written(row, data, staged, watch)

        others = list(sorting.others)
        already = await bring_list(store, row, others)

        def put(connection: Connection) -> int:
            dropped = already + replace_list(connection, row, others)
            detail = {"entries": row.entries, "sha256": row.sha256, "source": row.source[:200]}
            audit.write_down(connection, by, "list", row.name, detail, now)
            if staged.exists():  # a transaction that clashed is run again
                with plainly(folder):
                    staged.replace(place)
            return dropped

        return Imported(row, tuple(sorting.skipped), tuple(sorting.left_out), await store.write(put))
    finally:
        staged.unlink(missing_ok=True)


def alike(before: ListRow, row: ListRow) -> bool:
    """Whether a list is the one we have, from where we had it."""
    return all(getattr(before, name) == getattr(row, name) for name in ("sha256", "format", "source", "licence"))


def written(row: ListRow, data: bytes, staged: Path, watch: Watch) -> tuple[ListRow, Sorting]:
    """
    A new table beside its place, not in it yet; its row with what is in it, and what else the list holds.

    Raises `Rejected` when the file as a whole is not of its format.
    """
    sorting = Sorting()
    try:
        lines = data.decode("utf-8-sig") if row.format in BY_TREE else lined(data)
        pairs = ((domain, row.name) for domain in sorting.domains(entries(lines, row.format, row.imported_at)))
        with plainly(staged.parent):
            count = build(watch(pairs, data.count(b"\n")), staged)
    except WrongFormat as error:
        raise Rejected(f"{error}.") from None
    readable = count + len(sorting.others) + len(sorting.left_out)
    if not readable:
        raise Rejected(f"No domain, link or number could be read from this as {row.format}.")
    if row.format in BY_LINE and sorting.bad > readable:
        at = "; ".join(f"line {one.line}: {one.why}" for one in sorting.skipped[:3])
        raise Rejected(
            f"More lines could not be read ({sorting.bad:,}) than could ({readable:,}): "
            f"this is no list in the format {row.format!r} ({at})."
        )
    return replace(row, entries=count + len(sorting.others), domains=count, skipped=sorting.bad), sorting


def lined(data: bytes) -> Iterator[str]:
    """The lines of a file that `checked` has passed, one at a time."""
    return iter(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="\n"))


async def drop_list(store: Store, folder: Path, name: str, by: str, now: datetime) -> bool:
    """Forget a list and all it held. Whether there was one."""
    if not NAME.fullmatch(name):
        return False

    def drop(connection: Connection) -> bool:
        known = remove_list(connection, name)
        if known:
            audit.write_down(connection, by, "unlist", name, {}, now)
        return known

    await empty_list(store, name)
    known = await store.write(drop)
    with plainly(folder):
        (folder / f"{name}{SUFFIX}").unlink(missing_ok=True)
    return known


def writable(folder: Path) -> None:
    """Make the folder of the tables where there is none yet. Raises `Rejected`."""
    with plainly(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """What the machine does not let us do there is a `Rejected` that names the setting."""
    try:
        yield
    except OSError as error:
        raise Rejected(f"The folder {folder} cannot be written: {error.strerror}. See lists.folder.") from None


def named(path: str) -> str:
    """A list's name from its file's: "phishing-2026.txt" is "phishing-2026"."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).stem).strip("-._")[:60]
    return plain or "list"


def checked(origin: Origin, data: bytes) -> None:
    """Raises `Rejected` for a name that cannot be one, and for what is no text or too much of it."""
    if not NAME.fullmatch(origin.name):
        raise Rejected(f"A list's name has letters, digits, and . _ - (at most 60); {origin.name!r} has others.")
    if len(data) > LARGEST:
        raise Rejected(f"The file has {len(data):,} bytes; at most {LARGEST:,} are read.")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    for at in range(0, len(data) + 1, _PIECE):
        try:
            decoder.decode(data[at : at + _PIECE], final=at + _PIECE > len(data))
        except UnicodeDecodeError as error:
            raise Rejected(f"The file is no text in UTF-8 (byte {at + error.start}). Is it compressed?") from None
    if b"\x00" in data:
        raise Rejected("The file is no text: it has null bytes. Is it compressed, or UTF-16?")
