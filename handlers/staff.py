"""What coordinators may ask for: search, look, decide, answer, and let people in."""

from dataclasses import replace
from typing import Any

from domain.contact import ROLES, Role, inside
from domain.conversation import Scene, Turn
from domain.effect import AddToReport, Approve, Assign, Audit, Demote, Export, MakeInvite, SetStatus, TellReporter
from domain.message import Area, At, Incoming, Key, Offer, Params, Say
from domain.query import CountReports, FindPeople, FindReports, Person, Scope
from domain.report import DONE, Report, Status
from handlers.query import STATUS_WORDS, Wrong, nearest, read_query, status_of
from handlers.residents import by_number, make_report, own, own_report
from texts import places
from texts.writing import clean, digits

PAGE = 5
MOST_EXPORTED = 5000
CHOICES = (Status.OPEN, Status.CONFIRMED, Status.NOTHING_FOUND, Status.HANDED_OVER, Status.CLOSED)


def scope(scene: Scene) -> Scope:
    return Scope(scene.contact.role, scene.contact.area, scene.contact.id)


def report(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/report` makes one; `/report 482913` shows one: whole to a coordinator, to its own reporter how it stands."""
    word = argument.partition(" ")[0]
    if not digits(word).isdecimal():
        return make_report(scene, incoming, argument)
    if scene.contact.role < Role.COORDINATOR:
        return by_number(scene, argument, lambda one, _: own_report(scene, one), own(scene))
    return by_number(scene, argument, lambda one, _: whole(scene, one), scope(scene))


def whole(scene: Scene, one: Report) -> Turn:
    """Everything a coordinator may see of a report. Every look is written down."""
    lines = [
        Say("show.status", {"status": Key(f"status.{one.status}"), "at": At(one.at)}),
        Say("show.area", {"area": Area(one.area)}),
    ]
    if one.answers.get("when"):
        lines.append(Say("show.when", {"when": str(one.answers["when"].get("said") or "") or At(one.at)}))
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
    if one.text:
        lines.append(Say("show.text", {"text": clean(one.text, 1500)}))
    lines += [Say(f"show.{note.kind}", {"text": clean(note.text, 500), "at": At(note.at)}) for note in one.notes[-5:]]
    if one.media:
        lines.append(Say("flow.attached", {"count": len(one.media)}))
    head = "show.urgent" if one.urgent else "show.self"
    params: Params = {"number": one.number, "kind": Key(f"{one.kind}.name")}
    say = Say(head, params, then=tuple(lines), offers=actions(one))
    return scene.say(say, do=(Audit("read", one.id, {"number": one.number}),))


def actions(one: Report) -> tuple[Offer, ...]:
    n = one.number
    offers = [
        Offer("show.take", f"/assign {n} me"),
        Offer("show.decide", f"/status {n}"),
        Offer("show.ask", f"/reply {n}"),
    ]
    if one.media:
        offers.append(Offer("show.photos", f"/photos {n}"))
    return (*offers, Offer("show.back", "/reports"))


def reports(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Search. `+5` is the next page of the search before."""
    offset, text = (
        (int(argument[1:]), scene.conversation.asked)
        if argument[1:].isdecimal() and argument[0] == "+"
        else (0, argument)
    )
    asked = read_query(text, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))
    kept = replace(scene.conversation, asked=text)

    def tell(page: Any) -> Turn:
        return Turn(kept, (listing(page.reports, page.total, offset),), (Audit("search", "", {"found": page.total}),))

    return Turn(kept, query=FindReports(asked.filter, PAGE, offset), then=tell)


def listing(found: tuple[Report, ...], total: int, offset: int) -> Say:
    if not found:
        return Say("list.none", offers=(Offer("list.all", "/reports"),))
    lines = tuple(line(one) for one in found)
    offers = [Offer("mine.open", f"/report {one.number}", {"number": one.number}) for one in found]
    if offset:
        offers.append(Offer("list.before", f"/reports +{max(0, offset - PAGE)}"))
    if offset + len(found) < total:
        offers.append(Offer("list.after", f"/reports +{offset + PAGE}"))
    params: Params = {"from": offset + 1, "to": offset + len(found), "total": total}
    return Say("list.self", params, offers=tuple(offers), then=lines)


def line(one: Report) -> Say:
    key = "list.urgent" if one.urgent and one.status not in DONE else "list.line"
    return Say(
        key,
        {
            "number": one.number,
            "kind": Key(f"{one.kind}.name"),
            "area": Area(one.area),
            "status": Key(f"status.{one.status}"),
            "at": At(one.at),
        },
    )


def count(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Count, and with `by:` group."""
    asked = read_query(argument, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))

    def tell(rows: Any) -> Turn:
        if not asked.by:
            return scene.say(Say("count.total", {"total": rows[0][1] if rows else 0}))
        lines = tuple(Say("count.line", {"value": counted(asked.by, str(value)), "count": n}) for value, n in rows)
        return scene.say(Say("count.self" if lines else "list.none", then=lines))

    return Turn(scene.conversation, query=CountReports(asked.filter, asked.by), then=tell)


def counted(by: str, value: str) -> Any:
    match by:
        case "kind":
            return Key(f"{value}.name")
        case "status":
            return Key(f"status.{value}")
        case "area":
            return Area(value)
    return value


def top(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The links, numbers and accounts most reported of late."""
    return count(scene, incoming, f"by:indicator since:{argument or '7d'}")


def assign(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Take a report, or give it to somebody by name."""

    def tell(one: Report, rest: str) -> Turn:
        if rest in ("", "me", "ฉัน", "ผม"):
            return assigned(scene, one, scene.contact.id, scene.contact.name)

        def chosen(people: tuple[Person, ...]) -> Turn:
            fit = [person for person in people if not person.pending]
            if len(fit) != 1:
                return scene.say(Say("who.which", {"text": rest[:40]}))
            return assigned(scene, one, fit[0].id, fit[0].name)

        return Turn(scene.conversation, query=FindPeople(scene.contact.area, rest), then=chosen)

    return by_number(scene, argument, tell, scope(scene))


def assigned(scene: Scene, one: Report, contact: str, name: str) -> Turn:
    effects: list[Any] = [Assign(one.id, contact), Audit("assign", one.id, {"to": contact})]
    if one.status == Status.NEW:
        effects += [SetStatus(one.id, Status.OPEN), TellReporter(one.id, told(one, Status.OPEN))]
    said = Say("assign.done", {"number": one.number, "name": name or Key("assign.you")}, offers=actions(one))
    return scene.say(said, do=tuple(effects))


def told(one: Report, status: Status) -> Say:
    params: Params = {"number": one.number, "status": Key(f"status.{status}")}
    return Say("reporter.status", params, offers=(Offer("mine.add", f"/add {one.number}"), Offer("menu.mine", "/mine")))


def status(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Decide on a report; its reporter hears of it."""

    def tell(one: Report, rest: str) -> Turn:
        chosen = status_of(rest) if rest else None
        if chosen is None:
            offers = tuple(Offer(f"status.{each}", f"/status {one.number} {each}") for each in CHOICES)
            params: Params = {"typed": rest[:40], "nearest": nearest(rest, STATUS_WORDS)}
            first = (Say("status.unknown", params),) if rest else ()
            return scene.say(Say("status.ask", {"number": one.number}, first=first, offers=offers))
        if one.status == Status.WITHDRAWN or chosen == Status.WITHDRAWN:
            return scene.say(Say("status.theirs"))
        if chosen == one.status:
            return scene.say(Say("status.same", {"status": Key(f"status.{chosen}")}))
        effects = (
            SetStatus(one.id, chosen),
            TellReporter(one.id, told(one, chosen)),
            Audit("status", one.id, {"from": one.status, "to": chosen}),
        )
        params = {"number": one.number, "status": Key(f"status.{chosen}")}
        return scene.say(Say("status.done", params), do=effects)

    return by_number(scene, argument, tell, scope(scene))


def note(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A note for staff; the reporter never sees it."""

    def tell(one: Report, rest: str) -> Turn:
        if not rest:
            return scene.say(Say("note.how", {"number": one.number}))
        effects = (AddToReport(one.id, "note", clean(rest, 2000)), Audit("note", one.id))
        return scene.say(Say("note.done", {"number": one.number}), do=effects)

    return by_number(scene, argument, tell, scope(scene))


def reply(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Say something to whoever made a report; neither side sees who the other is."""

    def tell(one: Report, rest: str) -> Turn:
        if not rest:
            return scene.say(Say("reply.how", {"number": one.number}))
        text = clean(rest, 2000)
        say = Say(
            "reporter.reply", {"number": one.number, "text": text}, offers=(Offer("mine.add", f"/add {one.number}"),)
        )
        effects = (AddToReport(one.id, "reply", text), TellReporter(one.id, say), Audit("reply", one.id))
        return scene.say(Say("reply.done", {"number": one.number}), do=effects)

    return by_number(scene, argument, tell, scope(scene))


def photos(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The pictures of a report, four at a time."""

    def tell(one: Report, rest: str) -> Turn:
        says = tuple(Say("", attached=id) for id in one.media[:4])
        return Turn(
            scene.conversation,
            (Say("show.pictures", {"number": one.number}), *says),
            (Audit("media", one.id, {"count": len(says)}),),
        )

    return by_number(scene, argument, tell, scope(scene))


def who(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Who serves in the area, and who waits to."""

    def tell(people: tuple[Person, ...]) -> Turn:
        if not people:
            return scene.say(Say("who.none", offers=(Offer("who.invite", "/invite volunteer"),)))
        lines = tuple(person_line(person) for person in people)
        waiting = [person for person in people if person.pending][:3]
        offers = tuple(
            Offer("who.let_in", f"/approve {person.short} yes", {"name": person.name or person.short})
            for person in waiting
        )
        return scene.say(Say("who.self", {"count": len(people)}, offers=offers, then=lines))

    codes = places.from_query(argument) if argument else ()
    area = next((code for code in codes if inside(code, scene.contact.area)), scene.contact.area)
    return Turn(scene.conversation, query=FindPeople(area, "" if codes else argument), then=tell)


def person_line(person: Person) -> Say:
    state = "waiting" if person.pending else "on" if person.on_duty else "off"
    params: Params = {
        "name": person.name or person.short,
        "short": person.short,
        "role": Key(f"role.{person.role.word}"),
    }
    return Say(f"who.{state}", {**params, "area": Area(person.area), "channel": person.channel})


def one_person(scene: Scene, short: str, then: Any) -> Turn:
    def tell(people: tuple[Person, ...]) -> Turn:
        fit = [person for person in people if person.short == short] if short else []
        if len(fit) != 1:
            return scene.say(Say("who.which", {"text": short[:20]}))
        turn: Turn = then(fit[0])
        return turn

    return Turn(scene.conversation, query=FindPeople(scene.contact.area, short), then=tell)


def approve(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Let a volunteer in, or not."""
    short, _, answer = argument.partition(" ")
    yes = answer.strip() != "no"

    def tell(person: Person) -> Turn:
        if not person.pending:
            return scene.say(Say("approve.not_waiting"))
        effects = (Approve(person.id, yes), Audit("approve", person.id, {"yes": int(yes)}))
        key = "approve.in" if yes else "approve.out"
        return scene.say(Say(key, {"name": person.name or person.short}), do=effects)

    return one_person(scene, short, tell)


def remove(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Someone serves no longer. Nobody removes those above them."""

    def tell(person: Person) -> Turn:
        if person.role >= scene.contact.role and scene.contact.role < Role.ADMIN:
            return scene.say(Say("command.refused"))
        effects = (Demote(person.id), Audit("remove", person.id))
        return scene.say(Say("remove.done", {"name": person.name or person.short}), do=effects)

    return one_person(scene, argument, tell)


def invite(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A one-time code for a role within one's own area: volunteers by a coordinator, coordinators by an admin."""
    word, _, place = argument.partition(" ")
    role = ROLES.get({"อาสา": "volunteer", "ชรบ": "volunteer", "ผู้ประสานงาน": "coordinator"}.get(word, word))
    if role is None or role == Role.RESIDENT:
        offers = (Offer("invite.volunteer", "/invite volunteer"),)
        return scene.say(Say("invite.how", offers=offers))
    if role >= scene.contact.role and scene.contact.role < Role.ADMIN:
        return scene.say(Say("command.refused"))
    codes = places.from_query(place) if place else (scene.contact.area,)
    area = next((code for code in codes if inside(code, scene.contact.area)), None)
    if area is None:
        return scene.say(Say("invite.area", {"typed": place[:40], "area": Area(scene.contact.area)}))
    effects = (MakeInvite(role, area), Audit("invite", "", {"role": role.word, "area": area}))
    params: Params = {"role": Key(f"role.{role.word}"), "area": Area(area)}
    return Turn(
        scene.conversation, (Say("invite.done", params), Say("invite.pass_on", params, attached="{qr}")), effects
    )


def export(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The found reports as a spreadsheet file, without who reported them."""
    asked = read_query(argument, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))

    def tell(page: Any) -> Turn:
        if not page.reports:
            return scene.say(Say("list.none"))
        effects = (Export(tuple(one.id for one in page.reports)), Audit("export", "", {"count": len(page.reports)}))
        said = Say("export.done", {"count": len(page.reports), "total": page.total}, attached="{file}")
        return scene.say(said, do=effects)

    return Turn(scene.conversation, query=FindReports(asked.filter, MOST_EXPORTED), then=tell)
