"""Whoever floods with false reports sends none for now: by a report's number, never knowing who; they may object."""

from dataclasses import replace
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AddToReport, Appeal, Audit, Block, Effect, TellReporter
from domain.effect_alert import Raise
from domain.ids import derived
from domain.message import Incoming, Offer, Say
from domain.query import FindReport
from domain.report import Report
from domain.routing import TAMBON, common
from handlers.answering import begin
from handlers.answers import Words
from handlers.cases import nobody_left, to_nobody
from handlers.flow import Ask, Flow
from handlers.own import by_number, own
from handlers.quoting import quoted
from handlers.searching import scope
from handlers.welcome import menu_say
from texts.writing import clean, digits

REASON, OBJECTION = 300, 500


def block(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    `/block 482913 reason`: whoever made that report sends none for now. Without a reason it is asked for.

    Not over a sealed one: that somebody is blocked stands in their own row, and would tell whose report it was.
    """

    def tell(one: Report, rest: str) -> Turn:
        if one.sealed:
            return scene.say(Say("block.sealed", {"number": one.number}))
        if nobody_left(one):
            return to_nobody(scene, one)
        return begin(BLOCK, scene, incoming, {"number": one.number} | ({"words": clean(rest, REASON)} if rest else {}))

    return by_number(scene, argument, tell, scope(scene))


def blocks(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    def tell(one: Report, _: str) -> Turn:
        if one.sealed:
            return Turn(scene.conversation.idle(), (Say("block.sealed", {"number": one.number}),))
        if nobody_left(one):
            return to_nobody(scene, one)
        told = Say("block.told", {"number": one.number}, offers=(Offer("block.appeal", "/appeal"),))
        effects = (
            Block(one.id, one.number, on=True),
            AddToReport(one.id, "note", str(answers["words"])),
            TellReporter(one.id, told),
            Audit("block", one.id),
        )
        said = Say("block.done", {"number": one.number}, offers=(Offer("block.undo", f"/unblock {one.number}"),))
        return Turn(scene.conversation.idle(), (said,), effects)

    return by_number(scene, str(answers["number"]), tell, scope(scene))


def unblock(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/unblock 482913`: they may report again. The same answer whether or not they were blocked, or it is there."""

    def undone(report: str, number: int) -> Turn:
        effects = (Block(report, number, on=False), Audit("unblock", report or str(number)))
        return scene.say(Say("block.undone", {"number": number}), do=effects)

    def missing() -> Turn:
        return undone("", int(digits(argument.partition(" ")[0]).lstrip("#")))

    return by_number(scene, argument, lambda one, _: undone(one.id, one.number), scope(scene), missing)


def appeal(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Whoever is blocked may object, once."""
    if not scene.contact.blocked:
        return scene.say(Say("appeal.none"), menu_say(scene))
    if scene.contact.appealed:
        return scene.say(Say("appeal.once"), menu_say(scene))
    return begin(APPEAL, scene, incoming, {})


def appeals(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """What they say goes to the report over which they were blocked, and to all coordinators around its place."""
    over, number = replace(scene, conversation=scene.conversation.idle()), scene.contact.blocked
    if not number or scene.contact.appealed:
        return over.say(Say("appeal.once" if number else "appeal.none"))

    def tell(one: Report | None) -> Turn:
        effects: list[Effect] = [Appeal(), Raise(objection(scene, incoming, one, str(answers["words"])))]
        if one is not None:
            effects.append(AddToReport(one.id, "added", str(answers["words"])))
        return over.say(Say("appeal.sent"), menu_say(over), do=tuple(effects))

    return Turn(scene.conversation, query=FindReport(int(number), own(scene)), then=tell)


def objection(scene: Scene, incoming: Incoming, one: Report | None, words: str) -> Alert:
    """All coordinators around hear of it, not only the one who blocked."""
    number = scene.contact.blocked
    offers = (Offer("tell.view", f"/report {number}"), Offer("block.undo", f"/unblock {number}"))
    say = Say("appeal.told", {"number": number, "text": quoted(words, OBJECTION)}, offers=offers)
    area = (one.area if one else scene.contact.area)[:TAMBON] or common(scene.operator.served)
    whom = Audience(area=area, role=Role.COORDINATOR, upward=True)
    return Alert(derived(incoming.id, "appeal"), whom, say=say, lane="reply", report=one.id if one else number)


def made(name: str, limit: int, close: Any, role: Role) -> Flow:
    return Flow(name, (Ask("words", Words(limit)),), close=close, consent=False, role=role)


BLOCK = made("block", REASON, blocks, Role.COORDINATOR)
APPEAL = made("appeal", OBJECTION, appeals, Role.RESIDENT)
