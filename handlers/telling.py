"""Watching an alert go: how far it has got, what may follow it, and stopping it."""

from typing import Any

from domain.alert import Alert, heading
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Audit, StopAlert
from domain.message import At, Incoming, Key, Offer, Param, Say
from domain.query import FindAlerts
from handlers.following import over
from texts.writing import cut

ID, SHOWN = 36, 5


def alerts(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How far the latest alerts that people composed have got, or one of them."""
    one_of = argument if len(argument) == ID else ""

    def tell(every: Any) -> Turn:
        found = every[:SHOWN]
        if not found:
            return scene.say(Say("alerts.none", offers=(Offer("menu.alert", "/alert"),)))
        lines = tuple(progress_line(one, progress, scene.language) for one, progress in found)
        running = [
            one for one, progress in found if progress.queued and one.state == "open" and one.by == scene.contact.id
        ]
        offers = tuple(Offer("alert.stop", f"/stopalert {one.id}") for one in running[:1])
        offers += following(found[0][0], [one for one, _ in every])
        return Turn(
            scene.conversation,
            (Say("alerts.self", then=lines, offers=(*offers, Offer("alerts.again", f"/alerts {one_of}".strip()))),),
        )

    return Turn(
        scene.conversation, query=FindAlerts(scene.contact.area, one_of, 30, followed=True, composed=True), then=tell
    )


def following(newest: Alert, every: list[Alert]) -> tuple[Offer, ...]:
    """What may follow the newest, or the one that it follows itself."""
    id = newest.references or newest.id
    first = next((one for one in every if one.id == id), None)
    if first is None or over(first, every):
        return ()
    return (Offer("alerts.update", f"/update {id}"), Offer("alerts.allclear", f"/allclear {id}"))


def progress_line(one: Alert, progress: Any, language: str) -> Say:
    text = one.words.get(language) or next(iter(one.words.values()), "")
    if heading(one):  # its own line says that
        text = text.partition("\n")[2] or text
    state = one.state if one.state == "stopped" else "running" if progress.queued else "done"
    params: dict[str, Param] = {
        "text": cut(text, 40),
        "sent": progress.sent,
        "total": progress.total,
        "queued": progress.queued,
        "failed": progress.refused + progress.gone,
        "acknowledged": progress.acknowledged,
        "state": Key(f"alerts.{state}"),
    }
    head = heading(one)
    first = (Say(head),) if head else ()
    return Say("alerts.line", params | {"at": At(one.created) if one.created else ""}, first=first)


def stop_alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What has not left yet does not leave."""

    def tell(found: Any) -> Turn:
        mine = [one for one, _ in found if one.by == scene.contact.id or scene.contact.role == Role.ADMIN]
        if not mine:
            return scene.say(Say("alerts.none"))
        return scene.say(Say("alert.stopped"), do=(StopAlert(mine[0].id), Audit("stop", mine[0].id)))

    return Turn(scene.conversation, query=FindAlerts(scene.contact.area, argument[:ID] or "-"), then=tell)
