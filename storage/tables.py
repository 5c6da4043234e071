"""The tables. Plain SQLAlchemy Core: rows in, our own frozen values out."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB


class Utc(TypeDecorator[datetime]):
    """An instant. SQLite forgets the zone, so we put back the only one we ever write."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Json: Any = JSON().with_variant(JSONB(), "postgresql")
Serial: Any = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("address", String(80), nullable=False),
    Column("language", String(8), nullable=False),
    Column("role", SmallInteger, nullable=False, default=0),
    Column("area", String(8), nullable=False, default=""),
    Column("name", String(80), nullable=False, default=""),
    Column("pending", SmallInteger, nullable=False, default=0),
    Column("pending_area", String(8), nullable=False, default=""),
    Column("on_duty", Boolean, nullable=False, default=True),
    Column("hours", String(168), nullable=False, default=""),
    Column("away", Utc),
    Column("subscribed", Boolean, nullable=False, default=True),
    Column("muted", Boolean, nullable=False, default=False),
    Column("is_group", Boolean, nullable=False, default=False),
    Column("consent", String(12), nullable=False, default=""),
    Column("consented_at", Utc),
    Column("blocked", String(12), nullable=False, default=""),
    Column("appealed", Boolean, nullable=False, default=False),
    Column("conversation", Json, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("channel", "address"),
    Index("ix_contacts_audience", "role", "area"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(12), primary_key=True),
    Column("event", String(80), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
    Column("raw", Text),
    Column("why", String(200)),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("reporter", String(36), index=True),
    Column("kind", String(24), nullable=False),
    Column("channel", String(12), nullable=False, default=""),
    Column("at", Utc, nullable=False, index=True),
    Column("changed", Utc, nullable=False, index=True),
    Column("status", String(12), nullable=False),
    Column("area", String(8), nullable=False, default=""),
    Column("home", String(8), nullable=False, default=""),
    Column("lat", Float),
    Column("lon", Float),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("sensitive", Boolean, nullable=False, default=False),
    Column("withheld", Boolean, nullable=False, default=False),
    Column("text", Text, nullable=False, default=""),
    Column("folded", Text, nullable=False, default=""),
    Column("answers", Json, nullable=False),
    Column("assignee", String(36), nullable=False, default=""),
    Index("ix_reports_area_at", "area", "at"),
    Index("ix_reports_kind_at", "kind", "at"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(36), nullable=False, default=""),
    Column("at", Utc, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("contact", String(36), index=True),
    Column("report", String(36), index=True),
    Column("channel", String(12), nullable=False),
    Column("message", String(80), nullable=False, default=""),
    Column("ref", String(400), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(120), nullable=False, default=""),
    Column("mime", String(80), nullable=False, default=""),
    Column("state", String(8), nullable=False, default="wanted"),
    Column("size", Integer, nullable=False, default=0),
    Column("tries", Integer, nullable=False, default=0),
    Column("due", Utc, nullable=False),
    Column("at", Utc, nullable=False),
    Column("note", String(200), nullable=False, default=""),
    Column("sealed", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_media_message", "channel", "message"),
    Index("ix_media_state_due", "state", "due"),
)

blobs = Table(
    "blobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator", String(400), primary_key=True),
    Column("contact", String(36)),
    Column("area", String(8), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    Index("ix_sightings_indicator_at", "indicator", "at"),
)

indicators = Table(
    "indicators",
    metadata,
    Column("indicator", String(400), primary_key=True),
    Column("word", String(12), nullable=False),
    Column("by", String(36), nullable=False),
    Column("at", Utc, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("indicator", String(400), nullable=False),
    Column("word", String(12), nullable=False),
    Column("by", String(36), nullable=False),
    Column("role", SmallInteger, nullable=False),
    Column("reason", String(400), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    Index("ix_decisions_indicator_at", "indicator", "at"),
)

asked = Table(
    "asked",
    metadata,
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("mark", String(32), primary_key=True, index=True),
    Column("word", String(12), nullable=False),
    Column("at", Utc, nullable=False, index=True),
)

answered = Table(
    "answered",
    metadata,
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator", String(400), primary_key=True),
    Column("day", String(10), nullable=False, index=True),
)


invites = Table(
    "invites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("role", SmallInteger, nullable=False),
    Column("area", String(8), nullable=False),
    Column("by", String(36), nullable=False, default=""),
    Column("expires", Utc, nullable=False),
    Column("used_by", String(36)),
    Column("used_at", Utc),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("channel", String(12), nullable=False),
    Column("address", String(80), nullable=False),
    Column("contact", String(36), nullable=False, default=""),
    Column("lane", SmallInteger, nullable=False),
    Column("state", String(8), nullable=False, default="queued"),
    Column("due", Utc, nullable=False),
    Column("tries", SmallInteger, nullable=False, default=0),
    Column("message", Json),
    Column("alert", String(36), nullable=False, default=""),
    Column("language", String(8), nullable=False, default=""),
    Column("area", String(8), nullable=False, default=""),
    Column("reply_token", String(80), nullable=False, default=""),
    Column("rides", String(80), nullable=False, default=""),
    Column("batch", String(36), nullable=False, default=""),
    Column("expires", Utc),
    Column("note", String(200), nullable=False, default=""),
    Column("sent_id", String(80), nullable=False, default=""),
    Column("created_at", Utc, nullable=False),
    Column("settled_at", Utc),
    Index("ix_outbox_queue", "state", "channel", "lane", "due"),
    Index("ix_outbox_alert", "alert", "state"),
    Index("ix_outbox_address", "channel", "address", "settled_at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("audience", Json, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("status", String(8), nullable=False, default="Actual"),
    Column("type", String(8), nullable=False, default="Alert"),
    Column("references", String(36), nullable=False, default=""),
    Column("severity", String(8), nullable=False, default="Unknown"),
    Column("urgency", String(9), nullable=False, default="Unknown"),
    Column("certainty", String(8), nullable=False, default="Unknown"),
    Column("category", String(9), nullable=False, default="Other"),
    Column("event", String(24), nullable=False, default=""),
    Column("onset", Utc),
    Column("public", Boolean, nullable=False, default=False),
    Column("expires", Utc),
    Column("deadline", Utc),
    Column("by", String(36), nullable=False, default=""),
    Column("campaign", String(36), nullable=False, default=""),
    Column("report", String(36), nullable=False, default=""),
    Column("area", String(8), nullable=False, default=""),
    Column("state", String(8), nullable=False, default="open", index=True),
    Column("pause", String(8), nullable=False, default=""),
    Column("cursor", String(120), nullable=False, default=""),
    Column("created_at", Utc, nullable=False, index=True),
)

alert_texts = Table(
    "alert_texts",
    metadata,
    Column("alert", ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("message", Json, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("alert", Json, nullable=False),
    Column("area", String(8), nullable=False, index=True),
    Column("mark", String(12), nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("by", String(36), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("settled_by", String(36), nullable=False, default=""),
    Column("settled_at", Utc),
)

figures = Table(
    "figures",
    metadata,
    Column("channel", String(12), primary_key=True),
    Column("limit", Integer),
    Column("used", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("before", Integer),
    Column("changed_at", Utc),
)

acks = Table(
    "acks",
    metadata,
    Column("alert", String(36), primary_key=True),
    Column("contact", String(36), primary_key=True),
    Column("answer", String(8), nullable=False),
    Column("at", Utc, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("audience", Json, nullable=False),
    Column("rule", String(80), nullable=False),
    Column("words", Json, nullable=False),
    Column("lessons", Boolean, nullable=False, default=False),
    Column("told", Integer, nullable=False, default=0),
    Column("on", Boolean, nullable=False, default=False),
    Column("due", Utc, index=True),
    Column("by", String(36), nullable=False, default=""),
    Column("lane", SmallInteger, nullable=False, default=2),
    Column("patience", Integer, nullable=False, default=0),
)

pace = Table(
    "pace",
    metadata,
    Column("channel", String(24), primary_key=True),
    Column("tat", Utc, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False, index=True),
    Column("who", String(36), nullable=False),
    Column("what", String(24), nullable=False),
    Column("on", String(80), nullable=False, default=""),
    Column("detail", Json, nullable=False),
    Column("previous", String(64), nullable=False, default=""),
    Column("hash", String(64), nullable=False, default=""),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),
)


# Finding Thai inside unspaced text: a trigram index, in each database's own way, over `reports.folded`.
FTS = "CREATE VIRTUAL TABLE reports_fts USING fts5(folded, tokenize='trigram')"
TRGM = "CREATE INDEX ix_reports_folded ON reports USING gin (folded gin_trgm_ops)"


def add_search(connection: Connection) -> None:
    """The trigram index. Without the pg_trgm extension PostgreSQL still finds everything, only slower."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(FTS)
        return
    with_it = connection.exec_driver_sql("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'").scalar()
    if with_it:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.exec_driver_sql(TRGM)
