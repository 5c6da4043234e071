"""The people who serve: who they are, letting them in and out, inviting more."""

from typing import Any

from domain.contact import ROLES, Role, inside
from domain.conversation import Scene, Turn
from domain.effect import Approve, Audit, Demote, MakeInvite, Tell
from domain.message import Area, At, Incoming, Key, Offer, Params, Say
from domain.query import FindPeople, Person
from handlers.duty import week
from handlers.refusing import refused
from texts import places
from texts.writing import cut

ROLE_WORDS = {"อาสา": "volunteer", "ชรบ": "volunteer", "ชรบ.": "volunteer", "เจ้าหน้าที่": "coordinator"}


def who(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Who serves in the area, and who waits to."""

    def tell(people: tuple[Person, ...]) -> Turn:
        if not people:
            return scene.say(Say("who.none", offers=(Offer("who.invite", "/invite volunteer"),)))
        lines = tuple(person_line(person, scene) for person in people)
        waiting = [person for person in people if person.pending][:3]
        offers = tuple(
            Offer("who.let_in", f"/approve {person.short} yes", {"name": cut(person.name or person.short, 10)})
            for person in waiting
        )
        return scene.say(Say("who.self", {"count": len(people)}, offers=offers, then=lines))

    codes = places.from_query(argument) if argument else ()
    area = next((code for code in codes if inside(code, scene.contact.area)), scene.contact.area)
    return Turn(scene.conversation, query=FindPeople(area, "" if codes else argument), then=tell)


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
    return Say(f"who.{state}", {**params, "area": Area(person.area), "channel": person.channel}, then=(*away, *hours))


def one_person(scene: Scene, what: str, short: str, then: Any) -> Turn:
    def tell(people: tuple[Person, ...]) -> Turn:
        fit = [person for person in people if person.short == short] if short else []
        if len(fit) != 1:
            return refused(scene, what, Say("who.which", {"text": cut(short, 20)}), person=cut(short, 20))
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
    effects = (MakeInvite(role, area), Audit("invite", "", {"role": role.word, "area": area}))
    params: Params = {"role": Key(f"role.{role.word}"), "area": Area(area)}
    return Turn(
        scene.conversation, (Say("invite.done", params), Say("invite.pass_on", params, attached="{qr}")), effects
    )
