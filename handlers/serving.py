"""The people who serve: who they are, letting them in and out, inviting more."""

import re
from dataclasses import replace
from typing import Any

from domain.contact import ROLES, Role, inside
from domain.conversation import Scene, Turn
from domain.effect import Approve, Audit, Demote, MakeInvite, Tell
from domain.message import Area, At, Incoming, Key, Offer, Params, Say
from domain.query import FindPeople, Person
from handlers.duty import week
from handlers.planning import everywhere
from handlers.refusing import refused
from texts import places
from texts.writing import cut, folded

ROLE_WORDS = {"อาสา": "volunteer", "ชรบ": "volunteer", "ชรบ.": "volunteer", "เจ้าหน้าที่": "coordinator"}


YES = frozenset(
    map(folded, ("", "yes", "y", "ok", "ใช่", "ได้", "ให้", "อนุมัติ", "รับ", "ແມ່ນ", "ອະນຸມັດ", "បាទ", "ចាស", "អនុម័ត"))
)
NO = re.compile("|".join((r"(?:no|n|not)\b", *map(folded, ("ไม่", "บ่", "ບໍ່", "មិន", "ទេ")))))
"""How a yes is typed, and how a no begins."""
PAGE, MOST = 20, 1000
MORE = re.compile(r"(?:^|\s)\+(\d{1,4})$")


def who(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    Who serves in the area, and who waits to: all, those of a name, or those of a place; `+20` goes on after twenty.

    A name goes before a place, for many are called as some village is.
    """
    more = MORE.search(argument)
    text, start = MORE.sub("", argument).strip(), int(more[1]) if more else 0
    own = scene.contact.area
    codes = [code for code in places.from_query(text, (own,) if own else ()) if inside(code, own)] if text else []

    def tell(people: tuple[Person, ...], area: str = "") -> Turn:
        if people:
            return scene.say(listed(scene, people, text, start, area))
        if text and not area and len(codes) == 1:
            place = FindPeople(codes[0], limit=MOST)
            return Turn(scene.conversation, query=place, then=lambda found: tell(found, codes[0]))
        said = Say("who.nobody", {"text": cut(text, 40)}) if text and not area else Say("who.none")
        return scene.say(replace(said, offers=(Offer("who.invite", "/invite volunteer"),)))

    return Turn(scene.conversation, query=FindPeople(own, text, limit=MOST), then=tell)


def listed(scene: Scene, people: tuple[Person, ...], text: str, start: int, area: str) -> Say:
    """A page of those found, who waits first; in an area, where one was named."""
    page = people[start : start + PAGE]
    offers = [
        Offer("who.let_in", f"/approve {person.short} yes", {"name": cut(person.name or person.short, 10)})
        for person in page
        if person.pending
    ][:3]
    if len(people) > start + PAGE:
        offers.append(Offer("list.after", f"/who {text} +{start + PAGE}".replace("  ", " ")))
    lines = tuple(person_line(person, scene) for person in page)
    if area:
        return Say("who.there", {"count": len(people), "area": Area(area)}, offers=tuple(offers), then=lines)
    return Say("who.self", {"count": len(people)}, offers=tuple(offers), then=lines)


def person_line(person: Person, scene: Scene) -> Say:
    """Somebody, whether they are on duty now, and the hours they keep."""
    state = "waiting" if person.pending else "on" if person.roster.serves(scene.now) else "off"
    params: Params = {
        "name": person.name or person.short,
        "short": person.short,
        "role": Key(f"role.{person.role.word}"),
    }
    back = person.roster.away
    away = (Say("who.away", {"back": At(back)}),) if back and not person.roster.is_back(scene.now) else ()
    kept = week(person.roster, scene.language)
    hours = (Say("who.hours", {"hours": ", ".join(kept)}),) if kept else ()
    return Say(
        f"who.{state}", {**params, "area": everywhere((person.area,)), "channel": person.channel}, then=(*away, *hours)
    )


def one_person(scene: Scene, what: str, short: str, then: Any) -> Turn:
    def tell(people: tuple[Person, ...]) -> Turn:
        fit = [person for person in people if person.short == short] if short else []
        if len(fit) != 1:
            return refused(scene, what, Say("who.which", {"text": cut(short, 20)}), person=cut(short, 20))
        turn: Turn = then(fit[0])
        return turn

    return Turn(scene.conversation, query=FindPeople(scene.contact.area, short), then=tell)


def approve(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Let a volunteer in, or not. What is neither yes nor no is asked again: nobody is let in by a slip."""
    short, _, answer = argument.partition(" ")
    said = folded(answer)

    def tell(person: Person) -> Turn:
        if not person.pending:
            return scene.say(Say("approve.not_waiting"))
        yes = said in YES
        if not yes and not NO.match(said):
            offers = (Offer("join.let_in", f"/approve {short} yes"), Offer("join.keep_out", f"/approve {short} no"))
            params: Params = {"name": person.name or person.short, "typed": cut(answer, 40)}
            return scene.say(Say("approve.unread", params, offers=offers))
        effects = (Approve(person.id, yes), Audit("approve", person.id, {"yes": int(yes)}))
        key = "approve.in" if yes else "approve.out"
        return scene.say(Say(key, {"name": person.name or person.short}), do=effects)

    return one_person(scene, "approve", short, tell)


def remove(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Someone serves no longer. Nobody removes those above them."""

    def tell(person: Person) -> Turn:
        if person.role >= scene.contact.role and scene.contact.role < Role.ADMIN:
            return refused(scene, "remove", person=person.id)
        effects = (Demote(person.id), Tell(person.id, Say("remove.told")), Audit("remove", person.id))
        return scene.say(Say("remove.done", {"name": person.name or person.short}), do=effects)

    return one_person(scene, "remove", argument, tell)


def invite(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A one-time code for a role within one's own area: volunteers by a coordinator, coordinators by an admin."""
    word, _, place = argument.partition(" ")
    role = ROLES.get(ROLE_WORDS.get(word, word))
    if role is None or role == Role.RESIDENT:
        offers = (Offer("invite.volunteer", "/invite volunteer"),)
        return scene.say(Say("invite.how", offers=offers))
    if role >= scene.contact.role and scene.contact.role < Role.ADMIN:
        return refused(scene, "invite", role=role.word)
    own = scene.contact.area
    codes = places.from_query(place, (own,) if own else ()) if place else (own,)
    area = next((code for code in codes if inside(code, scene.contact.area)), None)
    if area is None:
        said = Say("invite.area", {"typed": cut(place, 40), "area": Area(scene.contact.area)})
        return refused(scene, "invite", said, area=next(iter(codes), ""))
    if role == Role.VOLUNTEER and not area:
        return scene.say(Say("invite.where"))
    effects = (MakeInvite(role, area), Audit("invite", "", {"role": role.word, "area": area}))
    params: Params = {"role": Key(f"role.{role.word}"), "area": everywhere((area,))}
    return Turn(
        scene.conversation, (Say("invite.done", params), Say("invite.pass_on", params, attached="{qr}")), effects
    )
