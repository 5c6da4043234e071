"""A coordinator vouches for a report that nobody else was called by: now volunteers hear of it."""

from datetime import timedelta

from domain.alert import Lane
from domain.conversation import Scene, Turn
from domain.effect import Audit, Effect, FileReport
from domain.effect_alert import Raise, SendOut
from domain.message import Incoming, Offer, Say
from domain.report import DONE, Report, Status
from domain.routing import Subject
from handlers.dispatch import dispatched, refusal, spoken
from handlers.informing import to_volunteers, volunteers_for
from handlers.own import by_number
from handlers.reports import KINDS
from handlers.searching import scope

STALE = timedelta(hours=24)
"""After so long a note of a new report is no longer news."""


def vouch(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/vouch 482913`: volunteers on duty near it are told, as they would have been at once of an account we know."""

    def tell(one: Report, _: str) -> Turn:
        view = (Offer("tell.view", f"/report {one.number}"),)
        if one.status in DONE:
            return scene.say(Say("dispatch.no.decided", {"number": one.number}, offers=view))
        if one.called and not refusal(one):
            again = Offer("show.send_out", f"/dispatch {one.number}")
            return scene.say(Say("vouch.asked", {"number": one.number}, offers=(again, *view)))
        if one.called and refusal(one) == "running":
            return scene.say(Say("dispatch.no.running", {"number": one.number}, offers=view))
        if not (effects := vouched(scene, one)):
            return scene.say(Say("vouch.never", {"number": one.number}, offers=view))
        said = Say("vouch.done", {"number": one.number}, offers=view)
        return scene.say(said, do=(*effects, Audit("vouch", one.id)))

    return by_number(scene, argument, tell, scope(scene))


def vouched(scene: Scene, one: Report, *, look: bool = True) -> tuple[Effect, ...]:
    """
    What tells volunteers of it; nothing for what is not theirs to hear, or was asked of them already. Twice is once.

    With `look` they are asked to go and look where that is done; what is decided nobody need look at.
    """
    flow = KINDS.get(one.kind)
    if flow is None or flow.tells != "volunteers" or one.sensitive or one.withheld or one.status == Status.WITHDRAWN:
        return ()
    filed = FileReport(one.id, one.kind, {}, area=one.area, urgent=one.urgent)
    audience = volunteers_for(Subject(one.area), scene.operator.served)
    if audience is None or scene.now - one.at > STALE:
        return ()
    if look and (asked := dispatched(one.kind, filed, scene)):
        return (SendOut(asked, spoken(asked)),)
    if one.called:
        return ()
    lane: Lane = "urgent" if one.urgent else "reply"
    return (Raise(to_volunteers(flow, filed, audience, lane)),)
