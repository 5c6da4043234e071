"""Answering alerts."""

from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Effect
from domain.effect_alert import Acknowledge, Raise
from domain.ids import derived
from domain.message import Area, Incoming, Offer, Params, Say
from domain.query import FindAlerts
from handlers.welcome import menu_say

ANSWERS = ("seen", "warned", "going", "cant", "help")
ID = 36


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
            view = (Offer("tell.view", "/report {number}"),) if about.report else ()
            effects.append(Raise(calling(scene, about.id, about.audience.area, about.report, offers=view)))
        return scene.say(Say(f"ack.{answer}"), do=tuple(effects))

    return Turn(scene.conversation, query=FindAlerts("", alert), then=tell)


def calling(
    scene: Scene, id: str, area: str, report: str, head: tuple[Say, ...] = (), offers: tuple[Offer, ...] = ()
) -> Alert:
    """
    A volunteer asks for help: told to the coordinators of the alert's area, before everything else.

    Whoever asks again is heard again, once in ten minutes.
    """
    lately = f"{scene.now:%Y-%m-%dT%H:%M}"[:-1]
    params: Params = {"name": scene.contact.name or scene.contact.id[:8], "area": Area(area)}
    return Alert(
        derived(id, scene.contact.id, "help", lately),
        Audience(area=area, role=Role.COORDINATOR, upward=True),
        say=Say("tell.calling", params, first=head, offers=offers),
        lane="urgent",
        report=report or id,
    )
