"""Using an invitation: a code, an age, a name."""

import re
from dataclasses import replace

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import Audit, Redeem
from domain.effect_alert import Raise
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Params, Say
from domain.query import FindInvite, Invite
from handlers.answering import begin
from handlers.answers import Words, choice
from handlers.flow import Ask, Flow
from handlers.pacing import CODE as CODE_TRIED
from handlers.pacing import free, spend
from handlers.refusing import refused
from handlers.welcome import menu_say
from texts.writing import clean, cut

LONGEST_CODE = 20
CODE = re.compile(r"[2-9A-HJ-NP-Z]{5}[- ][2-9A-HJ-NP-Z]{5}", re.IGNORECASE)


def reads_as_code(text: str) -> bool:
    """Whether a text is nothing but an invitation's code, as it is passed on."""
    return bool(CODE.fullmatch(text.strip()))


def join(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/join CODE` asks for age and name. A code that is no good is said at once, whyever that is."""
    code = clean(argument, LONGEST_CODE)
    if not code:
        return scene.say(Say("join.ask"))
    spent = scene.conversation if free(scene) else spend(scene.conversation, CODE_TRIED, scene.limits.codes, scene.now)
    if spent is None:
        return scene.say(Say("join.slow"), menu_say(scene))
    scene = replace(scene, conversation=spent)

    def tell(invite: Invite | None) -> Turn:
        if invite is None:
            return refused(scene, "join", Say("join.unknown"), menu_say(scene))
        if scene.contact.role >= invite.role:
            return scene.say(Say("join.already"), menu_say(scene))
        params: Params = {"role": Key(f"role.{invite.role.word}"), "area": area_of(invite)}
        return begin(JOIN, scene, incoming, {"code": code}, (Say("join.invited", params),))

    return Turn(scene.conversation, query=FindInvite(code), then=tell)


def area_of(invite: Invite) -> Area | Key:
    return Area(invite.area) if invite.area else Key("area.everywhere")


def joined(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """The code is looked at again: somebody else may have used it meanwhile."""
    over = replace(scene, conversation=scene.conversation.idle())

    def tell(invite: Invite | None) -> Turn:
        if invite is None:
            return refused(over, "join", Say("join.unknown"), menu_say(over))
        if scene.contact.role >= invite.role:
            return over.say(Say("join.already"), menu_say(over))
        return let_in(over, incoming, invite, str(answers["name"]))

    if answers["age"] != "adult":
        return over.say(Say("join.minor"), menu_say(over))
    return Turn(scene.conversation, query=FindInvite(str(answers["code"])), then=tell)


def let_in(scene: Scene, incoming: Incoming, invite: Invite, name: str) -> Turn:
    """A volunteer waits for a coordinator's yes; whoever the operator invited from the command line is in."""
    pending = invite.role == Role.VOLUNTEER and bool(invite.by)
    redeem = Redeem(invite.id, invite.role, invite.area, name, pending)
    audit = Audit("join", invite.id[:12], {"role": invite.role.word, "area": invite.area})
    if pending:
        said = Say("join.pending", {"area": area_of(invite)})
        return scene.say(said, menu_say(scene), do=(redeem, audit, Raise(asking(scene, incoming, invite, name))))
    params: Params = {"role": Key(f"role.{invite.role.word}"), "area": area_of(invite)}
    newly = replace(scene, contact=replace(scene.contact, role=invite.role, area=invite.area))
    return scene.say(Say(f"join.done.{invite.role.word}", params), menu_say(newly), do=(redeem, audit))


def asking(scene: Scene, incoming: Incoming, invite: Invite, name: str) -> Alert:
    """Ask the coordinators of the area whether this volunteer may come in."""
    short = scene.contact.id[:8]
    offers = (Offer("join.let_in", f"/approve {short} yes"), Offer("join.keep_out", f"/approve {short} no"))
    return Alert(
        derived(incoming.id, "asking"),
        Audience(area=invite.area, role=Role.COORDINATOR, upward=True),
        say=Say("join.asking", {"name": cut(name, 40), "area": area_of(invite)}, offers=offers),
        lane="reply",
    )


JOIN = Flow(
    "join",
    (Ask("age", choice("adult", "minor")), Ask("name", Words(60), when=lambda answers: answers.get("age") == "adult")),
    close=joined,
    consent=False,
)
