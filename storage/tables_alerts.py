"""The tables about alerts on their way."""

from sqlalchemy import Boolean, Column, String, Table

from storage.tables import Utc, metadata

notices = Table(
    "notices",
    metadata,
    Column("alert", String(36), primary_key=True),
    Column("contact", String(36), nullable=False, index=True),
    Column("due", Utc, nullable=False),
    Column("shown", String(64), nullable=False, default=""),
    Column("done", Boolean, nullable=False, default=False, index=True),
)
