"""Which reports volunteers are asked to go and look at, and in which words: pure decisions, tested as a table."""

from typing import Literal

from domain.conversation import Scene
from domain.dispatch import Dispatch, Spoken, rings
from domain.effect import Effect, FileReport
from domain.effect_alert import EndDispatch
from domain.ids import derived
from domain.message import Area, Key, Offer, Params, Say
from domain.report import DONE, Report

TAMBON = 6
"""Digits of a code. Volunteers are told a place no more exactly than that."""

DISPATCHED: dict[str, Literal["at once", "by hand", "never"]] = {
    "border": "at once",
    "crossing": "at once",
    "other": "by hand",
    "link": "never",
    "call": "never",
    "message": "never",
    "app": "never",
    "fake": "never",
    "money": "never",
    "mule": "never",
    "trafficking": "never",
    "drugs": "never",
    "official": "never",
}
"""
Whether somebody is asked to look at a report of this kind: by the bot, when a coordinator has read it, or not at all.

What is no place cannot be looked at, and nobody is sent near trafficking, drugs or an official. "Something else" may
be anything, and two words of it are no reason to go out. A kind that does not stand here is not asked about either.
"""


def dispatched(kind: str, filed: FileReport, scene: Scene) -> Dispatch | None:
    """
    The question to volunteers that a new report becomes; None for one that is told as a note, or not at all.

    What is sensitive by its words or withheld is never asked about, nor what lies we do not know where.
    """
    if DISPATCHED.get(kind) != "at once" or filed.sensitive or filed.withheld or not rings(filed.area):
        return None
    return Dispatch(
        derived(filed.id, "dispatch"),
        kind,
        filed.area,
        filed.id,
        urgent=filed.urgent,
        wait=scene.rules.answer_in(urgent=filed.urgent),
    )


def spoken(one: Dispatch) -> Spoken:
    """What a dispatch says: advice first, then the kind and the tambon, and nothing else of the report."""
    return Spoken(ask=asking(one), taken=taken(one), over=over(one), unanswered=unanswered(one))


def asking(one: Dispatch) -> Say:
    head = Say("dispatch.ask.urgent" if one.urgent else "dispatch.ask.self")
    first = (*drill(one), head, *advice(one))
    return Say("dispatch.about", about(one), first=first, offers=answers(one, "cant"))


def taken(one: Dispatch) -> Say:
    """To those who were asked as well: not ten need go, and whoever wants to may."""
    head = Say("dispatch.taken.urgent" if one.urgent else "dispatch.taken.self")
    return Say("dispatch.about", about(one), first=(*drill(one), head), offers=answers(one))


def over(one: Dispatch) -> Say:
    return Say("dispatch.about", about(one), first=(*drill(one), Say("dispatch.over")))


def unanswered(one: Dispatch) -> Say:
    """To the coordinators: nobody goes. Its report can be opened; an exercise has none."""
    if one.exercise:
        return Say("dispatch.about", about(one), first=(*drill(one), Say("dispatch.unanswered.drill")))
    offers = (Offer("tell.view", "/report {number}"), Offer("tell.take", "/assign {number} me"))
    head = Say("dispatch.unanswered.self")
    return Say("dispatch.about", about(one), first=(*drill(one), head), offers=offers)


def drill(one: Dispatch) -> tuple[Say, ...]:
    """The line over each bubble of an exercise."""
    return (Say("alert.head.exercise"),) if one.exercise else ()


def advice(one: Dispatch) -> tuple[Say, ...]:
    rest = (Say("dispatch.drill"),) if one.exercise else ()
    return (Say(f"{one.kind}.look"), *rest)


def about(one: Dispatch) -> Params:
    return {"kind": Key(f"{one.kind}.name"), "area": Area(one.area[:TAMBON])}


def answers(one: Dispatch, *more: str) -> tuple[Offer, ...]:
    """What can be answered: nobody is sent to what may explode, but neighbours can be kept away from it."""
    go = "warned" if one.urgent else "going"
    return tuple(Offer(f"tell.{word}", f"/answer {word} {one.id}") for word in (go, *more, "help"))


def asked_by(scene: Scene, id: str, kind: str, area: str, report: str = "", *, urgent: bool = False) -> Dispatch:
    """What a coordinator asks for; without a report it is an exercise."""
    wait = scene.rules.answer_in(urgent=urgent)
    return Dispatch(id, kind, area, report, urgent, exercise=not report, by=scene.contact.id, wait=wait)


def refusal(one: Report) -> str:
    """Why volunteers cannot be asked to look at a report; "" when they can."""
    if one.sensitive or one.withheld or DISPATCHED.get(one.kind, "never") == "never":
        return "never"
    if one.status in DONE:
        return "decided"
    if not rings(one.area):
        return "nowhere"
    return "running" if one.called and one.called.state in ("open", "taken") else ""


def decided(one: Report) -> tuple[Effect, ...]:
    """What a decision on a report means for those who were asked to look at it."""
    return (EndDispatch(one.id, over(Dispatch("", one.kind, one.area))),) if one.called else ()
