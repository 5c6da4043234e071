"""One entry of a list as an indicator: by what it looks like, or by what the list says it is."""

import re
from typing import get_args

from checks.find import find, of_link
from checks.official import official_numbers
from checks.parts import parse
from checks.spot_links import refanged
from checks.spot_numbers import e164
from domain.verdict import Indicator, Kind

Entry = tuple[int, str, "Indicator | str | None"]
"""Line (or place in the file, from 1), its text, and an indicator, a reason for skipping it, or None for a comment."""
LONGEST_LINE = 4_096
KINDS: tuple[str, ...] = get_args(Kind)
DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.){1,30}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})", re.IGNORECASE)

_WRITTEN_OUT = re.compile(r"(phone|account|promptpay|line|telegram|facebook|crypto|apk): ?(?!//)(\S.*)")
_SPELLING = {
    "account": re.compile(r"\d{9,15}"),
    "promptpay": re.compile(r"\d{10}|\d{13}|\d{15}"),
    "line": re.compile(r"[@A-Za-z0-9._/~+-]{3,120}"),
    "telegram": re.compile(r"[+A-Za-z0-9_-]{4,64}"),
    "facebook": re.compile(r"id:\d{5,20}|[a-z0-9.%_-]{4,100}"),
    "crypto": re.compile(r"[A-Za-z0-9]{20,100}"),
    "apk": re.compile(r"[\w.%-]{1,90}\.(?:apk|xapk|apks|mobileconfig)"),
}


class WrongFormat(ValueError):
    """The text as a whole is not of the format it was said to be; the message says what was expected."""


def entry(text: str) -> Indicator | str:
    """
    One entry of a list as an indicator: a domain, a link with its page, a number or a name; else why not.

    What may be an account or anything else is written out: `account:1234567890`.
    """
    if len(text) > LONGEST_LINE:
        return "too long"
    if DOMAIN.fullmatch(text):
        return Indicator("domain", text.lower().removeprefix("www.").rstrip("."))
    if written := _WRITTEN_OUT.fullmatch(text):
        return entry_of(written[1], written[2])
    text = refanged(text)
    link = parse(text) if re.match(r"https?:|ftp:", text, re.IGNORECASE) or "/" in text or not text.isascii() else None
    if link is not None and "." in link.host:
        if link.bare and not link.is_address:
            return Indicator("domain", link.host.removeprefix("www."))
        found = next((i for i in of_link(link) if i.kind == "url"), None) or next(of_link(link), None)
        if found:
            return Indicator(found.kind, found.value)
    found_in_text = [i for i in find(text) if i.kind != "url"]
    return _not_an_office(found_in_text[0]) if found_in_text else "no domain, link or number"


def entry_of(kind: str, text: str) -> Indicator | str:
    """The same where the list says of which kind it is (a key of `Kind`): bare digits are an account if it says so."""
    value = text.strip().removeprefix("'").strip()
    if kind not in KINDS or kind in ("url", "domain"):
        return entry(value)
    if kind in ("account", "promptpay"):
        value = re.sub(r"[\s.-]", "", value)
    if kind == "phone":
        digits = re.sub(r"\D", "", value)
        value = e164(f"+{digits}" if value.startswith("+") else digits)
    elif not _SPELLING[kind].fullmatch(value):
        value = ""
    name = next(known for known in get_args(Kind) if known == kind)
    return _not_an_office(Indicator(name, value)) if value else f"no {kind}"


def _not_an_office(one: Indicator) -> Indicator | str:
    """Tricksters show the numbers of offices to whom they call: on a list they would keep people from calling there."""
    if one.kind == "phone" and one.value in official_numbers():
        return "the published number of an office"
    return Indicator(one.kind, one.value)
