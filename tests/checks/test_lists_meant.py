"""What a list means to warn of, and of which kind: what is only mentioned in it warns nobody."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.export import Confirmed, as_csv, as_misp, as_stix
from checks.lists import read
from domain.verdict import Indicator

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
GOOD = {"type": "domain", "value": "bad-one.top", "to_ids": True}
NOT_MEANT: list[dict[str, Any]] = [
    {"type": "link", "value": "https://www.cert.example/alerts/12", "to_ids": False},
    {"type": "url", "value": "https://victim.example/hacked", "to_ids": False},
    {"type": "domain", "value": "withdrawn.example", "to_ids": True, "deleted": True},
    {"type": "domain", "value": "hospital.example", "to_ids": True, "category": "Targeting data"},
    {"type": "phone-number", "value": "+66812345678", "to_ids": False, "category": "Person"},
    {"type": "phone-number", "value": "1441", "to_ids": True},
]
HOLDS = {"type": "indicator", "pattern": "[domain-name:value = 'bad-one.top']", "valid_until": "2027-01-01T00:00:00Z"}
OVER: list[dict[str, Any]] = [
    {"type": "indicator", "pattern": "[domain-name:value = 'old.example']", "valid_until": "2020-01-01T00:00:00Z"},
    {"type": "indicator", "pattern": "[domain-name:value = 'gone.example']", "revoked": True},
    {"type": "indicator", "pattern": "[domain-name:value = 'kind.example']", "indicator_types": ["benign"]},
    {"type": "indicator", "pattern": "[url:value = 'https://a.example/x' AND NOT domain-name:value = 'good.example']"},
    {"type": "indicator", "pattern": "[domain-name:value NOT = 'good.example']"},
    {"type": "domain-name", "value": "observed.example"},
    {"type": "url", "value": "https://report.example/2026"},
]
ROWS = [
    Confirmed(Indicator(kind, value), "T05", 4, NOW, NOW)
    for kind, value in (
        ("url", "https://bad-two.cc/p"),
        ("domain", "bad-one.top"),
        ("phone", "+66812345678"),
        ("account", "1234567890"),
        ("promptpay", "0812345678"),
        ("line", "@abc"),
        ("line", "lin.ee/AbC"),
        ("telegram", "scam_bot"),
        ("facebook", "id:100012345"),
        ("crypto", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
        ("apk", "pea.apk"),
    )
]


@pytest.mark.parametrize("other", NOT_MEANT, ids=[str(one["value"]) for one in NOT_MEANT])
def test_misp_that_is_not_meant(other: dict[str, Any]) -> None:
    """References, victims, what was withdrawn and offices' own numbers in a MISP event are skipped, and said to be."""
    listed = read(json.dumps({"Event": {"Attribute": [GOOD, other]}}), "misp", NOW)

    assert (["domain:bad-one.top"], 1) == ([one.key for one in listed.indicators], listed.bad)


@pytest.mark.parametrize("other", OVER, ids=[str(n) for n in range(len(OVER))])
def test_stix_that_is_not_meant(other: dict[str, Any]) -> None:
    """What is over, revoked, benign, excepted or only observed in a STIX bundle is skipped, and said to be."""
    listed = read(json.dumps({"type": "bundle", "objects": [HOLDS, other]}), "stix", NOW)

    assert (["domain:bad-one.top"], 1) == ([one.key for one in listed.indicators], listed.bad)


@pytest.mark.parametrize("form", ["csv", "stix", "misp"])
def test_what_one_district_exports_another_reads(form: str) -> None:
    """Every kind of indicator comes back from our own exports as it was; twice the same is the same text."""
    written = {"csv": as_csv(ROWS), "stix": as_stix(ROWS, "อำเภอ"), "misp": as_misp(ROWS, "อำเภอ")}[form]
    listed = read(written, form, NOW)

    assert [row.indicator.key for row in ROWS] == [one.key for one in listed.indicators]
    assert written == {"csv": as_csv(ROWS), "stix": as_stix(ROWS, "อำเภอ"), "misp": as_misp(ROWS, "อำเภอ")}[form]


@pytest.mark.parametrize(
    ("text", "form", "keys"),
    [
        ("account,bank\n123-4-56789-0,KBANK\n", "csv", ["account:1234567890"]),
        ("number\n1234567890\n081-234-5678\n", "csv", ["account:1234567890", "phone:+66812345678"]),
        ("kind,value\npromptpay,0812345678\n", "csv", ["promptpay:0812345678"]),
        ("account:1234567890\nline:@abc\n", "plain", ["account:1234567890", "line:@abc"]),
        (
            '[{"Event": {"Attribute": [{"type": "bank-account-nr", "value": "123-4-56789-0"}]}}]',
            "misp",
            ["account:1234567890"],
        ),
    ],
)
def test_accounts_in_lists(text: str, form: str, keys: list[str]) -> None:
    """Bare digits are an account where the list says so: by its column, its type, or written out."""
    assert keys == [one.key for one in read(text, form, NOW).indicators]
