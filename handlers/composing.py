"""Composing an alert: a few questions, all of it seen before it goes, a trial to oneself, and a second word."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role, holding, inside
from domain.conversation import Answers, Scene, Turn
from domain.effect import Audit, Effect
from domain.effect_alert import AskSecond, Raise, Rehearse
from domain.ids import derived
from domain.message import Content, Incoming, Key, Offer, Param, Press, Say, Text
from domain.plan import ASKED_FOR, LIFE, Approval, Plan, mark_of
from domain.query import FindApprovals, PlanAlert
from handlers.answering import advance, begin
from handlers.answers import Choice, Offered, Unclear, area_offer, choice, meant
from handlers.asking import question
from handlers.flow import Ask, Flow
from handlers.grading import LATER, graded
from handlers.guarding import Guarded, found_in, let_through, refused
from handlers.planning import before, everywhere, reach
from handlers.refusing import REFUSED, tried
from handlers.turns import done_too, mapped
from handlers.wording import INCIDENTS, TEMPLATE, incident, templated, wording
from texts import places
from texts.writing import clean, cut, length

NEWS = "news"
"""The topic of what can wait: `/stop` ends it, as it ends the lessons."""
TEXT_LIMIT = 1000
"""Graphemes of an alert: more than fits two loudspeaker minutes is not an alert."""
DETAIL_LIMIT = 300
MOST_AREAS = 10
BETWEEN = re.compile(r"[,;\n]|\s(?:และ|กับ|and|ແລະ|និង)\s")
"""What stands between the names of several places."""
WAITS = "_approval"
"""The answer that names the alert which waits for a second word and is being changed."""


class Reach:
    """Where an alert goes: one's own area, or places within it, as codes with commas between."""

    wants = ""

    def offers(self, scene: Scene) -> Offered:
        return (("mine", "alert.where.mine", {}),)

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press("mine"):
                return scene.contact.area
            case Press(code) if code.isdecimal() and places.place(code) and inside(code, scene.contact.area):
                return code
            case Text(text):
                return self.typed(text, scene)
        raise Unclear("alert.nowhere")

    def typed(self, text: str, scene: Scene) -> str:
        parts = [part.strip() for part in BETWEEN.split(clean(text, 500)) if part.strip()]
        if len(parts) > 1:
            return ",".join(self.several(parts, scene))
        found = self.found(text, scene)
        if not found:
            raise Unclear("alert.nowhere")
        if len(found) == 1:
            return found[0].code
        raise Unclear("answer.which", {"said": cut(text, 40)}, tuple(area_offer(place.code) for place in found))

    def several(self, parts: list[str], scene: Scene) -> list[str]:
        """The codes of several places, each of which must be plain; those that lie in others are left out."""
        if len(parts) > MOST_AREAS:
            raise Unclear("alert.where.many", {"most": MOST_AREAS})
        codes = []
        for part in parts:
            found = self.found(part, scene)
            if len(found) != 1:
                raise Unclear("alert.where.unsure", {"said": cut(part, 40)})
            codes.append(found[0].code)
        return [code for code in dict.fromkeys(codes) if not any(code != one and inside(code, one) for one in codes)]

    def found(self, text: str, scene: Scene) -> list[places.Place]:
        own = scene.contact.area
        return [place for place in meant(clean(text, 200), (own,) if own else ()) if inside(place.code, own)]

    def shown(self, value: Any) -> Param:
        return everywhere(tuple(str(value).split(",")))


def told_in(where: Any, **more: Any) -> Audience:
    """The audience in the places of an answer."""
    codes = tuple(str(where).split(","))
    return Audience(area=holding(codes), areas=codes if len(codes) > 1 else (), **more)


class Message(Guarded):
    """The words of an alert; too long is said, not cut."""

    def read(self, content: Content, scene: Scene) -> str:
        text = Guarded.read(self, content, scene)
        if length(text) > TEXT_LIMIT:
            raise Unclear("alert.long", {"most": TEXT_LIMIT, "now": length(text)})
        return text


