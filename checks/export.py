"""Confirmed indicators for police and CERTs: as CSV, STIX 2.1 and MISP."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from domain.verdict import Indicator, defanged

_OURS = UUID("6f0f3d0e-6c5a-5d0e-9a53-1d7c1e0b6a11")
"""The namespace of our ids: the same indicator gets the same id in every export."""

_MISP_TYPE = {
    "url": "url",
    "domain": "domain",
    "phone": "phone-number",
    "account": "bank-account-nr",
    "promptpay": "bank-account-nr",
    "apk": "filename",
    "crypto": "btc",
    "line": "text",
    "telegram": "text",
    "facebook": "text",
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One indicator a coordinator confirmed: its category, how many people reported it, first and last time (aware)."""

    indicator: Indicator
    category: str
    people: int
    first: datetime
    last: datetime


def as_csv(confirmed: Iterable[Confirmed]) -> str:
    """
    A table for a spreadsheet, UTF-8 with a mark, links defanged.

    No cell can start a formula: one that begins with = + - @ or a control character gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["kind", "value", "category", "people", "first", "last"])
    for row in confirmed:
        value = row.indicator.value
        shown = defanged(value) if row.indicator.kind in ("url", "domain") else value
        cells = [row.indicator.kind, shown, row.category, str(row.people), _time(row.first), _time(row.last)]
        writer.writerow([inert(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, and without line breaks or null bytes."""
    flat = "".join(letter if letter >= " " and letter != "\x7f" else " " for letter in cell)
    begins = flat.lstrip(" \u00a0\u3000")[:1]
    return (
        f"'{flat}"
        if (begins and begins in "=+-@|%\uff1d\uff0b\uff0d\uff20") or (cell[:1] in "\t\r\n" and cell)
        else flat
    )


def as_stix(confirmed: Iterable[Confirmed], producer: str) -> str:
    """A STIX 2.1 bundle; ids follow from the indicators, so a second export updates the first."""
    rows = list(confirmed)
    stamp = max((row.last for row in rows), default=datetime(2024, 1, 1, tzinfo=UTC))
    identity = f"identity--{uuid5(_OURS, producer)}"
    who = {
        "type": "identity", "spec_version": "2.1", "id": identity, "name": producer, "identity_class": "organization",
        "created": _time(stamp), "modified": _time(stamp),
    }  # fmt: skip
    objects = [who, *(_stix_indicator(row, identity) for row in rows)]
    bundle = {"type": "bundle", "id": f"bundle--{uuid5(_OURS, producer + _time(stamp))}", "objects": objects}
    return json.dumps(bundle, ensure_ascii=False, indent=1)


def _stix_indicator(row: Confirmed, identity: str) -> Mapping[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid5(_OURS, row.indicator.key)}",
        "created": _time(row.first),
        "modified": _time(max(row.first, row.last)),
        "created_by_ref": identity,
        "name": f"{row.indicator.kind} {row.category}".strip(),
        "indicator_types": ["malicious-activity"],
        "pattern": _pattern(row.indicator),
        "pattern_type": "stix",
        "valid_from": _time(row.first),
        "labels": [label for label in (row.category, f"reports-{row.people}") if label],
    }


def _pattern(indicator: Indicator) -> str:
    value = indicator.value.replace("\\", "\\\\").replace("'", "\\'")
    match indicator.kind:
        case "url":
            return f"[url:value = '{value}']"
        case "domain":
            return f"[domain-name:value = '{value}']"
        case "apk":
            return f"[file:name = '{value}' OR x-rimkhong:apk = '{value}']"
        case kind:
            # STIX has no object for phone numbers and bank accounts; a custom one is what the standard allows.
            return f"[x-rimkhong:{kind} = '{value}']"


def as_misp(confirmed: Iterable[Confirmed], info: str) -> str:
    """A MISP event with one attribute each, ready to import; distribution "your organisation only"."""
    rows = list(confirmed)
    stamp = max((row.last for row in rows), default=datetime(2024, 1, 1, tzinfo=UTC))
    attributes = [
        {
            "uuid": str(uuid5(_OURS, row.indicator.key)),
            "type": _MISP_TYPE[row.indicator.kind],
            "category": "Financial fraud"
            if row.indicator.kind in ("account", "promptpay", "crypto", "phone")
            else "Other"
            if _MISP_TYPE[row.indicator.kind] == "text"
            else "Network activity",
            "value": row.indicator.value,
            "comment": f"{row.indicator.kind} {row.category}, {row.people} reports".strip(),
            "to_ids": row.indicator.kind in ("url", "domain"),
            "Tag": [{"name": f'rimkhong:kind="{row.indicator.kind}"'}],
            "timestamp": str(int(row.last.timestamp())),
        }
        for row in rows
    ]
    event = {
        "uuid": str(uuid5(_OURS, info + _time(stamp))), "info": info, "date": stamp.date().isoformat(), "analysis": "2",
        "threat_level_id": "2", "distribution": "0", "timestamp": str(int(stamp.timestamp())), "Attribute": attributes,
    }  # fmt: skip
    return json.dumps({"Event": event}, ensure_ascii=False, indent=1)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
