"""What coordinators may ask and decide of a link, number or account: `/indicator`, `/confirm`, `/clear`."""

import re
from dataclasses import dataclass, replace
from typing import get_args

from checks import find, judge_number
from checks.fold import folded
from checks.official import is_official, official_numbers
from checks.parts import parse
from checks.spot_links import refanged
from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import Audit, Decide, Effect, Tell
from domain.message import Area, At, Incoming, Key, Offer, Param, Params, Say
from domain.query import A_FEW, Decision, FindIndicator, FindPeople, Person, Record
from domain.verdict import Indicator, Kind, defanged
from handlers.quoting import quoted
from texts.writing import clean, cut, digits

REASON = 200
"""Graphemes of a reason that are kept."""
SHOWN = 120
TOKEN = 64
"""Bytes a button can carry (`domain.message.Outgoing`)."""
WRITTEN_OUT = ("phone", "account", "promptpay", "crypto", "url", "domain")
"""Kinds that can be typed as our keys are written: `account:1234567890`."""
THAILAND = "+66"
PROVINCE = 2
"""Digits of a province's code."""
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """What a coordinator means: the indicator, and the words they typed behind it."""

    indicator: Indicator
    rest: str = ""

    @property
    def shown(self) -> str:
        """As people here write it: no link to press, and a Thai number with its nought."""
        value = self.indicator.value
        if self.indicator.kind == "phone":
            return f"0{value.removeprefix(THAILAND)}" if value.startswith(THAILAND) else value
        return cut(defanged(value), SHOWN)


def subject(argument: str) -> Subject | None:
    """
    The first link, number or account of an argument, defanged or not, and what is said after it; None without any.

    Of a link it is the whole site, unless strangers share it or it belongs to a known institution: then the page.
    """
    kind, _, value = argument.strip().partition(":")
    if kind in WRITTEN_OUT and (given := value.strip()) and not given.startswith("//"):
        word, _, rest = given.partition(" ")
        return Subject(Indicator(_kind(kind), spelled(_kind(kind), word)), clean(rest, REASON))
    text = refanged(folded(argument))
    found = [(text.find(one.shown), one) for one in find(argument) if one.shown and one.shown in text]
    if not found:
        return bare_number(argument)
    at, first = min(found, key=lambda each: each[0])
    same = [one for _, one in found if one.shown == first.shown]
    return Subject(widest(same), clean(text[at + len(first.shown) :].lstrip(" ,:;-"), REASON))


def spelled(kind: Kind, value: str) -> str:
    """A typed value in the one spelling that its key has: phone:081-234-5678 is +66812345678."""
    if kind == "phone":
        return next((one.value for one in judge_number(value).indicators if one.kind == "phone"), value)
    return re.sub(r"\D", "", digits(value)) or value if kind in ("account", "promptpay") else value


def bare_number(argument: str) -> Subject | None:
    """A number that only a coordinator's word makes one: bare digits of an account, a short code."""
    word, _, rest = argument.strip().partition(" ")
    found = judge_number(word).indicators
    return Subject(found[0], clean(rest, REASON)) if found else None


def widest(same: list[Indicator]) -> Indicator:
    """Of what one link is known by: the account it leads to, else the site, else the page."""
    named = [one for one in same if one.kind not in ("url", "domain", "apk")]
    site = [one for one in same if one.kind == "domain" and not official(one)]
    return (named or site or same)[0]


def official(indicator: Indicator) -> bool:
    """Whether it is a known institution's own site or published number, which nobody should mark by mistake."""
    if indicator.kind == "phone":
        return indicator.value in official_numbers()
    link = parse(indicator.value) if indicator.kind == "domain" else None
    return link is not None and is_official(link.host, link.registrable)


def _kind(word: str) -> Kind:
    return next(kind for kind in get_args(Kind) if kind == word)


