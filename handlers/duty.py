"""When volunteers serve: on or off, hours of the week, a holiday; and for coordinators, when nobody does."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.contact import inside
from domain.conversation import Scene, Turn
from domain.duty import NEVER, Roster, covered, together
from domain.effect import Audit, Duty
from domain.message import Area, At, Incoming, Offer, Say
from domain.query import FindRosters
from handlers.welcome import menu_say
from texts import places
from texts.hours import Unread, read_back, read_hours, show_hours
from texts.writing import cut

SWITCH = {"on": True, "เข้า": True, "off": False, "ออก": False, "never": False, "ไม่อยู่": False}
ALWAYS = ("always", "ทุกเวลา", "ตลอดเวลา")
MORE = ("+", "add ", "เพิ่ม")
AWAY = ("away", "holiday", "until", "หยุดถึง", "ลาถึง", "หยุด", "ลา", "ພັກ", "ឈប់")
"""Words before a day on which they are back from the next."""
COMMON = {
    "evenings": "18-24",
    "nights": "20-6",
    "weekend": "weekend all day",
    "always": "always",
    "week_off": "away 7d",
}
"""What can be pressed instead of typed."""
TAMBON, SHOWN, GAPS = 6, 12, 4


def duty(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    `/duty` says how it stands; `on`, `off`, `always`, `away 5/12` and `fri 18-24` change it.

    Hours take the place of the ones before, `+ sat 6-12` adds to them. Off: no notes of reports, though alerts for
    everybody still come.
    """
    plain = argument.strip().lower()
    if not plain:
        return scene.say(replace(standing(scene.contact.roster, scene), offers=choices(scene.contact.roster)))
    if plain in SWITCH:
        return switched(scene, SWITCH[plain])
    if plain in ALWAYS:
        return kept(scene, replace(scene.contact.roster, on=True, hours=""), Say("duty.always"))
    word = next((word for word in AWAY if plain.startswith(word)), "")
    if word:
        return away(scene, plain.removeprefix(word))
    more = next((mark for mark in MORE if plain.startswith(mark)), "")
    return weekly(scene, argument.strip()[len(more) :], add=bool(more))


def switched(scene: Scene, on: bool) -> Turn:
    """On again by the hours they had, or off until further notice."""
    roster = Roster(on, scene.contact.roster.hours)
    said = Say("duty.on", {"area": Area(scene.contact.area)}) if on else Say("duty.off")
    week = hours_lines(roster, scene) if on else ()
    later = (later_say(roster, scene.now),) if on and not roster.serves(scene.now) else ()
    changed = replace(scene, contact=replace(scene.contact, roster=roster))
    return scene.say(replace(said, then=(*week, *later)), menu_say(changed), do=effects(roster))


def weekly(scene: Scene, text: str, add: bool) -> Turn:
    """Other hours. A holiday stays one; who was off duty is on again in these hours, and hears that."""
    hours = read_hours(text)
    if isinstance(hours, Unread):
        said = Say(f"duty.unread.{hours.why}", {"line": cut(hours.line, 40) or "-"})
        return scene.say(replace(said, offers=choices(scene.contact.roster)))
    roster = scene.contact.roster
    if add and not roster.hours:
        return scene.say(Say("duty.any", offers=choices(roster)))
    hours = together(roster.hours, hours) if add else hours
    changed = replace(roster, on=True, hours=hours if "0" in hours else "")
    on_again = () if roster.on else (Say("duty.on_again"),)
    return kept(scene, changed, Say("duty.set", then=(*hours_lines(changed, scene), *on_again)))


def away(scene: Scene, text: str) -> Turn:
    back = read_back(text.strip(), scene.now)
    if back is None:
        return scene.say(Say("duty.unread.day", offers=choices(scene.contact.roster)))
    return kept(scene, replace(scene.contact.roster, on=True, away=back), Say("duty.away", {"back": At(back)}))


def kept(scene: Scene, roster: Roster, said: Say) -> Turn:
    later = () if roster.serves(scene.now) or not roster.is_back(scene.now) else (later_say(roster, scene.now),)
    if not roster.is_back(scene.now) and said.key != "duty.away":
        later = (Say("duty.is_away", {"back": At(roster.away or scene.now)}),)
    return scene.say(replace(said, then=(*said.then, *later), offers=choices(roster)), do=effects(roster))


def effects(roster: Roster) -> tuple[Duty, Audit]:
    detail = {"on": int(roster.on), "hours": roster.hours.count("1"), "away": int(roster.away is not None)}
    return (Duty(roster), Audit("duty", detail=detail))


def standing(roster: Roster, scene: Scene) -> Say:
    """Whether they are on duty now and why not, and their week."""
    week = hours_lines(roster, scene)
    if not roster.on:
        return Say("duty.is_off", then=week)
    if not roster.is_back(scene.now):
        return Say("duty.is_away", {"back": At(roster.away or scene.now)}, then=week)
    if roster.serves(scene.now):
        return Say("duty.is_on", then=(*week, Say("duty.how")))
    return replace(later_say(roster, scene.now), then=week)


def later_say(roster: Roster, now: datetime) -> Say:
    coming = roster.next_hour(now)
    return Say("duty.is_later", {"next": At(coming)}) if coming else Say("duty.is_off")


def hours_lines(roster: Roster, scene: Scene) -> tuple[Say, ...]:
    return tuple(Say("duty.line", {"line": line}) for line in week(roster, scene.language))


def week(roster: Roster, language: str) -> tuple[str, ...]:
    """The hours somebody keeps; none for who serves at any hour."""
    return show_hours(roster.hours, language) if roster.hours else ()


def choices(roster: Roster) -> tuple[Offer, ...]:
    switch = Offer("menu.duty_off", "/duty off") if roster.on else Offer("menu.duty_on", "/duty on")
    common = (Offer(f"duty.choose.{name}", f"/duty {hours}") for name, hours in COMMON.items())
    return (switch, *common, Offer("menu.name", "/menu"))


def cover(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How many volunteers there are in each tambon, how many of them now, and when in the coming week there is none."""
    own = scene.contact.area
    codes = places.from_query(argument, (own,) if own else ()) if argument else (own,)
    area = next((code for code in codes if inside(code, own)), None)
    if area is None:
        return scene.say(Say("alert.nowhere"))

    def tell(found: Any) -> Turn:
        tambons: dict[str, list[Roster]] = {}
        for code, roster in found:
            tambons.setdefault(code[:TAMBON], []).append(roster)
        if not tambons:
            return scene.say(Say("roster.none", offers=(Offer("who.invite", "/invite volunteer"),)))
        lines = [tambon_line(code, tambons[code], scene) for code in sorted(tambons)]
        more = (Say("roster.more", {"count": len(lines) - SHOWN}),) if len(lines) > SHOWN else ()
        return scene.say(Say("roster.self", then=(*lines[:SHOWN], *more)))

    return Turn(scene.conversation, query=FindRosters(area), then=tell)


def tambon_line(code: str, rosters: list[Roster], scene: Scene) -> Say:
    now = sum(roster.serves(scene.now) for roster in rosters)
    head = Say("roster.line", {"area": Area(code), "count": len(rosters), "now": now})
    hours = covered(rosters, scene.now)
    if "0" not in hours:
        return replace(head, then=(Say("roster.full"),))
    if hours == NEVER:
        return replace(head, then=(Say("roster.empty"),))
    gaps = show_hours("".join("01"[hour == "0"] for hour in hours), scene.language)
    shown = ", ".join(gaps[:GAPS]) + (" …" if gaps[GAPS:] else "")
    return replace(head, then=(Say("roster.gaps", {"gaps": shown}),))
