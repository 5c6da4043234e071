"""The tables about alerts on their way."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from storage.tables import Utc, metadata

notices = Table(
    "notices",
    metadata,
    Column("alert", String(36), primary_key=True),
    Column("contact", String(36), nullable=False, index=True),
    Column("due", Utc, nullable=False, index=True),
    Column("shown", String(64), nullable=False, default=""),
    Column("done", Boolean, nullable=False, default=False),
)

groups = Table(
    "groups",
    metadata,
    Column("contact", ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("by", String(36), nullable=False),
    Column("at", Utc, nullable=False),
    Column("members", Integer),
    Column("due", Utc, nullable=False, index=True),
)
