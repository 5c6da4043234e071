"""Reading lists of bad domains, links and numbers in the formats people publish them in."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from checks.find import find, of_link
from checks.parts import parse
from checks.spot_links import refanged
from domain.verdict import Indicator

LONGEST_LINE = 4_096
MOST_SKIPPED = 20
"""Skipped lines that are kept word for word; all are counted."""


class WrongFormat(ValueError):
    """The text as a whole is not of the format it was said to be; the message says what was expected."""


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


_Entry = tuple[int, str, "Indicator | str | None"]
"""Line, its text, and an indicator, a reason for skipping it, or None for a comment."""

_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.){1,30}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})", re.IGNORECASE)
_LOCAL_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0"}  # noqa: S104
)


def read(text: str, form: str) -> Listed:
    """
    Read a whole list. `form` is a key of `FORMATS`; "auto" guesses from the beginning.

    Broken entries are skipped and reported, never fatal. Raises `WrongFormat` when nothing of the text fits,
    so that a caller never swaps a good list for a broken download.
    """
    form = guessed(text) if form == "auto" else form
    if form not in FORMATS:
        raise WrongFormat(f"Unknown list format {form!r}; known: {', '.join(FORMATS)}")
    listed = _gathered(FORMATS[form](text))
    if not listed.indicators:
        raise WrongFormat(f"No domain, link or number could be read from this as {form}")
    return listed


def entries(text: str | Iterable[str], form: str) -> Iterator[_Entry]:
    """
    The same entry by entry, for lists too large to hold: (line, its text, an indicator or why it was skipped or None).

    `text` may be the lines of an open file for every format but JSON. Raises `WrongFormat` like `read`, but cannot
    know that nothing was readable until the end: the caller counts (see `checks.table.build`, which swaps at the end).
    """
    if form not in FORMATS:
        raise WrongFormat(f"Unknown list format {form!r}; known: {', '.join(FORMATS)}")
    return FORMATS[form](text if isinstance(text, str) or form not in ("misp", "stix") else "".join(text))


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


def _gathered(entries: Iterable[_Entry]) -> Listed:
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


def entry(text: str) -> Indicator | str:
    """One entry of a list as an indicator: a domain, a link with its page, a number or a name; else why not."""
    if len(text) > LONGEST_LINE:
        return "too long"
    if _DOMAIN.fullmatch(text):
        return Indicator("domain", text.lower().removeprefix("www.").rstrip("."))
    text = refanged(text)
    link = parse(text) if re.match(r"https?:|ftp:", text, re.IGNORECASE) or "/" in text or not text.isascii() else None
    if link is not None and "." in link.host:
        if link.bare and not link.is_address:
            return Indicator("domain", link.host.removeprefix("www."))
        found = next((i for i in of_link(link) if i.kind == "url"), None) or next(of_link(link), None)
        if found:
            return Indicator(found.kind, found.value)
    found_in_text = [i for i in find(text) if i.kind != "url"]
    return Indicator(found_in_text[0].kind, found_in_text[0].value) if found_in_text else "no domain, link or number"


def _plain(text: str | Iterable[str]) -> Iterator[_Entry]:
    for number, line in _lines(text):
        body = re.split(r"\s[#;]|^[#;!]", line, maxsplit=1)[0].strip()
        yield number, line, entry(body) if body else None


def _hosts(text: str | Iterable[str]) -> Iterator[_Entry]:
    for number, line in _lines(text):
        words = line.partition("#")[0].split()
        if not words:
            yield number, line, None
        elif len(words) < 2 or not re.fullmatch(r"[\da-f.:]+", words[0], re.IGNORECASE):
            yield number, line, "not a hosts line"
        for name in words[1:17]:
            if name.lower() not in _LOCAL_NAMES:
                good = _DOMAIN.fullmatch(name)
                yield number, line, Indicator("domain", name.lower().removeprefix("www.")) if good else "not a domain"


def _adblock(text: str | Iterable[str]) -> Iterator[_Entry]:
    for number, line in _lines(text):
        if not line or line.startswith(("!", "[")):
            yield number, line, None
        elif found := re.fullmatch(
            r"\|\|([^/^$*|]{3,253})\^?(?:\$(?:all|important|document|popup|third-party|,)*)?", line
        ):
            good = _DOMAIN.fullmatch(found[1])
            yield number, line, Indicator("domain", found[1].lower().removeprefix("www.")) if good else "not a domain"
        elif line.startswith("@@") or "##" in line or "#@#" in line:
            yield number, line, "an exception or a rule on looks, not a domain"
        else:
            yield number, line, "a rule that is more than a domain"


_COLUMNS = ("domain", "host", "hostname", "url", "link", "indicator", "value", "ioc", "phone", "number", "account")


def _csv(text: str | Iterable[str]) -> Iterator[_Entry]:
    delimiter, column, begun = ",", None, False
    for number, line in _lines(text):
        if not line or line.startswith("#"):
            continue
        if len(line) > LONGEST_LINE:
            yield number, line, "too long"
            continue
        if not begun:
            begun = True
            delimiter = max(",;\t|", key=line.count)
            column = _column(line, delimiter)
            if column is not None:
                continue
        try:
            row = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error as error:
            yield number, line, str(error)
            continue
        yield number, line, _cell(row, column)


def _column(header: str, delimiter: str) -> int | None:
    """Which column holds the entries by the header's names; None: there is no header, look in each."""
    names = [name.strip(" \"'").lower() for name in header.split(delimiter)]
    return next((names.index(wanted) for wanted in _COLUMNS if wanted in names), None)


