"""Databases that have our tables already: the migrations make one of each kind, and every test gets a copy."""

import asyncio
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.migrate import migrate, upgrade
from storage.store import Store, writing_engine
from tests.keys import KEYS
from tests.postgres import Postgres


def sqlite_at(path: Path) -> str:
    """A new file with our tables at this path; its address."""
    path.touch(0o600)
    path.write_bytes(_file())
    return f"sqlite:///{path}"


@cache
def _file() -> bytes:
    with TemporaryDirectory(prefix="rimkhong-") as folder:
        path = Path(folder, "tables.db")
        path.touch()
        engine = writing_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        return path.read_bytes()


def postgres_template(server: Postgres) -> str:
    """The name of a database with our tables there, for `Postgres.fresh` to copy."""
    url = server.fresh()

    async def run() -> None:
        store = Store(url, keys=KEYS)
        await migrate(store)
        await store.close()

    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(run())
    return server.name(url)
