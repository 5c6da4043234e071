"""`rimkhong keys`: making, looking after and changing what sealed reports are encrypted under."""

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli import MISUSE, fail, me, plainly, together, with_config
from bot.config import Config
from bot.keyring import key_file, keys_from, read_file, write_file
from storage import audit
from storage.key_state import check_in, note_copy, state
from storage.keys import Keys, fresh
from storage.migrate import migrate
from storage.rewrapping import left, rewrap, under
from storage.store import Store

T = TypeVar("T")


@click.group()
def keys() -> None:
    """The key that sealed reports are encrypted under. Without it they are lost."""


@keys.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write a fresh key into FILE, for nobody but you to read."""
    try:
        write_file(file, [fresh()], new=True)
    except FileExistsError:
        fail(f"{file} is there already, and is left as it is; name a new file.", MISUSE)
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}")
    click.echo(f'A fresh key is in {file}. Set sealing.key = {{ file = "{file}" }}, and keep a copy elsewhere.')


@keys.command()
@with_config
def show(config: Config) -> None:
    """Say which key there is, where it lies, and what is under it; never the key itself."""

    async def work(store: Store, ring: Keys) -> list[str]:
        now, found = await store.read(state), await store.read(under)
        where = key_file(config) or "the configuration"
        lines = [f"key      {ring.current.name}, in {where}", f"others   {len(ring.every) - 1}, which only open"]
        lines.append(f"since    {now.since:%Y-%m-%d}" if now else "since    not used yet")
        noted = f"noted on {now.noted_at:%Y-%m-%d}" if now and now.noted_at else "none noted: `rimkhong keys noted`"
        return [*lines, f"copy     {noted}", *(f"sealed   {many} reports under {id}" for id, many in found.items())]

    for line in together(config, _on_store(config, work)):
        click.echo(line)


@keys.command()
@with_config
def noted(config: Config) -> None:
    """Note that a copy of the current key lies where neither the database nor its backups are."""

    async def work(store: Store, ring: Keys) -> bool:
        now = datetime.now(UTC)
        await store.write(lambda c: check_in(c, now))
        await store.write(lambda c: audit.write_down(c, me(), "key.copy", ring.current.name, {}, now))
        return await store.write(lambda c: note_copy(c, now))

    together(config, _on_store(config, work))
    click.echo("Noted.")


@keys.command()
@with_config
def rotate(config: Config) -> None:
    """Put everything under a new key, while the bot runs. Killed half-way, run it again: nothing is lost."""
    file = key_file(config)
    with plainly(config):
        if len(keys_from(config).every) == 1:
            _begin(file)
    many = together(config, _on_store(config, _rotated))
    if file is not None:
        with suppress(OSError), plainly(config):
            write_file(file, read_file(file)[:1])
    remedy = "" if file is not None else " Take the old key out of sealing.key now."
    click.echo(f"{many} reports are under the new key.{remedy} Put a copy of it apart, then: rimkhong keys noted")


def _begin(file: Path | None) -> None:
    """Put a fresh key before the one there is: it seals from now on, in every process, and the old one still opens."""
    if file is None:
        fail(
            "The key is in the configuration, which is not changed from here. Make one with `rimkhong keys new FILE`, "
            'set sealing.key = "NEW,OLD", start the bot again, and then run this again.',
            MISUSE,
        )
    try:
        write_file(file, [fresh(), *read_file(file)])
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}. Put a fresh key in a line before the old one; run this again.")


async def _rotated(store: Store, ring: Keys) -> int:
    now = datetime.now(UTC)
    await store.write(lambda c: check_in(c, now))
    todo = await store.read(left)
    with click.progressbar(length=todo, label="reports", file=sys.stderr) as bar:
        many = await rewrap(store, now, bar.update)
    detail = {"reports": many}
    await store.write(lambda c: audit.write_down(c, me(), "key.rotate", ring.current.name, detail, now))
    return many


async def _on_store(config: Config, work: Callable[[Store, Keys], Coroutine[Any, Any, T]]) -> T:
    ring = keys_from(config)
    store = Store(config.storage.url, keys=ring)
    try:
        await migrate(store)
        return await work(store, ring)
    finally:
        await store.close()
