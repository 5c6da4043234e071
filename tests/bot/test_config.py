"""Configuration: one file, then the environment; a mistake is said with the remedy, and a secret never."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import BadConfig, Config, keys
from bot.loading import load_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from any config.toml of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "bot.toml"
    file.write_text(text, "utf-8")
    return file


def mistakes(tmp_path: Path, text: str) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(BadConfig) as caught:
        load_config(written(tmp_path, text))
    return str(caught.value)


# --- the example ---


def test_example_changes_nothing() -> None:
    """The example is what there is without any file."""
    assert Config() == load_config(EXAMPLE)


def test_example_has_every_setting() -> None:
    """Every setting stands in the example with its default, and nothing else does."""
    told = tomllib.loads(EXAMPLE.read_text("utf-8"))
    example = {(section, name): value for section, values in told.items() for name, value in values.items()}
    defaults = {(section, name): list(value) if value == () else value for section, name, value, _ in keys()}
    assert defaults == example


def test_example_explains_every_setting() -> None:
    """The line before each setting is a comment of its own."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    settings = [(before, line) for before, line in pairwise(lines) if "=" in line and line[0] not in "#["]
    assert [] == [line for before, line in settings if before[:2] != "# "]


def test_every_setting_says_what_it_is() -> None:
    """No setting is without a description, which the README shows."""
    assert [] == [f"{section}.{name}" for section, name, _, about in keys() if not about]


# --- where it comes from ---


def test_no_file_is_fine() -> None:
    """Without a file everything is as it comes."""
    assert 8080 == load_config().web.port


def test_file_in_the_folder(tmp_path: Path) -> None:
    """A config.toml where one stands is read without being named."""
    (tmp_path / "config.toml").write_text("web.port = 1234")
    assert 1234 == load_config().web.port


def test_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable changes one setting of a section, and leaves its neighbours from the file."""
    monkeypatch.setenv("RIMKHONG_WEB__PORT", "99")
    monkeypatch.setenv("RIMKHONG_AREAS__SERVED", '["42"]')
    config = load_config(written(tmp_path, 'web.port = 1\nweb.host = "10.0.0.1"\nareas.served = ["43"]'))
    assert (99, "10.0.0.1", ("42",)) == (config.web.port, config.web.host, config.areas.served)


def test_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Service files often set what they do not know to nothing: that changes nothing."""
    monkeypatch.setenv("RIMKHONG_WEB__PORT", "")
    assert 8080 == load_config().web.port


def test_secret_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret may be the first line of a file, named in the configuration or in the environment."""
    (tmp_path / "secret").write_text("s3cret\nand a note\n")
    file = str(tmp_path / "secret")
    config = load_config(written(tmp_path, f'telegram.token = {{ file = "{file}" }}'))
    assert "s3cret" == config.telegram.token.get_secret_value()
    monkeypatch.setenv("RIMKHONG_TELEGRAM__TOKEN__FILE", file)
    assert "s3cret" == load_config().telegram.token.get_secret_value()


# --- mistakes ---


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lin]\n", "unknown section [lin]; did you mean [line]?"),
        ("[web]\nprot = 1", "unknown key web.prot; did you mean web.port?"),
        ('[line]\nsecret = "hush"', "unknown key line.secret; did you mean line.channel_secret?"),
        ("web = 1", "[web] must be a section of settings"),
        ("web.port = 70000", "web.port: Input should be less than or equal to 65535"),
        ('web.port = "many"', "web.port: Input should be a valid integer"),
        ('web.public_url = "bot.example.org"', 'web.public_url: must look like "https://bot.example.org"'),
        ('web.playground = "maybe"', "web.playground: Input should be 'auto', 'on' or 'off'"),
        ('storage.url = "mysql://x"', "storage.url: must begin with sqlite:/// or postgresql://"),
        ('storage.url = "sqlite://"', "storage.url: must begin with sqlite:/// or postgresql://"),
        ('storage.url = "sqlite:///:memory:"', "storage.url: must name a file: sqlite:///data/rimkhong.db"),
        ("retention.reports = 999999", "retention.reports: Input should be less than or equal to 36500"),
        ('areas.served = ["เลย"]', "areas.served: 'เลย' is no DOPA code"),
        ('areas.served = ["๔๒๐๓"]', "areas.served: '๔๒๐๓' is no DOPA code"),
        ('areas.served = ["42", "4230"]', "areas.served: '4230' is no place we know"),
        ('alerts.quiet_hours = "9-5"', 'alerts.quiet_hours: must look like "21:00-06:00"'),
        ("alerts.daily_cap = -1", "alerts.daily_cap: Input should be greater than or equal to 0"),
        ('line.channel_secret = "hush"', "LINE needs both line.channel_secret and line.channel_access_token"),
        ('[telegram]\ntoken = "1:a"\nmode = "webhook"', "telegram.mode = webhook needs telegram.webhook_secret"),
        ('[telegram]\ntoken = "1:a"\nmode = "webhook"', "telegram.mode = webhook needs web.public_url"),
        ('telegram.webhook_secret = "hush hush"', "telegram.webhook_secret: may only hold letters, digits, _ and -"),
        ('telegram.token = { file = "/nowhere" }', "telegram.token: cannot read the secret's file /nowhere: No such"),
        ("web.port = ", "is no valid TOML"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, text: str, said: str) -> None:
    """Each mistake is named by its setting, with what would be right."""
    assert said in mistakes(tmp_path, text)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Whoever mends a file hears of everything, one line each."""
    assert 2 == len(mistakes(tmp_path, 'web.port = -1\nareas.served = ["x"]').splitlines())


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that was named and is not there is a mistake, not an empty one."""
    with pytest.raises(BadConfig, match=r"cannot read .*nowhere\.toml: No such file"):
        load_config(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"\xff\xfe", "is no text")])
def test_secret_files_that_hold_none(tmp_path: Path, content: bytes, said: str) -> None:
    """An empty secret would open a door: it is refused, as is what cannot be one."""
    (tmp_path / "secret").write_bytes(content)
    assert said in mistakes(tmp_path, f'telegram.token = {{ file = "{tmp_path}/secret" }}')


def test_misspelt_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of ours that nobody knows is an error that names the nearest."""
    monkeypatch.setenv("RIMKHONG_LINE__CHANEL_SECRET", "hush")
    with pytest.raises(BadConfig, match="did you mean RIMKHONG_LINE__CHANNEL_SECRET"):
        load_config()


# --- secrets ---


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Neither the configuration nor what is said of its mistakes shows a secret."""
    text = '[line]\nchannel_secret = "hush1"\nchannel_access_token = "hush2"\n[telegram]\ntoken = "hush3"\n'
    config = load_config(written(tmp_path, text))
    assert "hush" not in f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "hush" not in mistakes(tmp_path, text + "mode = 7")
    assert "hush" not in mistakes(tmp_path, 'line.channel_secret = ["hush"]')
    assert "hush" not in mistakes(tmp_path, 'telegram.webhook_secret = "hush hush"')
