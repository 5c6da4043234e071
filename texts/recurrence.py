"""TEMPORARY until alerts/recurrence.py moves here."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: str
    example: str


def read_rule(text: str, now: datetime) -> str | Unreadable:
    return text if ":" in text else Unreadable("unread", "ทุกวันจันทร์ 7:00")


def following(rule: str, after: datetime) -> datetime | None:
    return after + timedelta(days=1)
