"""The weekly question to volunteers: their one tap, turning it on, and who has been silent."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from domain.alert import Campaign
from domain.contact import Role, inside
from domain.conversation import Scene, Turn
from domain.effect import Audit, Effect
from domain.effect_alert import AnswerZero, KeepCampaign
from domain.message import Area, At, Incoming, Offer, Params, Say
from domain.query import FindCampaigns, FindSilences, FindZero
from domain.zero import LONG, RULE, Silence, is_zero, zero_campaign, zero_id
from handlers.planning import everywhere
from handlers.reporting import make_report
from handlers.turns import done_too
from handlers.welcome import menu_say
from texts import places, recurrence
from texts.writing import cut

ANSWERS = ("none", "some")
SWITCH = {"on": True, "เปิด": True, "off": False, "ปิด": False}
WEEK = re.compile(r"\d{4}-\d\d-\d\d")
VILLAGES, NAMED = 15, 20


def question(week: str) -> Say:
    """What is asked once a week; its answers know which week they are of."""
    offers = tuple(Offer(f"zero.{word}", f"/zero {word} {week}") for word in ANSWERS)
    return Say("zero.ask", offers=offers)


def zero(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A volunteer's tap; `/zero` alone answers the last question. Coordinators turn it `on` or `off`."""
    word, _, week = argument.partition(" ")
    if word in SWITCH:
        return switched(scene, SWITCH[word])
    if word in ANSWERS and WEEK.fullmatch(week):
        return answered(scene, incoming, word, week)
    if scene.contact.role >= Role.COORDINATOR:
        return standing(scene)

    def tell(asked: str | None) -> Turn:
        return answered(scene, incoming, "none", asked) if asked else scene.say(Say("zero.unasked"), menu_say(scene))

    return Turn(scene.conversation, query=FindZero(scene.contact.id), then=tell)


def answered(scene: Scene, incoming: Incoming, word: str, week: str) -> Turn:
    """Nothing to report, or something: then which kind."""
    effect = AnswerZero(week, word)
    if word == "some":
        return done_too(make_report(scene, incoming, ""), (effect,))
    return scene.say(Say("zero.thanks"), menu_say(scene), do=(effect,))


def standing(scene: Scene) -> Turn:
    """Whether the question is asked in a coordinator's area, and when next."""

    def tell(found: tuple[Campaign, ...]) -> Turn:
        one = around(found, scene.contact.area) or mine(found, scene.contact.area)
        if one is None or not one.on:
            return scene.say(Say("zero.is_off", offers=(Offer("zero.turn_on", "/zero on"),)))
        off = Offer("zero.turn_off", "/zero off")
        said = Say("zero.is_on", {"area": everywhere((one.audience.area,)), "due": At(one.due or scene.now)})
        return scene.say(replace(said, offers=(off, Offer("zero.silent", "/silent"))))

    return Turn(scene.conversation, query=FindCampaigns(), then=tell)


def mine(found: Iterable[Campaign], area: str) -> Campaign | None:
    return next((one for one in found if one.id == zero_id(area)), None)


def around(found: Iterable[Campaign], area: str) -> Campaign | None:
    """The question that is asked already in a larger area which holds this one."""
    weekly = (one for one in found if one.on and is_zero(one) and one.id != zero_id(area))
    return next((one for one in weekly if inside(area, one.audience.area)), None)


def switched(scene: Scene, on: bool) -> Turn:
    """Turn the question on or off in one's own area; nobody is asked twice because areas lie in one another."""
    if scene.contact.role < Role.COORDINATOR:
        return scene.say(Say("command.refused"))
    area = scene.contact.area

    def tell(found: tuple[Campaign, ...]) -> Turn:
        larger = around(found, area)
        if larger is not None:
            return scene.say(Say("zero.larger", {"area": everywhere((larger.audience.area,))}))
        due = recurrence.following(RULE, scene.now) if on else None
        within = [one for one in found if on and one.on and is_zero(one) and one.id != zero_id(area)]
        effects: list[Effect] = [KeepCampaign(zero_campaign(area, scene.contact.id, due))]
        effects += [KeepCampaign(replace(one, on=False, due=None)) for one in within if inside(one.audience.area, area)]
        said = Say("zero.on", {"due": At(due), "area": everywhere((area,))}) if due else Say("zero.off")
        return scene.say(said, do=(*effects, Audit("schedule", zero_id(area), {"on": int(on)})))

    return Turn(scene.conversation, query=FindCampaigns(), then=tell)


def silent(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Who has not answered the weekly question, village by village; one that is silent for long is named first."""
    own = scene.contact.area
    codes = places.from_query(argument, (own,) if own else ()) if argument else (own,)
    area = next((code for code in codes if inside(code, own)), None)
    if area is None:
        return scene.say(Say("alert.nowhere"))

    def tell(found: Any) -> Turn:
        if not found:
            return scene.say(Say("silent.none", offers=(Offer("zero.turn_on", "/zero on"),)))
        villages = [(code, list(people)) for code, people in groupby(found, key=lambda one: one.area)]
        quiet = [(code, min(one.weeks for one in people)) for code, people in villages]
        warned = tuple(
            Say("silent.long", {"area": everywhere((code,)), "weeks": weeks}) for code, weeks in quiet if weeks >= LONG
        )
        heard = sum(one.weeks == 0 for one in found)
        lines = tuple(village(code, people) for code, people in villages[:VILLAGES])
        more = (Say("silent.more", {"count": len(villages) - VILLAGES}),) if villages[VILLAGES:] else ()
        head = Say("silent.self", {"answered": heard, "asked": len(found)}, then=(*warned, *lines, *more))
        return scene.say(head)

    return Turn(scene.conversation, query=FindSilences(area), then=tell)


def village(code: str, people: list[Silence]) -> Say:
    """How many of a village answered the last time, and who did not, for how many weeks. By name, not by weeks."""
    quiet = [one for one in people if one.weeks]
    params: Params = {"area": Area(code), "answered": len(people) - len(quiet), "asked": len(people)}
    names = tuple(
        Say("silent.person", {"name": cut(one.name or one.id[:8], 30), "weeks": one.weeks}) for one in quiet[:NAMED]
    )
    return Say("silent.village", params, then=names)
