"""Whom to call and what to do first: hotlines, banks and first-hour cards, each row with its source and its date."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from texts.writing import folded

DATA = Path(__file__).parent / "data"
LANGUAGES = ("th", "en", "lo", "km")
GENERAL_HELP = "emergency"
"""The topic whose lines stand in for a topic nobody wrote down: whoever asks for help gets a number."""


@dataclass(frozen=True, slots=True)
class Words:
    """One meaning in up to four languages. Thai is always there; "" stands for a language not written yet."""

    th: str
    en: str
    lo: str = ""
    km: str = ""

    def said(self, language: str) -> str:
        """The words in `language`, or in Thai where that language has none or is not one of ours."""
        spoken = {"th": self.th, "en": self.en, "lo": self.lo, "km": self.km}
        return spoken.get(language) or self.th


@dataclass(frozen=True, slots=True)
class Hotline:
    """
    A line, app or site to turn to. `number` is as dialled ("" for an app or a site, which stand in `handle`).

    `menu` is pressed after the greeting; `country` is where the number works; `topics` are the needs it is listed
    for; `hours` is "" where no source tells. `verified` is false for what nobody has read in a source yet: such a
    row is kept so that it can be checked, and is never shown to residents.
    """

    id: str
    number: str
    menu: str
    handle: str
    country: str
    who: Words
    purpose: Words
    topics: tuple[str, ...]
    hours: str
    source: str
    verified_on: date
    verified: bool


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank's 24-hour fraud line: `number`, then `menu` when it answers. `aliases` are what residents type."""

    id: str
    name: Words
    number: str
    menu: str
    aliases: tuple[str, ...]
    source: str
    verified_on: date
    verified: bool


@dataclass(frozen=True, slots=True)
class FirstAid:
    """What to do in the first hour of one need: three to six short lines, the numbers among them."""

    need: str
    text: Words
    source: str
    verified_on: date
    needs_review: tuple[str, ...]


def read(path: Path) -> dict[str, Any]:
    """One TOML file as tables; the error of a broken one names the file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as broken:
        raise ValueError(f"{path.name}: {broken}") from broken


@cache
def _order() -> dict[str, tuple[str, ...]]:
    """Which lines each topic lists, most important first, whether or not they are verified yet."""
    return {topic: tuple(ids) for topic, ids in read(DATA / "hotlines.toml")["topics"].items()}


def topics() -> tuple[str, ...]:
    """Every topic `hotlines` knows."""
    return tuple(_order())


@cache
def all_hotlines() -> tuple[Hotline, ...]:
    """Every row, the unverified ones too: for `doctor` and the console, never for residents."""
    return tuple(_hotline(row) for row in read(DATA / "hotlines.toml")["hotline"])


def _hotline(row: dict[str, Any]) -> Hotline:
    return Hotline(
        id=row["id"],
        number=row.get("number", ""),
        menu=row.get("menu", ""),
        handle=row.get("handle", ""),
        country=row.get("country", "th"),
        who=Words(**row["who"]),
        purpose=Words(**row["purpose"]),
        topics=tuple(topic for topic, ids in _order().items() if row["id"] in ids),
        hours=row.get("hours", ""),
        source=row["source"],
        verified_on=row["verified_on"],
        verified=row["verified"],
    )


def hotlines(topic: str) -> tuple[Hotline, ...]:
    """
    The verified lines for a topic, the one to call first at the front; never empty.

    A topic that is not written down, or has no verified line yet, gets the lines of general help: a person in need
    is not answered with nothing.
    """
    known = {line.id: line for line in all_hotlines() if line.verified}
    found = tuple(known[id] for id in _order().get(topic, ()) if id in known)
    return found or tuple(known[id] for id in _order()[GENERAL_HELP] if id in known)


@cache
def all_banks() -> tuple[Bank, ...]:
    """Every row, the unverified ones too: for `doctor` and the console, never for residents."""
    return tuple(
        Bank(
            id=row["id"],
            name=Words(**row["name"]),
            number=row["number"],
            menu=row["menu"],
            aliases=tuple(row["aliases"]),
            source=row["source"],
            verified_on=row["verified_on"],
            verified=row["verified"],
        )
        for row in read(DATA / "banks.toml")["bank"]
    )


def banks() -> tuple[Bank, ...]:
    """The banks whose fraud line we have read in a source."""
    return tuple(bank for bank in all_banks() if bank.verified)


def bank_named(text: str) -> Bank | None:
    """
    The bank a person most likely means as their own, found anywhere in unspaced text; None where there is none.

    With several, the one after "จาก" (from), else the one named first: people say where the money left before where
    it went. A bank whose number is not verified gives None, so that 1441 is shown and not another bank's line.
    """
    plain = folded(text)
    found = [(hit, bank) for bank in all_banks() for hit in _alias_pattern(bank).finditer(plain)]
    if not found:
        return None
    _, bank = min(found, key=lambda pair: (pair[0]["from"] is None, pair[0].start("name"), -len(pair[0]["name"])))
    return bank if bank.verified else None


@cache
def _alias_pattern(bank: Bank) -> re.Pattern[str]:
    """
    All spellings of one bank. Latin ones stand alone (no "scb" inside a longer word), Thai ones match anywhere
    except before "รม": กสิกรรม is farming, not a bank.
    """
    spellings = sorted((folded(alias) for alias in bank.aliases), key=len, reverse=True)
    names = "|".join(
        rf"(?<![a-z0-9]){re.escape(spelling)}(?![a-z0-9])" if spelling.isascii() else rf"{re.escape(spelling)}(?!รม)"
        for spelling in spellings
    )
    return re.compile(rf"(?P<from>(?:จาก|from )\s*(?:my |บัญชี|ธนาคาร|แบงก์|แบงค์|ธ\.|แอป|\s)*)?(?P<name>{names})")


@cache
def _first_aid() -> dict[str, FirstAid]:
    return {
        need: FirstAid(
            need=need,
            text=Words(**{language: card[language].strip() for language in LANGUAGES}),
            source=card["source"],
            verified_on=card["verified_on"],
            needs_review=tuple(card["needs_review"]),
        )
        for need, card in read(DATA / "first_aid.toml").items()
    }


def first_aid_cards() -> tuple[FirstAid, ...]:
    """Every first-hour card, with source and date."""
    return tuple(_first_aid().values())


def first_aid(need: str, language: str) -> str:
    """
    What a person in this need must read first, ready to send; Thai where `language` is none of ours.

    Knows at least every need in `domain.verdict.Verdict.needs`; raises KeyError for another.
    """
    return _first_aid()[need].text.said(language)


def stale(today: date, days: int = 180) -> tuple[Hotline | Bank | FirstAid, ...]:
    """The rows residents may see that were last checked more than `days` days before `today`, oldest first."""
    shown: list[Hotline | Bank | FirstAid] = [line for line in all_hotlines() if line.verified]
    shown += [*banks(), *first_aid_cards()]
    old = [row for row in shown if today - row.verified_on > timedelta(days=days)]
    return tuple(sorted(old, key=lambda row: row.verified_on))
