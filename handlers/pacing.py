"""How much one person may send: kept with their conversation, so it costs nothing to look and every process knows."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.contact import Role
from domain.conversation import Conversation, Scene, Turn
from domain.limits import Limit
from domain.message import Incoming, Joined, Left, Offer, Press, Say, Unsent
from handlers.needs import emergency

TALK, HUSHED, REPORT, CODE = "talk", "hushed", "report", "code"
HUSH = timedelta(minutes=5)
"""Who was told that they are too fast is not told again for so long."""
HELP = ("/hotlines", "/stop", "/delete", "/cancel")
"""Commands that are never too many: numbers to call, and what is anybody's right."""
PLAYGROUND = "web"
"""The playground's phones are new every time and shown to rooms full of people: no limit, and no distrust."""


def spend(conversation: Conversation, what: str, limit: Limit, now: datetime) -> Conversation | None:
    """
    The conversation with one more of this spent; None when there is none left.

    One instant is kept, until which all is spent (GCRA); what lies in the past is not kept at all.
    """
    held = conversation.pace.get(what)
    spent = max(now, datetime.fromisoformat(held)) if held else now
    if spent - now > limit.every * (limit.burst - 1):
        return None
    return noted(conversation, what, spent + limit.every, now)


def noted(conversation: Conversation, what: str, until: datetime, now: datetime) -> Conversation:
    left = {name: one for name, one in conversation.pace.items() if datetime.fromisoformat(one) > now}
    return replace(conversation, pace={**left, what: until.isoformat()})


def free(scene: Scene) -> bool:
    return scene.contact.address.channel == PLAYGROUND


def paced(scene: Scene, incoming: Incoming) -> tuple[Scene, Turn | None]:
    """The scene with this event counted, and what is answered instead when it was one too many."""
    if free(scene) or scene.limits.off or isinstance(incoming.content, Joined | Left | Unsent):
        return scene, None
    limit = scene.limits.serving if scene.contact.role > Role.RESIDENT else scene.limits.talk
    spent = spend(scene.conversation, TALK, limit, scene.now)
    if spent is not None:
        return replace(scene, conversation=spent), None
    match incoming.content:
        case Press(token) if token.partition(" ")[0] in HELP:
            return scene, None
    return scene, too_fast(scene, incoming)


def too_fast(scene: Scene, incoming: Incoming) -> Turn:
    """
    Said once, kindly; then nothing until it is slower. Nothing of it is kept, and the person knows.

    Whoever writes of danger still gets the numbers, every time.
    """
    if helping := emergency(scene, incoming):
        return Turn(scene.conversation, helping)
    hushed = scene.conversation.pace.get(HUSHED, "")
    if hushed and datetime.fromisoformat(hushed) > scene.now:
        return Turn(scene.conversation)
    said = Say("pace.slow", offers=(Offer("menu.hotlines", "/hotlines"),))
    return Turn(noted(scene.conversation, HUSHED, scene.now + HUSH, scene.now), (said,))
