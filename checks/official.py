"""Who is really who: domains and numbers of institutions, brands that tricksters borrow, kinds of hosts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_HERE = Path(__file__).parent


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Brand:
    """A name tricksters borrow: `words` betray it anywhere in a host, `short` only as a piece of their own.

    `common` names are worn by fan pages and newspapers too, so they say less by themselves.
    """

    code: str
    name: str
    words: tuple[str, ...]
    short: tuple[str, ...]
    domains: frozenset[str]
    common: bool = False


@dataclass(frozen=True, slots=True)
class Hosts:
    """Kinds of hosts, each a set of domains (see `hosts.toml`)."""

    shorteners: frozenset[str]
    builders: frozenset[str]
    homes: frozenset[str]
    dynamic: frozenset[str]
    cheap_second: frozenset[str]
    forms: frozenset[str]
    by_path: frozenset[str]
    heavy_suffixes: frozenset[str]
    strong_suffixes: frozenset[str]
    mild_suffixes: frozenset[str]


_KINDS = _read("hosts.toml")
SHARED: frozenset[str] = frozenset(_KINDS["shared"].split()) | frozenset(_KINDS["shorteners"].split())
"""Domains that thousands of strangers share: never an indicator by themselves."""

HOSTS = Hosts(
    shorteners=frozenset(_KINDS["shorteners"].split()),
    builders=frozenset(_KINDS["builders"].split()),
    homes=frozenset(_KINDS["homes"].split()),
    dynamic=frozenset(_KINDS["dynamic"].split()),
    cheap_second=frozenset(_KINDS["cheap_second"].split()),
    forms=frozenset(_KINDS["forms"].split()),
    by_path=frozenset(_KINDS["by_path"].split()),
    heavy_suffixes=frozenset(_KINDS["suffixes"]["heavy"].split()),
    strong_suffixes=frozenset(_KINDS["suffixes"]["strong"].split()),
    mild_suffixes=frozenset(_KINDS["suffixes"]["mild"].split()),
)


@cache
def brands() -> tuple[Brand, ...]:
    """Every brand of `brands.toml`."""
    return tuple(
        Brand(
            code,
            row["name"],
            tuple(row["words"]),
            tuple(row.get("short", ())),
            frozenset(row["domains"]),
            row.get("common", False),
        )
        for code, row in _read("brands.toml").items()
        if isinstance(row, dict)
    )


@cache
def not_brands() -> frozenset[str]:
    """Real names that look like a brand by chance."""
    return frozenset(_read("brands.toml")["not_brands"].split())


@cache
def owned() -> frozenset[str]:
    """Registrable domains known to belong to an institution or brand: never look-alikes of themselves."""
    rows = _read("official.toml")["official"]
    return frozenset().union(*(brand.domains for brand in brands()), *(row["domains"] for row in rows))


@cache
def official_numbers() -> Mapping[str, str]:
    """Published numbers of institutions (E.164 or short code) and their names; each row has its source."""
    return MappingProxyType({row["number"]: row["name"] for row in _read("official.toml")["number"]})


def is_official(host: str, registrable: str) -> bool:
    """Whether a host belongs to a known institution. Says nothing to residents: most rows are yet unverified."""
    return registrable in owned() or registrable.endswith((".go.th", ".mi.th")) or host.endswith(".go.th")
