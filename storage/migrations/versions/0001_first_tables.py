"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables import add_search

revision = "0001"
down_revision = None

UTC = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "acks",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("alert", "contact", name=op.f("pk_acks")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("references", sa.String(length=36), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("expires", UTC, nullable=True),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("campaign", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("cursor", sa.String(length=120), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_created_at"), "alerts", ["created_at"], unique=False)
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("who", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("on", sa.String(length=80), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "blobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("lessons", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("due", UTC, nullable=True),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_index(op.f("ix_campaigns_due"), "campaigns", ["due"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("pending", sa.SmallInteger(), nullable=False),
        sa.Column("pending_area", sa.String(length=8), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.String(length=12), nullable=False),
        sa.Column("consented_at", UTC, nullable=True),
        sa.Column("conversation", JSON, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_contacts_channel_address")),
    )
    op.create_index("ix_contacts_audience", "contacts", ["role", "area"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("channel", "event", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"], unique=False)
    op.create_table(
        "indicators",
        sa.Column("indicator", sa.String(length=400), nullable=False),
        sa.Column("word", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("indicator", name=op.f("pk_indicators")),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("expires", UTC, nullable=False),
        sa.Column("used_by", sa.String(length=36), nullable=True),
        sa.Column("used_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
    )
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=True),
        sa.Column("report", sa.String(length=36), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mime", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due", UTC, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_contact"), "media", ["contact"], unique=False)
    op.create_index("ix_media_message", "media", ["channel", "message"], unique=False)
    op.create_index(op.f("ix_media_report"), "media", ["report"], unique=False)
    op.create_index("ix_media_state_due", "media", ["state", "due"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due", UTC, nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("message", JSON, nullable=True),
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("reply_token", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=36), nullable=False),
        sa.Column("expires", UTC, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("sent_id", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("settled_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_address", "outbox", ["channel", "address", "settled_at"], unique=False)
    op.create_index("ix_outbox_alert", "outbox", ["alert", "state"], unique=False)
    op.create_index("ix_outbox_queue", "outbox", ["state", "channel", "lane", "due"], unique=False)
    op.create_table(
        "pace",
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("tat", UTC, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pace")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reporter", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("changed", UTC, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("home", sa.String(length=8), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("assignee", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_reports_number")),
    )
    op.create_index("ix_reports_area_at", "reports", ["area", "at"], unique=False)
    op.create_index(op.f("ix_reports_at"), "reports", ["at"], unique=False)
    op.create_index("ix_reports_kind_at", "reports", ["kind", "at"], unique=False)
    op.create_index(op.f("ix_reports_reporter"), "reports", ["reporter"], unique=False)
    op.create_table(
        "alert_texts",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("message", JSON, nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alert_texts_alert"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert", "language", name=op.f("pk_alert_texts")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_notes_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_report"), "notes", ["report"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("indicator", sa.String(length=400), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=True),
        sa.Column("area", sa.String(length=8), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_sightings_report"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "indicator", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_indicator_at", "sightings", ["indicator", "at"], unique=False)
    add_search(op.get_bind())
