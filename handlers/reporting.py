"""Beginning a report: of a kind, with what was pasted or pinned just before."""

from typing import Any

from domain.conversation import Scene, Turn
from domain.message import Incoming, Offer, Say
from handlers.answering import begin
from handlers.answers import Unclear, pinned
from handlers.asking import question
from handlers.burst import given
from handlers.doubting import blocked
from handlers.flow import MEDIA, Flow
from handlers.needs import cards
from handlers.reports import KINDS
from handlers.turns import said_first
from handlers.unsending import FROM


def make_report(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    `/report`: which kind? `/report link`: begin. `/report link <mark>`: begin with what was pasted around it.

    `/report border @17.9,101.7` begins with a pin, `/report else <mark>` asks which kind first.
    """
    kind, _, this = argument.partition(" ")
    flow = KINDS.get(kind)
    if flow is None:
        tail = f" {this}" if kind == "else" and this else ""
        return scene.say(
            Say("report.which", offers=tuple(Offer(f"{name}.name", f"/report {name}{tail}") for name in KINDS))
        )
    if scene.contact.blocked:
        return scene.say(blocked(scene))
    known = fitted(flow, known_of(scene, this))
    if halfway(scene, flow, known):
        turn = question(flow, scene, scene.conversation, incoming)
        return turn if known else said_first(turn, (Say("flow.resumed"),))
    told = flow.need in scene.judge(str(known.get("words", ""))).needs if known.get("words") else False
    first = cards((flow.need,), (flow.need,)) if flow.need and not told else ()
    sensitive = (Say("report.sensitive"),) if flow.sensitive else ()
    return begin(flow, scene, incoming, known, (*first, *sensitive))


def known_of(scene: Scene, this: str) -> dict[str, Any]:
    """What a button of ours says is known already: a pin, or the messages pasted around it."""
    if not this.startswith("@"):
        return given(scene, this) if this else {}
    try:
        lat, lon = map(float, this.removeprefix("@").split(","))
        return {"where": pinned(lat, lon, "", scene)}
    except (ValueError, Unclear):
        return {}


def halfway(scene: Scene, flow: Flow, known: dict[str, Any]) -> bool:
    """Whether they are in the middle of this very report: it is gone on with, not begun again."""
    answers = scene.conversation.answers
    if scene.conversation.flow != flow.name or not any(ask.name in answers for ask in flow.asks):
        return False
    return all(answers.get(name) == value for name, value in known.items() if name != FROM)


def fitted(flow: Flow, known: dict[str, Any]) -> dict[str, Any]:
    """What was pasted, as answers this flow asks for; the rest is kept beside them."""
    if MEDIA in known and flow.named("media"):
        known["media"] = "given"
    return known
