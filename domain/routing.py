"""Who may know what of a report: the one rule, for notes, searches, digests and requests to volunteers."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.contact import Role, inside

PROVINCE, DISTRICT, TAMBON = 2, 4, 6
"""Digits of a code. Nobody below a coordinator is told a place more exactly than the tambon."""
FEW = 3
"""People or reports: fewer than this are not counted aloud, so that nobody can tell who it was."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What of a report decides who may know of it.

    `area` is where it happened and `home` where its reporter lives, "" where we do not know. `indoors` are kinds that
    go to coordinators only though there is nothing sensitive in them, such as lost money. `withheld` is the reporter's
    own wish that nobody hears of it who serves just their tambon: a village head, say.
    """

    area: str = ""
    home: str = ""
    sensitive: bool = False
    withheld: bool = False
    indoors: bool = False

    @property
    def sealed(self) -> bool:
        return self.sensitive or self.withheld

    @property
    def where(self) -> str:
        """The place that decides: of what is sealed, its tambon."""
        return self.area[:TAMBON] if self.sealed else self.area

    @property
    def quiet(self) -> str:
        """The tambon that is not to hear of it; "" for none, or when neither place is known so closely."""
        tambon = (self.home or self.area)[:TAMBON] if self.withheld else ""
        return tambon if len(tambon) == TAMBON else ""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether one may know that there is a report, read its words, see its files; and digits of the place, at most."""

    exists: bool = False
    text: bool = False
    media: bool = False
    place: int = 0


NOTHING = Sight()
WHOLE = Sight(exists=True, text=True, media=True, place=8)


def sight(one: Subject, role: Role, area: str, served: tuple[str, ...] = (), staff: Iterable[str] = ()) -> Sight:
    """
    What somebody who serves `area` in this role may know of a report that is not their own.

    Residents nothing; volunteers kind and tambon of what may be told them; coordinators all of what lies in their area,
    or nowhere known, but for what is withheld from it, and what is left to them (`nearest` of all who `staff` it);
    admins all. Of a sealed one the tambon decides, so who serves a mere village hears of none.
    """
    match role:
        case Role.RESIDENT:
            return NOTHING
        case Role.VOLUNTEER:
            told = may_volunteer_be_told(one, area, served)
            return Sight(exists=True, place=TAMBON) if told else NOTHING
        case Role.COORDINATOR:
            theirs = inside(one.where, area) or not one.where or area in nearest(one, staff)
            return WHOLE if theirs and not (one.quiet and inside(area, one.quiet)) else NOTHING
    return WHOLE


def nearest(one: Subject, staff: Iterable[str]) -> frozenset[str]:
    """
    To whom a report is left whose place none of the `staff` serve who may hear of it: the areas of its district's, else
    its province's, else all of them. Empty where somebody does, and where there is nobody.

    `staff` are the areas of all coordinators and admins who can be told something. It is never left to whom it is
    withheld from, nor to who serves a mere village: what lies outside that is not theirs.
    """
    told = [area for area in staff if not (one.quiet and inside(area, one.quiet))]
    if not one.where or any(inside(one.where, area) for area in told):
        return frozenset()
    wide = [area for area in told if len(area) <= TAMBON]
    around = (frozenset(area for area in wide if inside(area, one.where[:n])) for n in (DISTRICT, PROVINCE, 0))
    return next(filter(None, around), frozenset())


def may_volunteer_be_told(one: Subject, area: str, served: tuple[str, ...] = ()) -> bool:
    """
    Whether a volunteer who serves `area` may hear that this was reported: its kind and tambon, and nothing more.

    Never of what is sensitive, or of a kind for coordinators. Of what is withheld only where the volunteer cannot be of
    the reporter's own tambon: not when it happened there, or in a place that may be there, or when we do not know where
    that is; nor if they serve a whole district. What is of unknown place can only be near in a deployment (`served`) of
    a single district, or one that never said where it is: a whole province is not woken for it.
    """
    if one.sensitive or one.indoors:
        return False
    near = one.area[:TAMBON]
    if not one.withheld:
        if not near and served and len(common(served)) < DISTRICT:
            return False
        reach = near or common(served)
        return inside(area, reach) or inside(reach, area)
    own = one.home[:TAMBON]
    apart = bool(near and own) and not inside(near, own) and not inside(own, near)
    return apart and inside(area, near) and not inside(area, own)


def common(served: tuple[str, ...]) -> str:
    """The area that holds all we serve: where a report of unknown place belongs."""
    if not served:
        return ""
    short, long = min(served), max(served)
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), min(len(short), len(long)))
    return short[: same - same % 2]
