"""Reading and writing lists, and the table of a million domains."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.entry import WrongFormat
from checks.export import Confirmed, as_csv
from checks.lists import read
from checks.table import BrokenTable, DomainTable, build
from domain.verdict import Indicator

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PLAIN = "# bad ones\nbad-one.top\nhxxp://bad-two[.]cc/x\n081-234-5678 # scam call\n???\n"
HOSTS = "127.0.0.1 localhost\n0.0.0.0 bad-one.top www.bad-two.cc\nbroken\n"
ADBLOCK = "[Adblock Plus]\n! title\n||bad-one.top^\n||www.bad-two.cc^$all\n@@||good.com^\nexample.com##.ad\n"
CSV = "id,url,when\n1,https://bad-one.top/,2026\n2,,2026\n3,https://bad-two.cc/p,2026\n"
MISP = {"Event": {"Attribute": [{"type": "domain", "value": "bad-one.top"}, {"type": "md5", "value": "0"}],
                  "Object": [{"Attribute": [{"type": "url", "value": "https://bad-two.cc/p"}]}]}}  # fmt: skip
STIX = {"type": "bundle", "objects": [
    {"type": "indicator", "pattern": "[domain-name:value = 'bad-one.top'] OR [url:value = 'https://bad-two.cc/p']"},
    {"type": "indicator", "pattern": "[file:hashes.MD5 = 'x']"}, {"type": "identity"}, 7]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form", "keys", "bad"),
    [
        (PLAIN, "plain", ["domain:bad-one.top", "url:https://bad-two.cc/x", "phone:+66812345678"], 1),
        (HOSTS, "hosts", ["domain:bad-one.top", "domain:bad-two.cc"], 1),
        (ADBLOCK, "adblock", ["domain:bad-one.top", "domain:bad-two.cc"], 2),
        (CSV, "csv", ["domain:bad-one.top", "url:https://bad-two.cc/p"], 1),
        (json.dumps(MISP), "misp", ["domain:bad-one.top", "url:https://bad-two.cc/p"], 1),
        (json.dumps(STIX), "stix", ["domain:bad-one.top", "url:https://bad-two.cc/p"], 2),
    ],
    ids=["plain", "hosts", "adblock", "csv", "misp", "stix"],
)
def test_reads(text: str, form: str, keys: list[str], bad: int) -> None:
    """Each format gives its indicators, counts its broken entries, and is recognised by itself."""
    listed = read(text, form, NOW)

    assert keys == [indicator.key for indicator in listed.indicators]
    assert bad == listed.bad
    assert listed == read(text, "auto", NOW)


@pytest.mark.parametrize(
    ("text", "form"), [("<html>", "plain"), ("{", "misp"), ("[]", "stix"), ("", "hosts"), ("x", "tar")]
)
def test_wrong_format(text: str, form: str) -> None:
    """A broken download is refused as a whole, in one sentence, and never swapped in."""
    with pytest.raises(WrongFormat):
        read(text, form, NOW)


def test_table(tmp_path: Path) -> None:
    """A table answers with the list's name for its domains and what is below them, and for nothing else."""
    path = tmp_path / "bad"
    count = build([("bad.com", "A"), ("worse.co.th", "B"), ("bad.com", "B")], path)
    with DomainTable(path) as table:
        assert (2, 2) == (count, len(table))
        assert ["A", "A", "B", "", ""] == [
            table(h) for h in ("bad.com", "www.x.bad.com", "worse.co.th", "co.th", "good.com")
        ]


def test_table_swap(tmp_path: Path) -> None:
    """A build that fails half way leaves the old table in place and no litter."""
    path = tmp_path / "bad"
    build([("bad.com", "A")], path)

    def broken() -> object:
        yield ("new.com", "A")
        raise WrongFormat("cut short")

    with pytest.raises(WrongFormat):
        build(broken(), path)
    with DomainTable(path) as table:
        assert ("A", "") == (table("bad.com"), table("new.com"))
    assert ["bad"] == [one.name for one in tmp_path.iterdir()]


def test_broken_table(tmp_path: Path) -> None:
    """A file that is no table, or a cut one, is refused."""
    path = tmp_path / "bad"
    build([(f"bad{n}.com", "A") for n in range(100)], path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(BrokenTable):
        DomainTable(path)
    path.write_bytes(b"hello")
    with pytest.raises(BrokenTable):
        DomainTable(path)


ROWS = [
    Confirmed(Indicator("url", "https://bad-two.cc/p"), "T07", 4, NOW, NOW),
    Confirmed(Indicator("domain", "bad-one.top"), "T09", 9, NOW, NOW),
    Confirmed(Indicator("line", "@evil'x"), "T02", 3, NOW, NOW),
    Confirmed(Indicator("phone", "+66812345678"), "T05", 2, NOW, NOW),
]


def test_csv_cannot_start_a_formula() -> None:
    """No cell of the export begins like a formula, and links are defanged."""
    evil = [
        Confirmed(Indicator("facebook", value), "=cmd()", 1, NOW, NOW)
        for value in ("=1+1", "+2", "-3", "@x", "\t=4", " =5")
    ]
    cells = [cell for row in csv.reader(io.StringIO(as_csv([*ROWS, *evil]).removeprefix("\ufeff"))) for cell in row]

    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@\t\r")]
    assert "hxxps://bad-two[.]cc/p" in cells
