"""The sealing key: made once, private, changed while the bot runs; and no start without the right one."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot.app import App
from bot.cli import main
from bot.config import BadConfig, Config
from bot.keyring import make_first, read_file, write_file
from bot.loading import load_config
from domain.contact import Role
from domain.effect import FileReport
from domain.query import Scope
from storage.keys import KeyTrouble, fresh, parts, written
from storage.reports import file_report, find_report
from storage.tables import audit

STORY = "เรื่องที่ต้องเก็บเงียบ"


def config_of(folder: Path, **sealing: object) -> Config:
    return Config(storage={"url": f"sqlite:///{folder}/bot.db"}, sealing=sealing, web={"playground": "off"})


async def started(config: Config, *, report: bool = False) -> str:
    """Start on it and stop; with a sealed report filed if wanted. What its words are, opened."""
    app = App(config, works=False, serves=False)
    now = app.clock()
    try:
        await app.start()
        if report:
            told = FileReport("r1", "drugs", {}, text=STORY, sensitive=True)
            await app.store.write(lambda c: file_report(c, told, "ann", "", "web", now))
        row = await app.store.read(lambda c: c.exec_driver_sql("SELECT number FROM reports").first())
        if row is None:
            return ""
        found = await app.store.read(lambda c: find_report(c, row[0], Scope(Role.ADMIN, "", ""), opened=True))
        return found.text if found else ""
    finally:
        await app.stop()


def run(folder: Path, *words: str) -> Result:
    (folder / "bot.toml").write_text(f'storage.url = "sqlite:///{folder}/bot.db"\n')
    return CliRunner().invoke(main, ["keys", *words, "--config", str(folder / "bot.toml")])


def test_made_once_and_private(tmp_path: Path) -> None:
    """The first start makes a key that nobody else may read; the next one uses it."""
    config = config_of(tmp_path)
    assert STORY == asyncio.run(started(config, report=True))
    key = tmp_path / "bot.key"
    assert 0o600 == key.stat().st_mode & 0o777
    before = key.read_bytes()
    assert STORY == asyncio.run(started(config))
    assert before == key.read_bytes()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda key: key.unlink(), "is gone: put its copy back"),
        (lambda key: write_file(key, [fresh()]), "put the right one back"),
        (lambda key: os.chmod(key, 0o640), "can be read by others: chmod 600"),
        (lambda key: key.write_text(""), "holds no key; put its copy back"),
    ],
)
def test_no_start_without_the_right_key(tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    """Gone, another one, open to others, or empty: one sentence with the remedy, and nothing is made in its place."""
    config = config_of(tmp_path)
    asyncio.run(started(config, report=True))
    spoil(tmp_path / "bot.key")
    with pytest.raises(KeyTrouble, match=said):
        asyncio.run(started(config))
    shown = run(tmp_path, "show")
    if "right one" not in said:
        assert (1, True) == (shown.exit_code, "Traceback" not in shown.output)


def test_postgresql_has_its_key_where_the_other_would_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made once, private, and named like the database; where it cannot be kept the start says what to set."""
    monkeypatch.chdir(tmp_path)
    config = Config(storage={"url": "postgresql://nobody@127.0.0.1:1/border"})
    assert [True, False] == [make_first(config, needed=False) for _ in range(2)]
    assert 0o600 == (tmp_path / "data" / "border.key").stat().st_mode & 0o777
    assert App(config).store.keys.current.name
    monkeypatch.chdir("/proc")
    with pytest.raises(KeyTrouble, match="rimkhong keys new FILE"):
        make_first(config, needed=False)


def test_key_in_the_configuration(tmp_path: Path) -> None:
    """Given itself or as a file; what is no key is a mistake in the configuration, without the words of it."""
    secret = written(fresh())
    assert STORY == asyncio.run(started(config_of(tmp_path, key=secret), report=True))
    assert not (tmp_path / "bot.key").exists()
    write_file(tmp_path / "elsewhere", parts(secret))
    assert STORY == asyncio.run(started(config_of(tmp_path, key={"file": str(tmp_path / "elsewhere")})))
    (tmp_path / "bot.toml").write_text('sealing.key = "hush hush"')
    with pytest.raises(BadConfig, match=r"sealing\.key: a sealing key must be 32 bytes") as caught:
        load_config(tmp_path / "bot.toml")
    assert "hush" not in str(caught.value)


def test_a_new_key(tmp_path: Path) -> None:
    """`rotate` leaves one new key and everything under it, `show` tells of it without telling it, `noted` is kept."""
    asyncio.run(started(config_of(tmp_path), report=True))
    [old] = read_file(tmp_path / "bot.key")
    done = run(tmp_path, "rotate")
    [new] = read_file(tmp_path / "bot.key")
    assert (0, "1 reports are under the new key") == (done.exit_code, done.output.splitlines()[-1][:31])
    assert new != old
    assert STORY == asyncio.run(started(config_of(tmp_path)))
    assert 0 == run(tmp_path, "noted").exit_code
    shown = run(tmp_path, "show").output
    assert "1 reports under" in shown
    assert "noted on" in shown
    assert written(new) not in shown


def test_killed_half_way_it_goes_on(tmp_path: Path) -> None:
    """A key that was put before the old one, and nothing more: the bot runs with both, and `rotate` ends it."""
    asyncio.run(started(config_of(tmp_path), report=True))
    key = tmp_path / "bot.key"
    first = fresh()
    write_file(key, [first, *read_file(key)])
    assert STORY == asyncio.run(started(config_of(tmp_path)))
    assert 0 == run(tmp_path, "rotate").exit_code
    assert [first] == read_file(key)
    assert STORY == asyncio.run(started(config_of(tmp_path)))


def test_every_change_is_written_down(tmp_path: Path) -> None:
    """The audit log knows of a new key and of a copy."""
    asyncio.run(started(config_of(tmp_path), report=True))
    for word in ("rotate", "noted"):
        run(tmp_path, word)
    app = App(config_of(tmp_path))

    async def logged() -> list[str]:
        try:
            return list(await app.store.read(lambda c: c.execute(select(audit.c.what)).scalars().all()))
        finally:
            await app.close()

    assert ["key.rotate", "key.copy"] == asyncio.run(logged())


def test_a_file_that_is_there_is_left(tmp_path: Path) -> None:
    """`keys new` never writes over anything."""
    file = str(tmp_path / "k")
    first, second = (CliRunner().invoke(main, ["keys", "new", file]) for _ in range(2))
    assert (0, 2) == (first.exit_code, second.exit_code)
    assert "left as it is" in second.output


async def test_gone_while_running(tmp_path: Path) -> None:
    """A bot that runs goes on with the key it has; it is the next start that refuses."""
    app = App(config_of(tmp_path), works=False, serves=False)
    await app.start()
    before = app.store.keys.current if app.store.keys else None
    (tmp_path / "bot.key").unlink()
    assert before == (app.store.keys.current if app.store.keys else None)
    await app.stop()
