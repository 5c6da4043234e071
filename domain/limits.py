"""How much one person may do, and how far somebody new is believed."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, then one more each `every`."""

    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a deployment allows. `off` takes the limits per person away, but for the tries of an invitation.

    `talk` is for anything one person sends, `serving` for who serves; `reports` for reports that each call somebody,
    `codes` for trying invitations. For `new_account` after we met somebody, nobody is asked to go and look by their
    word alone. Above `flood` reports in an hour from one district, coordinators are told of them together.
    """

    talk: Limit = Limit(600, timedelta(seconds=1))
    serving: Limit = Limit(3000, timedelta(milliseconds=200))
    reports: Limit = Limit(30, timedelta(minutes=10))
    codes: Limit = Limit(5, timedelta(minutes=10))
    new_account: timedelta = timedelta(hours=6)
    flood: int = 200
    off: bool = False
