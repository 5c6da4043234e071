"""What a finished report leads to: it is kept, the right people are told, and the reporter hears what happens now."""

from typing import Any

from checks import find
from checks.outgoing import tells_positions
from domain.conversation import Answers, Conversation, Scene, Turn
from domain.effect import Effect, FileReport
from domain.effect_alert import Raise, SendOut
from domain.ids import derived
from domain.message import Incoming, Offer, Say
from domain.query import Cover, FindCover
from handlers.answers import Choice, Evidence, Where, Words
from handlers.dispatch import dispatched, spoken
from handlers.doubting import Doubt, blocked, calls_volunteers, doubt_of, recent, spent
from handlers.flow import MEDIA, Ask, Flow
from handlers.informing import subject, tellings, told_of, volunteers_for

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
    """Keep the report, tell those who should know, and thank. However doubtful it is, it is kept."""
    if scene.contact.blocked:
        return Turn(scene.conversation.idle(), (blocked(scene),))
    filed = report_of(flow, scene, answers, incoming)
    own = spent(scene)

    def decide(found: Any) -> Turn:
        doubt = doubt_of(scene, found, own)
        left, query = (own or scene.conversation).idle(), FindCover(told_of(subject(flow, filed, scene), scene))
        return Turn(left, query=query, then=lambda cover: kept(flow, filed, scene, left, doubt, cover))

    return Turn(scene.conversation, query=recent(filed, scene), then=decide)


def kept(flow: Flow, filed: FileReport, scene: Scene, left: Conversation, doubt: Doubt, cover: Cover) -> Turn:
    """It is kept, and those who are there for it (`cover`) are told, or asked to look."""
    look = dispatched(flow.name, filed, scene)
    told = tellings(flow, filed, scene, doubt, look, cover)
    effects: list[Effect] = [filed, *(Raise(alert) for alert in told)]
    if look and not doubt:
        effects.append(SendOut(look, spoken(look)))
    return Turn(left, thanks(flow, filed, scene, doubt, cover), tuple(effects), veiled=filed.sealed)


def report_of(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> FileReport:
    """The report that the answers make."""
    where = answers.get("where") or {}
    text = "\n".join((*told(answers), *said(answers)))
    return FileReport(
        derived(incoming.id, "report"),
        flow.name,
        {name: value for name, value in answers.items() if not name.startswith("_") and name != "consent"},
        text=text,
        area=str(where.get("area", "")) if where else scene.contact.area,
        lat=where.get("lat"),
        lon=where.get("lon"),
        urgent=flow.urgent(answers),
        sensitive=flow.sensitive or bool(CAREFUL & set(scene.judge(text).needs)) or tells_positions(text),
        withheld=answers.get(CHECK.name) == "quiet",
        media=tuple(answers.get(MEDIA, ())),
        indicators=find(text),
    )


def told(answers: Answers) -> tuple[str, ...]:
    """Everything the person told in their own words."""
    return tuple(str(answers[name]) for name in ("words", "account", "more") if answers.get(name))


def said(answers: Answers) -> tuple[str, ...]:
    """How they named the place and the time: for search, beside what we made of it."""
    named = [
        answers[name].get("said") for name in ("where", "when") if answers.get(name) and "word" not in answers[name]
    ]
    return tuple(str(one) for one in named if one)


def thanks(flow: Flow, filed: FileReport, scene: Scene, doubt: Doubt = "", cover: Cover = "here") -> tuple[Say, ...]:
    """The number, who will know, what to do now; and a way to say where they live, if we were never told."""
    offers = [Offer("thanks.add", "/add {number}"), Offer("menu.mine", "/mine")]
    if filed.area and not scene.contact.area:
        offers.append(Offer("heard.home", f"/home {filed.area}"))
    elif not scene.contact.area:
        offers.append(Offer("thanks.home", "/home"))
    careful = (Say("thanks.positions"),) if tells_positions(filed.text) else ()
    slowly = (Say("thanks.many"),) if doubt == "many" and not filed.urgent else ()
    nearest = (Say("thanks.near"),) if cover == "near" else ()
    knows = Say(f"thanks.{who_knows(flow, filed, scene, doubt, cover)}")
    return (
        Say("thanks.self", then=(knows, *nearest, *careful, *slowly)),
        *((GIVEN,) if filed.sealed else ()),
        Say(f"{flow.name}.next", offers=tuple(offers)),
    )


def who_knows(flow: Flow, filed: FileReport, scene: Scene, doubt: Doubt = "", cover: Cover = "here") -> str:
    """Which words say truly who will hear of it."""
    one = subject(flow, filed, scene)
    told = calls_volunteers(doubt) and volunteers_for(one, scene.operator.served) is not None
    if cover == "nobody":
        return "volunteers" if told else "nobody"
    if filed.sensitive:
        return "sensitive_withheld" if one.quiet else "sensitive"
    if filed.withheld:
        return "withheld" if told else "hidden" if one.quiet else "unplaced"
    return "seen" if told else "staff"
