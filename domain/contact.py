"""The people we talk to, and what each of them may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

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


@dataclass(frozen=True, slots=True)
class Contact:
    """
    Someone we talk to, and how they like to be talked to.

    `area` is where they live (a resident) or serve (everyone else), a DOPA code; "" is not known, or for an admin
    everywhere. `name` is what staff chose to be called; residents have none. `since` is when we met. `blocked` is the
    number of the report over which they may send none for now, "" for nobody, and `appealed` whether they objected.
    """

    id: str
    address: Address
    language: str
    role: Role = Role.RESIDENT
    area: str = ""
    name: str = ""
    on_duty: bool = True
    subscribed: bool = True
    consented: bool = False
    since: datetime | None = None
    blocked: str = ""
    appealed: bool = False


def inside(code: str, area: str) -> bool:
    """Whether an area lies in another. DOPA codes are prefixes of what they contain; "" contains everything."""
    return code.startswith(area)
