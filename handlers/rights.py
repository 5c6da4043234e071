"""What everybody may ask of what is held about them: to see all of it, and to have it erased."""

from datetime import UTC, datetime, timedelta

from domain.contact import Role
from domain.conversation import Conversation, Scene, Turn
from domain.effect import Audit, Erase, MyData
from domain.message import Incoming, Offer, Params, Say
from domain.query import FindHeld, Held

FRESH = timedelta(hours=1)
"""How long the button that erases works: found again weeks later, it asks once more."""


def my_data(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Everything held about them, as a file."""
    said = Say("mydata.self", attached="{file}", offers=(Offer("delete.first", "/delete"),))
    return scene.say(said, do=(MyData(), Audit("mydata", by=unnamed(scene))))


def delete(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Erase everything held about them, after saying once what goes and what stays."""
    word, _, asked = argument.partition(" ")

    def tell(held: Held) -> Turn:
        return erased(scene, held) if word == "yes" and fresh(asked, scene.now) else ask(scene, held)

    return Turn(scene.conversation, query=FindHeld(scene.contact.id), then=tell)


def ask(scene: Scene, held: Held) -> Turn:
    """What goes, what stays and why; then the button."""
    lines = [Say("delete.goes")]
    params: Params = {"gone": held.gone, "stays": held.stays}
    if held.gone:
        lines.append(Say("delete.reports", params))
    if held.stays:
        lines.append(Say("delete.stays", params))
    if scene.contact.role > Role.RESIDENT:
        lines.append(Say("delete.staff"))
    lines.append(Say("delete.platform"))
    yes = f"/delete yes {int(scene.now.timestamp())}"
    offers = (Offer("delete.yes", yes), Offer("delete.see", "/mydata"), Offer("delete.no", "/menu"))
    return scene.say(Say("delete.ask", then=tuple(lines), offers=offers))


def erased(scene: Scene, held: Held) -> Turn:
    """The last thing they hear. No buttons: those would be kept, so that they can be typed."""
    stays = (Say("delete.left", {"stays": held.stays}),) if held.stays else ()
    done = Say("delete.done", then=(*stays, Say("delete.again")))
    audit = Audit("delete", "", {"gone": held.gone, "stays": held.stays}, by=unnamed(scene))
    return Turn(Conversation(), (done,), (audit, Erase()))


def unnamed(scene: Scene) -> str:
    """What stands for a resident in the log: it tells moments, which lead to sealed reports (docs/decisions/0018)."""
    return "" if scene.contact.role > Role.RESIDENT else "somebody"


def fresh(asked: str, now: datetime) -> bool:
    """Whether the question whose button this is was put less than `FRESH` ago."""
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 12):
        return False
    return timedelta(0) <= now - datetime.fromtimestamp(int(asked), UTC) <= FRESH
