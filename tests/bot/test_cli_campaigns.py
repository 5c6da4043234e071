"""The timetable on the command line: what leaves how, and at what cost on LINE."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration with a database of its own."""
    file = tmp_path / "bot.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/bot.db"\nweb.port = 0\n')
    return str(file)


def run(config: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["campaigns", *words, "--config", config])


def test_the_shipped_lesson_waits_for_free_answers(config: str) -> None:
    """It is off, routine, and patient for five days."""
    (line,) = run(config, "list").output.splitlines()[-1:]
    assert "off" in line
    assert "routine 120h" in line


def test_how_one_leaves_can_be_said(config: str) -> None:
    """When it is made, and later; what cannot be is refused with its choices."""
    made = run(config, "add", "ระวังน้ำ", "--when", "every monday 07:00", "--lane", "lazy")
    id = made.output.splitlines()[-1][:8]
    assert " lazy " in run(config, "list").output

    assert 0 == run(config, "lane", id, "routine", "--patience", "48").exit_code
    assert "routine 48h" in run(config, "list").output

    for wrong in (("lane", id, "urgent"), ("lane", id, "routine", "--patience", "-1"), ("lane", "zzz", "lazy")):
        assert 2 == run(config, *wrong).exit_code
