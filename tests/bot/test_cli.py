"""The command line: help, exit codes, and plain words for everything that is wrong."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from bot.cli import main
from domain.contact import Role
from domain.effect import FileReport
from domain.ids import derived
from domain.message import Address
from storage.export import harmless
from storage.invites import find_invite
from storage.people import appoint
from storage.reports import file_report
from storage.store import Store
from storage.tables import audit, invites
from tests.keys import KEYS
from tests.patience import PATIENCE
from texts.places import place

T = TypeVar("T")
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from any config.toml of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a database of its own."""
    file = tmp_path / "bot.toml"
    file.write_text(f'storage.url = "sqlite:///{tmp_path}/bot.db"\nweb.port = 0\n')
    return file


def run(*words: str, **more: Any) -> Result:
    """What a command comes to; an exception of ours is raised."""
    result = CliRunner().invoke(main, words, **more)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def in_database(tmp_path: Path, work: Callable[[Connection], T]) -> T:
    """What `work` gives over the database of the configuration."""

    async def go() -> T:
        store = Store(f"sqlite:///{tmp_path}/bot.db", keys=KEYS)
        try:
            return await store.write(work)
        finally:
            await store.close()

    return asyncio.run(go())


# --- help, and what is wrong ---


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help(command: str) -> None:
    """`--help` says in a sentence what a command does, and needs no configuration."""
    result = run(command, "--help")
    assert (0, True) == (result.exit_code, len(result.output.splitlines()) > 3)


def test_help_names_every_command() -> None:
    """The first help lists the commands of the design, each with its words."""
    result = run("--help")
    listed = {line.split()[0] for line in result.output.split("Commands:")[1].splitlines() if line.strip()}
    assert {"run", "migrate", "invite", "check", "doctor", "send-due", "export"} <= listed
    assert 0 == run("--version").exit_code


@pytest.mark.parametrize("command", ["run", "migrate", "doctor", "send-due", "export", "invite admin"])
def test_wrong_configuration(tmp_path: Path, command: str) -> None:
    """A configuration that cannot be used is exit code 2 and a line that names the mistake."""
    (tmp_path / "bad.toml").write_text("web.prot = 1")
    result = run(*command.split(), "--config", str(tmp_path / "bad.toml"))
    assert (2, True) == (result.exit_code, "did you mean web.port?" in result.stderr)


@pytest.mark.parametrize("command", ["run", "migrate", "send-due", "export", "invite admin"])
def test_database_that_is_not_there(tmp_path: Path, command: str) -> None:
    """A database that refuses us is exit code 1 and one line, without its password."""
    (tmp_path / "away.toml").write_text('storage.url = "postgresql://bot:hush@127.0.0.1:1/none"\nweb.port = 0')
    result = run(*command.split(), "--config", str(tmp_path / "away.toml"))
    assert 1 == result.exit_code
    assert "bot:***@127.0.0.1:1/none cannot be reached or written" in result.stderr
    assert "hush" not in result.output


def test_database_where_no_file_can_be(tmp_path: Path) -> None:
    """A file that cannot be made is said plainly."""
    (tmp_path / "taken").write_text("")
    (tmp_path / "away.toml").write_text(f'storage.url = "sqlite:///{tmp_path}/taken/bot.db"\nweb.port = 0')
    result = run("run", "--config", str(tmp_path / "away.toml"))
    assert (1, True) == (result.exit_code, "cannot be reached or written" in result.stderr)


