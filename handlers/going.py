"""Who goes to look: what volunteers answer, what they found, and what a coordinator can ask for."""

from typing import Any

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.dispatch import TAKES, Call, Dispatch, rings
from domain.effect import AddToReport, Audit, Effect, SetStatus, TellKeeper, TellReporter
from domain.effect_alert import AnswerCall, Looked, Raise, SendOut
from domain.ids import derived
from domain.message import Area, Incoming, Key, Offer, Param, Params, Say
from domain.query import FindCall, FindResponses
from domain.report import Report, Status
from handlers.answering import begin
from handlers.answers import Choice
from handlers.cases import told
from handlers.composing import Reach
from handlers.dispatch import asked_by, drill, refusal, spoken
from handlers.flow import Ask, Flow
from handlers.own import by_number
from handlers.searching import scope
from handlers.volunteers import calling
from handlers.welcome import menu_say
from texts import times

ANSWERS = ("going", "warned", "cant", "help")
OUTCOMES = {"confirmed": Status.CONFIRMED, "nothing": Status.NOTHING_FOUND, "handed": Status.HANDED_OVER}
"""What can be found, and what a coordinator may decide on it with one press."""
COULD_NOT = "couldnt"
ID, TAMBON = 36, 6
DRILLED = "border"
"""The kind that an exercise is of: the one volunteers are asked about most."""
LONG = "30d"
VILLAGES = 20


