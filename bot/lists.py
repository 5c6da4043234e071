"""Importing lists of dangerous links and numbers: a new list takes the place of the old one, all of it or nothing."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.tables import SUFFIX
from checks.lists import Listed, WrongFormat, guessed, read
from checks.official import SHARED
from checks.parts import suffixes
from checks.table import build
from storage import audit
from storage.lists import ListRow, find_list, remove_list, replace_list
from storage.store import Store

LARGEST = 256_000_000
"""Bytes of a list's file."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
BY_LINE = ("plain", "hosts", "csv")
"""Formats where a line that cannot be read means that the file is something else, when most of them are."""
Watch = Callable[[Sequence[tuple[str, str]]], Iterable[tuple[str, str]]]
"""Goes through the domains while they are written, for a progress bar."""


class Rejected(Exception):
    """A list that was not imported; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import. `dropped` numbers and pages are no longer listed; `same` says that nothing changed."""

    row: ListRow
    listed: Listed
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


async def import_list(
    store: Store, folder: Path, origin: Origin, data: bytes, by: str, now: datetime, watch: Watch = iter
) -> Imported:
    """
    Put a list in the place of the one of its name: all of it or, with `Rejected`, nothing.

    Its domains become a table file; numbers, accounts and pages go into the database. The file takes its place inside
    the database's transaction, as its last act.
    """
    text, sha = decoded(origin, data), hashlib.sha256(data).hexdigest()
    form = guessed(text) if origin.form == "auto" else origin.form
    listed = parsed(text, form)
    domains, others, left_out = sorted_out(listed)
    row = ListRow(
        origin.name,
        origin.source,
        origin.licence,
        form,
        sha,
        len(domains) + len(others),
        len(domains),
        listed.bad,
        by,
        now,
    )
    before = await store.read(lambda c: find_list(c, origin.name))
    place = folder / f"{origin.name}{SUFFIX}"
    if before and place.exists() and alike(before, row):
        return Imported(before, listed, left_out, same=True)
    staged = written(folder, origin.name, domains, watch)

    def put(connection: Connection) -> int:
        dropped = replace_list(connection, row, others)
        detail = {"entries": row.entries, "sha256": sha, "source": row.source[:200]}
        audit.write_down(connection, by, "list", origin.name, detail, now)
        if staged.exists():  # a transaction that clashed is run again
            staged.replace(place)
        return dropped

    try:
        return Imported(row, listed, left_out, await store.write(put))
    finally:
        staged.unlink(missing_ok=True)


def alike(before: ListRow, row: ListRow) -> bool:
    """Whether a list is the one we have, from where we had it."""
    return all(getattr(before, name) == getattr(row, name) for name in ("sha256", "format", "source", "licence"))


def written(folder: Path, name: str, domains: Sequence[str], watch: Watch) -> Path:
    """A new table beside its place, not in it yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = folder / f".{name}.new"
    build(watch([(domain, name) for domain in domains]), staged)
    return staged


async def drop_list(store: Store, folder: Path, name: str, by: str, now: datetime) -> bool:
    """Forget a list and all it held. Whether there was one."""
    if not NAME.fullmatch(name):
        return False

    def drop(connection: Connection) -> bool:
        known = remove_list(connection, name)
        if known:
            audit.write_down(connection, by, "unlist", name, {}, now)
        return known

    known = await store.write(drop)
    (folder / f"{name}{SUFFIX}").unlink(missing_ok=True)
    return known


def named(path: str) -> str:
    """A list's name from its file's: "phishing-2026.txt" is "phishing-2026"."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).stem).strip("-._")[:60]
    return plain or "list"


def decoded(origin: Origin, data: bytes) -> str:
    """The file as text. Raises `Rejected` for a name that cannot be one, and for what is no text or too much of it."""
    if not NAME.fullmatch(origin.name):
        raise Rejected(f"A list's name has letters, digits, and . _ - (at most 60); {origin.name!r} has others.")
    if len(data) > LARGEST:
        raise Rejected(f"The file has {len(data):,} bytes; at most {LARGEST:,} are read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(f"The file is no text in UTF-8 (byte {error.start}). Is it compressed?") from None
    if "\x00" in text:
        raise Rejected("The file is no text: it has null bytes. Is it compressed, or UTF-16?")
    return text


def parsed(text: str, form: str) -> Listed:
    """What a list holds. Raises `Rejected` when the file as a whole is not of that format."""
    try:
        listed = read(text, form)
    except WrongFormat as error:
        raise Rejected(f"{error}.") from None
    if form in BY_LINE and listed.bad > len(listed.indicators):
        at = "; ".join(f"line {one.line}: {one.why}" for one in listed.skipped[:3])
        raise Rejected(
            f"More lines could not be read ({listed.bad:,}) than could ({len(listed.indicators):,}): "
            f"this is no list in the format {form!r} ({at})."
        )
    return listed


def sorted_out(listed: Listed) -> tuple[list[str], list[str], tuple[str, ...]]:
    """
    Domains for the table, keys of all else for the database, and what is left out.

    Left out are sites that thousands of strangers share and bare suffixes: one bad page would condemn them all.
    """
    domains: list[str] = []
    others: list[str] = []
    left_out: list[str] = []
    for one in listed.indicators:
        if one.kind != "domain":
            others.append(one.key)
        elif one.value in SHARED or suffixes().privatesuffix(one.value) is None:
            left_out.append(one.value)
        else:
            domains.append(one.value)
    return domains, others, tuple(left_out)
