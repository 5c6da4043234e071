"""How far a report is believed before anybody looked at it: always kept and told, not always enough to call people."""

from datetime import timedelta
from typing import Any, Literal

from domain.contact import Role
from domain.conversation import Conversation, Scene
from domain.effect import FileReport
from domain.message import Offer, Say
from domain.query import CountReports, Filter, Scope
from handlers.pacing import REPORT, free, spend

Doubt = Literal["", "new", "many"]
"""Nothing in the way; from somebody we have only just met; too many, from one person or one district."""
DISTRICT = 4
HOUR = timedelta(hours=1)


def is_new(scene: Scene) -> bool:
    """Whether we have only just met. Who serves was let in by somebody, and is not new."""
    met = scene.contact.since
    if met is None or free(scene) or scene.contact.role > Role.RESIDENT:
        return False
    # We know the hour after we met, so at first the time since is less than none.
    return max(scene.now - met, timedelta()) < scene.limits.new_account


def recent(filed: FileReport, scene: Scene) -> CountReports:
    """How many reports its district had in the last hour; a sealed one counts until the clock's hour is over."""
    place = filed.area[:DISTRICT]
    anybody = Scope(Role.ADMIN, "", "")
    return CountReports(Filter(areas=(place,) if place else (), since=scene.now - HOUR, scope=anybody))


def spent(scene: Scene) -> Conversation | None:
    """Their conversation with one more report counted; None when they have made too many of late."""
    if free(scene) or scene.limits.off or scene.contact.role > Role.RESIDENT:
        return scene.conversation
    return spend(scene.conversation, REPORT, scene.limits.reports, scene.now)


def doubt_of(scene: Scene, found: Any, own: Conversation | None) -> Doubt:
    """What stands in the way of calling people, when so many reports were `found` and so many are their `own`."""
    if own is None or sum(many for _, many in found) >= scene.limits.flood:
        return "many"
    return "new" if is_new(scene) else ""


def calls_volunteers(doubt: Doubt) -> bool:
    """
    Whether volunteers hear of it now rather than when a coordinator vouches for it.

    Of what somebody new reports they do: the note names no place smaller than a tambon and sends nobody there, and a
    warning that waits warns nobody. But nobody is asked to go and look by their word alone (`handlers.filing`).
    """
    return doubt != "many"


def blocked(scene: Scene) -> Say:
    """What somebody hears who may send no reports for now. Asking, and the numbers, are always there."""
    appeal = () if scene.contact.appealed else (Offer("block.appeal", "/appeal"),)
    return Say("block.self", offers=(*appeal, Offer("menu.hotlines", "/hotlines"), Offer("menu.name", "/menu")))
