"""A Sunday, half past three in the afternoon in Bangkok: when times are read and shown here."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
