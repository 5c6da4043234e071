"""`rimkhong audit`, `backup` and `restore`: what they say, and what they leave alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.tables import audit, invites
from tests.bot.test_cli import in_database, run

PASS = "five words are easy to keep"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from any config.toml of whoever runs the tests, and with keys that cost next to nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("storage.sealed.COST", (1, 32, 1))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A bot with two invitations made, and two lines in its audit log."""
    file = tmp_path / "bot.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/bot.db"\nbackup.passphrase = "{PASS}"\n')
    for _ in range(2):
        assert run("invite", "admin", "--config", str(file)).exit_code == 0
    return file


def elsewhere(tmp_path: Path, passphrase: str = PASS) -> Path:
    """A configuration with another database, which is not there yet."""
    file = tmp_path / "other.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/other.db"\nbackup.passphrase = "{passphrase}"\n')
    return file


def change(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_sound_log_gives_a_digest_to_note_down(config: Path) -> None:
    """Exit code 0, how many rows, and the digest that a later run can be given."""
    first = run("audit", "verify", "--config", str(config))
    digest = first.output.split()[-1]
    again = run("audit", "verify", "--head", digest, "--config", str(config))

    assert (first.exit_code, first.output.startswith("2 rows"), len(digest)) == (0, True, 64)
    assert again.exit_code == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET who = 'x' WHERE seq = 1", "row 1 was changed after it was written"),
        ("DELETE FROM audit WHERE seq = 1", "row 2 is not the first that was written"),
        ("DELETE FROM audit WHERE seq = 2", "row 1 is not the last that was written"),
    ],
)
def test_a_log_that_was_touched_is_exit_code_1(tmp_path: Path, config: Path, statement: str, said: str) -> None:
    """One line names the row."""
    change(tmp_path, statement)

    result = run("audit", "verify", "--config", str(config))

    assert (result.exit_code, said in result.stderr) == (1, True)


def test_a_digest_of_another_log_is_exit_code_1(config: Path) -> None:
    """A log that was made anew is sound in itself, and not the one that was noted down."""
    result = run("audit", "verify", "--head", "ab" * 32, "--config", str(config))

    assert (result.exit_code, "nowhere in it" in result.stderr) == (1, True)


def test_a_backup_comes_back(tmp_path: Path, config: Path) -> None:
    """Made for its owner only, written down, restored into a new database, and both are sound."""
    file = tmp_path / "b.rk"
    made = run("backup", str(file), "--config", str(config))
    dry = run("restore", str(file), "--dry-run", "--config", str(config))
    back = run("restore", str(file), "--config", str(elsewhere(tmp_path)))

    assert (made.exit_code, dry.exit_code, back.exit_code) == (0, 0, 0)
    assert (file.stat().st_mode & 0o777, (tmp_path / "other.db").stat().st_mode & 0o777) == (0o600, 0o600)
    whats = in_database(tmp_path, lambda c: list(c.execute(select(audit.c.what).order_by(audit.c.seq)).scalars()))
    assert whats == ["invite", "invite", "backup"]
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        restored = [row[0] for row in other.execute("SELECT what FROM audit ORDER BY seq")]
        assert other.execute("SELECT count(*) FROM invites").fetchone() == (
            in_database(tmp_path, lambda c: c.execute(select(func.count()).select_from(invites)).scalar()),
        )
    assert restored == ["invite", "invite", "restore"]
    assert run("audit", "verify", "--config", str(tmp_path / "other.toml")).exit_code == 0
    assert list(tmp_path.glob("*.part")) == []


def test_a_backup_is_never_written_over(tmp_path: Path, config: Path) -> None:
    """A name that is taken is refused, and so is one that another run is writing."""
    (tmp_path / "b.rk").write_text("old")
    (tmp_path / "c.rk.part").write_text("half")

    taken, half = (run("backup", str(tmp_path / name), "--config", str(config)) for name in ("b.rk", "c.rk"))

    assert (taken.exit_code, "is there already" in taken.stderr) == (2, True)
    assert (half.exit_code, "another backup is being made" in half.stderr) == (1, True)
    assert ((tmp_path / "b.rk").read_text(), (tmp_path / "c.rk.part").read_text()) == ("old", "half")


def test_what_cannot_be_opened_is_one_sentence_and_no_database(tmp_path: Path, config: Path) -> None:
    """Wrong pass phrase, cut off, no backup at all, no file: nothing is made."""
    file = tmp_path / "b.rk"
    run("backup", str(file), "--config", str(config))
    (tmp_path / "cut.rk").write_bytes(file.read_bytes()[:-20])
    (tmp_path / "letter.rk").write_text("dear diary " * 100)
    wrong, right = elsewhere(tmp_path, "not the five words"), tmp_path / "right.toml"
    right.write_text(wrong.read_text().replace("not the five words", PASS))

    said = [
        run("restore", str(tmp_path / name), "--config", str(which)).stderr
        for name, which in (("b.rk", wrong), ("cut.rk", right), ("letter.rk", right), ("none.rk", right))
    ]

    expected = ("pass phrase", "cut off", "no backup", "Cannot read")
    assert [words for one, words in zip(said, expected, strict=True) if words not in one] == []
    assert [len(one.splitlines()) for one in said] == [1, 1, 1, 1]
    assert not (tmp_path / "other.db").exists()


def test_a_database_in_use_is_not_restored_over(tmp_path: Path, config: Path) -> None:
    """The configured database must be empty."""
    run("backup", str(tmp_path / "b.rk"), "--config", str(config))

    result = run("restore", str(tmp_path / "b.rk"), "--config", str(config))

    assert (result.exit_code, "the database is not empty" in result.stderr) == (1, True)


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_a_pass_phrase_nothing_happens(tmp_path: Path, command: str) -> None:
    """Exit code 2, and the setting to set; one that is too short is a mistake in the configuration."""
    file = tmp_path / "bare.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/bare.db"\n')
    missing = run(command, "x.rk", "--config", str(file))
    file.write_text(file.read_text() + 'backup.passphrase = "short"\n')
    short = run(command, "x.rk", "--config", str(file))

    assert (missing.exit_code, "Set backup.passphrase" in missing.stderr) == (2, True)
    assert (short.exit_code, "at least 12 characters" in short.stderr) == (2, True)
    assert not (tmp_path / "bare.db").exists()
