"""The people we talk to, and what each of them may do."""

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Contact:
    """
    Someone we talk to, and how they like to be talked to.

    `area` is where they live (a resident) or serve (everyone else), a DOPA code; "" is not known, or for an admin
    everywhere. `name` is what staff chose to be called; residents have none.
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


def inside(code: str, area: str) -> bool:
    """Whether an area lies in another. DOPA codes are prefixes of what they contain; "" contains everything."""
    return code.startswith(area)
