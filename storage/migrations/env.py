"""Runs the steps on the connection we are given; `storage.migrate` is the way in."""

from alembic import context

from storage.tables import metadata


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    context.run_migrations()


run()
