"""What CAP wants to know of alerts, alerts held up, the messages that tell how they go, and groups that are told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name, size, default in (("urgency", 9, "Unknown"), ("certainty", 8, "Unknown"), ("category", 9, "Other")):
        op.add_column("alerts", sa.Column(name, sa.String(length=size), nullable=False, server_default=default))
    op.add_column("alerts", sa.Column("event", sa.String(length=24), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("onset", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("pause", sa.String(length=8), nullable=False, server_default=""))
    op.create_table(
        "notices",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alert", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_contact"), "notices", ["contact"], unique=False)
    op.create_index(op.f("ix_notices_due"), "notices", ["due"], unique=False)
    op.create_table(
        "groups",
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_groups_contact"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contact", name=op.f("pk_groups")),
    )
    op.create_index(op.f("ix_groups_due"), "groups", ["due"], unique=False)
