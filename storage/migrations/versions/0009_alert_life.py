"""What CAP wants to know of an alert, and whether anybody may read it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0004"


def upgrade() -> None:
    for name, size, default in (("urgency", 9, "Unknown"), ("certainty", 8, "Unknown"), ("category", 9, "Other")):
        op.add_column("alerts", sa.Column(name, sa.String(length=size), nullable=False, server_default=default))
    op.add_column("alerts", sa.Column("event", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("onset", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
