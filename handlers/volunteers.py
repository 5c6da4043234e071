"""Being on duty, answering alerts, and the volunteers' short digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Acknowledge, Audit, Duty, Effect, Raise
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Param, Params, Say
from domain.query import CountReports, Filter, FindAlerts, Scope
from domain.routing import FEW
from handlers.reports import KINDS
from handlers.welcome import menu_say

ANSWERS = ("seen", "warned", "going", "cant", "help")
ID = 36
DIGEST = timedelta(hours=24)
LINES = 5
TOLD = tuple(name for name, flow in KINDS.items() if flow.tells == "volunteers" and not flow.sensitive)
"""The kinds volunteers are told of, and counted."""


def duty(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """On or off duty. Off: no notes of reports, though alerts for everybody still come."""
    word = {"เข้า": "on", "ออก": "off"}.get(argument, argument)
    if word not in ("on", "off"):
        state = "on" if scene.contact.on_duty else "off"
        other = Offer("menu.duty_off", "/duty off") if scene.contact.on_duty else Offer("menu.duty_on", "/duty on")
        return scene.say(Say(f"duty.is_{state}", offers=(other, Offer("menu.name", "/menu"))))
    on = word == "on"
    said = Say(f"duty.{word}", {"area": Area(scene.contact.area)})
    changed = replace(scene, contact=replace(scene.contact, on_duty=on))
    return scene.say(said, menu_say(changed), do=(Duty(on), Audit("duty", detail={"on": int(on)})))


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
            effects.append(Raise(calling(scene, incoming, found[0][0])))
        return scene.say(Say(f"ack.{answer}"), do=tuple(effects))

    return Turn(scene.conversation, query=FindAlerts("", alert), then=tell)


def calling(scene: Scene, incoming: Incoming, about: Alert) -> Alert:
    """A volunteer asks for help: told to the coordinators of the alert's area, before everything else."""
    params: Params = {"name": scene.contact.name or scene.contact.id[:8], "area": Area(about.audience.area)}
    return Alert(
        derived(about.id, scene.contact.id, "help"),
        Audience(area=about.audience.area, role=Role.COORDINATOR, upward=True),
        say=Say("tell.calling", params),
        lane="urgent",
        report=about.report or about.id,
    )


def digest(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How many new reports there were in a day, by kind and by tambon, and never both at once."""
    seen = Scope(min(scene.contact.role, Role.VOLUNTEER), scene.contact.area, scene.contact.id)
    new = Filter(kinds=TOLD, since=scene.now - DIGEST, scope=seen)

    def of_kinds(kinds: tuple[tuple[str, int], ...]) -> Turn:
        def of_places(areas: tuple[tuple[str, int], ...]) -> Turn:
            if not kinds:
                return scene.say(Say("digest.none"), menu_say(scene))
            lines = (*counts(kinds, lambda kind: Key(f"{kind}.name")), *counts(areas, Area))
            total = blurred(sum(n for _, n in kinds))
            return scene.say(Say("digest.self", {"total": total}, then=lines), menu_say(scene))

        return Turn(scene.conversation, query=CountReports(new, "area", LINES), then=of_places)

    return Turn(scene.conversation, query=CountReports(new, "kind", LINES), then=of_kinds)


def counts(rows: tuple[tuple[str, int], ...], named: Callable[[str], Any]) -> tuple[Say, ...]:
    return tuple(Say("digest.line", {"value": named(value), "count": blurred(n)}) for value, n in rows)


def blurred(many: int) -> Param:
    """A count as it is said to volunteers: one or two reports of a tambon would name who made them."""
    return many if many >= FEW else Key("digest.few")
