"""When somebody may be in danger or is losing money, the right numbers come before anything else."""

from domain.conversation import Scene
from domain.message import Incoming, Media, Say, Text

FIRST = (
    "phone_controlled",
    "emergency",
    "suicide",
    "child",
    "violence",
    "trafficking",
    "uxo",
    "money_lost",
    "told",
)
"""Needs that cannot wait, the most pressing first. Each has a card under `first_aid.` with numbers and source."""
SOON = ("drugs", "official", "lure_job")
"""Needs with a number worth knowing, after the answer."""
ALONE = ("suicide",)
"""Needs where a button to report something would be out of place: the numbers, and that somebody listens."""
MOST = 2


def cards(needs: tuple[str, ...], among: tuple[str, ...] = FIRST) -> tuple[Say, ...]:
    """The first-aid cards for these needs: two at most, so that the one that matters is read."""
    return tuple(Say(f"first_aid.{need}") for need in among if need in needs)[:MOST]


def emergency(scene: Scene, incoming: Incoming) -> tuple[Say, ...]:
    """The cards a text calls for, wherever in a conversation it is said; the card a flow has shown is not repeated."""
    match incoming.content:
        case Text(text) | Media(caption=text) if text:
            said = text
        case _:
            return ()
    shown = ("money_lost",) if scene.conversation.flow == "money" else (scene.conversation.flow,)
    needs = tuple(need for need in scene.judge(said).needs if need not in shown)
    return cards(needs)
