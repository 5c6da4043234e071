"""A spike as coordinators see it, and the alert that is drafted from it: never sent by itself."""

from domain.conversation import Scene, Turn
from domain.message import Area, Incoming, Key, Offer, Param, Say
from domain.spike import Spike
from domain.verdict import defanged
from handlers.answering import begin
from handlers.composing import ALERT
from handlers.flows import FLOWS
from handlers.quoting import quoted
from handlers.wording import TEMPLATE, catalogues
from texts import places

TOKEN = 64
"""Bytes of a button's token (see `domain.message.Outgoing`)."""
SCAMS = ("link", "call", "message", "app", "fake", "money", "mule")
"""Kinds whose alert has words of its own: a trick that goes round."""
LATER, ANYWHERE = "later", "all"


def suggestion(spike: Spike) -> Say:
    """What it is, how much more than usual, and the three things to do."""
    value: Param = Key(f"{spike.value}.name") if spike.what == "kind" else shown(spike.value)
    usual = Say("spike.usual", {"usual": round(spike.usual)}) if round(spike.usual) else Say("spike.seldom")
    offers = (
        Offer("spike.look", look(spike)),
        Offer("spike.write", write(spike)),
        Offer("spike.later", f"/draft {LATER}"),
    )
    area: Param = Area(spike.area) if spike.area else Key("area.everywhere")
    lines = (
        Say("spike.line", {"value": value, "reports": spike.reports, "people": spike.people}),
        usual,
        Say("spike.ask"),
    )
    return Say("spike.self", {"area": area}, then=lines, offers=offers)


def shown(key: str) -> str:
    """An indicator by its key, as something that no phone turns into a link."""
    return defanged(quoted(key.partition(":")[2], 80))


def look(spike: Spike) -> str:
    """Where the reports are: the kind's in that area, or what is known of the indicator."""
    where = f" area:{spike.area}" if spike.area else ""
    if spike.what == "kind":
        return f"/reports kind:{spike.value}{where} since:1d"
    return fitting(f"/indicator {spike.value}") or f"/reports{where} since:1d"


def write(spike: Spike) -> str:
    """The button that begins a draft: the kind or the indicator, and where."""
    area = spike.area or ANYWHERE
    return fitting(f"/draft {area} {spike.value}") or f"/draft {area} link"


def fitting(token: str) -> str:
    return token if len(token.encode()) <= TOKEN else ""


def draft(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    Begin an alert with what is known: where, and for a trick its words, with what goes round as the detail.

    All else is asked as ever, and it is seen before it goes.
    """
    area, _, value = argument.partition(" ")
    if area == LATER:
        return scene.say(Say("spike.noted"))
    code = "" if area == ANYWHERE else area
    if not value or (code and places.place(code) is None):
        return begin(ALERT, scene, incoming, {})
    kind = value if value in FLOWS else ""
    if kind and kind not in SCAMS:
        return begin(ALERT, scene, incoming, {"where": code})
    words = catalogues()[scene.language]
    detail = words[f"{kind}.name"] if kind else defanged(value.partition(":")[2])
    return begin(ALERT, scene, incoming, {"words": f"{TEMPLATE}scams", "detail": detail, "where": code})
