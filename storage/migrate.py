"""Bringing a database to the tables this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import tables_alerts, tables_dispatch, tables_lists, tables_sealing  # noqa: F401 - their tables are made too
from storage.store import Away, Store

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_217_015
"""The number of the lock that lets one process migrate PostgreSQL while the others wait."""


async def migrate(store: Store) -> tuple[str, str]:
    """
    Take every step that is missing, in one transaction: the version before ("" for an empty database) and now.

    Raises `Away` for a database that a newer program has migrated.
    """
    return await store.write(upgrade)


async def version(store: Store) -> tuple[str, str]:
    """The version a database is at, and the one this program needs."""
    return await store.read(_version), head()


def head() -> str:
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}


def _version(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection, to: str = "head") -> tuple[str, str]:
    """What `migrate` does, in a transaction that is there already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    before = _version(connection)
    if before and before not in _known():
        raise Away(f"it is at version {before}, which this program does not know: a newer one has been here")
    if before != head():
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return before, _version(connection)
