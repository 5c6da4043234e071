"""Who may send no reports for now, over which report, and whether they objected; reports by when they last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # Not as a batch: on SQLite that drops the old table, and with it what hangs on its rows (`asked`, `answered`).
    op.add_column("contacts", sa.Column("blocked", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("appealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_reports_changed"), "reports", ["changed"], unique=False)
