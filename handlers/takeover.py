"""Taking a case over from another coordinator: with a reason, which stays with the case and which they hear."""

from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AddToReport, Assign, Audit, Tell
from domain.message import Incoming, Key, Offer, Params, Say
from domain.report import Report
from handlers.answering import begin
from handlers.answers import Words
from handlers.flow import Ask, Flow
from handlers.own import by_number
from handlers.quoting import quoted
from handlers.searching import scope
from texts.writing import clean

REASON = 300


def takeover(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/takeover 482913 reason`; without a reason it is asked for."""

    def tell(one: Report, rest: str) -> Turn:
        if refused := not_theirs(scene, one):
            return refused
        given = {"number": one.number} | ({"words": clean(rest, REASON)} if rest else {})
        return begin(TAKEOVER, scene, incoming, given)

    return by_number(scene, argument, tell, scope(scene))


def not_theirs(scene: Scene, one: Report) -> Turn | None:
    """Nothing to take over: nobody has it, or they do themselves."""
    take = (Offer("show.take", f"/assign {one.number} me"),)
    if not one.assignee:
        return scene.say(Say("takeover.free", {"number": one.number}, offers=take))
    if one.assignee == scene.contact.id:
        return scene.say(Say("takeover.yours", {"number": one.number}))
    return None


def taken(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    reason = str(answers["words"])

    def tell(one: Report, _: str) -> Turn:
        over = Turn(scene.conversation.idle())
        if refused := not_theirs(scene, one):
            return Turn(over.conversation, refused.reply)
        view = (Offer("tell.view", f"/report {one.number}"),)
        name = scene.contact.name or Key("role.coordinator")
        params: Params = {"number": one.number, "name": name, "reason": quoted(reason, REASON)}
        effects = (
            Assign(one.id, scene.contact.id),
            AddToReport(one.id, "note", reason),
            Tell(one.assignee, Say("takeover.told", params, offers=view)),
            Audit("takeover", one.id, {"from": one.assignee}),
        )
        return Turn(over.conversation, (Say("takeover.done", {"number": one.number}, offers=view),), effects)

    return by_number(scene, str(answers["number"]), tell, scope(scene))


TAKEOVER = Flow("takeover", (Ask("words", Words(REASON)),), close=taken, consent=False, role=Role.COORDINATOR)
