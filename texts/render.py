"""Meaning into words: a `Say` and one language's catalogue make bubbles and buttons."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.message import Area, Areas, At, Button, Key, Outgoing, Param, Say, Wants
from texts.catalogue import Catalogue
from texts.places import name, place
from texts.times import show_time
from texts.writing import cut, length

Facts = Mapping[str, str | int]
_FACT = re.compile(r"\{(\w+)\}")
NOTHING: Wants = ""
BUTTON = 20
"""Graphemes that LINE shows of a quick reply (https://developers.line.biz, quick replies: label)."""


def render(says: Sequence[Say], catalogue: Catalogue, now: datetime, facts: Facts | None = None) -> Outgoing:
    """
    One bubble for each `Say`, and the buttons of the last that has any.

    `facts` are what came to be known while the turn was carried out (a report's number), for any text to use.
    """
    known = facts or {}
    bubbles = tuple(text for say in says if (text := bubble(say, catalogue, now, known)))
    offers = next((say.offers for say in reversed(says) if say.offers), ())
    buttons = tuple(
        Button(words(offer.key, offer.params, catalogue, now, known), filled(offer.token, known)) for offer in offers
    )
    wants = next((say.wants for say in reversed(says) if say.wants), NOTHING)
    attached = tuple(file for say in says if (file := filled(say.attached, known)))
    return Outgoing(bubbles, buttons, wants, attached)


def filled(token: str, facts: Facts) -> str:
    """A token with the facts put in that it names, such as the number of a report that has just got one."""
    return _FACT.sub(lambda found: str(facts.get(found[1], found[0])), token) if "{" in token else token


def bubble(say: Say, catalogue: Catalogue, now: datetime, facts: Facts) -> str:
    before = [bubble(line, catalogue, now, facts) for line in say.first]
    after = [bubble(line, catalogue, now, facts) for line in say.then]
    own = words(say.key, say.params, catalogue, now, facts) if say.key else ""
    return "\n".join(line for line in (*before, own, *after) if line)


def words(key: str, params: Mapping[str, Param], catalogue: Catalogue, now: datetime, facts: Facts) -> str:
    return catalogue[key].format(**{**facts, **{name: shown(value, catalogue, now) for name, value in params.items()}})


def shown(value: Param, catalogue: Catalogue, now: datetime) -> str | int:
    """A parameter as a reader of this language sees it."""
    match value:
        case Key(key):
            return catalogue[key]
        case At(time):
            return show_time(time, catalogue.language, now)
        case Area(""):
            return catalogue["area.unknown"]
        case Area(code, short):
            return short_name(code, catalogue.language) if short else name(code, catalogue.language)
        case Areas(codes):
            return ", ".join(name(code, catalogue.language) for code in codes)
    return value


def short_name(code: str, language: str) -> str:
    """A name that fits a button, and that tells a tambon from a district called the same: "ต.เชียงคาน จ.เลย"."""
    here, province = place(code), place(code[:2])
    if here is None or province is None or here == province:
        return cut(name(code, language), BUTTON)
    if language in ("th", "lo"):
        own = name(code, "th").split(" อ.")[0].split(" จ.")[0]
        whole = f"{own} จ.{province.th}"
        return whole if length(whole) <= BUTTON else cut(f"{own} {province.th}", BUTTON)
    if here.level == "district":
        return cut(f"{here.en} district", BUTTON)
    return cut(f"{here.en}, {province.en}", BUTTON)
