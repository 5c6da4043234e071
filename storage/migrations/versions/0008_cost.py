"""What rides on answers, until when routine waits for one, and campaigns' lanes; what was suggested to coordinators."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UTC = sa.DateTime(timezone=True)
LESSONS_WAIT = 5 * 24
"""Hours: a timetable of lessons that was made before says the same as one made now."""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("rides", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("deadline", UTC, nullable=True))
    op.add_column("campaigns", sa.Column("lane", sa.SmallInteger(), nullable=False, server_default="2"))
    op.add_column("campaigns", sa.Column("patience", sa.Integer(), nullable=False, server_default="0"))
    op.execute(f"UPDATE campaigns SET patience = {LESSONS_WAIT} WHERE lessons")