class Wording(Message):
    """The same, or one of the common incidents."""

    def offers(self, scene: Scene) -> Offered:
        return tuple((f"{TEMPLATE}{name}", f"alert.incident.{name}", {}) for name in INCIDENTS)

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press(token) if templated({"words": token}):
                return token
        return Message.read(self, content, scene)

    def shown(self, value: Any) -> Param:
        if templated({"words": value}):
            return Key(f"alert.incident.{str(value).removeprefix(TEMPLATE)}")
        return Message.shown(self, value)


def draft(scene: Scene, answers: Answers) -> Alert:
    """The alert that the answers make, without an id."""
    how = str(answers["how"])
    roles = {"everyone": None, "groups": None, "volunteers": Role.VOLUNTEER, "staff": Role.COORDINATOR}
    groups = answers["who"] == "groups" and how != "exercise"
    audience = told_in(
        answers["where"], role=roles[answers["who"]], topic=NEWS if how == "routine" else "", groups=groups
    )
    words, by = wording(answers, scene.operator.languages), scene.contact.id
    match how:
        case "urgent":
            made = Alert("", audience, words=words, lane="urgent", severity="Severe", by=by)
        case "exercise":
            made = Alert("", audience, words=words, lane="reply", status="Exercise", by=by)
        case _:
            made = Alert("", audience, words=words, lane="routine", severity="Minor", by=by)
    public = audience.role is None and made.status == "Actual"
    return graded(replace(made, public=public), incident(answers), answers)


def preview(scene: Scene, answers: Answers, plan: Any) -> tuple[Say, ...]:
    """The text as it will stand, and the figures."""
    return before(scene, draft(scene, answers), plan)


