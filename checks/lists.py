"""Reading lists of bad domains, links and numbers in the formats people publish them in."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from checks.entry import DOMAIN, KINDS, LONGEST_LINE, Entry, WrongFormat, entry, entry_of
from checks.lists_json import misp, stix
from domain.verdict import Indicator

MOST_SKIPPED = 20
"""Skipped lines that are kept word for word; all are counted."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One entry that was passed over: its line (or place in the file, from 1), its beginning, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list holds: indicators in order, each once; `skipped` shows the first bad entries of `bad` in all."""

    indicators: tuple[Indicator, ...]
    skipped: tuple[Skipped, ...] = ()
    bad: int = 0


_LOCAL_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0"}  # noqa: S104
)


def read(text: str, form: str, now: datetime) -> Listed:
    """
    Read a whole list. `form` is a key of `FORMATS`; "auto" guesses from the beginning. What ends before `now` is over.

    Broken entries are skipped and reported, never fatal. Raises `WrongFormat` when nothing of the text fits,
    so that a caller never swaps a good list for a broken download.
    """
    form = guessed(text) if form == "auto" else form
    if form not in FORMATS:
        raise WrongFormat(f"Unknown list format {form!r}; known: {', '.join(FORMATS)}")
    listed = _gathered(FORMATS[form](text, now))
    if not listed.indicators:
        raise WrongFormat(f"No domain, link or number could be read from this as {form}")
    return listed


def entries(text: str | Iterable[str], form: str, now: datetime) -> Iterator[Entry]:
    """
    The same entry by entry, for lists too large to hold: (line, its text, an indicator or why it was skipped or None).

    `text` may be the lines of an open file for every format but JSON. Raises `WrongFormat` like `read`, but cannot
    know that nothing was readable until the end: the caller counts (see `checks.table.build`, which swaps at the end).
    """
    if form not in FORMATS:
        raise WrongFormat(f"Unknown list format {form!r}; known: {', '.join(FORMATS)}")
    return FORMATS[form](text if isinstance(text, str) or form not in ("misp", "stix") else "".join(text), now)


def guessed(text: str) -> str:
    """The likely format, from how the text begins."""
    head = text[:4_096].lstrip("\ufeff \n\r\t")
    if head.startswith(("{", "[{")):
        return "stix" if '"spec_version"' in text[:200_000] or '"bundle"' in head or '"indicator"' in head else "misp"
    if head.lower().startswith(("[adblock", "! ")) or "\n||" in head or head.startswith("||"):
        return "adblock"
    if re.search(r"^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s", head, re.MULTILINE):
        return "hosts"
    first = next((line for line in head.splitlines() if line.strip() and not line.startswith("#")), "")
    return "csv" if "," in first or ";" in first else "plain"


def _gathered(entries: Iterable[Entry]) -> Listed:
    kept: dict[str, Indicator] = {}
    skipped: list[Skipped] = []
    bad = 0
    for line, text, found in entries:
        if isinstance(found, Indicator):
            kept.setdefault(found.key, found)
        elif found is not None:
            bad += 1
            if len(skipped) < MOST_SKIPPED:
                skipped.append(Skipped(line, text[:80], found))
    return Listed(tuple(kept.values()), tuple(skipped), bad)


def _lines(text: str | Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(io.StringIO(text) if isinstance(text, str) else text, 1):
        yield number, line.strip("\ufeff\x00 \t\r\n")


def _plain(text: str | Iterable[str], _: datetime) -> Iterator[Entry]:
    for number, line in _lines(text):
        body = re.split(r"\s[#;]|^[#;!]", line, maxsplit=1)[0].strip()
        yield number, line, entry(body) if body else None


def _hosts(text: str | Iterable[str], _: datetime) -> Iterator[Entry]:
    for number, line in _lines(text):
        words = line.partition("#")[0].split()
        if not words:
            yield number, line, None
        elif len(words) < 2 or not re.fullmatch(r"[\da-f.:]+", words[0], re.IGNORECASE):
            yield number, line, "not a hosts line"
        for name in words[1:17]:
            if name.lower() not in _LOCAL_NAMES:
                good = DOMAIN.fullmatch(name)
                yield number, line, Indicator("domain", name.lower().removeprefix("www.")) if good else "not a domain"


def _adblock(text: str | Iterable[str], _: datetime) -> Iterator[Entry]:
    for number, line in _lines(text):
        if not line or line.startswith(("!", "[")):
            yield number, line, None
        elif found := re.fullmatch(
            r"\|\|([^/^$*|]{3,253})\^?(?:\$(?:all|important|document|popup|third-party|,)*)?", line
        ):
            good = DOMAIN.fullmatch(found[1])
            yield number, line, Indicator("domain", found[1].lower().removeprefix("www.")) if good else "not a domain"
        elif line.startswith("@@") or "##" in line or "#@#" in line:
            yield number, line, "an exception or a rule on looks, not a domain"
        else:
            yield number, line, "a rule that is more than a domain"


_COLUMNS = ("domain", "host", "hostname", "url", "link", "indicator", "value", "ioc", "phone", "number", "account")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns hold the entries and, where a list says it as ours does, their kinds; `name` is the header's."""

    value: int
    kind: int | None
    name: str


def _csv(text: str | Iterable[str], _: datetime) -> Iterator[Entry]:
    delimiter, columns, begun = ",", None, False
    for number, line in _lines(text):
        if not line or line.startswith("#"):
            continue
        if len(line) > LONGEST_LINE:
            yield number, line, "too long"
            continue
        if not begun:
            begun = True
            delimiter = max(",;\t|", key=line.count)
            columns = _columns(line, delimiter)
            if columns is not None:
                continue
        try:
            row = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error as error:
            yield number, line, str(error)
            continue
        yield number, line, _cell([cell.strip() for cell in row], columns)


def _columns(header: str, delimiter: str) -> _Columns | None:
    """Where the entries are by the header's names; None: there is no header, look in each column."""
    names = [name.strip(" \"'").lower() for name in header.split(delimiter)]
    wanted = next((name for name in _COLUMNS if name in names), None)
    return _Columns(names.index(wanted), names.index("kind") if "kind" in names else None, wanted) if wanted else None


def _cell(row: list[str], columns: _Columns | None) -> Indicator | str:
    if columns is not None:
        return _named(row, columns)
    for cell in row:
        found = entry(cell) if cell else ""
        if isinstance(found, Indicator):
            return found
    return "no domain, link or number"


def _named(row: list[str], columns: _Columns) -> Indicator | str:
    """The entry of a row, as what its row or its column's name calls it."""
    value = row[columns.value] if columns.value < len(row) else ""
    kind = row[columns.kind] if columns.kind is not None and columns.kind < len(row) else ""
    if not value:
        return "the column is empty"
    if kind in KINDS or columns.name in ("phone", "account"):
        return entry_of(kind if kind in KINDS else columns.name, value)
    found = entry(value)
    # In a column of numbers bare digits that are no telephone's are an account's.
    return entry_of("account", value) if isinstance(found, str) and columns.name == "number" else found


FORMATS: Mapping[str, Callable[[Any, datetime], Iterator[Entry]]] = MappingProxyType(
    {"plain": _plain, "csv": _csv, "hosts": _hosts, "adblock": _adblock, "misp": misp, "stix": stix}
)
"""The formats we read: from a text (or its lines, but for JSON) and the time it is read at, entry by entry."""
