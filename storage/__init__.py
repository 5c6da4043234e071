"""Keeping things. The same code runs on SQLite and PostgreSQL."""
