"""`rimkhong audit`: whether the audit log is as it was written."""

import click

from bot.cli import TROUBLE, fail, together, with_config
from bot.config import Config
from storage.audit import Broken, Sound
from storage.audit import verify as walk
from storage.migrate import migrate
from storage.store import Store


@click.group()
def audit() -> None:
    """The log of who looked at or changed what."""


@audit.command()
@with_config
@click.option("--head", default="", help="A digest this command printed earlier: it must still be in the log.")
def verify(config: Config, head: str) -> None:
    """Walk the whole log; exit code 1, and the first row that is wrong, when it is not as it was written."""
    found = together(config, _verified(config, head.strip().lower()))
    if isinstance(found, Broken):
        fail(f"The audit log is broken: {found.why}.", TROUBLE)
    click.echo(f"{found.rows} rows, each as it was written. Note down the digest of the last one:\n{found.head}")


async def _verified(config: Config, head: str) -> Sound | Broken:
    store = Store(config.storage.url)
    try:
        await migrate(store)
        return await store.read(lambda c: walk(c, head))
    finally:
        await store.close()
