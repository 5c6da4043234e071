"""A second coordinator's word on an alert to many: yes or no to what was shown, once, and never one's own."""

from domain.alert import Alert
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Audit, Tell
from domain.effect_alert import SettleSecond
from domain.message import At, Incoming, Key, Offer, Params, Say
from domain.plan import Approval, Plan
from domain.query import FindApprovals, PlanAlert
from handlers.answering import begin
from handlers.composing import ALERT, WAITS, asking, leave, on_its_way, to_author
from handlers.following import followed, follows
from handlers.grading import regraded
from handlers.planning import shown, translated
from handlers.refusing import refused
from handlers.wording import answered
from texts.writing import cut

ID, SHOWN, LABEL = 36, 5, 10


def second(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/second` lists what waits; its buttons say yes to what was shown, no, change it, or let it be."""
    id, _, rest = argument.partition(" ")
    verb, _, mark = rest.partition(" ")
    if not id:
        return Turn(
            scene.conversation, query=FindApprovals(scene.contact.area), then=lambda found: waiting(scene, found)
        )

    def decide(found: tuple[Approval, ...]) -> Turn:
        if not found:
            return refused(scene, "second", Say("second.unknown"), approval=cut(id, 40))
        one = found[0]
        if one.state != "waiting":
            return scene.say(Say(f"second.{one.state}"))
        if one.alert.by == scene.contact.id:
            return own(scene, incoming, one, verb)
        return others(scene, one, verb, mark)

    return Turn(scene.conversation, query=FindApprovals(scene.contact.area, id[:ID]), then=decide)


def waiting(scene: Scene, found: tuple[Approval, ...]) -> Turn:
    """What waits in one's area, what is urgent first, each with a button: to decide on it, or to change one's own."""
    if not found:
        return scene.say(Say("second.none"))
    shown = sorted(found, key=lambda one: one.alert.lane != "urgent")[:SHOWN]
    lines = tuple(line(n, one, scene.language) for n, one in enumerate(shown, start=1))
    offers = tuple(
        Offer("second.look", f"/second {one.id} look", {"n": n, "text": text_of(one, scene.language, LABEL)})
        for n, one in enumerate(shown, start=1)
    )
    return scene.say(Say("second.self", then=lines, offers=offers))


def line(n: int, one: Approval, language: str) -> Say:
    name = one.author or Key("role.coordinator")
    params: Params = {"n": n, "text": text_of(one, language, 40), "name": name, "until": At(one.expires)}
    return Say("second.urgent" if one.alert.lane == "urgent" else "second.line", params)


def text_of(one: Approval, language: str, most: int) -> str:
    words = one.alert.words
    return cut(words.get(language) or next(iter(words.values())), most)


def own(scene: Scene, incoming: Incoming, one: Approval, verb: str) -> Turn:
    """The author may change it or let it be, and not say yes to it."""
    match verb:
        case "change":
            return changed(scene, incoming, one)
        case "drop":
            effects = (SettleSecond(one.id, "dropped"), Audit("drop alert", one.id))
            return scene.say(Say("second.dropped"), do=effects)
        case "yes":
            return scene.say(Say("second.own"), do=(Audit("own alert", one.id),))
    return scene.say(Say("second.waits", {"until": At(one.expires)}, offers=to_author(one.id)))


def changed(scene: Scene, incoming: Incoming, one: Approval) -> Turn:
    """The same questions with the same answers, to change any; it stays the same alert, asked for anew."""
    if one.alert.references:
        flow, answers = followed(one.alert)
        return begin(flow, scene, incoming, {**answers, WAITS: one.id})
    return begin(ALERT, scene, incoming, {**composed(one.alert), WAITS: one.id})


def composed(alert: Alert) -> dict[str, str | None]:
    """The answers that made an alert."""
    who = {None: "everyone", Role.VOLUNTEER: "volunteers", Role.COORDINATOR: "staff"}[alert.audience.role]
    who = "groups" if alert.audience.groups else who
    how = {"urgent": "urgent", "routine": "routine", "reply": "exercise"}[alert.lane]
    where = ",".join(alert.audience.places)
    return {**answered(alert.words), "where": where, "who": who, "how": how, **regraded(alert, how)}


def others(scene: Scene, one: Approval, verb: str, mark: str) -> Turn:
    """Whoever else coordinates its area decides, in time, on just what they were shown."""
    if one.expires <= scene.now:
        return scene.say(Say("second.late"), do=(SettleSecond(one.id, "dropped"),))
    if not one.serves:
        return scene.say(Say("second.author_gone"), do=(SettleSecond(one.id, "dropped"),))
    if verb == "no":
        told = Tell(one.alert.by, Say("second.told_no", {"name": called(scene)}))
        return scene.say(Say("second.refused"), do=(SettleSecond(one.id, "refused"), told, Audit("refuse", one.id)))
    if verb != "yes" or mark != one.mark:
        return show_again(scene, one, changed=verb == "yes")
    return approved(scene, one)


def called(scene: Scene) -> str | Key:
    return scene.contact.name or Key("role.coordinator")


def show_again(scene: Scene, one: Approval, changed: bool) -> Turn:
    """As it is now, with buttons for that; a yes to what it was before counts for nothing."""

    def tell(plan: Plan) -> Turn:
        first = (Say("second.changed"),) if changed else ()
        texts = (shown(scene, one.alert), *translated(scene, one.alert, plan))
        return scene.say(*first, *texts, asking(scene, one, plan))

    return Turn(scene.conversation, query=PlanAlert(one.alert), then=tell)


def approved(scene: Scene, one: Approval) -> Turn:
    """It leaves, and its author hears of it. The audience is counted anew: with nobody left, nothing is sent."""

    def decide(plan: Plan) -> Turn:
        if not plan.size:
            return scene.say(Say("alert.nobody"))
        turn = leave(scene, one.alert, follows)
        on_way = on_its_way(one.alert).offers
        told = Tell(one.alert.by, Say("second.told_yes", {"name": called(scene)}, offers=on_way))
        audit = Audit("second", one.id, {"mark": one.mark, "people": plan.size})
        return scene.say(
            Say("second.sent", offers=on_way), do=(SettleSecond(one.id, "approved"), *turn.effects, told, audit)
        )

    return Turn(scene.conversation, query=PlanAlert(one.alert), then=decide)
