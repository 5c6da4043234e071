"""Answering alerts, and the volunteers' short digest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Acknowledge, Effect, Raise
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Params, Say
from domain.query import CountReports, Filter, FindAlerts, Scope
from handlers.welcome import menu_say

ANSWERS = ("seen", "warned", "going", "cant", "help")
ID = 36
DIGEST = timedelta(hours=24)
LINES = 5


def acknowledge(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A volunteer's answer to an alert. Whoever needs help is not left alone with it: coordinators hear at once."""
    answer, _, alert = argument.partition(" ")
    if answer not in ANSWERS or len(alert) != ID:
        return scene.say(Say("answer.gone"), menu_say(scene))

    def tell(found: Any) -> Turn:
        if not found:
            return scene.say(Say("answer.gone"), menu_say(scene))
        effects: list[Effect] = [Acknowledge(alert, answer)]
        if answer == "help":
            about = found[0][0]
            effects.append(Raise(calling(scene, about.id, about.audience.area, about.report)))
        return scene.say(Say(f"ack.{answer}"), do=tuple(effects))

    return Turn(scene.conversation, query=FindAlerts("", alert), then=tell)


def calling(
    scene: Scene, id: str, area: str, report: str, head: tuple[Say, ...] = (), offers: tuple[Offer, ...] = ()
) -> Alert:
    """A volunteer asks for help: told to the coordinators of the alert's area, before everything else."""
    params: Params = {"name": scene.contact.name or scene.contact.id[:8], "area": Area(area)}
    return Alert(
        derived(id, scene.contact.id, "help"),
        Audience(area=area, role=Role.COORDINATOR, upward=True),
        say=Say("tell.calling", params, first=head, offers=offers),
        lane="urgent",
        report=report or id,
    )


def digest(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How many new reports there were in a day, by kind and by tambon, and never both at once."""
    seen = Scope(min(scene.contact.role, Role.VOLUNTEER), scene.contact.area, scene.contact.id)
    new = Filter(since=scene.now - DIGEST, scope=seen)

    def of_kinds(kinds: tuple[tuple[str, int], ...]) -> Turn:
        def of_places(areas: tuple[tuple[str, int], ...]) -> Turn:
            if not kinds:
                return scene.say(Say("digest.none"), menu_say(scene))
            lines = (*counts(kinds, lambda kind: Key(f"{kind}.name")), *counts(areas, Area))
            return scene.say(Say("digest.self", {"total": sum(n for _, n in kinds)}, then=lines), menu_say(scene))

        return Turn(scene.conversation, query=CountReports(new, "area", LINES), then=of_places)

    return Turn(scene.conversation, query=CountReports(new, "kind", LINES), then=of_kinds)


def counts(rows: tuple[tuple[str, int], ...], named: Callable[[str], Any]) -> tuple[Say, ...]:
    return tuple(Say("digest.line", {"value": named(value), "count": n}) for value, n in rows)
