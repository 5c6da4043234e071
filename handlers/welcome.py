"""The first words: who runs this, what it is not, and what one can do here."""

from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.message import Offer, Say


def welcome(scene: Scene) -> Turn:
    """Said when someone adds us, and before the first answer to someone we meet."""
    return scene.say(greeting(scene), menu_say(scene))


def greeting(scene: Scene) -> Say:
    operator = scene.operator
    contact = (Say("welcome.contact", {"contact": operator.contact}),) if operator.contact else ()
    return Say("welcome.self", {"operator": operator.name}, then=(*contact, Say("welcome.not"), Say("welcome.never")))


def menu_say(scene: Scene) -> Say:
    return Say("menu.self", offers=menu_offers(scene))


def menu_offers(scene: Scene) -> tuple[Offer, ...]:
    """What people do most, by role; whoever is in the middle of something finds the way back to it first."""
    rows = [
        Offer("menu.report", "/report"),
        Offer("menu.check", "/check"),
        Offer("menu.hotlines", "/hotlines"),
        Offer("menu.lesson", "/lesson"),
        Offer("menu.mine", "/mine"),
        Offer("menu.language", "/language"),
    ]
    if scene.contact.role >= Role.COORDINATOR:
        rows = [Offer("menu.reports", "/reports"), Offer("menu.alert", "/alert"), *rows]
    elif scene.contact.role == Role.VOLUNTEER:
        duty = Offer("menu.duty_off", "/duty off") if scene.contact.roster.on else Offer("menu.duty_on", "/duty on")
        rows = [duty, Offer("menu.digest", "/digest"), *rows]
    if scene.conversation.flow:
        rows = [Offer("menu.goon", "/goon"), Offer("flow.cancel", "/cancel"), *rows]
    return tuple(rows)
