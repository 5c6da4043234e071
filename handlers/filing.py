"""What a finished report leads to: it is kept, the right people are told, and the reporter hears what happens now."""

from typing import Any

from checks import find
from domain.alert import Alert, Audience, Lane
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import Effect, FileReport, Live, Raise
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Say
from handlers.answers import Choice, Evidence, Where, Words
from handlers.flow import MEDIA, Ask, Flow, never

CHECK = Ask("check", Choice(("send", "quiet", "edit"), scope="check"))
WORDS = Ask("words", Words())
WHERE = Ask("where", Where(), optional=True)
PHOTO = Ask("media", Evidence(), optional=True)
TAMBON = 6
"""Digits of a tambon's code: nobody below a coordinator is told a place more exactly than this."""


def report(name: str, *asks: Ask, **more: Any) -> Flow:
    """A kind of report: its questions, then the summary to send, change or drop."""
    return Flow(name, asks, close=file, last=CHECK, **({"urgent": never} | more))


def file(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Keep the report, tell those who should know, and thank."""
    id, urgent = derived(incoming.id, "report"), flow.urgent(answers)
    where = answers.get("where") or {}
    area = where.get("area") or scene.contact.area
    withheld = answers.get(CHECK.name) == "quiet"
    text = words_of(answers)
    kept = {name: value for name, value in answers.items() if not name.startswith("_") and name != "consent"}
    filed = FileReport(
        id,
        flow.name,
        kept,
        text=text,
        area=area,
        lat=where.get("lat"),
        lon=where.get("lon"),
        urgent=urgent,
        sensitive=flow.sensitive,
        withheld=withheld,
        media=tuple(answers.get(MEDIA, ())),
        indicators=find(text),
    )
    effects: list[Effect] = [filed]
    if where.get("area") and not scene.contact.area:
        effects.append(Live(where["area"]))
    effects += [Raise(alert) for alert in tellings(flow, filed, scene)]
    return Turn(scene.conversation.idle(), thanks(flow, filed), tuple(effects))


def words_of(answers: Answers) -> str:
    """Everything the person said in their own words, for search and for the reader."""
    said = [answers.get(name) for name in ("words", "number", "account", "name", "more")]
    said += [place.get("said") for name in ("where", "when") if (place := answers.get(name))]
    return "\n".join(str(one) for one in said if one)


def tellings(flow: Flow, filed: FileReport, scene: Scene) -> list[Alert]:
    """
    Who hears of a new report: coordinators always, volunteers of the tambon unless it is sensitive.

    Volunteers are told the kind, the tambon and what to do: never who, what was said, or the exact place.
    """
    lane: Lane = "urgent" if filed.urgent else "reply"
    kind, near = Key(f"{flow.name}.name"), Area(filed.area[:TAMBON])
    staff = Say(
        "tell.staff.urgent" if filed.urgent else "tell.staff.self",
        {"kind": kind, "area": Area(filed.area)},
        offers=(Offer("tell.view", "/report {number}"), Offer("tell.take", "/assign {number} me")),
    )
    reach = filed.area[:TAMBON] or common(scene.operator.served)
    told = [
        Alert(
            derived(filed.id, "staff"),
            Audience(area=reach, role=Role.COORDINATOR, upward=True),
            say=staff,
            lane=lane,
            report=filed.id,
        )
    ]
    if flow.sensitive or flow.tells != "volunteers":
        return told
    id = derived(filed.id, "volunteers")
    words = Say(
        "tell.volunteer.urgent" if filed.urgent else "tell.volunteer.self",
        {"kind": kind, "area": near},
        offers=tuple(Offer(f"tell.{answer}", f"/ack {answer} {id}") for answer in ("seen", "going", "cant", "help")),
        then=(Say(f"{flow.name}.look"),),
    )
    audience = Audience(
        area=reach,
        role=Role.VOLUNTEER,
        on_duty=True,
        upward=True,
        excluding=scene.contact.area[:TAMBON] if filed.withheld else "",
    )
    return [*told, Alert(id, audience, say=words, lane=lane, report=filed.id)]


def common(served: tuple[str, ...]) -> str:
    """The area that holds all we serve: where a report of unknown place belongs."""
    if not served:
        return ""
    short, long = min(served), max(served)
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), min(len(short), len(long)))
    return short[: same - same % 2]


def thanks(flow: Flow, filed: FileReport) -> tuple[Say, ...]:
    who = "thanks.sensitive" if filed.sensitive else "thanks.withheld" if filed.withheld else "thanks.seen"
    bubbles = [
        Say("thanks.self", then=(Say(who),)),
        Say(f"{flow.name}.next", offers=(Offer("thanks.add", "/add {number}"), Offer("menu.mine", "/mine"))),
    ]
    return tuple(bubbles)