def _cell(row: list[str], column: int | None) -> Indicator | str:
    if column is not None:
        return entry(row[column].strip()) if column < len(row) and row[column].strip() else "the column is empty"
    for cell in row:
        found = entry(cell.strip()) if cell.strip() else ""
        if isinstance(found, Indicator):
            return found
    return "no domain, link or number"


def _json(text: str, form: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongFormat(f"Not {form}: the file is not valid JSON ({error})") from None


_MISP_TYPES = frozenset(
    ["domain", "hostname", "url", "uri", "link", "domain|ip", "phone-number", "bank-account-nr", "iban", "btc"]
)


def _misp(text: str) -> Iterator[_Entry]:
    found = list(_attributes(_json(text, "MISP"), 0))
    if not found:
        raise WrongFormat("Not MISP: no Event with Attribute entries in it")
    for number, attribute in enumerate(found, 1):
        value, kind = str(attribute.get("value", "")), attribute.get("type")
        if kind not in _MISP_TYPES:
            yield number, value, f"type {str(kind)[:30]!r} is not one we keep"
        else:
            yield number, value, entry(value.partition("|")[0])


def _attributes(node: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 8:
        return
    if isinstance(node, list):
        for item in node:
            yield from _attributes(item, depth + 1)
    elif isinstance(node, dict):
        if "value" in node and "type" in node:
            yield node
        for key in ("Event", "Attribute", "Object", "response", "events"):
            if key in node:
                yield from _attributes(node[key], depth + 1)


_COMPARED = re.compile(
    r"(?<![a-z0-9-])([a-z0-9-]{1,60}):([a-zA-Z0-9_.'-]{1,120})\s{0,9}=\s{0,9}'((?:[^'\\]|\\.){1,4000})'"
)


def _stix(text: str) -> Iterator[_Entry]:
    bundle = _json(text, "STIX 2.1")
    objects = bundle.get("objects") if isinstance(bundle, dict) else bundle
    if not isinstance(objects, list):
        raise WrongFormat("Not STIX 2.1: no bundle with objects")
    for number, item in enumerate(objects, 1):
        if not isinstance(item, dict):
            yield number, str(item), "not an object"
        elif item.get("type") in ("domain-name", "url"):
            yield number, str(item.get("value", "")), entry(str(item.get("value", "")))
        elif item.get("type") == "indicator" and not item.get("revoked"):
            pattern = str(item.get("pattern", ""))[:20_000]
            compared = [
                value for kind, _, value in _COMPARED.findall(pattern) if kind in ("domain-name", "url", "x-rimkhong")
            ]
            for value in compared:
                yield number, value, entry(value.replace("\\'", "'").replace("\\\\", "\\"))
            if not compared:
                yield number, pattern, "the pattern names no domain or link"


FORMATS: Mapping[str, Callable[[Any], Iterator[_Entry]]] = MappingProxyType(
    {"plain": _plain, "csv": _csv, "hosts": _hosts, "adblock": _adblock, "misp": _misp, "stix": _stix}
)
"""The formats we read."""
