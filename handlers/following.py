"""What follows an alert: an update, or the all-clear. It reaches exactly those who got the first."""

from collections.abc import Mapping
from typing import Any

from domain.alert import Alert
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import Effect
from domain.effect_alert import Raise, StopAlert
from domain.message import At, Incoming, Key, Offer, Param, Say
from domain.plan import Approval
from domain.query import FindAlerts, FindApprovals, PlanAlert
from handlers.answering import begin
from handlers.answers import Offered
from handlers.composing import CONFIRM, TEXT_LIMIT, Message, Wording, conclude, told_in
from handlers.flow import Ask, Flow
from handlers.grading import URGENCIES
from handlers.planning import before
from handlers.refusing import refused
from handlers.steering import agreed, theirs
from handlers.wording import ALL_CLEAR, TEMPLATE, answered, templated, wording
from texts.writing import cut

FIRST = "_first"
"""The answer that holds what must be known of the first: its id and areas, how it went, what it was about."""
KEPT = ("lane", "status", "severity", "certainty", "category", "event", "public")
ID, LATEST = 36, 30


class ClearWording(Wording):
    """The words of an all-clear: typed, or ours."""

    def offers(self, scene: Scene) -> Offered:
        return ((f"{TEMPLATE}{ALL_CLEAR}", "allclear.plain", {}),)

    def shown(self, value: Any) -> Param:
        return Key("allclear.plain") if templated({"words": value}) else Message.shown(self, value)


def draft(kind: str, scene: Scene, answers: Answers) -> Alert:
    """The alert that follows the first, without an id. It goes as the first went."""
    first = answers[FIRST]
    return Alert(
        "",
        told_in(first["area"]),
        words=wording(answers, scene.operator.languages),
        type="Update" if kind == "update" else "Cancel",
        references=first["id"],
        urgency="Past" if kind == "allclear" else URGENCIES.get(first["lane"], "Immediate"),
        by=scene.contact.id,
        **{name: first[name] for name in KEPT if name in first},
    )


def follows(alert: Alert) -> tuple[Effect, ...]:
    """What sends it: after an all-clear nothing more of the first leaves."""
    return (*((StopAlert(alert.references),) if alert.type == "Cancel" else ()), Raise(alert))


def send(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    alert, first = draft(flow.name, scene, answers), answers[FIRST]
    return conclude(flow, scene, answers, incoming, alert, follows, second=stops_anothers(alert, first))


def stops_anothers(alert: Alert, first: Mapping[str, Any]) -> bool:
    """
    Whether it would stop somebody else's urgent alert half way: then it needs a second word, however few got the first.

    (Stopping one is for who wrote it, who agreed to it, and admins: `handlers.steering`.)
    """
    return alert.type == "Cancel" and alert.lane == "urgent" and bool(first.get("others") and first.get("left"))


def made(name: str, words: Message) -> Flow:
    """A flow of two answers: the words, and a yes to what is shown."""

    def look(scene: Scene, answers: Answers) -> PlanAlert:
        return PlanAlert(draft(name, scene, answers))

    def preview(scene: Scene, answers: Answers, plan: Any) -> tuple[Say, ...]:
        alert = draft(name, scene, answers)
        more = (Say("allclear.second"),) if stops_anothers(alert, answers[FIRST]) else ()
        return (*before(scene, alert, plan), *more)

    confirm = Ask("confirm", CONFIRM, look=look, tell=preview)
    asks = (Ask("words", words),)
    return Flow(name, asks, close=send, last=confirm, consent=False, role=Role.COORDINATOR)


UPDATE = made("update", Message(TEXT_LIMIT * 4))
ALLCLEAR = made("allclear", ClearWording(TEXT_LIMIT * 4))


def update(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Tell those who got an alert how it goes on."""
    return follow(UPDATE, scene, incoming, argument)


def allclear(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Tell those who got an alert that it is over."""
    return follow(ALLCLEAR, scene, incoming, argument)


def follow(flow: Flow, scene: Scene, incoming: Incoming, id: str) -> Turn:
    """Begin what follows the alert with this id, where there is one of a coordinator's in their area."""
    if not id:
        return scene.say(Say("alerts.which", offers=(Offer("alert.watch", "/alerts"),)))

    def tell(found: Any) -> Turn:
        every = [one for one, _ in found]
        first, far = next(((one, far) for one, far in found if one.id == id), (None, None))
        if first is None or far is None or first.report or first.type != "Alert":
            return refused(scene, flow.name, Say("alerts.none"), alert=cut(id, ID))
        if over(first, every):
            return scene.say(Say("alerts.over"))
        at = At(first.created or scene.now)
        text = first.words.get(scene.language) or next(iter(first.words.values()), "")
        said = Say(f"{flow.name}.of", {"text": cut(text, 60), "at": at})
        left = first.state == "open" or (first.state == "done" and far.queued > 0)

        def asked(settled: tuple[Approval, ...]) -> Turn:
            others = not (theirs(scene, first) or agreed(settled, scene))
            return begin(flow, scene, incoming, {FIRST: facts(first) | {"others": others, "left": left}}, (said,))

        return Turn(scene.conversation, query=FindApprovals("", first.id), then=asked)

    return Turn(scene.conversation, query=FindAlerts(scene.contact.area, id[:ID], LATEST, followed=True), then=tell)


def over(first: Alert, every: list[Alert]) -> bool:
    """Whether its all-clear was given already."""
    return any(one.type == "Cancel" and one.references == first.id for one in every)


def facts(first: Alert) -> dict[str, Any]:
    where = ",".join(first.audience.places)
    return {"id": first.id, "area": where, **{name: getattr(first, name) for name in KEPT}}


def followed(alert: Alert) -> tuple[Flow, dict[str, Any]]:
    """The flow and the answers that made an alert that follows another."""
    flow = UPDATE if alert.type == "Update" else ALLCLEAR
    first = facts(alert) | {"id": alert.references}
    words = {name: one for name, one in answered(alert.words).items() if name == "words"}
    return flow, {FIRST: first, **words}
