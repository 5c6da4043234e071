"""Before words go out to many: what must not stand in them is named, and whoever wrote them changes it."""

from typing import Any

from checks.outgoing import Finding, revealing
from domain.alert import Alert
from domain.conversation import Scene
from domain.message import Content, Offer, Press, Say
from handlers.answers import SAID, Unclear, Words
from handlers.quoting import quoted

SHOWN = 40


class Guarded(Words):
    """Words that will leave. What must not stand in them is asked for again; what may be meant well can be kept."""

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press("said") if said := scene.conversation.answers.get(SAID):
                return let_out(str(said), scene, kept=True)
        return let_out(Words.read(self, content, scene), scene)


def let_out(text: str, scene: Scene, *, kept: bool = False) -> str:
    """The text, when it may leave. Raises `Unclear` with what is in it and why; `kept` lets through what may be."""
    found = found_in(text, scene)
    if not found or (kept and not found[0].firm):
        return text
    first = found[0]
    params = {"what": quoted(first.what, SHOWN)}
    if first.firm:
        raise Unclear(f"guard.{first.why}", params)
    raise Unclear(f"guard.{first.why}", params, (Offer("guard.keep", "said"),), said=text)


def found_in(text: str, scene: Scene) -> tuple[Finding, ...]:
    return revealing(text, scene.operator.contact)


def refused(alert: Alert, scene: Scene) -> Say | None:
    """Why an alert cannot leave at all, whoever agreed to it; None when it can."""
    for words in alert.words.values():
        if (found := found_in(words, scene)) and found[0].firm:
            return Say(f"guard.{found[0].why}", {"what": quoted(found[0].what, SHOWN)})
    return None


def let_through(alert: Alert, scene: Scene) -> dict[str, Any]:
    """For the audit: which kinds of things its author said may stand in it, because those concerned asked for it."""
    kinds = sorted({one.why for words in alert.words.values() for one in found_in(words, scene)})
    return {"let through": " ".join(kinds)} if kinds else {}
