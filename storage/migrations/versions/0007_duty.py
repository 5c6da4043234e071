"""Hours of duty and holidays."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("contacts", sa.Column("hours", sa.String(length=168), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("away", UTC, nullable=True))
