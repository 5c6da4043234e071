"""Alerts that wait for a second coordinator, and what LINE last said of its month."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

UTC = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("alert", JSON, nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("mark", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires", UTC, nullable=False),
        sa.Column("settled_by", sa.String(length=36), nullable=False),
        sa.Column("settled_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_area"), "approvals", ["area"], unique=False)
    op.create_table(
        "figures",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_figures")),
    )
