"""The morning's summary, and the same on request: all of it for coordinators, a few counts for volunteers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.message import Area, Incoming, Key, Offer, Say
from domain.query import FindSummary, Scope
from domain.routing import FEW
from domain.summary import Summary
from domain.verdict import defanged
from handlers.costing import used
from handlers.quoting import quoted
from handlers.reports import KINDS
from handlers.welcome import menu_say

DAY = timedelta(hours=24)
TOLD = tuple(name for name, flow in KINDS.items() if flow.tells == "volunteers")
"""Kinds that volunteers may know of; what is sensitive in one of these is not counted for them either."""
OVERDUE_FIRST = "/reports status:new,open sort:old"


def digest(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How it stands now, with what happened within a day."""
    me = scene.contact
    seen = Scope(me.role, me.area, me.id)

    def tell(found: Summary) -> Turn:
        if me.role >= Role.COORDINATOR:
            return scene.say(for_coordinator(found, me.area, scene.rules.reserve))
        return scene.say(for_volunteer(found), menu_say(scene))

    return Turn(scene.conversation, query=FindSummary(seen, scene.now - DAY, kinds_for(me.role)), then=tell)


def kinds_for(role: Role) -> tuple[str, ...]:
    """The kinds that are counted for who serves so: for volunteers what they are told of; none named means all."""
    return () if role >= Role.COORDINATOR else TOLD


def for_volunteer(found: Summary) -> Say:
    """
    How many, by kind and by tambon, and never both at once; a few are not counted, for neighbours can count too.

    Nor are the others then: what is left of a sum would say how few they are.
    """
    if not found.kinds:
        return Say("digest.none")
    whole = all(n >= FEW for _, n in (*found.kinds, *found.areas))
    lines = (*blurred(found.kinds, kind_name, whole), *blurred(found.areas, Area, whole))
    return Say("digest.self", then=lines)


def for_coordinator(found: Summary, area: str, reserve: int) -> Say:
    """New, open, overdue, what is reported most, what did not arrive, and LINE's month."""
    lines = [
        Say("summary.new", {"count": found.new}),
        *counted(found.kinds, kind_name),
        Say("summary.open", {"count": found.open}),
        *((Say("summary.overdue", {"count": found.overdue}),) if found.overdue else ()),
        *(
            Say("summary.indicator", {"value": defanged(quoted(key.partition(":")[2], 80)), "count": many})
            for key, many in found.indicators
        ),
        *((Say("summary.failed", {"count": sum(n for _, n in found.failed)}),) if found.failed else ()),
        *counted(found.failed, lambda why: Key(f"summary.why.{why}")),
        *((Say("quota.self"), *used(found.month, reserve)) if found.month else ()),
    ]
    offers = (Offer("summary.look", OVERDUE_FIRST),) if found.open else ()
    where = Area(area) if area else Key("area.everywhere")
    return Say("summary.self", {"area": where}, then=tuple(lines), offers=(*offers, Offer("menu.name", "/menu")))


def kind_name(kind: str) -> Key:
    return Key(f"{kind}.name")


def counted(rows: tuple[tuple[str, int], ...], named: Callable[[str], Any]) -> tuple[Say, ...]:
    return tuple(Say("digest.line", {"value": named(value), "count": n}) for value, n in rows)


def blurred(rows: tuple[tuple[str, int], ...], named: Callable[[str], Any], whole: bool) -> tuple[Say, ...]:
    if whole:
        return counted(rows, named)
    return tuple(Say("digest.some" if n >= FEW else "digest.few", {"value": named(value)}) for value, n in rows)
