"""What is sealed: the hidden half of a report, receipts, openings, known keys. (The rows are sealed at the start.)"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sealed",
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("home", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_sealed_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_sealed")),
    )
    op.create_index(op.f("ix_sealed_owner"), "sealed", ["owner"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=160), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_receipts_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_tag"), "receipts", ["tag"], unique=False)
    op.create_table(
        "guesses",
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_guesses")),
    )
    op.create_index(op.f("ix_guesses_since"), "guesses", ["since"], unique=False)
    op.create_table(
        "openings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires", UTC, nullable=False),
        sa.Column("settled_by", sa.String(length=36), nullable=False),
        sa.Column("settled_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_openings_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    op.create_index(op.f("ix_openings_report"), "openings", ["report"], unique=False)
    op.create_table(
        "seal_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("noted_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_keys")),
    )
    op.add_column("media", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
