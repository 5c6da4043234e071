"""Opening who made a report: two coordinators must want it, with a reason, and the reporter is told."""

from typing import Any

from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AskOpening, Audit, SettleOpening
from domain.ids import derived
from domain.message import Incoming, Offer, Params, Say
from domain.query import CountAudience, FindOpening, Opening
from domain.report import Report
from handlers.answering import begin
from handlers.answers import Words
from handlers.cases import nobody_left, to_nobody, view
from handlers.flow import Ask, Flow
from handlers.informing import staff_for
from handlers.own import by_number, routed
from handlers.quoting import quoted
from handlers.searching import scope
from texts.writing import clean

REASON = 300
"""Characters of a reason. It is shown to those who may agree, and kept encrypted (`storage.openings`)."""
ID = 36


def identity(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/identity 482913 reason` asks; `/identity yes <id>` and `no`, by button, are the second one's word."""
    word, _, id = argument.partition(" ")
    if word in ("yes", "no") and len(id) == ID:
        return settled(scene, id, yes=word == "yes")

    def tell(one: Report, rest: str) -> Turn:
        if nobody_left(one):
            return to_nobody(scene, one)
        given = {"number": one.number} | ({"words": clean(rest, REASON)} if rest else {})
        return begin(OPENING, scene, incoming, given)

    return by_number(scene, argument, tell, scope(scene))


def asked(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Ask everybody else who may see the report; nothing is opened yet."""
    reason = str(answers["words"])

    def tell(one: Report, _: str) -> Turn:
        id = derived(incoming.id, "opening")
        params: Params = {"number": one.number, "name": scene.contact.name, "reason": quoted(reason, REASON)}
        offers = (Offer("opening.yes", f"/identity yes {id}"), Offer("opening.no", f"/identity no {id}"))
        audience = staff_for(routed(one), one.quiet, scene.operator.served)
        say = Say("opening.asked", params, offers=(*offers, view(one.number)))
        audit = Audit("ask-identity", one.id, {"opening": id})

        def ask(people: Any) -> Turn:
            others = sum(many for _, _, many in people)
            if not others:
                return Turn(scene.conversation.idle(), (Say("opening.nobody", {"number": one.number}),), (audit,))
            said = Say("opening.waits", {"number": one.number, "count": others})
            return Turn(scene.conversation.idle(), (said,), (AskOpening(id, one.id, reason, audience, say), audit))

        return Turn(scene.conversation, query=CountAudience(audience, scene.contact.id), then=ask)

    return by_number(scene, str(answers["number"]), tell, scope(scene), opened=True)


def settled(scene: Scene, id: str, *, yes: bool) -> Turn:
    """The second one's yes shows the account to both, once; nobody can agree with themselves."""

    def tell(one: Opening | None) -> Turn:
        if one is None:
            return scene.say(Say("opening.gone"))
        if one.by == scene.contact.id:
            return scene.say(Say("opening.own", {"number": one.number}))
        log = Audit(f"{'open' if yes else 'refuse'}-identity", one.report, {"opening": one.id, "with": one.by})
        key = "shown" if yes else "refused"
        shown = Say(f"opening.{key}", {"number": one.number}, offers=(view(one.number),))
        told = Say("opening.reporter", {"number": one.number}) if yes else None
        return scene.say(shown, do=(SettleOpening(one.id, one.report, one.by, yes, shown, told), log))

    return Turn(scene.conversation, query=FindOpening(id, scope(scene)), then=tell)


OPENING = Flow("identity", (Ask("words", Words(REASON)),), close=asked, consent=False, role=Role.COORDINATOR)
