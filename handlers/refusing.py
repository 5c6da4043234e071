"""What somebody may not do: said in the same few words whatever the reason, and written down exactly."""

from dataclasses import replace
from datetime import timedelta

from domain.conversation import Conversation, Scene, Turn
from domain.effect import Audit, Effect
from domain.limits import Limit
from domain.message import Say
from handlers.pacing import spend

REFUSED = Say("command.refused")
TRIED = "tried"
LINES = Limit(30, timedelta(minutes=10))
"""Lines of one person: whoever tries numbers all night is seen by then, and shall not fill the log."""


def refused(scene: Scene, what: str, *says: Say, **detail: str | int) -> Turn:
    """What people hear of it says nothing of why. `what` is the command; `detail` what they asked for by it."""
    said = says or (REFUSED,)
    kept = counted(scene)
    if kept is None:
        return scene.say(*said)
    return replace(scene, conversation=kept).say(*said, do=(tried(what, **detail),))


def counted(scene: Scene) -> Conversation | None:
    """Their conversation with one more line counted; None when there have been so many of late that none is written."""
    return spend(scene.conversation, TRIED, LINES, scene.now)


def tried(what: str, **detail: str | int) -> Effect:
    """The line in the log: who is whoever is speaking, and when is now."""
    return Audit("refused", "", {"command": what, **detail})