def send(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Try it on oneself, send it, or ask a second coordinator, if its area is still theirs to speak to."""
    return conclude(flow, scene, answers, incoming, draft(scene, answers))


Sent = Callable[[Alert], tuple[Effect, ...]]


def plainly(alert: Alert) -> tuple[Effect, ...]:
    return (Raise(alert),)


def conclude(
    flow: Flow,
    scene: Scene,
    answers: Answers,
    incoming: Incoming,
    alert: Alert,
    sent: Sent = plainly,
    *,
    second: bool = False,
) -> Turn:
    """
    What the last question of an alert leads to: `sent` are the effects of sending it at once.

    With `second` somebody else must agree, however few it goes to.
    """
    if not inside(alert.audience.area, scene.contact.area):
        return Turn(scene.conversation.idle(), (REFUSED,), (tried("alert", area=alert.audience.area),))
    if why := refused(alert, scene):
        return once_more(flow, scene, answers, incoming, why)
    if answers["confirm"] == "try":
        turn = once_more(flow, scene, answers, incoming, Say("alert.tried"))
        return done_too(turn, (Rehearse(alert),))
    waits = str(answers.get(WAITS) or "")
    named = replace(alert, id=waits or derived(incoming.id, "alert"))

    def decide(plan: Plan) -> Turn:
        if not plan.size:
            return once_more(flow, scene, answers, incoming, Say("alert.nobody"))
        if not waits and not second and plan.size <= scene.rules.approval_above:
            return leave(scene, named, sent)
        if not plan.seconds:
            return once_more(flow, scene, answers, incoming, Say("alert.alone"))
        return ask_second(scene, named, plan)

    asked = Turn(scene.conversation, query=PlanAlert(alert), then=decide)
    return still_waiting(scene, waits, asked) if waits else asked


def still_waiting(scene: Scene, id: str, turn: Turn) -> Turn:
    """The turn, unless the alert that is being changed was decided meanwhile."""

    def look(found: tuple[Approval, ...]) -> Turn:
        if found and found[0].state == "waiting" and found[0].alert.by == scene.contact.id:
            return turn
        state = found[0].state if found and found[0].state != "waiting" else "unknown"
        return Turn(scene.conversation.idle(), (Say(f"second.{state}"),))

    return Turn(scene.conversation, query=FindApprovals(scene.contact.area, id), then=look)


def once_more(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming, why: Say) -> Turn:
    """Back to the last question, with a line that says what was done or why not."""
    held = replace(scene.conversation, answers={name: one for name, one in answers.items() if name != "confirm"})
    turn = question(flow, replace(scene, conversation=held), held, incoming)

    def first(one: Turn) -> Turn:
        return replace(one, reply=(*one.reply[:-1], replace(one.reply[-1], first=(why,)))) if one.reply else one

    return mapped(turn, first)


def leave(scene: Scene, alert: Alert, sent: Sent = plainly) -> Turn:
    """It leaves now, and not later than it lives."""
    timed = replace(alert, expires=scene.now + LIFE[alert.lane])
    told = {"area": alert.audience.area, "type": alert.type, "status": alert.status} | let_through(alert, scene)
    audit = Audit("alert", alert.id, told)
    return Turn(scene.conversation.idle(), (on_its_way(alert),), (*sent(timed), audit))


def on_its_way(alert: Alert) -> Say:
    """That it is sent, with the buttons to watch it, hold it up and stop it."""
    verbs = (("watch", "alerts"), ("pause", "pausealert"), ("stop", "stopalert"))
    return Say("alert.sending", offers=tuple(Offer(f"alert.{key}", f"/{name} {alert.id}") for key, name in verbs))


def ask_second(scene: Scene, alert: Alert, plan: Plan) -> Turn:
    """It waits, and the other coordinators around its area are asked."""
    approval = Approval(alert.id, alert, mark_of(alert), scene.now + ASKED_FOR, author=scene.contact.name)
    said = Say("second.asked", {"count": plan.seconds}, offers=to_author(alert.id))
    audit = Audit("ask second", alert.id, {"mark": approval.mark, "people": plan.total})
    return Turn(scene.conversation.idle(), (said,), (AskSecond(approval, asking(scene, approval, plan)), audit))


def to_author(id: str) -> tuple[Offer, ...]:
    """What its author may do with an alert that waits."""
    return Offer("second.change", f"/second {id} change"), Offer("second.drop", f"/second {id} drop")


def asking(scene: Scene, approval: Approval, plan: Plan) -> Say:
    """What the second coordinator decides on, with the two buttons; the yes names what was shown."""
    figures = reach(scene, approval.alert, plan)
    token = f"/second {approval.id}"
    return Say(
        "second.ask",
        {"name": approval.author or Key("role.coordinator")},
        then=(figures,),
        offers=(Offer("second.yes", f"{token} yes {approval.mark}"), Offer("second.no", f"{token} no")),
    )


CONFIRM = Choice(("send", "edit", "try"), scope="alert.confirm")

ALERT = Flow(
    "alert",
    asks=(
        Ask("words", Wording(TEXT_LIMIT * 4)),
        Ask("detail", Guarded(DETAIL_LIMIT), optional=True, when=templated),
        Ask("where", Reach()),
        Ask("who", choice("everyone", "volunteers", "staff", "groups")),
        Ask("how", choice("urgent", "routine", "exercise")),
        *LATER,
    ),
    close=send,
    last=Ask("confirm", CONFIRM, look=lambda scene, answers: PlanAlert(draft(scene, answers)), tell=preview),
    consent=False,
    role=Role.COORDINATOR,
)


def alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Compose an alert; with text, that is its words."""
    text, most = clean(argument, TEXT_LIMIT * 4), TEXT_LIMIT
    if length(text) > most:
        return begin(ALERT, scene, incoming, {}, (Say("alert.long", {"now": length(text), "most": most}),))
    if found_in(text, scene):
        begun = replace(scene, conversation=begin(ALERT, scene, incoming, {}).conversation)
        return advance(ALERT, begun, replace(incoming, content=Text(text)))
    return begin(ALERT, scene, incoming, {"words": text} if text else {})
