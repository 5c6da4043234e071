"""Invitations: one-time codes for a role in an area. Only a hash of each is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from domain.contact import Role
from domain.query import Invite
from storage.tables import invites
from texts.writing import folded

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1 or I: codes are read aloud and typed by hand."""
LENGTH = 10
"""32^10 is 2^50: with single use, days of life and slowed guessing, more than enough."""


def make_code() -> str:
    """A fresh code, in two groups: "K7M2Q-9XDTP"."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def id_of(code: str) -> str:
    """What a code is kept as, however it was typed: case, spaces and hyphens do not matter."""
    plain = "".join(letter for letter in folded(code).upper() if letter in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def make_invite(connection: Connection, role: Role, area: str, days: int, by: str, now: datetime) -> str:
    """Make an invitation and give its code, which is known nowhere else."""
    code = make_code()
    row = {"id": id_of(code), "role": int(role), "area": area, "by": by, "expires": now + timedelta(days=days)}
    connection.execute(insert(invites).values(row))
    return code


def find_invite(connection: Connection, code: str, now: datetime) -> Invite | None:
    """The invitation of a code that can still be used."""
    good = (invites.c.id == id_of(code), invites.c.used_by.is_(None), invites.c.expires > now)
    row = connection.execute(select(invites).where(*good).with_for_update()).first()
    return Invite(row.id, Role(row.role), row.area, row.by) if row else None


def use_invite(connection: Connection, id: str, contact: str, now: datetime) -> bool:
    """Use it; false when someone else just has."""
    once = update(invites).where(invites.c.id == id, invites.c.used_by.is_(None)).values(used_by=contact, used_at=now)
    return connection.execute(once).rowcount == 1
