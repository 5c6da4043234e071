"""Who hears of a new report, and how much: a pure decision, tested as a table of kinds and roles."""

from domain.alert import Alert, Audience, Lane
from domain.contact import Role, inside
from domain.conversation import Scene
from domain.effect import FileReport
from domain.ids import derived
from domain.message import Area, Key, Offer, Say
from handlers.flow import Flow

DISTRICT, TAMBON = 4, 6
"""Digits of a code. Nobody below a coordinator is told a place more exactly than the tambon."""
OUTDOORS = ("seen", "going", "cant", "help")
DANGEROUS = ("seen", "warned", "help")
INDOORS = ("seen", "warned")
"""What a volunteer can answer: there is nothing to go and look at in a link, and nobody is sent to a bomb."""


def tellings(flow: Flow, filed: FileReport, scene: Scene) -> list[Alert]:
    """
    Coordinators always hear of a new report; volunteers around it only of what is not sensitive.

    Volunteers are told the kind, the tambon and what to do: never who, what was said, or the exact place. What is
    withheld is not told to anybody of the reporter's own tambon, coordinators neither.
    """
    lane: Lane = "urgent" if filed.urgent else "reply"
    told = [to_staff(flow, filed, scene, lane)]
    audience = volunteers_for(filed, scene)
    if audience and not filed.sensitive and flow.tells == "volunteers":
        told.append(to_volunteers(flow, filed, audience, lane))
    return told


def to_staff(flow: Flow, filed: FileReport, scene: Scene, lane: Lane) -> Alert:
    say = Say(
        "tell.staff.urgent" if filed.urgent else "tell.staff.self",
        {"kind": Key(f"{flow.name}.name"), "area": Area(filed.area[:TAMBON] if filed.sealed else filed.area)},
        offers=(Offer("tell.view", "/report {number}"), Offer("tell.take", "/assign {number} me")),
    )
    reach = filed.area[:TAMBON] or common(scene.operator.served)
    own = (scene.contact.area or filed.area)[:TAMBON] if filed.withheld else ""
    excluding = own if len(own) == TAMBON else ""
    audience = Audience(area=reach, role=Role.COORDINATOR, upward=True, excluding=excluding)
    return Alert(derived(filed.id, "staff"), audience, say=say, lane=lane, report=filed.id)


def to_volunteers(flow: Flow, filed: FileReport, audience: Audience, lane: Lane) -> Alert:
    id = derived(filed.id, "volunteers")
    answers = (DANGEROUS if filed.urgent else OUTDOORS) if flow.outdoors else INDOORS
    say = Say(
        "tell.volunteer.urgent" if filed.urgent else "tell.volunteer.self",
        {"kind": Key(f"{flow.name}.name"), "area": Area(filed.area[:TAMBON])},
        offers=tuple(Offer(f"tell.{answer}", f"/ack {answer} {id}") for answer in answers),
        then=(Say(f"{flow.name}.look"),),
    )
    return Alert(id, audience, say=say, lane=lane, report=filed.id)


def volunteers_for(filed: FileReport, scene: Scene) -> Audience | None:
    """
    The volunteers who may hear of a report that is not sensitive; None for nobody.

    One of unknown place is told where it can only be near: in a deployment of a single district or less, or one that
    was never told where it is. A whole province is not woken for it.

    A withheld one is told only where no volunteer can be of the reporter's own tambon: not when it happened there,
    or in a place that may be there, or when we do not know where that is; and not to those who serve a whole
    district around it.
    """
    near, served = filed.area[:TAMBON], scene.operator.served
    if not filed.withheld:
        if not near and served and len(common(served)) < DISTRICT:
            return None
        return Audience(area=near or common(served), role=Role.VOLUNTEER, on_duty=True, upward=True)
    own = scene.contact.area[:TAMBON]
    if not near or not own or inside(near, own) or inside(own, near):
        return None
    return Audience(area=near, role=Role.VOLUNTEER, on_duty=True, excluding=own)


def common(served: tuple[str, ...]) -> str:
    """The area that holds all we serve: where a report of unknown place belongs."""
    if not served:
        return ""
    short, long = min(served), max(served)
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), min(len(short), len(long)))
    return short[: same - same % 2]
