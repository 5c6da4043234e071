"""`rimkhong lists` and `rimkhong indicators`: what is known to be dangerous, in and out."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli import MISUSE, TROUBLE, fail, me, together, with_config, write
from bot.config import Config, ListSource
from bot.lists import Imported, Origin, Rejected, drop_list, import_list, named
from checks.export import Confirmed, as_csv, as_misp, as_stix
from checks.lists import FORMATS
from storage import audit
from storage.indicators import confirmed
from storage.lists import ListRow, all_lists
from storage.migrate import migrate
from storage.store import Store

SHOWN = 5
"""Lines of a list that were skipped and are shown."""


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Store]:
    """The database, up to date."""
    store = Store(config.storage.url)
    try:
        await migrate(store)
        yield store
    finally:
        await store.close()


@click.group()
def lists() -> None:
    """Lists of dangerous links, numbers and accounts from elsewhere."""


@lists.command("import")
@with_config
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--name", default="", help="What residents see as its source [default: the file's name].")
@click.option("--format", "form", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True)
@click.option("--licence", default="", help="Under which the list may be used.")
@click.option("--source", default="", help="Where the list comes from.")
def import_(config: Config, files: tuple[str, ...], name: str, form: str, licence: str, source: str) -> None:
    """Import files, each in the place of the list of the same name: all of it, or nothing."""
    if name and len(files) > 1:
        fail("--name is for one file; without it each list is named after its file.", MISUSE)

    async def work() -> int:
        wrong = 0
        async with opened(config) as store:
            for file in files:
                origin = Origin(name or named(file), form, licence[:200], (source or file)[:400])
                wrong += not await taken(config, store, origin, await asyncio.to_thread(Path(file).read_bytes))
        return wrong

    sys.exit(TROUBLE if together(config, work()) else 0)


@lists.command()
@with_config
def update(config: Config) -> None:
    """Fetch every list of `lists.sources` and import what changed."""
    if not config.lists.sources:
        fail('No list is configured. For example, in [lists]:\nsources = [{ name = "…", url = "https://…" }]', MISUSE)

    async def work() -> int:
        wrong = 0
        async with opened(config) as store:
            for source in config.lists.sources:
                wrong += not await fetched(config, store, source)
        return wrong

    sys.exit(TROUBLE if together(config, work()) else 0)


@lists.command()
@with_config
def show(config: Config) -> None:
    """Every imported list: how much is in it, from where, under which licence, since when."""

    async def work() -> tuple[ListRow, ...]:
        async with opened(config) as store:
            return await store.read(all_lists)

    rows = together(config, work())
    for row in rows:
        click.echo(described(row))
    if not rows:
        click.echo("No list is imported. For example: rimkhong lists import FILE")


@lists.command()
@with_config
@click.argument("name")
def remove(config: Config, name: str) -> None:
    """Forget a list and all it holds."""

    async def work() -> bool:
        async with opened(config) as store:
            return await drop_list(store, Path(config.lists.folder), name, me(), datetime.now(UTC))

    try:
        known = together(config, work())
    except Rejected as error:
        fail(f"{name}: {error}")
    if not known:
        fail(f"There is no list {name!r}; `rimkhong lists show` names them all.")
    click.echo(f"{name}: removed.")


async def fetched(config: Config, store: Store, source: ListSource) -> bool:
    """Fetch and import one list. Whether it could be; why not is said."""
    from bot.downloading import NotFetched, download  # noqa: PLC0415

    try:
        data = await download(source.url)
    except NotFetched as error:
        click.echo(f"{source.name}: not fetched. {error}", err=True)
        return False
    return await taken(config, store, Origin(source.name, source.format, source.licence, source.url[:400]), data)


async def taken(config: Config, store: Store, origin: Origin, data: bytes) -> bool:
    """Import one list. Whether it could be; what was skipped, or why it was rejected, is said."""

    def watch(pairs: Iterable[tuple[str, str]], about: int) -> Iterable[tuple[str, str]]:
        return bar(pairs, about, origin.name)

    try:
        done = await import_list(store, Path(config.lists.folder), origin, data, me(), datetime.now(UTC), watch)
    except Rejected as error:
        click.echo(f"{origin.name}: not imported, nothing was changed. {error}", err=True)
        return False
    for line in skipped(done):
        click.echo(line, err=True)
    click.echo(f"{origin.name}: unchanged." if done.same else described(done.row))
    return True


def bar(pairs: Iterable[tuple[str, str]], about: int, name: str) -> Iterator[tuple[str, str]]:
    """The same pairs; where somebody watches, with a bar that shows how far one is."""
    if not sys.stderr.isatty():
        yield from pairs
        return
    with click.progressbar(pairs, about, label=name, file=sys.stderr, update_min_steps=10_000) as shown:
        yield from shown


def skipped(done: Imported) -> Iterator[str]:
    """What could not be used, the first of it line by line."""
    name = done.row.name
    for one in done.skipped[:SHOWN]:
        yield f"{name}, line {one.line}: {one.why}: {one.text!r}"
    if done.skipped and done.row.skipped > SHOWN:
        yield f"{name}: {done.row.skipped - SHOWN:,} more lines skipped."
    if done.left_out:
        shown = ", ".join(done.left_out[:SHOWN])
        yield f"{name}: {len(done.left_out):,} left out, for thousands of strangers share them: {shown}"
    if done.dropped:
        yield f"{name}: {done.dropped:,} numbers or pages are no longer in it, and were dropped."


def described(row: ListRow) -> str:
    """One list in a line."""
    parts = [
        f"{row.name}: {row.entries:,} entries ({row.domains:,} domains), {row.skipped:,} lines skipped, {row.format}",
        f"imported {row.imported_at:%Y-%m-%d %H:%M} UTC",
        f"from {row.source}" if row.source else "",
        f"licence: {row.licence or 'not stated'}",
        f"sha256 {row.sha256[:12]}",
    ]
    return ", ".join(part for part in parts if part)


@click.group()
def indicators() -> None:
    """What coordinators confirmed as dangerous."""


@indicators.command("export")
@with_config
@click.option("--format", "form", type=click.Choice(["csv", "stix", "misp"]), default="csv", show_default=True)
@click.option("--to", "file", type=click.Path(dir_okay=False), default="-", help="The file [default: standard output].")
def export_indicators(config: Config, form: str, file: str) -> None:
    """Write confirmed links, numbers and accounts for police and CERTs: never who reported. Written in the audit log.

    "people" counts who reported each; 0 stands for fewer than three.
    """

    async def work() -> list[Confirmed]:
        now = datetime.now(UTC)
        async with opened(config) as store:
            found = await store.read(lambda c: confirmed(c, now))
            await store.write(
                lambda c: audit.write_down(c, me(), "indicators", "", {"count": len(found), "format": form}, now)
            )
            return found

    text = exported(together(config, work()), form, config.operator.name)
    write(file, text.encode("utf-8", "replace"))


def exported(found: Sequence[Confirmed], form: str, operator: str) -> str:
    """These indicators in one of the three formats."""
    match form:
        case "csv":
            return as_csv(found)
        case "stix":
            return as_stix(found, operator)
    return as_misp(found, f"Rim Khong, {operator}: confirmed by coordinators")
