"""The tables of imported lists of dangerous links and numbers."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from storage.tables import Utc, metadata

lists = Table(
    "lists",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("source", String(400), nullable=False, default=""),
    Column("licence", String(200), nullable=False, default=""),
    Column("format", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("domains", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("by", String(36), nullable=False),
    Column("imported_at", Utc, nullable=False),
)


list_entries = Table(
    "list_entries",
    metadata,
    Column("list", ForeignKey("lists.name", ondelete="CASCADE"), primary_key=True),
    Column("indicator", String(400), primary_key=True, index=True),
)
