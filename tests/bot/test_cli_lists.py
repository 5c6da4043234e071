"""Lists and confirmed indicators on the operator's command line."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

import bot.cli
from bot.config import BadConfig
from bot.loading import load_config
from domain.contact import Role
from domain.verdict import Indicator
from storage import audit
from storage.indicators import decide
from storage.store import Store
from tests.bot.test_lists import PLAIN
from tests.keys import KEYS
from tests.storage.village import NOW, Village


@dataclass
class Desk:
    """The operator's command line, over a configuration of its own."""

    folder: Path

    def __call__(self, *words: str, more: str = "") -> Result:
        config = self.folder / "config.toml"
        config.write_text(
            f'[storage]\nurl = "sqlite:///{self.folder}/desk.db"\n[lists]\nfolder = "{self.folder}/lists"\n{more}',
            "utf-8",
        )
        return CliRunner().invoke(bot.cli.main, [*words, "--config", str(config)])

    def file(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    return Desk(tmp_path)


def test_the_command_line_imports_shows_and_removes(desk: Desk) -> None:
    """The first five broken lines with their numbers, how many more, and a line about each list."""
    data = b"evil.cc\n" + b"".join(b"good%d.cc\n" % n for n in range(9)) + b"?? ??\n" * 7
    done = desk("lists", "import", desk.file("thai.txt", data), "--licence", "CC0", "--source", "ThaiCERT")

    assert done.exit_code == 0
    assert done.stdout.startswith("thai: 10 entries (10 domains), 7 lines skipped, plain, imported ")
    assert done.stderr.count("no domain, link or number: '?? ??'") == 5
    assert "thai, line 11:" in done.stderr
    assert "thai: 2 more lines skipped." in done.stderr
    assert "from ThaiCERT, licence: CC0, sha256" in desk("lists", "show").stdout
    assert desk("lists", "remove", "thai").exit_code == 0
    assert desk("lists", "remove", "thai").exit_code == 1
    assert desk("lists", "show").stdout == "No list is imported. For example: rimkhong lists import FILE\n"


def test_the_command_line_says_what_is_wrong(desk: Desk) -> None:
    """One sentence, exit code 1, and the other files are imported all the same."""
    good, bad = desk.file("good.txt", PLAIN), desk.file("bad.txt", b"\xff\xfe\x00")
    done = desk("lists", "import", bad, good)

    assert done.exit_code == 1
    assert "bad: not imported, nothing was changed. The file is no text in UTF-8" in done.stderr
    assert done.stdout.startswith("good: 3 entries")
    assert desk("lists", "import", good, bad, "--name", "x").exit_code == 2
    assert desk("lists", "update").exit_code == 2


def test_an_update_that_cannot_be_had_is_said(desk: Desk) -> None:
    """A list that is not public is not fetched, and the exit code says so."""
    source = 'sources = [{ name = "home", url = "https://127.0.0.1/list" }]\n'

    done = desk("lists", "update", more=source)

    assert (done.exit_code, done.stderr) == (
        1,
        "home: not fetched. 127.0.0.1 lies in a private network; lists are only fetched from public ones.\n",
    )


@pytest.mark.parametrize(
    "source",
    [
        '{ name = "a", url = "http://a.example/x" }',
        '{ name = "../a", url = "https://a.example/x" }',
        '{ name = "a", url = "https://a.example/x", format = "pdf" }',
        '{ name = "a", url = "https://a.example/x", colour = "red" }',
        '{ url = "https://a.example/x" }',
    ],
)
def test_a_source_that_cannot_be_right_is_an_error_of_the_configuration(tmp_path: Path, source: str) -> None:
    """Only https, a plain name, a format we read, and no key we do not know."""
    (tmp_path / "c.toml").write_text(f"[lists]\nsources = [{source}]\n", "utf-8")

    with pytest.raises(BadConfig, match=r"lists\.sources"):
        load_config(tmp_path / "c.toml")


def test_check_knows_the_lists_when_told_where(desk: Desk) -> None:
    """With a configuration `check` says what the bot would; without one, only what the text itself tells."""
    desk("lists", "import", desk.file("thai.txt", PLAIN))
    texts = ["www.evil.cc", "โทร 0812345678", "odd.cc/a/b"]

    told = [json.loads(line) for line in desk("check", *texts).stdout.splitlines()]
    alone = [json.loads(line) for line in CliRunner().invoke(bot.cli.main, ["check", *texts]).stdout.splitlines()]

    assert [one["verdict"] for one in told] == ["dangerous"] * 3
    assert all("thai" in one["reasons"][0] for one in told)
    assert "dangerous" not in [one["verdict"] for one in alone]
    assert list(told[0]) == [
        *("text", "verdict", "score", "category", "reads_as", "reasons", "indicators", "needs"),
    ]


def test_check_makes_no_database(desk: Desk) -> None:
    """Asking is not installing: it says what it did without."""
    done = desk("check", "evil.cc")

    assert (done.exit_code, "There is no database" in done.stderr) == (0, True)
    assert not (desk.folder / "desk.db").exists()


async def confirm(url: str, *indicators: Indicator) -> None:
    store = Store(url, keys=KEYS)

    def work(connection: Connection) -> None:
        village = Village(connection)
        by = village.person("ann", role=Role.COORDINATOR)
        for n, one in enumerate(indicators):
            decide(connection, one.key, "dangerous", "", by=by, role=Role.COORDINATOR, cause=f"c{n}", now=NOW)

    await store.write(work)
    await store.close()


@pytest.mark.parametrize("form", ["csv", "stix", "misp"])
def test_confirmed_indicators_are_exported(desk: Desk, form: str) -> None:
    """In each format, and what comes out can be read in again as a list."""
    desk("migrate")
    found = (Indicator("domain", "evil.cc"), Indicator("url", "https://odd.cc/a"), Indicator("line", '=cmd|"/c calc"'))
    asyncio.run(confirm(f"sqlite:///{desk.folder}/desk.db", *found))
    out = desk.folder / f"out.{form}"

    assert desk("indicators", "export", "--format", form, "--to", str(out)).exit_code == 0
    text = out.read_text("utf-8")
    assert all(line[1:2] not in "=+@" for line in text.splitlines() if form == "csv")
    assert ',"=' not in text if form == "csv" else "odd.cc/a" in text
    again = desk("lists", "import", str(out), "--name", "again")
    assert (again.exit_code, "again: 2 entries" in again.stdout or "again: 3 entries" in again.stdout) == (0, True)


def test_an_export_is_written_down(desk: Desk) -> None:
    """Who, how many, in which format."""
    desk("indicators", "export", "--format", "misp")

    async def trail() -> list[Any]:
        store = Store(f"sqlite:///{desk.folder}/desk.db", keys=KEYS)
        rows = await store.read(lambda c: audit.trail(c, ""))
        await store.close()
        return rows

    ((at, who, what),) = asyncio.run(trail())
    assert (who.startswith("cli:"), what, at <= datetime.now(UTC)) == (True, "indicators", True)
