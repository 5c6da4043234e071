"""Hours of duty and holidays; dispatches and whom they asked; the weekly question to volunteers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("contacts", sa.Column("hours", sa.String(length=168), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("away", UTC, nullable=True))
    op.create_table(
        "dispatches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("ring", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due", UTC, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    op.create_index(op.f("ix_dispatches_report"), "dispatches", ["report"], unique=False)
    op.create_index(op.f("ix_dispatches_due"), "dispatches", ["due"], unique=False)
    op.create_table(
        "calls",
        sa.Column("dispatch", sa.String(length=36), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("answered_at", UTC, nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["dispatch"], ["dispatches.id"], name=op.f("fk_calls_dispatch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dispatch", "contact", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_contact", "calls", ["contact", "asked_at"], unique=False)
    op.create_table(
        "zeros",
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("answered_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("contact", "week", name=op.f("pk_zeros")),
    )
    op.create_index("ix_zeros_week", "zeros", ["week"], unique=False)
