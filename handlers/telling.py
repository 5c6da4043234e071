"""Watching an alert go: how far it has got, whom it reached, and what may be done about it."""

from collections.abc import Sequence
from typing import Any

from domain.alert import Alert, heading
from domain.conversation import Scene, Turn
from domain.message import At, Incoming, Key, Offer, Param, Say
from domain.query import FindAlerts, FindApprovals, FindReached, Progress
from domain.reached import Reached
from domain.routing import FEW
from handlers.following import over
from handlers.planning import everywhere
from handlers.steering import agreed, theirs
from texts.writing import cut

ID, SHOWN, LABEL = 36, 5, 12
PLACES = 8
"""Places that are named; what else there is, is counted."""


def alerts(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    How far the latest alerts that people composed have got, or one of them, with whom it reached.

    Each is opened by its number; what can be done with it stands under it alone, so that nobody stops another one.
    """
    one_of = argument if len(argument) == ID else ""

    def tell(every: Any) -> Turn:
        found = every[:SHOWN]
        if not found:
            return scene.say(Say("alerts.none", offers=(Offer("menu.alert", "/alert"),)))
        mine = found[0] if len(found) == 1 else next((pair for pair in found if pair[0].id == one_of), None)
        if mine is None:
            return scene.say(listed(found, scene.language))
        one, far = mine

        def decided(told: Reached) -> Turn:
            shown = lambda settled: scene.say(opened(scene, every, one, far, told, agreed(settled, scene)))  # noqa: E731
            return Turn(scene.conversation, query=FindApprovals("", one.id), then=shown)

        return Turn(scene.conversation, query=FindReached(one.id), then=decided)

    query = FindAlerts(scene.contact.area, one_of, 30, followed=True, composed=True)
    return Turn(scene.conversation, query=query, then=tell)


def listed(found: Sequence[tuple[Alert, Progress]], language: str) -> Say:
    """The latest, each with a button."""
    lines = tuple(progress_line(one, far, language, n) for n, (one, far) in enumerate(found, start=1))
    offers = tuple(
        Offer("alerts.open", f"/alerts {one.id}", {"n": n, "text": cut(text_of(one, language), LABEL)})
        for n, (one, _) in enumerate(found, start=1)
    )
    return Say("alerts.self", then=lines, offers=(*offers, Offer("alerts.again", "/alerts")))


def opened(scene: Scene, every: Any, one: Alert, far: Progress, told: Reached, agreed: bool) -> Say:
    """One of them, with what may be done about it by who looks."""
    offers = holding(one) if steerable(one, far, scene, agreed) else ()
    offers += following(one, [each for each, _ in every])
    lines = (progress_line(one, far, scene.language), *reached_lines(told))
    return Say("alerts.self", then=lines, offers=(*offers, Offer("alerts.again", f"/alerts {one.id}")))


def steerable(one: Alert, progress: Progress, scene: Scene, agreed: bool) -> bool:
    """Whether something of it is left to be held up, by who looks; they may have `agreed` to it."""
    left = one.state == "open" or (one.state == "done" and progress.queued > 0)
    return left and (one.lane != "urgent" or agreed or theirs(scene, one))


def holding(one: Alert) -> tuple[Offer, ...]:
    """The buttons of one that is going, or is held up."""
    hold = Offer("alert.pause", f"/pausealert {one.id}")
    go = Offer("alert.resume", f"/resumealert {one.id}")
    return (go if one.paused else hold, Offer("alert.stop", f"/stopalert {one.id}"))


def following(one: Alert, every: list[Alert]) -> tuple[Offer, ...]:
    """What may follow it, or the one that it follows itself."""
    id = one.references or one.id
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


def text_of(one: Alert, language: str) -> str:
    text = one.words.get(language) or next(iter(one.words.values()), "")
    return text.partition("\n")[2] or text if heading(one) else text  # its own line says what it is


def progress_line(one: Alert, progress: Progress, language: str, n: int = 0) -> Say:
    """How far it has got; as the so manieth of several when `n` is given."""
    left = progress.queued or one.state == "open"
    state = one.state if one.state == "stopped" else "paused" if left and one.paused else "running" if left else "done"
    params: dict[str, Param] = {
        "text": cut(text_of(one, language), 40),
        "sent": progress.sent,
        "total": progress.total,
        "queued": progress.queued,
        "failed": progress.refused + progress.gone,
        "acknowledged": progress.acknowledged,
        "state": Key(f"alerts.{state}"),
    }
    head = heading(one)
    first = (Say(head),) if head else ()
    params["at"] = At(one.created) if one.created else ""
    if n:
        return Say("alerts.nth", params | {"n": n}, first=first)
    return Say("alerts.line", params, first=first)


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
