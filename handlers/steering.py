"""Holding an alert up, letting it go on, and stopping it: by those whose it is."""

from collections.abc import Callable
from typing import Any

from domain.alert import Alert
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Audit, Effect
from domain.effect_alert import PauseAlert, ResumeAlert, StopAlert
from domain.message import At, Incoming, Offer, Say
from domain.plan import Approval
from domain.query import FindAlerts, FindApprovals, Progress
from handlers.refusing import refused
from texts.writing import cut

ID = 36
Steer = Callable[[Alert, Progress], tuple[Say, tuple[Effect, ...]]]


def stop_alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What has not left yet does not leave."""
    return steered(scene, argument, "stop", stopping)


def pause_alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What has not left yet waits until somebody lets it go on, or it is too late for it."""
    return steered(scene, argument, "pause", pausing)


def resume_alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What waits of a paused alert goes on."""
    return steered(scene, argument, "go on", resuming)


def stopping(alert: Alert, progress: Progress) -> tuple[Say, tuple[Effect, ...]]:
    return Say("alert.stopped"), (StopAlert(alert.id),)


def pausing(alert: Alert, progress: Progress) -> tuple[Say, tuple[Effect, ...]]:
    if over(alert, progress):
        return Say("alerts.all_left"), ()
    offers = (Offer("alert.resume", f"/resumealert {alert.id}"), Offer("alert.stop", f"/stopalert {alert.id}"))
    until = (Say("alert.until", {"until": At(alert.expires)}),) if alert.expires else ()
    return Say("alert.paused", then=until, offers=offers), (PauseAlert(alert.id),)


def resuming(alert: Alert, progress: Progress) -> tuple[Say, tuple[Effect, ...]]:
    offers = (Offer("alert.watch", f"/alerts {alert.id}"),)
    if over(alert, progress):
        return Say("alerts.all_left", offers=offers), ()
    return Say("alert.sending", offers=offers), (ResumeAlert(alert.id),)


def over(alert: Alert, progress: Progress) -> bool:
    """Whether nothing of it is left to be held up."""
    return alert.state == "stopped" or (alert.state == "done" and not progress.queued)


def steered(scene: Scene, id: str, what: str, steer: Steer) -> Turn:
    """Do it, if there is such an alert of a coordinator's in one's area, and it is theirs to steer."""

    if not id:
        return scene.say(Say("alerts.which", offers=(Offer("alert.watch", "/alerts"),)))

    def tell(found: Any) -> Turn:
        ours = [(one, progress) for one, progress in found if not one.report]
        if not ours:
            return refused(scene, what, Say("alerts.none"), alert=cut(id, ID))
        one, progress = ours[0]
        say, effects = steer(one, progress)
        done = scene.say(say, do=(*effects, Audit(what, one.id)) if effects else ())
        if one.lane != "urgent" or theirs(scene, one):
            return done
        no = scene.say(Say("alert.not_yours"), do=(Audit(f"no {what}", one.id),))
        query = FindApprovals("", one.id)
        return Turn(scene.conversation, query=query, then=lambda settled: done if agreed(settled, scene) else no)

    return Turn(scene.conversation, query=FindAlerts(scene.contact.area, id[:ID]), then=tell)


def agreed(settled: tuple[Approval, ...], scene: Scene) -> bool:
    """Whether it left because of their word."""
    return any(one.state == "approved" and one.settled_by == scene.contact.id for one in settled)


def theirs(scene: Scene, alert: Alert) -> bool:
    """
    Whether they wrote it, or are an admin.

    An urgent alert is steered by those, and by who agreed to it; any other by whoever coordinates its area.
    """
    return alert.by == scene.contact.id or scene.contact.role == Role.ADMIN
