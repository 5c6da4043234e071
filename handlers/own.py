"""One's own reports: seeing them, adding to one, taking one back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from domain.alert import Alert
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AddToReport, Audit, Effect, SetStatus, TellKeeper
from domain.ids import derived
from domain.message import Area, At, Incoming, Key, Offer, Params, Say
from domain.query import Filter, FindReport, FindReports, Scope
from domain.report import DONE, Report, Status
from domain.routing import TAMBON
from handlers.answering import begin
from handlers.answers import Words
from handlers.dispatch import decided
from handlers.doubting import blocked
from handlers.flow import MEDIA, Ask, Flow
from handlers.informing import staff_for
from handlers.refusing import refused
from handlers.searching import page_of
from texts.writing import digits

PER_PAGE = 5
HELD = "_receipt"
"""Among the answers: the report whose receipt was shown just now. Never an answer of another report."""
MINE = Offer("menu.mine", "/mine")


def own(scene: Scene) -> Scope:
    return Scope(Role.RESIDENT, "", scene.contact.id)


def mine(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Their own reports, newest first, five at a time; `+5` goes on after five."""
    offset, _ = page_of(argument, "")

    def tell(page: Any) -> Turn:
        if not page.reports:
            return scene.say(Say("mine.none", offers=(Offer("menu.report", "/report"),)))
        lines = tuple(mine_line(one) for one in page.reports)
        offers = [Offer("mine.open", f"/report {one.number}", {"number": one.number}) for one in page.reports]
        offers += [Offer("list.before", f"/mine +{max(0, offset - PER_PAGE)}")] if offset else []
        after = offset + len(page.reports)
        offers += [Offer("list.after", f"/mine +{after}")] if after < page.total else []
        return scene.say(Say("mine.self", {"total": page.total}, offers=tuple(offers), then=lines))

    return Turn(scene.conversation, query=FindReports(Filter(scope=own(scene)), PER_PAGE, offset), then=tell)


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
    if one.sealed:
        offers.append(Offer("receipt.new", f"/receipt new {one.number}"))
    return Turn(scene.conversation, (replace(stands(one), offers=(*offers, MINE)),))


def stands(one: Report) -> Say:
    """Where a report stands, and what was answered: for whose it is."""
    replies = tuple(
        Say("mine.reply", {"text": note.text, "at": At(note.at)}) for note in one.notes if note.kind == "reply"
    )
    place = (Say("mine.area", {"area": Area(one.area)}),) if one.area else ()
    return replace(mine_line(one), then=(*place, *replies))


Then = Callable[[Report, str], Turn]


def by_number(
    scene: Scene,
    argument: str,
    then: Then,
    scope: Scope,
    missing: Callable[[], Turn] | None = None,
    *,
    opened: bool = False,
) -> Turn:
    """
    Look one report up by the number people type; what cannot be seen and what does not exist look the same.

    `opened` opens a sealed one: for whose it is, and for who looks into it and is written down. One that was changed
    behind our back is not shown to anybody.
    """
    word, _, rest = argument.partition(" ")
    number = digits(word).lstrip("#")
    if not (number.isdecimal() and number.isascii() and 0 < len(number) <= 9):
        return scene.say(Say("report.number"))

    def tell(found: Report | None) -> Turn:
        if found is None:
            return missing() if missing else none(scene, scope, int(number))
        if found.broken:
            return changed(scene, found)
        return then(found, rest.strip())

    return Turn(scene.conversation, query=FindReport(int(number), scope, opened), then=tell)


def none(scene: Scene, scope: Scope, number: int) -> Turn:
    """Not there, or not theirs to see. Of staff it is written down; of others not, who may have mistyped their own."""
    said = Say("report.none", {"number": number})
    if scope.role >= Role.COORDINATOR:
        return refused(scene, "report", said, number=number)
    return scene.say(replace(said, offers=(MINE, Offer("menu.name", "/menu"))))


def changed(scene: Scene, one: Report) -> Turn:
    """A sealed report that was changed, or put in another's place, since it was kept: refused, and written down."""
    by = "reporter" if scene.contact.role < Role.COORDINATOR else ""
    said = Say("report.broken", {"number": one.number})
    return scene.say(said, do=(Audit("broken", one.id, {"what": one.broken}, by),))


def add(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Tell more of an own report: a text or a photo."""
    if not argument:
        return mine(scene, incoming, argument)
    if scene.contact.blocked:
        return scene.say(blocked(scene))

    def tell(one: Report, rest: str) -> Turn:
        return begin(ADD, scene, incoming, about(one))

    return by_number(scene, argument, tell, own(scene), opened=True)


def about(one: Report) -> dict[str, Any]:
    """What must be known of a report to add to it."""
    told = {"report": one.id, "number": one.number, "area": routed(one), "quiet": one.quiet}
    return told | {"sealed": one.sealed}


def added(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    text = "\n".join(str(answers[name]) for name in ("media", "more") if answers.get(name) not in (None, "given"))
    report, number, sealed = str(answers["report"]), int(answers["number"]), bool(answers.get("sealed"))
    more = AddToReport(report, "added", text, tuple(answers.get(MEDIA, ())))
    theirs = (Offer("mine.add", f"/add {number}"), MINE)
    again = (Offer("receipt.add", "/receipt add"),) if HELD in answers else theirs
    said = Say("add.thanks", {"number": number}, offers=again)
    left: dict[str, Any] = {name: answers[name] for name in (HELD,) if name in answers}
    left |= {"added": {"report": report, "number": number, "at": scene.now.isoformat(), "sealed": sealed}}
    told = Told(report, number, str(answers["area"]), str(answers["quiet"]))
    telling = tell_staff(scene, incoming, "tell.more", told)
    return Turn(replace(scene.conversation.idle(), answers=left), (said,), (more, telling), veiled=sealed)


def routed(one: Report) -> str:
    """The place that decides who may see it: of a sealed report, its tambon."""
    return one.area[:TAMBON] if one.sealed else one.area


class Told(NamedTuple):
    """What must be known of a report to tell its staff something: which it is, where it is, who may not hear."""

    report: str
    number: int
    area: str
    quiet: str


def tell_staff(scene: Scene, incoming: Incoming, key: str, one: Told) -> Effect:
    """Whoever has the report hears that something came of its reporter; while nobody has, all its coordinators."""
    say = Say(key, {"number": one.number}, offers=(Offer("tell.view", f"/report {one.number}"),))
    reach = staff_for(one.area, one.quiet, scene.operator.served)
    return TellKeeper(
        one.report, Alert(derived(incoming.id, key), reach, say=say, lane="reply", report=str(one.number))
    )


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
        told = Told(one.id, one.number, routed(one), one.quiet)
        telling = tell_staff(scene, incoming, "tell.withdrawn", told)
        done = (*decided(one), SetStatus(one.id, Status.WITHDRAWN), Audit("withdraw", one.id, by="reporter"), telling)
        return replace(scene.say(Say("takeback.done", {"number": one.number}), do=done), veiled=one.sealed)

    return by_number(scene, argument, tell, own(scene), opened=True)
