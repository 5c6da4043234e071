"""Whole chats as plain text, and the stage on which they are played."""
