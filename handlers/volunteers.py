"""Being on duty, and answering alerts."""

from dataclasses import replace
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Acknowledge, Audit, Duty, Effect, Raise
from domain.ids import derived
from domain.message import Area, Incoming, Offer, Params, Say
from domain.query import FindAlerts
from handlers.welcome import menu_say

ANSWERS = ("seen", "warned", "going", "cant", "help")
ID = 36


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
