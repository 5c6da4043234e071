"""The tables of what is sealed: reports' hidden halves, their receipts, who asked to open one, and known keys."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from storage.tables import Utc, metadata

sealed = Table(
    "sealed",
    metadata,
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", String(32), nullable=False, default="", index=True),
    Column("home", String(32), nullable=False, default=""),
    Column("key", LargeBinary, nullable=False),
    Column("handle", LargeBinary),
    Column("body", LargeBinary, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(32), nullable=False, index=True),
    Column("hash", String(160), nullable=False),
    Column("head", LargeBinary, nullable=False),
)

guesses = Table(
    "guesses",
    metadata,
    Column("who", String(32), primary_key=True),
    Column("many", Integer, nullable=False),
    Column("since", Utc, nullable=False, index=True),
)

openings = Table(
    "openings",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("by", String(36), nullable=False),
    Column("reason", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),
    Column("expires", Utc, nullable=False),
    Column("settled_by", String(36), nullable=False, default=""),
    Column("settled_at", Utc),
)

seal_keys = Table(
    "seal_keys",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("since", Utc, nullable=False),
    Column("noted_at", Utc),
)
