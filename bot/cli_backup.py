"""`rimkhong backup` and `rimkhong restore`: the whole database in one encrypted file."""

import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy import Connection

from bot.cli import MISUSE, TROUBLE, fail, me, together, with_config
from bot.config import Config
from storage import audit
from storage.backup import back_up, look_through
from storage.backup import restore as put_back
from storage.migrate import migrate
from storage.sealed import Unreadable
from storage.store import Store
from storage.tables import metadata


@click.command()
@with_config
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(config: Config, file: Path) -> None:
    """Write the whole database, photos too, into FILE, encrypted; the bot may run meanwhile."""
    passphrase = passphrase_of(config)
    if file.exists():
        fail(f"{file} is there already; name a new file.", MISUSE)
    part = file.with_name(file.name + ".part")
    try:
        out = os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except FileExistsError:
        fail(f"{part} is there: another backup is being made, or one was cut off. If none is running, delete it.")
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}", TROUBLE)
    try:
        with out:
            rows = together(config, _back_up(config, out, passphrase))
        os.replace(part, file)
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}", TROUBLE)
    finally:
        with suppress(OSError):
            part.unlink()
    click.echo(f"{rows} rows in {file} ({file.stat().st_size:,} bytes). Try it: rimkhong restore {file} --dry-run")


@click.command()
@with_config
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read the whole file and say whether it is sound.")
def restore(config: Config, file: Path, dry_run: bool) -> None:
    """Put the backup FILE into the configured database, which must be empty, and compare."""
    passphrase = passphrase_of(config)
    try:
        if dry_run:
            rows = sum(many for many, _ in look_through(file, passphrase).values())
            click.echo(f"{file} is sound: {rows} rows.")
            return
        look_through(file, passphrase)  # before the database is touched, or made
        rows = together(config, _restore(config, file, passphrase))
    except Unreadable as error:
        fail(f"{file} was not restored: {error}.", TROUBLE)
    except OSError as error:
        fail(f"Cannot read {file}: {error.strerror}", TROUBLE)
    click.echo(f"{rows} rows restored and compared.")


def passphrase_of(config: Config) -> str:
    """What backups are encrypted under; without it the command ends."""
    passphrase = config.backup.passphrase.get_secret_value()
    if not passphrase:
        fail("Set backup.passphrase (or RIMKHONG_BACKUP__PASSPHRASE), and keep it apart from the backups.", MISUSE)
    return passphrase


async def _back_up(config: Config, out: BinaryIO, passphrase: str) -> int:
    store, now = Store(config.storage.url), datetime.now(UTC)
    try:
        await migrate(store)
        with click.progressbar(length=len(metadata.sorted_tables), label="tables", file=sys.stderr) as bar:
            rows = await back_up(store, out, passphrase, now, partial(bar.update, 1))
        out.flush()
        os.fsync(out.fileno())
        await store.write(lambda c: audit.write_down(c, me(), "backup", "", {"rows": rows}, now))
        return rows
    finally:
        await store.close()


async def _restore(config: Config, file: Path, passphrase: str) -> int:
    def written_down(connection: Connection, rows: int) -> None:
        audit.write_down(connection, me(), "restore", "", {"rows": rows}, datetime.now(UTC))

    store = Store(config.storage.url)
    try:
        with click.progressbar(length=len(metadata.sorted_tables), label="tables", file=sys.stderr) as bar:
            return await put_back(store, file, passphrase, written_down, partial(bar.update, 1))
    finally:
        await store.close()
