"""Following a report by its receipt, from any phone: where it stands, what was answered, and telling more."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.conversation import Scene, Turn
from domain.effect import Audit, NewReceipt
from domain.message import Incoming, Offer, Say
from domain.query import FindReceipt
from domain.receipt import FIRST, LENGTH, well_formed
from domain.report import Report
from handlers.answering import begin
from handlers.burst import KEPT
from handlers.filing import GIVEN
from handlers.own import ADD, HELD, about, by_number, changed, mine, own, stands
from handlers.refusing import counted
from texts.writing import digits


def typed(text: str) -> str:
    """The sixteen digits of a text that is nothing else but them, in whatever script and grouping; "" for others."""
    plain = digits("".join(text.split())).replace("-", "")
    return plain if plain.isascii() and plain.isdecimal() and len(plain) == LENGTH else ""


def looks_like_one(text: str) -> bool:
    """Whether something that was just sent is a receipt, perhaps with a slip. A payment card never is."""
    return typed(text).startswith(FIRST)


def receipt(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/receipt 0123 …` follows a report; `/receipt new 482913` gives one's own a fresh one; `/receipt add` goes on."""
    word, _, rest = argument.partition(" ")
    if word == "new":
        return fresh(scene, incoming, rest)
    if word == "add":
        return add(scene, incoming)
    if not argument:
        return scene.say(Say("receipt.ask"))
    if not well_formed(typed(argument)):
        return scene.say(Say("receipt.slip"))
    query = FindReceipt(typed(argument), scene.contact.id)
    return Turn(scene.conversation, query=query, then=lambda one: told(scene, one))


def told(scene: Scene, one: Report | None) -> Turn:
    """
    Where it stands and what was answered. Wrong receipts, and too many tries, are told in the same words.

    What else was being told waits: it may be an hour's work, and is another report.
    """
    if one is None:  # as veiled as the right one: that somebody has a receipt to try says what they reported
        kept, line = counted(scene), Audit("wrong receipt", by="somebody")
        return Turn(kept or scene.conversation, (Say("receipt.unknown"),), (line,) if kept else (), veiled=True)
    if one.broken:
        return changed(scene, one)
    held = about(one) | {"at": scene.now.isoformat()}
    left = scene.conversation if scene.conversation.flow else scene.conversation.idle()
    kept = replace(left, answers={**left.answers, HELD: held})
    said = replace(stands(one), offers=(Offer("receipt.add", "/receipt add"),))
    return Turn(kept, (said,), (Audit("receipt", one.id, by="reporter"),), veiled=True)


def add(scene: Scene, incoming: Incoming) -> Turn:
    """Tell more of the report whose receipt was shown just now."""
    held: dict[str, Any] | None = scene.conversation.answers.get(HELD)
    if held is None or scene.now - datetime.fromisoformat(held["at"]) > KEPT:
        return scene.say(Say("receipt.ask"))
    return begin(ADD, scene, incoming, {**{name: held[name] for name in held if name != "at"}, HELD: held})


def fresh(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """A new receipt for one's own report; the one before is good for nothing then."""
    if not argument:
        return mine(scene, incoming, "")

    def tell(one: Report, _: str) -> Turn:
        if not one.sealed:
            return scene.say(Say("receipt.plain", {"number": one.number}))
        effects = (NewReceipt(one.id, one.number), Audit("receipt.new", one.id, by="reporter"))
        return Turn(scene.conversation, (GIVEN,), effects, veiled=True)

    return by_number(scene, argument, tell, own(scene), opened=True)
