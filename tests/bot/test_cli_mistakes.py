"""What an operator gets wrong at the command line is said in a sentence with the remedy, never as a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.config import BadConfig
from bot.loading import load_config

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command with a database of its own; what is raised is raised here."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, config: str = "") -> Result:
        file = tmp_path / "bot.toml"
        file.write_text(f'storage.url = "sqlite:///{tmp_path}/bot.db"\n{config}\n', "utf-8")
        result = CliRunner().invoke(main, [*words, "--config", str(file)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def said_of_the_environment(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig) as caught:
        load_config()
    return str(caught.value)


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_campaign_without_words_is_none(run: Run, words: str) -> None:
    """It would be told week after week, and say nothing."""
    result = run("campaigns", "add", words, "--when", "every monday 07:00")
    assert (2, "WORDS are empty: what should be told?\n") == (result.exit_code, result.stderr)
    assert 1 == len(run("campaigns", "list").stdout.splitlines())


def test_how_to_write_cron_is_shown(run: Run) -> None:
    """A crontab without its word is refused with one that has it; that one works, and the help names it."""
    result = run("campaigns", "add", "ระวังลิงก์", "--when", "0 7 * * mon")
    assert "cannot be used: it says no time of day. For example: " in result.stderr
    assert '"cron 0 7 * * mon"' in result.stderr
    assert 0 == run("campaigns", "add", "ระวังลิงก์", "--when", "cron 0 7 * * mon").exit_code


def test_an_export_of_indicators_that_cannot_be_written(run: Run) -> None:
    """A folder that is not there is named."""
    result = run("indicators", "export", "--to", "/no/such/x")
    assert (1, "Cannot write /no/such/x: No such file or directory\n") == (result.exit_code, result.stderr)


@pytest.mark.parametrize("command", ["import", "remove"])
def test_a_folder_of_lists_that_cannot_be_written(run: Run, tmp_path: Path, command: str) -> None:
    """A folder beneath a file cannot be: the setting is named, and no list is known afterwards."""
    (tmp_path / "list.txt").write_text("bad-site.example\n")
    config = f'lists.folder = "{tmp_path}/list.txt/lists"'
    result = run("lists", command, str(tmp_path / "list.txt") if command == "import" else "list", config=config)
    assert (1, True) == (result.exit_code, "Not a directory. See lists.folder." in result.stderr)
    assert "No list is imported." in run("lists", "show").stdout


@pytest.mark.parametrize(
    ("name", "value"), [("RIMKHONG_AREAS__SERVED", "42,43"), ("RIMKHONG_ALERTS__CANARY", "line:U1")]
)
def test_a_list_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str) -> None:
    """Which variable it is, and how a list is written there."""
    monkeypatch.chdir(tmp_path)
    assert f"""{name}: a list stands in the environment as JSON, such as '["42", "4203"]'""" == said_of_the_environment(
        monkeypatch, name, value
    )
    monkeypatch.setenv(name, '["42", "4203"]' if "SERVED" in name else '["line:U1"]')
    assert load_config()


def test_a_misspelt_secret_file_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It would otherwise leave the channel off, and open the playground instead."""
    monkeypatch.chdir(tmp_path)
    said = said_of_the_environment(monkeypatch, "RIMKHONG_LIEN__CHANNEL_SECRET__FILE", "/run/secrets/line")
    assert said.endswith("RIMKHONG_LIEN__CHANNEL_SECRET__FILE; did you mean RIMKHONG_LINE__CHANNEL_SECRET__FILE?")


def test_an_address_of_a_database_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its form is said, and never the password in it."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        main, ["migrate"], env={"RIMKHONG_STORAGE__URL": "postgresql://u:hush@host:notaport/db"}
    )
    assert (2, "hush" in result.stderr) == (result.exit_code, False)
    assert "storage.url: cannot be read; it is postgresql://" in result.stderr


@pytest.mark.parametrize("host", ["not.a.host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours(run: Run, host: str) -> None:
    """The setting that is at fault is named, not the other one."""
    result = run("run", config=f'web.host = "{host}"')
    assert (1, True) == (result.exit_code, "Set web.host to an address of this machine" in result.stderr)
