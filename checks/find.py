"""Everything in a text that two people could both report: links, numbers, accounts."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.fold import folded
from checks.official import HOSTS, SHARED, is_official
from checks.parts import Link, canonical, parse, readable
from checks.spot_links import refanged, spans
from checks.spot_names import named_by, names
from checks.spot_numbers import numbers
from domain.verdict import Indicator

MOST = 50
"""Indicators kept of one text; a message with more is a list, not a message."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text read once: `text` folded, `words` the same with links blanked out, what was found in it."""

    text: str
    words: str
    links: tuple[tuple[str, Link], ...]
    indicators: tuple[Indicator, ...]
    crowded: bool = False


def find(text: str) -> tuple[Indicator, ...]:
    """Every indicator of a text in the order it stands there, each once, at most `MOST`; never raises."""
    return found_in(text).indicators


def found_in(text: str) -> Found:
    """Read a text: fold it, find links, then numbers and names in what is left. Cost is linear and bounded."""
    text = refanged(folded(text))
    links: list[tuple[str, Link]] = []
    seen: dict[str, Indicator] = {}
    rest, last, crowded = [], 0, False
    for start, end in spans(text):
        if len(links) >= MOST:
            crowded = True
            break
        shown = text[start:end]
        link = parse(shown)
        if link is None:
            continue
        links.append((shown, link))
        rest += [text[last:start], " \u25ab "]
        last = end
        for indicator in of_link(link, shown):
            seen.setdefault(indicator.key, indicator)
    words = "".join([*rest, text[last:]]) if links else text
    for indicator in (*numbers(words), *names(words)):
        seen.setdefault(indicator.key, indicator)
    return Found(text, words, tuple(links), tuple(seen.values())[:MOST], crowded)


def things_of(found: Found) -> list[str]:
    """The kinds of things in a text, for the wording model; a link counts as known, shared or any."""
    kinds: list[str] = [indicator.kind for indicator in found.indicators if indicator.kind not in ("url", "domain")]
    for _, link in found.links[:5]:
        official = is_official(link.host, link.registrable)
        shared = link.registrable in SHARED and link.registrable not in HOSTS.shorteners
        kinds.append("line" if link.registrable in ("lin.ee", "line.me") else "known" if official or shared else "link")
    return kinds


def of_link(link: Link, shown: str = "") -> Iterator[Indicator]:
    """
    What a link is known by: the account it leads to, the page, the registered domain.

    The domain is left out where thousands of strangers share it, so that nobody's page speaks for another's.
    """
    named = named_by(link)
    if named:
        yield Indicator(named.kind, named.value, shown)
    account = named is not None and named.kind != "apk"
    if (not link.bare or link.is_address) and not account:
        yield Indicator("url", canonical(link), shown)
    if link.registrable and link.registrable not in SHARED:
        yield Indicator("domain", link.registrable, shown or readable(link.registrable))
    elif link.bare and not link.is_address:
        yield Indicator("domain", link.host.removeprefix("www."), shown)
