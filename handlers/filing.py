"""What a finished report leads to: it is kept, the right people are told, and the reporter hears what happens now."""

from typing import Any

from checks import find
from domain.conversation import Answers, Scene, Turn
from domain.effect import Effect, FileReport, Raise
from domain.ids import derived
from domain.message import Incoming, Offer, Say
from handlers.answers import Choice, Evidence, Where, Words
from handlers.flow import MEDIA, Ask, Flow
from handlers.informing import subject, tellings, volunteers_for

CHECK = Ask("check", Choice(("send", "quiet", "edit"), scope="check"))
WORDS = Ask("words", Words())
WHERE = Ask("where", Where(), optional=True)
WHERE_LATER = Ask("where", Where(), optional=True, later=True)
PHOTO = Ask("media", Evidence(), optional=True)

GIVEN = Say("receipt.given", attached="{receipt_file}")
"""A sealed report's receipt: the digits, once, and a picture of them."""
CAREFUL = frozenset({"trafficking", "lure_job", "drugs", "official", "violence", "child", "suicide"})
"""Needs that make a report sensitive whatever kind was chosen: what somebody writes under "other" counts too."""


def report(name: str, *asks: Ask, **more: Any) -> Flow:
    """A kind of report: its questions, then the summary to send, change or drop."""
    return Flow(name, asks, close=file, last=CHECK, **more)


def file(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Keep the report, tell those who should know, and thank."""
    where = answers.get("where") or {}
    text = "\n".join((*told(answers), *said(answers)))
    filed = FileReport(
        derived(incoming.id, "report"),
        flow.name,
        {name: value for name, value in answers.items() if not name.startswith("_") and name != "consent"},
        text=text,
        area=str(where.get("area", "")) if where else scene.contact.area,
        lat=where.get("lat"),
        lon=where.get("lon"),
        urgent=flow.urgent(answers),
        sensitive=flow.sensitive or bool(CAREFUL & set(scene.judge(text).needs)),
        withheld=answers.get(CHECK.name) == "quiet",
        media=tuple(answers.get(MEDIA, ())),
        indicators=find(text),
    )
    effects: list[Effect] = [filed, *(Raise(alert) for alert in tellings(flow, filed, scene))]
    return Turn(scene.conversation.idle(), thanks(flow, filed, scene), tuple(effects), veiled=filed.sealed)


def told(answers: Answers) -> tuple[str, ...]:
    """Everything the person told in their own words."""
    return tuple(str(answers[name]) for name in ("words", "account", "more") if answers.get(name))


def said(answers: Answers) -> tuple[str, ...]:
    """How they named the place and the time: for search, beside what we made of it."""
    named = [
        answers[name].get("said") for name in ("where", "when") if answers.get(name) and "word" not in answers[name]
    ]
    return tuple(str(one) for one in named if one)


def thanks(flow: Flow, filed: FileReport, scene: Scene) -> tuple[Say, ...]:
    """The number, who will know, what to do now; and a way to say where they live, if we were never told."""
    offers = [Offer("thanks.add", "/add {number}"), Offer("menu.mine", "/mine")]
    if filed.area and not scene.contact.area:
        offers.append(Offer("heard.home", f"/home {filed.area}"))
    elif not scene.contact.area:
        offers.append(Offer("thanks.home", "/home"))
    return (
        Say("thanks.self", then=(Say(f"thanks.{who_knows(flow, filed, scene)}"),)),
        *((GIVEN,) if filed.sealed else ()),
        Say(f"{flow.name}.next", offers=tuple(offers)),
    )


def who_knows(flow: Flow, filed: FileReport, scene: Scene) -> str:
    """Which words say truly who will hear of it."""
    if filed.sensitive:
        return "sensitive_withheld" if filed.withheld else "sensitive"
    told = volunteers_for(subject(flow, filed, scene), scene.operator.served) is not None
    if filed.withheld:
        return "withheld" if told else "hidden"
    return "seen" if told else "staff"
