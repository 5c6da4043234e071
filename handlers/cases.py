"""What coordinators may do with one report: look, take, decide, note, answer."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import AddToReport, Assign, Audit, Effect, SetStatus, Tell, TellReporter
from domain.message import Area, At, Incoming, Key, Offer, Param, Params, Say
from domain.query import FindFiles, FindPeople, Person
from domain.report import DONE, Note, Report, Status
from handlers.answering import begin
from handlers.answers import When, Words
from handlers.dispatch import decided, refusal
from handlers.filing import told as told_in
from handlers.flow import Ask, Flow
from handlers.own import by_number, none, own, own_report
from handlers.query import STATUS_WORDS, nearest, status_of
from handlers.quoting import quoted
from handlers.reporting import make_report
from handlers.searching import scope
from handlers.vouching import vouched
from texts.writing import clean, cut, digits

CHOICES = (Status.OPEN, Status.CONFIRMED, Status.NOTHING_FOUND, Status.HANDED_OVER, Status.CLOSED)
ME = ("", "me", "ฉัน", "ผม", "ข้อย", "ຂ້ອຍ", "ខ្ញុំ")
NOTE = 2000
"""Characters of a note, and of an answer to a reporter."""
LAST_NOTES, PICTURES, MOST_SHOWN = 5, 4, 1500


def report(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/report` makes one; `/report 482913` shows one: whole to a coordinator, to its own reporter how it stands."""
    word = argument.partition(" ")[0].lstrip("#")
    if not digits(word).isdecimal():
        return make_report(scene, incoming, argument)

    mine = own(scene)
    if scene.contact.role < Role.COORDINATOR:
        return by_number(scene, argument, lambda one, _: own_report(scene, one), mine, opened=True)

    def perhaps_mine() -> Turn:
        nobodys = partial(none, scene, scope(scene), int(digits(word)))
        return by_number(scene, argument, lambda one, _: own_report(scene, one), mine, nobodys, opened=True)

    return by_number(scene, argument, lambda one, _: whole(scene, one), scope(scene), perhaps_mine, opened=True)


def whole(scene: Scene, one: Report) -> Turn:
    """Everything a coordinator may see of a report. Every look is written down."""
    lines = [
        Say("show.status", {"status": Key(f"status.{one.status}"), "at": At(one.at)}),
        Say("show.area", {"area": place_of(one)}),
    ]
    if when := one.answers.get("when"):
        said = str(when.get("said", ""))
        shown = When().shown(when) if "word" in when or not said else quoted(said, 100)
        lines.append(Say("show.when", {"when": shown}))
    lines += [
        Say(
            "flow.line",
            {"name": Key(f"{one.kind}.{name}.name"), "value": Key(f"{one.kind}.{name}.{one.answers[name]}")},
        )
        for name in ("what", "loss", "installed", "many")
        if one.answers.get(name)
    ]
    if one.withheld:
        lines.append(Say("show.withheld"))
    if words := "\n".join(told_in(one.answers)):
        lines.append(Say("show.text", {"text": quoted(words, MOST_SHOWN)}))
    lines += [note_line(note) for note in one.notes[-LAST_NOTES:]]
    if one.called:
        asked = one.called
        lines.append(Say("show.called", {"asked": asked.asked, "answered": asked.answered, "going": asked.going}))
    if one.media:
        lines.append(Say("flow.attached", {"count": len(one.media)}))
    head = "show.urgent" if one.urgent else "show.self"
    params: Params = {"number": one.number, "kind": Key(f"{one.kind}.name")}
    say = Say(head, params, then=tuple(lines), offers=actions(one, mine=one.assignee == scene.contact.id))
    return scene.say(say, do=(Audit("read", one.id, {"number": one.number}),))


def note_line(note: Note) -> Say:
    if note.kind == "looked":
        return Say("show.looked", {"outcome": Key(f"outcome.{note.text}"), "at": At(note.at)})
    return Say(f"show.{note.kind}", {"text": quoted(note.text, 500) or Key("ask.media.name"), "at": At(note.at)})


