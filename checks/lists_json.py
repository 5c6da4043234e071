"""Lists as MISP events and STIX bundles: what they call dangerous, and nothing that is only mentioned there."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from checks.entry import KINDS, Entry, WrongFormat, entry, entry_of
from domain.verdict import Indicator

KIND_TAG = re.compile(r'rimkhong:kind="([a-z]+)"')
"""The tag by which our own exports say what a MISP attribute is: MISP has no type for a LINE id or a PromptPay."""
_MISP_TYPES: Mapping[str, str] = {
    "domain": "domain", "hostname": "domain", "domain|ip": "domain", "url": "url", "uri": "url",
    "phone-number": "phone", "bank-account-nr": "account", "btc": "crypto",
}  # fmt: skip
_NOT_THEIRS = ("Targeting data", "Internal reference", "External analysis")
"""Categories of MISP for who was attacked, and for papers about it."""
_MONEY = "Financial fraud"
"""The category in which a telephone number is a swindler's, though MISP asks no machine to look for it."""
_COMPARED = re.compile(
    r"(?<![a-z0-9-])([a-z0-9-]{1,60}):([a-zA-Z0-9_.'-]{1,120})\s{0,9}=\s{0,9}'((?:[^'\\]|\\.){1,4000})'"
)
_QUOTED = re.compile(r"'[^']*'")


def _json(text: str, form: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongFormat(f"Not {form}: the file is not valid JSON ({error})") from None


def misp(text: str, now: datetime) -> Iterator[Entry]:
    """The attributes of a MISP event that somebody is to be warned of; withdrawn ones and references are skipped."""
    found = list(_attributes(_json(text, "MISP"), 0))
    if not found:
        raise WrongFormat("Not MISP: no Event with Attribute entries in it")
    for number, attribute in enumerate(found, 1):
        value = str(attribute.get("value", ""))
        yield number, value, _attribute(attribute, value)


def _attribute(attribute: Mapping[str, Any], value: str) -> Indicator | str:
    kind, category = str(attribute.get("type")), attribute.get("category")
    if _yes(attribute.get("deleted")):
        return "deleted by its author"
    if ours := next(filter(None, map(KIND_TAG.fullmatch, _tags(attribute))), None):
        return entry_of(ours[1], value)
    if kind == "link" or category in _NOT_THEIRS:
        return "a reference or who was attacked, not what to warn of"
    if kind not in _MISP_TYPES:
        return f"type {kind[:30]!r} is not one we keep"
    if not _yes(attribute.get("to_ids", True)) and category != _MONEY:
        return "marked as no sign of a trick (to_ids)"
    return entry_of(_MISP_TYPES[kind], value.partition("|")[0])


def _yes(flag: Any) -> bool:
    return flag in (True, 1, "1", "true", "True")


def _tags(attribute: Mapping[str, Any]) -> list[str]:
    tags = attribute.get("Tag")
    return [str(tag.get("name")) for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []


def _attributes(node: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 8:
        return
    if isinstance(node, list):
        for item in node:
            yield from _attributes(item, depth + 1)
    elif isinstance(node, dict) and not _yes(node.get("deleted") if "Attribute" in node else False):
        if "value" in node and "type" in node:
            yield node
        for key in ("Event", "Attribute", "Object", "response", "events"):
            if key in node:
                yield from _attributes(node[key], depth + 1)


def stix(text: str, now: datetime) -> Iterator[Entry]:
    """The indicators of a STIX 2.1 bundle that hold at `now`. Objects that were only observed are no indicators."""
    bundle = _json(text, "STIX 2.1")
    objects = bundle.get("objects") if isinstance(bundle, dict) else bundle
    if not isinstance(objects, list):
        raise WrongFormat("Not STIX 2.1: no bundle with objects")
    for number, item in enumerate(objects, 1):
        if not isinstance(item, dict):
            yield number, str(item), "not an object"
        elif item.get("type") in ("domain-name", "url"):
            yield number, str(item.get("value", "")), "observed, and not said to be dangerous"
        elif item.get("type") == "indicator":
            yield from ((number, value, found) for value, found in _indicator(item, now))


def _indicator(item: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, Indicator | str]]:
    pattern = str(item.get("pattern", ""))[:20_000]
    compared = [each for each in _COMPARED.findall(pattern) if each[0] in ("domain-name", "url", "x-rimkhong")]
    types = item.get("indicator_types")
    if _yes(item.get("revoked")):
        yield pattern, "revoked by its author"
    elif _over(item.get("valid_until"), now):
        yield pattern, "no longer valid (valid_until)"
    elif isinstance(types, list) and "benign" in types:
        yield pattern, "said to be benign"
    elif re.search(r"\bNOT\b|!=", _QUOTED.sub("", pattern.replace("\\'", ""))):
        yield pattern, "a pattern that is more than a domain or link"
    elif not compared:
        yield pattern, "the pattern names no domain or link"
    else:
        for kind, path, value in compared:
            plain = value.replace("\\'", "'").replace("\\\\", "\\")
            yield value, entry_of(path, plain) if kind == "x-rimkhong" and path in KINDS else entry(plain)


def _over(until: Any, now: datetime) -> bool:
    """Whether a STIX time lies before `now`; what cannot be read says nothing."""
    try:
        moment = datetime.fromisoformat(str(until))
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= now
