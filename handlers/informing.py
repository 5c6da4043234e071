"""Who hears of a new report, and how much: a pure decision, tested as a table of kinds and roles."""

from domain.alert import Alert, Audience, Lane
from domain.contact import Role
from domain.conversation import Scene
from domain.dispatch import Dispatch
from domain.effect import FileReport
from domain.ids import derived, keyed
from domain.message import Area, Key, Offer, Say
from domain.query import Cover
from domain.routing import DISTRICT, TAMBON, Subject, common, may_volunteer_be_told
from handlers.doubting import Doubt, calls_volunteers
from handlers.flow import Flow

OUTDOORS = ("seen", "going", "cant", "help")
DANGEROUS = ("seen", "warned", "help")
INDOORS = ("seen", "warned")
"""What a volunteer can answer: there is nothing to go and look at in a link, and nobody is sent to a bomb."""


def subject(flow: Flow, filed: FileReport, scene: Scene) -> Subject:
    """What of a report that is being made decides who hears of it."""
    home, indoors = scene.contact.area, flow.tells != "volunteers"
    return Subject(filed.area, home, filed.sensitive, filed.withheld, indoors)


def tellings(
    flow: Flow, filed: FileReport, scene: Scene, doubt: Doubt = "", look: Dispatch | None = None, cover: Cover = "here"
) -> list[Alert]:
    """
    Coordinators always hear of a new report; volunteers around it only of what `domain.routing` lets them, and of what
    is not doubted.

    Volunteers are told the kind, the tambon and what to do: never who, what was said, or the exact place. What they
    are asked to go and look at (`look`, of `handlers.dispatch`) is that question and no note, unless it is doubted.
    What is withheld is not told to anybody of the reporter's own tambon, coordinators neither. `cover` is whether its
    coordinators are those of its place.
    """
    lane: Lane = "urgent" if filed.urgent else "reply"
    one = subject(flow, filed, scene)
    if doubt == "many" and not filed.urgent:
        return [together(filed, one, scene)]
    told = [to_staff(flow, filed, one, scene, lane, held=held(doubt, look), cover=cover)]
    audience = volunteers_for(one, scene.operator.served)
    if audience and (doubt or not look) and calls_volunteers(doubt):
        told.append(to_volunteers(flow, filed, audience, lane, look=not doubt))
    return told


def held(doubt: Doubt, look: Dispatch | None) -> bool:
    """Whether volunteers hear less of it than they would of the same from somebody we know."""
    return not calls_volunteers(doubt) or bool(doubt and look)


def to_staff(
    flow: Flow, filed: FileReport, one: Subject, scene: Scene, lane: Lane, *, held: bool, cover: Cover = "here"
) -> Alert:
    vouch = (Offer("tell.vouch", "/vouch {number}"),) if held and not filed.sealed and not one.indoors else ()
    nearest = (Say("tell.staff.near"),) if cover == "near" else ()
    say = Say(
        "tell.staff.urgent" if filed.urgent else "tell.staff.self",
        {"kind": Key(f"{flow.name}.name"), "area": Area(one.where)},
        offers=(Offer("tell.view", "/report {number}"), Offer("tell.take", "/assign {number} me"), *vouch),
        then=(*nearest, *((Say("tell.staff.new"),) if vouch else ())),
    )
    return Alert(derived(filed.id, "staff"), told_of(one, scene), say=say, lane=lane, report=filed.id)


def told_of(one: Subject, scene: Scene) -> Audience:
    """The coordinators who hear of a report."""
    return staff_for(one.where, one.quiet, scene.operator.served)


def together(filed: FileReport, one: Subject, scene: Scene) -> Alert:
    """
    One note an hour for all the reports of a tambon that came too fast: the same, whoever makes it. (Not of a district:
    who serves one tambon would not hear what the first report of the hour, in another, had said.)
    """
    say = Say("tell.many", {"area": Area(filed.area[:DISTRICT])}, offers=(Offer("menu.reports", "/reports"),))
    id = keyed("many", filed.area[:TAMBON], one.quiet, f"{scene.now:%Y-%m-%dT%H}")
    return Alert(id, told_of(one, scene), say=say, lane="reply", report=filed.id)


def staff_for(area: str, quiet: str, served: tuple[str, ...]) -> Audience:
    """
    The coordinators who may see a report of this area (of a sealed one, its tambon): they, and nobody else.

    While there are none it is left to those nearest, by the audience itself (`storage.audience`).
    """
    role = Role.COORDINATOR
    if not area:
        return Audience(area=common(served), role=role, upward=True, excluding=quiet)
    return Audience(area=area, role=role, upward=True, above=True, excluding=quiet)


def to_volunteers(flow: Flow, filed: FileReport, audience: Audience, lane: Lane, *, look: bool = True) -> Alert:
    """A note of a report; without `look` it offers nobody to go there."""
    id = derived(filed.id, "volunteers")
    outdoors = DANGEROUS if filed.urgent else OUTDOORS if look else INDOORS
    answers = outdoors if flow.outdoors else INDOORS
    say = Say(
        "tell.volunteer.urgent" if filed.urgent else "tell.volunteer.self",
        {"kind": Key(f"{flow.name}.name"), "area": Area(filed.area[:TAMBON])},
        offers=tuple(Offer(f"tell.{answer}", f"/ack {answer} {id}") for answer in answers),
        then=(Say(f"{flow.name}.look"),),
    )
    return Alert(id, audience, say=say, lane=lane, report=filed.id)


def volunteers_for(one: Subject, served: tuple[str, ...]) -> Audience | None:
    """Those of whom `may_volunteer_be_told` says yes, while they are on duty; None for nobody."""
    near = one.area[:TAMBON]
    if not may_volunteer_be_told(one, near or common(served), served):
        return None
    if one.withheld:
        return Audience(area=near, role=Role.VOLUNTEER, on_duty=True, excluding=one.home[:TAMBON])
    return Audience(area=near or common(served), role=Role.VOLUNTEER, on_duty=True, upward=True)