def indicator(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What is known of one: how many people over time, since when, where, and what was decided; never who."""
    meant = subject(argument)
    if meant is None:
        return scene.say(Say("indicator.which", {"command": "indicator"}))

    def tell(found: Record) -> Turn:
        told = lines(replace(found, lists=(*found.lists, *listed(scene, meant))))
        said = Say("indicator.self", {"what": meant.shown}, offers=buttons(meant, found), then=told)
        return scene.say(said, do=(Audit("indicator", found.key),))

    return Turn(scene.conversation, query=FindIndicator(meant.indicator.key, scene.contact.id), then=tell)


def listed(scene: Scene, meant: Subject) -> tuple[str, ...]:
    """The list whose table of domains holds it: tables are looked up where links are judged, not in the database."""
    if meant.indicator.kind not in ("url", "domain"):
        return ()
    reasons = scene.judge(meant.indicator.value).reasons
    return tuple(str(reason.params["source"]) for reason in reasons if reason.key.endswith(".listed"))


def lines(found: Record) -> tuple[Say, ...]:
    """A record, line by line."""
    told = [Say(f"indicator.word.{found.word or 'none'}")]
    told += [Say("indicator.listed", {"list": name}) for name in dict.fromkeys(found.lists)]
    if found.people:
        params: Params = {"week": many(found.week), "month": many(found.month), "people": many(found.people)}
        told.append(Say("indicator.people", params))
    else:
        told.append(Say("indicator.nobody"))
    told += [Say("indicator.since", {"at": At(found.first)})] if found.first else []
    told += [Say("indicator.where", {"area": Area(code), "people": people}) for code, people in found.districts]
    told += [Say("indicator.elsewhere")] if found.elsewhere and found.districts else []
    told += [decision(one) for one in found.decisions]
    told += [Say(f"indicator.waits.{found.proposed}")] if found.proposed else []
    return tuple(told)


def decision(one: Decision) -> Say:
    """One decision: what, by which role, when and why; never who."""
    params: Params = {"word": Key(f"indicator.did.{one.word}"), "role": Key(f"role.{one.role.word}"), "at": At(one.at)}
    reason = quoted(one.reason, REASON)
    return Say("indicator.decided", params, then=(Say("indicator.why", {"reason": reason}),) if reason else ())


def many(people: int) -> Param:
    return Key("indicator.few") if people == A_FEW else people


def buttons(meant: Subject, found: Record) -> tuple[Offer, ...]:
    """To confirm it with one press, where a button can carry it; clearing wants a reason, and is typed."""
    token = f"/confirm {found.key}"
    fits = meant.indicator.kind in WRITTEN_OUT and len(token.encode()) <= TOKEN
    if not fits or found.word == "dangerous" or official(meant.indicator):
        return ()
    return (Offer("indicator.confirm", token),)


def confirm(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """It is dangerous: whoever asked and was told otherwise hears of it."""
    meant = subject(argument)
    if meant is None:
        return scene.say(Say("indicator.which", {"command": "confirm"}))
    if official(meant.indicator):
        return scene.say(Say("indicator.official", {"what": meant.shown}))

    def tell(found: Record) -> Turn:
        if found.word == "dangerous":
            return scene.say(Say("indicator.already", {"what": meant.shown}, then=(Say("indicator.word.dangerous"),)))
        return scene.say(Say("indicator.confirmed", {"what": meant.shown}), do=decided(meant, "dangerous", "confirm"))

    return Turn(scene.conversation, query=FindIndicator(meant.indicator.key, scene.contact.id), then=tell)


def clear(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    It is no danger after all, for a reason.

    What many people reported takes two coordinators: the first proposes, another's `/clear` within a week does it.
    """
    meant = subject(argument)
    if meant is None:
        return scene.say(Say("indicator.which", {"command": "clear"}))
    if not meant.rest:
        return scene.say(Say("indicator.reason", {"what": meant.shown}))

    def tell(found: Record) -> Turn:
        if found.word == "cleared":
            return scene.say(Say("indicator.already", {"what": meant.shown}, then=(Say("indicator.word.cleared"),)))
        if found.many and found.proposed == "you":
            return scene.say(Say("indicator.yours", {"what": meant.shown}))
        if found.many and not found.proposed:
            return proposed(scene, meant)
        return scene.say(Say("indicator.cleared", {"what": meant.shown}), do=decided(meant, "cleared", "clear"))

    return Turn(scene.conversation, query=FindIndicator(meant.indicator.key, scene.contact.id), then=tell)


def proposed(scene: Scene, meant: Subject) -> Turn:
    """One voice of two; the other coordinators of the province are told."""

    def tell(people: tuple[Person, ...]) -> Turn:
        params: Params = {"what": meant.shown, "reason": quoted(meant.rest, REASON)}
        others = tuple(
            Tell(one.id, Say("indicator.second", params))
            for one in people
            if one.role >= Role.COORDINATOR and not one.pending and one.id != scene.contact.id
        )
        effects = (*decided(meant, "proposed", "propose"), *others)
        alone = () if others else (Say("indicator.alone"),)
        return scene.say(Say("indicator.proposal", {"what": meant.shown}, then=alone), do=effects)

    return Turn(scene.conversation, query=FindPeople(scene.contact.area[:PROVINCE], limit=MOST_TOLD), then=tell)


def decided(meant: Subject, word: str, what: str) -> tuple[Effect, ...]:
    """The decision, the correction it calls for, and the line in the audit."""
    key = meant.indicator.key
    correction = None if word == "proposed" else Say(f"correction.{word}", {"what": meant.shown})
    return Decide(key, word, meant.rest, correction), Audit(what, key)