def test_database_of_a_newer_program(tmp_path: Path, config: Path) -> None:
    """A database that a newer version has migrated is left alone."""
    assert 0 == run("migrate", "--config", str(config)).exit_code
    in_database(tmp_path, lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    result = run("migrate", "--config", str(config))
    assert (1, True) == (result.exit_code, "a newer one has been here" in result.stderr)


def test_file_that_is_no_database(tmp_path: Path, config: Path) -> None:
    """A file that holds something else is not written over."""
    (tmp_path / "bot.db").write_bytes(b"dear diary " * 1000)
    result = run("migrate", "--config", str(config))
    assert (1, True) == (result.exit_code, "not a database" in result.stderr)
    assert b"dear diary " * 1000 == (tmp_path / "bot.db").read_bytes()


def test_port_that_is_taken(tmp_path: Path, config: Path) -> None:
    """A taken port is exit code 1 and a line that says which setting to change."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        config.write_text(config.read_text().replace("web.port = 0", f"web.port = {other.getsockname()[1]}"))
        result = run("run", "--config", str(config))
    assert (1, True) == (result.exit_code, "Address already in use. Set web.port" in result.stderr)


# --- running ---


def test_run_answers_and_stops(tmp_path: Path, config: Path) -> None:
    """
    The command says where the playground is, answers there, and goes when told to, leaving a private database; and
    however much it logs, never a word that somebody wrote.
    """
    command = [sys.executable, "-m", "bot", "run", "--verbose", "--config", str(config)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=-1, stderr=-1, text=True) as process:
        try:
            assert process.stdout
            greeting = [process.stdout.readline() for _ in range(4)]
            address = greeting[0].split(" on ")[1].strip()
            assert f"  playground  {address}/\n" in greeting
            transport = httpx.HTTPTransport(retries=5)
            with httpx.Client(transport=transport, base_url=address, timeout=PATIENCE) as client:
                assert (200, 200) == (client.get("/health").status_code, client.get("/").status_code)
                for who, words in (
                    ("resident-1", "ขุนช้าง https://kbank-x.top/a"),
                    ("coordinator-1", "/reports ขุนช้าง"),
                ):
                    said = client.post(f"/playground/{who}/say", json={"event": f"{who}-0001", "text": words})
                    assert said.is_success
        finally:
            process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, -signal.SIGTERM)
    # Only we speak, in our own form: libraries tell statements and addresses with what stands in them.
    assert [] == [line for line in said.splitlines() if not line.startswith("timestamp=")]
    assert not [word for word in ("Traceback", "ขุนช้าง", "kbank-x", "resident-1") if word in said]
    assert 0o600 == (tmp_path / "bot.db").stat().st_mode & 0o777


# --- migrate, invite ---


def test_migrate_twice(config: Path) -> None:
    """The first time tables are made, the second time there is nothing to do."""
    first, second = (run("migrate", "--config", str(config)) for _ in range(2))
    assert (0, True) == (first.exit_code, first.output.startswith("Migrated from nothing to "))
    assert (0, True) == (second.exit_code, second.output.startswith("Already at version "))


def code_in(output: str) -> str:
    return output.split("/join ")[1].split(maxsplit=1)[0]


def test_invite_makes_a_code(tmp_path: Path, config: Path) -> None:
    """A code is good for one role in one area, for some days; only its hash is kept, and it is written down."""
    picture = tmp_path / "qr.png"
    result = run("invite", "coordinator", "--area", "42", "--days", "3", "--qr", str(picture), "--config", str(config))
    assert 0 == result.exit_code
    code = code_in(result.output)
    found = in_database(tmp_path, lambda c: find_invite(c, code.lower().replace("-", " "), datetime.now(UTC)))
    assert found
    assert (Role.COORDINATOR, "42") == (found.role, found.area)
    [row] = in_database(tmp_path, lambda c: list(c.execute(select(invites))))
    assert 3 == round((row.expires - datetime.now(UTC)).total_seconds() / 86400)
    assert code.encode() not in (tmp_path / "bot.db").read_bytes()
    assert ["invite"] == in_database(tmp_path, lambda c: list(c.execute(select(audit.c.what)).scalars()))
    assert b"\x89PNG" == picture.read_bytes()[:4]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("invite coordinator", 2, "Which area?"),
        ("invite coordinator --area 99", 2, "no DOPA code we know"),
        ("invite king --area 42", 2, "Invalid value"),
        ("invite volunteer --area 42 --days 1000", 2, "Invalid value"),
        ("invite admin --qr /nowhere/at/all.png", 1, "Cannot write /nowhere/at/all.png"),
        ("export --to /nowhere/at/all.csv", 1, "Cannot write /nowhere/at/all.csv"),
        ("export --query knid:link", 2, "For example"),
    ],
)
def test_misuse(config: Path, words: str, code: int, said: str) -> None:
    """What cannot be done as asked is one sentence with the remedy."""
    assert place("42")
    result = run(*words.split(), "--config", str(config))
    assert (code, True) == (result.exit_code, said in result.stderr)


# --- check ---

JUDGED = {"text", "verdict", "score", "category", "reads_as", "reasons", "indicators"}


def test_check_arguments_and_lines() -> None:
    """Each argument, or each line of standard input, becomes one line of JSON."""
    scam = "ไปรษณีย์: พัสดุตกค้าง ชำระที่ https://thailandpost-pay.xyz"
    told = [json.loads(line) for line in run("check", scam, "สวัสดี").output.splitlines()]
    piped = [json.loads(line) for line in run("check", input=f"{scam}\nสวัสดี\n").output.splitlines()]
    assert told == piped
    assert [scam, "สวัสดี"] == [one["text"] for one in told]
    assert told[0]["verdict"] in ("dangerous", "suspicious")
    assert "unknown" == told[1]["verdict"]
    assert all(one.keys() >= JUDGED for one in told)


def test_check_takes_any_bytes() -> None:
    """Lines that are no text, too long or empty become JSON too, one each."""
    result = run("check", input=b"\xff\xfe\n\n" + "ก".encode() * 50_000 + b"\n\0\n")
    assert (0, 4) == (result.exit_code, len([json.loads(line) for line in result.output.splitlines()]))


# --- export ---


def filed(connection: Connection, words: str) -> int:
    """A report in these words, by somebody."""
    who = appoint(connection, Address("line", "Ureporter"), Role.RESIDENT, "420301", "ผู้แจ้ง", NOW)
    report = FileReport(derived("test", words), "link", {"words": words}, text=words, area="420301")
    return file_report(connection, report, who, "420301", "line", NOW)


def test_export_is_harmless(tmp_path: Path, config: Path) -> None:
    """Reports leave as CSV that Excel reads as Thai and never runs, without who made them, and it is written down."""
    run("migrate", "--config", str(config))
    words = ["=HYPERLINK(0)", "+1", "-1", "@x", "\t=1", " =1+1", "ปกติ", 'มี "คำพูด" และ\nบรรทัด']
    numbers = [in_database(tmp_path, lambda c, each=each: filed(c, each)) for each in words]  # type: ignore[misc]
    file = tmp_path / "out.csv"
    assert 0 == run("export", "--to", str(file), "--config", str(config)).exit_code
    text = file.read_bytes().decode("utf-8-sig")
    assert b"\xef\xbb\xbf" == file.read_bytes()[:3]
    assert len(numbers) == sum(str(number) in text for number in numbers)
    assert [] == [line for line in text.splitlines() if line.split(",")[-1].lstrip('"').startswith(tuple("=+-@"))]
    assert "Ureporter" not in text
    assert "ผู้แจ้ง" not in text
    assert "export" in in_database(tmp_path, lambda c: list(c.execute(select(audit.c.what)).scalars()))


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """Whatever a spreadsheet would take for a formula begins with an apostrophe."""
    assert f"'{cell}" == harmless(cell)


@pytest.mark.parametrize("cell", ["ก=1", "1-2", "", 7, True])
def test_other_cells_stay(cell: object) -> None:
    """Everything else is as it was."""
    assert cell == harmless(cell)


# --- send-due ---


def test_send_due_with_nothing_to_do(config: Path) -> None:
    """With nothing due the command ends at once and says so."""
    result = run("send-due", "--config", str(config))
    assert (0, "0 deliveries tried.\n") == (result.exit_code, result.output)


@pytest.mark.parametrize(
    ("words", "more", "code"),
    [
        ("ทหารตั้งฐานอยู่หลังวัด", ["--asked-for"], 2),
        ("ด.ญ.แป้ง หายจากบ้าน", [], 2),
        ("ด.ญ.แป้ง หายจากบ้าน", ["--asked-for"], 0),
        ("อย่ากดลิงก์จากคนแปลกหน้า", [], 0),
    ],
)
def test_a_schedule_is_held_to_the_rules_of_alerts(config: Path, words: str, more: list[str], code: int) -> None:
    """What may not leave from a chat may not leave from the command line, and it is said why."""
    given = ["campaigns", "add", words, "--when", "every monday 07:00", *more, "--config", str(config)]
    run("migrate", "--config", str(config))

    result = run(*given)

    assert (code, code == 2) == (result.exit_code, "write it again" in result.stderr)
