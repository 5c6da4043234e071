"""Watching an alert go: how far it has got, whom it reached, and what may be done about it."""

from typing import Any

from domain.alert import Alert, heading
from domain.conversation import Scene, Turn
from domain.message import At, Incoming, Key, Offer, Param, Say
from domain.query import FindAlerts, FindReached, Progress
from domain.reached import Reached
from domain.routing import FEW
from handlers.following import over
from handlers.planning import everywhere
from handlers.steering import theirs
from texts.writing import cut

ID, SHOWN = 36, 5
PLACES = 8
"""Places that are named; what else there is, is counted."""


def alerts(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How far the latest alerts that people composed have got, or one of them, with whom it reached."""
    one_of = argument if len(argument) == ID else ""

    def tell(every: Any) -> Turn:
        found = every[:SHOWN]
        if not found:
            return scene.say(Say("alerts.none", offers=(Offer("menu.alert", "/alert"),)))
        mine = next(((one, far) for one, far in found if one.id == one_of), None)
        if mine is not None:
            return Turn(scene.conversation, query=FindReached(one_of), then=lambda told: shown(every, *mine, told))
        return shown(every, None, None, None)

    def shown(every: Any, one: Alert | None, far: Progress | None, told: Reached | None) -> Turn:
        pairs = every[:SHOWN] if one is None or far is None else [(one, far)]
        lines = [progress_line(each, progress, scene.language) for each, progress in pairs]
        running = [(each, progress) for each, progress in pairs if steerable(each, progress, scene)]
        offers = tuple(offer for each, _ in running[:1] for offer in holding(each))
        offers += following(pairs[0][0], [each for each, _ in every])
        lines += list(reached_lines(told)) if told else []
        again = Offer("alerts.again", f"/alerts {one_of}".strip())
        return Turn(scene.conversation, (Say("alerts.self", then=tuple(lines), offers=(*offers, again)),))

    query = FindAlerts(scene.contact.area, one_of, 30, followed=True, composed=True)
    return Turn(scene.conversation, query=query, then=tell)


def steerable(one: Alert, progress: Progress, scene: Scene) -> bool:
    """Whether something of it is left to be held up, by who looks."""
    left = one.state == "open" or (one.state == "done" and progress.queued > 0)
    return left and (one.lane != "urgent" or theirs(scene, one))


def holding(one: Alert) -> tuple[Offer, ...]:
    """The buttons of one that is going, or is held up."""
    hold = Offer("alert.pause", f"/pausealert {one.id}")
    go = Offer("alert.resume", f"/resumealert {one.id}")
    return (go if one.paused else hold, Offer("alert.stop", f"/stopalert {one.id}"))


def following(newest: Alert, every: list[Alert]) -> tuple[Offer, ...]:
    """What may follow the newest, or the one that it follows itself."""
    id = newest.references or newest.id
    first = next((one for one in every if one.id == id), None)
    if first is None or over(first, every):
        return ()
    return (Offer("alerts.update", f"/update {id}"), Offer("alerts.allclear", f"/allclear {id}"))


def notice_say(one: Alert, progress: Progress, told: Reached | None, language: str) -> Say:
    """How an alert goes, for its author; whom it reached (`told`) once it is over."""
    line = progress_line(one, progress, language)
    if told is not None:
        watch = Offer("alert.watch", f"/alerts {one.id}")
        return Say("alerts.one", then=(line, *reached_lines(told)), offers=(watch,))
    return Say("alerts.one", then=(line,), offers=holding(one))


def progress_line(one: Alert, progress: Progress, language: str) -> Say:
    text = one.words.get(language) or next(iter(one.words.values()), "")
    if heading(one):  # its own line says that
        text = text.partition("\n")[2] or text
    left = progress.queued or one.state == "open"
    state = one.state if one.state == "stopped" else "paused" if left and one.paused else "running" if left else "done"
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


def reached_lines(told: Reached) -> tuple[Say, ...]:
    """By channel, by place and by reason; of fewer than three people in one place nothing is said by itself."""
    channels = [channel_line(channel, far) for channel, far in told.channels]
    named = [place_line(*one) for one in told.places[:PLACES]]
    rest = len(told.places) - len(named)
    more = [Say("alerts.more_places", {"count": rest})] if rest > 0 else []
    reasons = [Say("alerts.why", {"reason": Key(f"alerts.why_{name}"), "count": many}) for name, many in told.reasons]
    return (*channels, *named, *more, *reasons)


def channel_line(channel: str, far: Progress) -> Say:
    params: dict[str, Param] = {
        "channel": channel,
        "sent": far.sent,
        "refused": far.refused,
        "gone": far.gone,
        "queued": far.queued,
    }
    return Say("alerts.channel", params)


def place_line(code: str, people: int, told: int) -> Say:
    area = everywhere((code,)) if code else Key("alerts.elsewhere")
    if people < FEW:
        return Say("alerts.place_few", {"area": area, "few": FEW})
    return Say("alerts.place", {"area": area, "sent": told, "total": people})