def answer(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A volunteer's answer to whether they can look. Who needs help is not left alone: coordinators hear at once."""
    word, _, id = argument.partition(" ")
    if word not in ANSWERS or len(id) != ID:
        return scene.say(Say("answer.gone"), menu_say(scene))

    def tell(call: Call | None) -> Turn:
        if call is None:
            return scene.say(Say("answer.gone"), menu_say(scene))
        one = call.dispatch
        effects: list[Effect] = [AnswerCall(one.id, word, spoken(one))]
        if word == "help":
            view = (Offer("tell.view", f"/report {call.report.number}"),) if call.report else ()
            effects.append(Raise(calling(scene, one.id, one.area[:TAMBON], one.report, drill(one), view)))
        if call.state == "over" and word in TAKES:
            return scene.say(Say("dispatch.over", first=drill(one)), do=tuple(effects))
        with_others = (Say("dispatch.others", {"count": call.going}),) if call.going and word in TAKES else ()
        found = outcomes(one) if word in (*TAKES, "help") else ()
        then = (*with_others, *((Say("dispatch.come_back"),) if word in TAKES else ()))
        return scene.say(Say(f"ack.{word}", first=drill(one), then=then, offers=found), do=tuple(effects))

    return Turn(scene.conversation, query=FindCall(id, scene.contact.id), then=tell)


def outcomes(one: Dispatch) -> tuple[Offer, ...]:
    """What can have come of it. Nobody need see for themselves whether something would have exploded."""
    words = ("handed", COULD_NOT) if one.urgent else (*OUTCOMES, COULD_NOT)
    return tuple(Offer(f"outcome.{word}", f"/outcome {word} {one.id}") for word in words)


def outcome(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    What a volunteer found. It becomes a note, and coordinators decide on it: nobody closes a report by looking.

    The reporter hears that their report is being looked into, if they did not yet. Who could not look makes room for
    others.
    """
    word, _, id = argument.partition(" ")
    if (word not in OUTCOMES and word != COULD_NOT) or len(id) != ID:
        return scene.say(Say("answer.gone"), menu_say(scene))

    def tell(call: Call | None) -> Turn:
        if call is None:
            return scene.say(Say("answer.gone"), menu_say(scene))
        end = word if word == COULD_NOT else "drill" if call.dispatch.exercise else "self"
        said = Say(f"outcome.thanks.{end}", first=drill(call.dispatch))
        if call.outcome == word or (word == COULD_NOT and call.answer == "cant"):
            return scene.say(said, menu_say(scene))  # pressed twice: once was enough
        return scene.say(said, menu_say(scene), do=found(scene, incoming, call, word))

    return Turn(scene.conversation, query=FindCall(id, scene.contact.id), then=tell)


def found(scene: Scene, incoming: Incoming, call: Call, word: str) -> tuple[Effect, ...]:
    one, report = call.dispatch, call.report
    effects: list[Effect] = [
        AnswerCall(one.id, "cant", spoken(one)) if word == COULD_NOT else Looked(one.id, word),
        Audit("looked", one.report or one.id, {"outcome": word}),
    ]
    if report is None:
        return tuple(effects)
    effects.append(AddToReport(report.id, "looked", word))
    if word == COULD_NOT:
        return tuple(effects)
    if report.status == Status.NEW:
        effects += [SetStatus(report.id, Status.OPEN), TellReporter(report.id, told(report, Status.OPEN))]
    if report.status not in (OUTCOMES[word], Status.WITHDRAWN):
        effects.append(tell_staff(scene, incoming, one, report, word))
    return tuple(effects)


def tell_staff(scene: Scene, incoming: Incoming, one: Dispatch, report: Report, word: str) -> Effect:
    """Whoever has the report decides on what was found; while nobody has, all its coordinators hear."""
    params: Params = {"number": report.number, "outcome": Key(f"outcome.{word}"), "name": scene.contact.name or "-"}
    offers = (
        Offer("outcome.decide", f"/status {report.number} {OUTCOMES[word]}"),
        Offer("show.decide", f"/status {report.number}"),
        Offer("tell.view", f"/report {report.number}"),
    )
    say = Say("outcome.told", params, offers=offers)
    audience = Audience(area=one.area[:TAMBON], role=Role.COORDINATOR, upward=True)
    alert = Alert(derived(incoming.id, "looked"), audience, say=say, lane="reply", report=report.id)
    return TellKeeper(report.id, alert)


def dispatch(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A coordinator asks volunteers to look at a report, anew or at first. Never at what they may not know."""

    def tell(one: Report, _: str) -> Turn:
        why = refusal(one)
        if why:
            return scene.say(Say(f"dispatch.no.{why}", {"number": one.number}))
        first = derived(one.id, "dispatch")
        id = derived(incoming.id, "dispatch") if one.called else first
        asked = asked_by(scene, id, one.kind, one.area, one.id, urgent=one.urgent)
        said = Say("dispatch.sent", {"number": one.number}, offers=(Offer("tell.view", f"/report {one.number}"),))
        return scene.say(said, do=(SendOut(asked, spoken(asked)), Audit("dispatch", one.id)))

    return by_number(scene, argument, tell, scope(scene))


def begun(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """An exercise: the same questions in the same rings, each marked as one."""
    area = str(answers["where"])
    if not rings(area):
        return Turn(scene.conversation.idle(), (Say("dispatch.drill_nowhere"),))
    one = asked_by(scene, derived(incoming.id, "drill"), DRILLED, area)
    said = Say("dispatch.drill_sent", offers=(Offer("dispatch.drill_times", "/response drill"),))
    return Turn(scene.conversation.idle(), (said,), (SendOut(one, spoken(one)), Audit("drill", one.id, {"area": area})))


DRILL = Flow(
    "drill",
    asks=(Ask("where", Reach()),),
    close=begun,
    last=Ask("confirm", Choice(("send",), scope="drill.confirm")),
    consent=False,
    role=Role.COORDINATOR,
)


def exercise(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """An exercise of the rings, in an area."""
    return begin(DRILL, scene, incoming, {})


def response(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How the villages of the area answer: how often, and how fast. By name, never by speed: nobody is ranked."""
    word, _, rest = argument.partition(" ")
    practised = word in ("drill", "ซ้อม")
    span = (rest if practised else argument).strip() or LONG
    since = times.since(span, scene.now)
    if since is None:
        return scene.say(Say("response.when", {"typed": span[:40]}))

    def tell(rows: Any) -> Turn:
        other = Offer("response.real", "/response") if practised else Offer("dispatch.drill_times", "/response drill")
        if not rows:
            return scene.say(Say("response.none", offers=(other,)))
        lines = tuple(village(row) for row in rows[:VILLAGES])
        head = "response.drill" if practised else "response.self"
        return scene.say(Say(head, {"span": span}, then=lines, offers=(other,)))

    return Turn(scene.conversation, query=FindResponses(scene.contact.area, since, practised), then=tell)


def village(row: Any) -> Say:
    params: dict[str, Param] = {"area": Area(row.area), "asked": row.asked, "answered": row.answered}
    if row.middle is None:
        return Say("response.silent", params)
    return Say("response.line", params | {"minutes": max(1, round(row.middle.total_seconds() / 60))})