def place_of(one: Report) -> Param:
    """Where it was: an area, or as the reporter called a place we do not know."""
    said = (one.answers.get("where") or {}).get("said")
    return quoted(str(said), 100) if said and not one.area else Area(one.area)


def actions(one: Report, mine: bool) -> tuple[Offer, ...]:
    """What can be done with a report, by button."""
    n = one.number
    offers = [] if mine else [Offer("show.take", f"/assign {n} me")]
    offers.append(Offer("show.decide", f"/status {n}"))
    if not nobody_left(one):
        offers.append(Offer("show.ask", f"/reply {n}"))
    if one.media:
        offers.append(Offer("show.photos", f"/photos {n}"))
    if not refusal(one):
        offers.append(Offer("show.send_out", f"/dispatch {n}"))
    return (*offers, Offer("show.back", "/reports"))


def nobody_left(one: Report) -> bool:
    """Whether its reporter had themselves erased, or it is so long ago that who it was is no longer kept."""
    return any(note.kind in ("erased", "expired") for note in one.notes)


def assign(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    Take a report, or give it to another coordinator by name, who may open it.

    What somebody else has is taken over first, with a reason that they hear (docs/decisions/0020).
    """

    def tell(one: Report, rest: str) -> Turn:
        if one.assignee not in ("", scene.contact.id):
            offers = (Offer("takeover.name", f"/takeover {one.number}"),)
            return scene.say(Say("takeover.ask", {"number": one.number}, offers=offers))
        if rest in ME:
            return assigned(scene, one, scene.contact.id, "")

        def chosen(people: tuple[Person, ...]) -> Turn:
            if len(people) != 1:
                return scene.say(Say("assign.which", {"number": one.number, "text": cut(rest, 40)}))
            return assigned(scene, one, people[0].id, people[0].name or people[0].short)

        return Turn(scene.conversation, query=FindPeople(scene.contact.area, rest, report=one.id), then=chosen)

    return by_number(scene, argument, tell, scope(scene))


def assigned(scene: Scene, one: Report, contact: str, name: str) -> Turn:
    effects: list[Effect] = [Assign(one.id, contact), Audit("assign", one.id, {"to": contact})]
    if contact != scene.contact.id:
        effects.append(Tell(contact, Say("assign.yours", {"number": one.number}, offers=(view(one.number),))))
    if one.status == Status.NEW:
        effects += [SetStatus(one.id, Status.OPEN), TellReporter(one.id, told(one, Status.OPEN))]
    params: Params = {"number": one.number, "name": name or Key("assign.you")}
    return scene.say(Say("assign.done", params, offers=actions(one, mine=not name)), do=tuple(effects))


def view(number: int) -> Offer:
    return Offer("tell.view", f"/report {number}")


def told(one: Report, status: Status) -> Say:
    params: Params = {"number": one.number, "status": Key(f"status.{status}")}
    return Say("reporter.status", params, offers=(Offer("mine.add", f"/add {one.number}"), Offer("menu.mine", "/mine")))


def status(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Decide on a report; its reporter hears of it."""

    def tell(one: Report, rest: str) -> Turn:
        chosen = status_of(rest) if rest else None
        if chosen is None:
            offers = tuple(Offer(f"status.{each}", f"/status {one.number} {each}") for each in CHOICES)
            near = Key(f"status.{nearest(rest, STATUS_WORDS)}")
            params: Params = {"typed": cut(rest, 40), "nearest": near}
            first = (Say("status.unknown", params),) if rest else ()
            return scene.say(Say("status.ask", {"number": one.number}, first=first, offers=offers))
        if one.status == Status.WITHDRAWN or chosen == Status.WITHDRAWN:
            return scene.say(Say("status.theirs"))
        if chosen == one.status:
            return scene.say(Say("status.same", {"status": Key(f"status.{chosen}")}))
        effects = (
            *(decided(one) if chosen in DONE else ()),
            SetStatus(one.id, chosen),
            TellReporter(one.id, told(one, chosen)),
            Audit("status", one.id, {"from": one.status, "to": chosen}),
        )
        params = {"number": one.number, "status": Key(f"status.{chosen}")}
        key = "status.alone" if nobody_left(one) else "status.done"
        more = vouched(scene, one, look=False) if chosen == Status.CONFIRMED else ()
        return scene.say(Say(key, params, offers=(view(one.number),)), do=(*effects, *more))

    return by_number(scene, argument, tell, scope(scene))


def note(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A note for staff; the reporter never sees it. Without words they are asked for."""
    return written(NOTING, scene, incoming, argument)


def reply(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Say something to whoever made a report; neither side sees who the other is. Without words they are asked for."""
    return written(REPLYING, scene, incoming, argument)


def to_nobody(scene: Scene, one: Report) -> Turn:
    return Turn(scene.conversation.idle(), (Say("reply.gone", {"number": one.number}, offers=(view(one.number),)),))


def written(flow: Flow, scene: Scene, incoming: Incoming, argument: str) -> Turn:
    def tell(one: Report, rest: str) -> Turn:
        if flow is REPLYING and nobody_left(one):
            return to_nobody(scene, one)
        answers: dict[str, Any] = {"number": one.number} | ({"words": clean(rest, NOTE)} if rest else {})
        return begin(flow, scene, incoming, answers)

    return by_number(scene, argument, tell, scope(scene))


def noted(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    text = str(answers["words"])

    def tell(one: Report, _: str) -> Turn:
        effects = (AddToReport(one.id, "note", text), Audit("note", one.id))
        said = Say("note.done", {"number": one.number}, offers=(view(one.number),))
        return Turn(scene.conversation.idle(), (said,), effects)

    return by_number(scene, str(answers["number"]), tell, scope(scene))


def replied(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    text = str(answers["words"])

    def tell(one: Report, _: str) -> Turn:
        if nobody_left(one):
            return to_nobody(scene, one)
        params: Params = {"number": one.number, "text": text}
        say = Say("reporter.reply", params, offers=(Offer("mine.add", f"/add {one.number}"),))
        effects = (AddToReport(one.id, "reply", text), TellReporter(one.id, say), Audit("reply", one.id))
        said = Say("reply.done", {"number": one.number}, offers=(view(one.number),))
        return Turn(scene.conversation.idle(), (said,), effects)

    return by_number(scene, str(answers["number"]), tell, scope(scene))


NOTING = Flow("note", (Ask("words", Words(NOTE)),), close=noted, consent=False, role=Role.COORDINATOR)
REPLYING = Flow("reply", (Ask("words", Words(NOTE)),), close=replied, consent=False, role=Role.COORDINATOR)


def photos(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The pictures of a report, four at a time; `/photos 482913 4` goes on after four."""

    def tell(one: Report, rest: str) -> Turn:
        done = int(rest) if rest.isascii() and rest.isdecimal() and len(rest) < 3 else 0
        some = one.media[done : done + PICTURES]
        if not some:
            return scene.say(Say("show.no_pictures", {"number": one.number}, offers=(view(one.number),)))
        more = (Offer("list.after", f"/photos {one.number} {done + PICTURES}"),) if one.media[done + PICTURES :] else ()
        offers = (*more, view(one.number))
        return Turn(
            scene.conversation, query=FindFiles(some), then=lambda states: shown_files(scene, one, offers, states)
        )

    return by_number(scene, argument, tell, scope(scene))


def shown_files(scene: Scene, one: Report, offers: tuple[Offer, ...], states: Mapping[str, str]) -> Turn:
    """Those that are as they were kept; what is not is shown to nobody, said, and written down."""
    good = [id for id, state in states.items() if state == "kept"]
    broken = [id for id, state in states.items() if state == "broken"]
    coming = sum(state == "wanted" for state in states.values())
    missing = len(states) - len(good) - coming
    said = [Say("show.coming", {"count": coming})] if coming else []
    said += [Say("show.unreadable", {"count": missing})] if missing else []
    head = Say("show.pictures", {"number": one.number}, offers=offers, then=tuple(said))
    effects = (
        Audit("media", one.id, {"count": len(good)}),
        *(Audit("broken", id, {"what": "file"}) for id in broken),
    )
    return scene.say(head, *(Say("", attached=id) for id in good), do=effects)
