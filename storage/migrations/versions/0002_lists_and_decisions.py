"""Imported lists, what coordinators decided of indicators, who asked about them, what groups were warned of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("indicator", sa.String(length=400), nullable=False),
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_indicator_at", "decisions", ["indicator", "at"], unique=False)
    op.create_table(
        "asked",
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_asked_contact"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contact", "mark", name=op.f("pk_asked")),
    )
    op.create_index(op.f("ix_asked_mark"), "asked", ["mark"], unique=False)
    op.create_index(op.f("ix_asked_at"), "asked", ["at"], unique=False)
    op.create_table(
        "answered",
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("indicator", sa.String(length=400), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_answered_contact"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contact", "indicator", name=op.f("pk_answered")),
    )
    op.create_index(op.f("ix_answered_day"), "answered", ["day"], unique=False)
    op.create_table(
        "lists",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("domains", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("imported_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lists")),
    )
    op.create_table(
        "list_entries",
        sa.Column("list", sa.String(length=60), nullable=False),
        sa.Column("indicator", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["lists.name"], name=op.f("fk_list_entries_list"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("list", "indicator", name=op.f("pk_list_entries")),
    )
    op.create_index(op.f("ix_list_entries_indicator"), "list_entries", ["indicator"], unique=False)
