"""What residents may ask for by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AddToReport, Audit, Effect, Live, Raise, SetStatus, Speak, Subscribe, Tell
from domain.ids import derived
from domain.message import Area, At, Incoming, Key, Offer, Params, Say, Text
from domain.query import Filter, FindReport, FindReports, Scope
from domain.report import DONE, Report, Status
from handlers.answering import advance, begin
from handlers.answers import Unclear, Where, Words, pinned
from handlers.asking import question
from handlers.burst import given
from handlers.flow import MEDIA, Ask, Flow
from handlers.informing import TAMBON, common
from handlers.joining import join
from handlers.listen import hear_text
from handlers.needs import cards
from handlers.reports import KINDS
from handlers.turns import said_first
from handlers.welcome import greeting, menu_say, welcome
from texts import lesson as lessons_of
from texts import places
from texts.writing import clean, digits

PER_PAGE = 5
MINE = Offer("menu.mine", "/mine")


def start(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Telegram's first message, and with a code an invitation."""
    return join(scene, incoming, argument) if argument else welcome(scene)


def menu(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(menu_say(scene))


def make_report(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    `/report`: which kind? `/report link`: begin. `/report link <mark>`: begin with what was pasted around it.

    `/report border @17.9,101.7` begins with a pin, `/report else <mark>` asks which kind first.
    """
    kind, _, this = argument.partition(" ")
    flow = KINDS.get(kind)
    if flow is None:
        tail = f" {this}" if kind == "else" and this else ""
        return scene.say(
            Say("report.which", offers=tuple(Offer(f"{name}.name", f"/report {name}{tail}") for name in KINDS))
        )
    known = fitted(flow, known_of(scene, this))
    if halfway(scene, flow, known):
        turn = question(flow, scene, scene.conversation, incoming)
        return turn if known else said_first(turn, (Say("flow.resumed"),))
    told = flow.need in scene.judge(str(known.get("words", ""))).needs if known.get("words") else False
    first = cards((flow.need,), (flow.need,)) if flow.need and not told else ()
    sensitive = (Say("report.sensitive"),) if flow.sensitive else ()
    return begin(flow, scene, incoming, known, (*first, *sensitive))


def known_of(scene: Scene, this: str) -> dict[str, Any]:
    """What a button of ours says is known already: a pin, or the messages pasted around it."""
    if not this.startswith("@"):
        return given(scene, this) if this else {}
    try:
        lat, lon = map(float, this.removeprefix("@").split(","))
        return {"where": pinned(lat, lon, "", scene)}
    except (ValueError, Unclear):
        return {}


def halfway(scene: Scene, flow: Flow, known: dict[str, Any]) -> bool:
    """Whether they are in the middle of this very report: it is gone on with, not begun again."""
    answers = scene.conversation.answers
    if scene.conversation.flow != flow.name or not any(ask.name in answers for ask in flow.asks):
        return False
    return all(answers.get(name) == value for name, value in known.items())


def fitted(flow: Flow, known: dict[str, Any]) -> dict[str, Any]:
    """What was pasted, as answers this flow asks for; the rest is kept beside them."""
    if MEDIA in known and flow.named("media"):
        known["media"] = "given"
    return known


def check(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Judge what follows, or ask for it."""
    if not argument:
        return scene.say(Say("check.ask"))
    return hear_text(scene, replace(incoming, content=Text(argument)), argument)


def own(scene: Scene) -> Scope:
    return Scope(Role.RESIDENT, "", scene.contact.id)


def mine(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Their own reports, newest first."""

    def tell(page: Any) -> Turn:
        if not page.reports:
            return scene.say(Say("mine.none", offers=(Offer("menu.report", "/report"),)))
        lines = tuple(mine_line(one) for one in page.reports)
        offers = tuple(Offer("mine.open", f"/report {one.number}", {"number": one.number}) for one in page.reports)
        return scene.say(Say("mine.self", {"total": page.total}, offers=offers, then=lines))

    return Turn(scene.conversation, query=FindReports(Filter(scope=own(scene)), limit=PER_PAGE), then=tell)


def mine_line(one: Report) -> Say:
    """One report in a line. What a sensitive one is about is not said: somebody may look over their shoulder."""
    params: Params = {
        "number": one.number,
        "kind": Key("mine.quiet" if one.sensitive else f"{one.kind}.name"),
        "status": Key(f"status.{one.status}"),
        "at": At(one.at),
    }
    return Say("mine.line", params)


def own_report(scene: Scene, one: Report) -> Turn:
    """One's own report: where it stands, what was answered, and what one can still do with it."""
    offers = [Offer("mine.add", f"/add {one.number}")]
    if one.status not in DONE:
        offers.append(Offer("mine.takeback", f"/takeback {one.number}"))
    replies = tuple(
        Say("mine.reply", {"text": note.text, "at": At(note.at)}) for note in one.notes if note.kind == "reply"
    )
    place = (Say("mine.area", {"area": Area(one.area)}),) if one.area else ()
    return Turn(
        scene.conversation,
        (replace(mine_line(one), then=(*place, *replies), offers=(*offers, MINE)),),
    )


Then = Callable[[Report, str], Turn]


def by_number(scene: Scene, argument: str, then: Then, scope: Scope, missing: Callable[[], Turn] | None = None) -> Turn:
    """Look one report up by the number people type; what cannot be seen and what does not exist look the same."""
    word, _, rest = argument.partition(" ")
    number = digits(word).lstrip("#")
    if not (number.isdecimal() and number.isascii() and 0 < len(number) <= 9):
        return scene.say(Say("report.number"))

    def tell(found: Report | None) -> Turn:
        if found is None:
            return missing() if missing else scene.say(Say("report.none", {"number": number}))
        return then(found, rest.strip())

    return Turn(scene.conversation, query=FindReport(int(number), scope), then=tell)


def add(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Tell more of an own report: a text or a photo."""
    if not argument:
        return mine(scene, incoming, argument)

    def tell(one: Report, rest: str) -> Turn:
        quiet = own_tambon(scene, one)
        about = {"report": one.id, "number": one.number, "assignee": one.assignee, "area": one.area, "quiet": quiet}
        return begin(ADD, scene, incoming, about)

    return by_number(scene, argument, tell, own(scene))


def added(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    text = "\n".join(str(answers[name]) for name in ("media", "more") if answers.get(name) not in (None, "given"))
    report, number = str(answers["report"]), int(answers["number"])
    more = AddToReport(report, "added", text, tuple(answers.get(MEDIA, ())))
    said = Say("add.thanks", {"number": number}, offers=(Offer("mine.add", f"/add {number}"), MINE))
    left = {"added": {"report": report, "number": number, "at": scene.now.isoformat()}}
    told = Told(number, str(answers["assignee"]), str(answers["area"]), str(answers["quiet"]))
    telling = tell_staff(scene, incoming, "tell.more", told)
    return Turn(replace(scene.conversation.idle(), answers=left), (said,), (more, telling))


class Told(NamedTuple):
    """What must be known of a report to tell its staff something: who has it, where it is, who may not hear."""

    number: int
    assignee: str
    area: str
    quiet: str


def own_tambon(scene: Scene, one: Report) -> str:
    """Where a withheld report is not to be heard of."""
    return (scene.contact.area or one.area)[:TAMBON] if one.withheld else ""


def tell_staff(scene: Scene, incoming: Incoming, key: str, one: Told) -> Effect:
    """Whoever has the report hears that something came of its reporter; while nobody has, all its coordinators."""
    say = Say(key, {"number": one.number}, offers=(Offer("tell.view", f"/report {one.number}"),))
    if one.assignee:
        return Tell(one.assignee, say)
    excluding = one.quiet if len(one.quiet) == TAMBON else ""
    area = one.area[:TAMBON] or common(scene.operator.served)
    reach = Audience(area=area, role=Role.COORDINATOR, upward=True, excluding=excluding)
    return Raise(Alert(derived(incoming.id, key), reach, say=say, lane="reply", report=str(one.number)))


ADD = Flow("add", (Ask("media", Words()),), close=added)


def take_back(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Take an own report back, after asking once."""
    if not argument:
        return mine(scene, incoming, argument)

    def tell(one: Report, rest: str) -> Turn:
        if one.status in DONE:
            return scene.say(Say("takeback.late", {"status": Key(f"status.{one.status}")}))
        if rest != "yes":
            offers = (Offer("takeback.yes", f"/takeback {one.number} yes"), Offer("takeback.no", "/mine"))
            return scene.say(Say("takeback.ask", {"number": one.number}, offers=offers))
        told = Told(one.number, one.assignee, one.area, own_tambon(scene, one))
        telling = tell_staff(scene, incoming, "tell.withdrawn", told)
        done = (SetStatus(one.id, Status.WITHDRAWN), Audit("withdraw", one.id), telling)
        return scene.say(Say("takeback.done", {"number": one.number}), do=done)

    return by_number(scene, argument, tell, own(scene))


def hotlines(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The numbers to know, each with what it is for and when we checked it."""
    return scene.say(Say("hotlines.self"), menu_say(scene))


def lesson(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Today's lesson, or the one asked for by number; then its question."""
    every = lessons_of.lessons()
    at = scene.now.toordinal() % len(every)
    number, _, answer = argument.partition(" ")
    if number.isdecimal() and number.isascii() and 0 < int(number[:3]) <= len(every):
        at = int(number[:3]) - 1
    one = every[at]
    if answer.isdecimal() and answer.isascii():
        right = int(answer[:1]) == one.quiz.answer
        key = "lesson.right" if right else "lesson.wrong"
        offers = (
            Offer("lesson.next", f"/lesson {at % len(every) + 2 if at + 1 < len(every) else 1}"),
            Offer("menu.name", "/menu"),
        )
        return scene.say(Say(key, {"why": Key(f"lesson.{one.id}.why")}, offers=offers))
    choices = tuple(Offer(f"lesson.letter{n}", f"/lesson {at + 1} {n}") for n in range(len(one.quiz.choices)))
    title = Say(
        "lesson.title", {"number": at + 1, "title": Key(f"lesson.{one.id}.title")}, then=(Say(f"lesson.{one.id}.text"),)
    )
    listed = tuple(Say(f"lesson.option{n}", {"choice": Key(f"lesson.{one.id}.choice{n}")}) for n in range(len(choices)))
    return scene.say(title, Say(f"lesson.{one.id}.question", then=listed, offers=choices))


def language(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Change the language, or offer them, each by its own name."""
    if argument in scene.operator.languages:
        return scene.say(Say("language.set"), menu_say(scene), do=(Speak(argument),))
    offers = tuple(Offer(f"language.{code}", f"/language {code}") for code in scene.operator.languages)
    return scene.say(Say("language.ask", offers=offers))


def home(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Say where they live, so that what concerns their place reaches them. Staff serve where they were invited to."""
    if scene.contact.role > Role.RESIDENT:
        return scene.say(Say("home.staff", {"area": Area(scene.contact.area)}), menu_say(scene))
    said = clean(argument, 200)
    if known := places.place(said):
        return living(scene, known.code)
    if not said:
        return begin(HOME, scene, incoming, {})
    return advance(HOME, begin_scene(scene, incoming), replace(incoming, content=Text(said)))


def begin_scene(scene: Scene, incoming: Incoming) -> Scene:
    """The scene in which they were just asked where they live."""
    return replace(scene, conversation=begin(HOME, scene, incoming, {}).conversation)


def living(scene: Scene, code: str) -> Turn:
    return scene.say(Say("home.set", {"area": Area(code)}), menu_say(scene), do=(Live(code),))


def lives(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    over = replace(scene, conversation=scene.conversation.idle())
    code = str(answers["where"].get("area") or "")
    return living(over, code) if code else over.say(Say("home.unknown"), menu_say(over))


HOME = Flow("home", (Ask("where", Where(known=True)),), close=lives, consent=False)


def about(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(greeting(scene), Say("about.privacy"), menu_say(scene))


def stop(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """No more awareness messages. Answers, and what concerns their own reports, still come."""
    offers = (Offer("stop.resume", "/resume"),)
    return scene.say(Say("stop.done", offers=offers), do=(Subscribe(False),))


def resume(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(Say("stop.resumed"), do=(Subscribe(True),))


def cancel(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    said = "cancelled" if scene.conversation.flow else "cancel.nothing"
    over = replace(scene, conversation=scene.conversation.idle())
    return over.say(Say(said), menu_say(over))
