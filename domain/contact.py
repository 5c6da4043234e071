"""The people we talk to, and what each of them may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from domain.duty import Roster
from domain.message import Address


class Role(IntEnum):
    """Who someone is to us. Each may do all that the ones below may."""

    RESIDENT = 0
    VOLUNTEER = 1
    COORDINATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        return self.name.lower()


ROLES: dict[str, Role] = {role.word: role for role in Role}


CONSENT_VERSION = "2026-11-27"
"""
Raised whenever what we ask people to agree to changes (`consent.*` in texts/): whoever agreed to other words before is
then asked anew.
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """
    Someone we talk to, and how they like to be talked to.

    `area` is where they live (a resident) or serve (everyone else), a DOPA code; "" is not known, or for an admin
    everywhere. `name` is what staff chose to be called; residents have none. `waits` says that something waits to ride
    on an answer to them. `since` is when we met. `blocked` is the number of the report over which they may send none
    for now, "" for nobody, and `appealed` whether they objected.
    """

    id: str
    address: Address
    language: str
    role: Role = Role.RESIDENT
    area: str = ""
    name: str = ""
    roster: Roster = field(default_factory=Roster)
    subscribed: bool = True
    consented: bool = False
    waits: bool = False
    since: datetime | None = None
    blocked: str = ""
    appealed: bool = False


def holding(codes: Sequence[str]) -> str:
    """The smallest area that holds all of these; "" is everywhere."""
    first = min(codes, key=len)
    return next(
        first[:digits] for digits in range(len(first), -1, -2) if all(inside(code, first[:digits]) for code in codes)
    )


def inside(code: str, area: str) -> bool:
    """Whether an area lies in another. DOPA codes are prefixes of what they contain; "" contains everything."""
    return code.startswith(area)
