"""Joining as a volunteer or coordinator, being on duty, and answering alerts."""

from dataclasses import replace
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Acknowledge, Audit, Duty, Raise, Redeem
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Say
from domain.query import FindInvite, Invite
from handlers.welcome import menu_say
from texts.writing import clean

ANSWERS = ("seen", "going", "cant", "help")


def join(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    Use an invitation: `/join CODE` asks for age and a name, `/join CODE yes <name>` joins.

    Volunteers must be 18 (domain facts: minors have no place in village security), and a coordinator lets them in.
    """
    code, _, rest = argument.partition(" ")
    if not code:
        return scene.say(Say("join.ask"))

    def tell(invite: Invite | None) -> Turn:
        if invite is None:
            return scene.say(Say("join.unknown"))
        if scene.contact.role >= invite.role:
            return scene.say(Say("join.already"))
        return joining(scene, incoming, invite, code, rest.strip())

    return Turn(scene.conversation, query=FindInvite(code), then=tell)


def joining(scene: Scene, incoming: Incoming, invite: Invite, code: str, rest: str) -> Turn:
    role = Key(f"role.{invite.role.word}")
    age, _, name = rest.partition(" ")
    if age == "no":
        return scene.say(Say("join.minor"), menu_say(scene))
    if age != "yes":
        offers = (Offer("join.adult", f"/join {code} yes"), Offer("join.not_adult", f"/join {code} no"))
        return scene.say(Say("join.age", {"role": role, "area": Area(invite.area)}, offers=offers))
    pending = invite.role == Role.VOLUNTEER and bool(invite.by)
    chosen = clean(name, 60).strip()
    redeem = Redeem(invite.id, invite.role, invite.area, chosen, pending)
    audit = Audit("join", invite.id[:12], {"role": invite.role.word, "area": invite.area})
    if not pending:
        said = Say(f"join.done.{invite.role.word}", {"role": role, "area": Area(invite.area)})
        joined = replace(scene, contact=replace(scene.contact, role=invite.role, area=invite.area))
        return scene.say(said, menu_say(joined), do=(redeem, audit))
    return Turn(
        scene.conversation,
        (Say("join.pending", {"area": Area(invite.area)}),),
        (redeem, audit, Raise(asking(scene, incoming, invite, chosen))),
    )


def asking(scene: Scene, incoming: Incoming, invite: Invite, name: str) -> Alert:
    """Ask the coordinators of the area whether this volunteer may come in."""
    short = scene.contact.id[:8]
    offers = (Offer("join.let_in", f"/approve {short} yes"), Offer("join.keep_out", f"/approve {short} no"))
    params: dict[str, Any] = {"name": name or short, "area": Area(invite.area)}
    return Alert(
        derived(incoming.id, "asking"),
        Audience(area=invite.area, role=Role.COORDINATOR, upward=True),
        say=Say("join.asking", params, offers=offers),
        lane="reply",
    )


def duty(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """On or off duty. Off: no notes of reports, though urgent alerts for everybody still come."""
    if argument not in ("on", "off"):
        state = "on" if scene.contact.on_duty else "off"
        offers = (Offer("menu.duty_on", "/duty on"), Offer("menu.duty_off", "/duty off"))
        return scene.say(Say(f"duty.is_{state}", offers=offers))
    on = argument == "on"
    said = Say(f"duty.{argument}", {"area": Area(scene.contact.area)})
    changed = replace(scene, contact=replace(scene.contact, on_duty=on))
    return scene.say(said, menu_say(changed), do=(Duty(on), Audit("duty", detail={"on": int(on)})))


def acknowledge(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A volunteer's answer to an alert: seen, going, can't, need help."""
    answer, _, alert = argument.partition(" ")
    if answer not in ANSWERS or len(alert) != 36:
        return scene.say(Say("answer.gone"), menu_say(scene))
    effects: tuple[Any, ...] = (Acknowledge(alert, answer),)
    return scene.say(Say(f"ack.{answer}"), do=effects)
