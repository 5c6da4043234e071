"""The tables of dispatches, of whom they asked, and of the weekly question to volunteers."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table

from storage.tables import Utc, metadata

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report", String(36), nullable=False, default="", index=True),
    Column("kind", String(24), nullable=False),
    Column("area", String(8), nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("exercise", Boolean, nullable=False, default=False),
    Column("by", String(36), nullable=False, default=""),
    Column("wait", Integer, nullable=False),
    Column("ring", SmallInteger, nullable=False, default=-1),
    Column("state", String(8), nullable=False, default="open"),
    Column("due", Utc, index=True),
    Column("created_at", Utc, nullable=False),
)

# No foreign key to contacts: asking somebody must not wait for the lock that a turn of theirs holds.
calls = Table(
    "calls",
    metadata,
    Column("dispatch", ForeignKey("dispatches.id", ondelete="CASCADE"), primary_key=True),
    Column("contact", String(36), primary_key=True),
    Column("area", String(8), nullable=False, default=""),
    Column("asked_at", Utc, nullable=False),
    Column("answer", String(8), nullable=False, default=""),
    Column("answered_at", Utc),
    Column("outcome", String(12), nullable=False, default=""),
    Index("ix_calls_contact", "contact", "asked_at"),
)

zeros = Table(
    "zeros",
    metadata,
    Column("contact", String(36), primary_key=True),
    Column("week", String(10), primary_key=True),
    Column("area", String(8), nullable=False, default=""),
    Column("answer", String(8), nullable=False, default=""),
    Column("answered_at", Utc),
    Index("ix_zeros_week", "week"),
)
