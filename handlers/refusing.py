"""What somebody may not do: said in the same few words whatever the reason, and written down exactly."""

from domain.conversation import Scene, Turn
from domain.effect import Audit, Effect
from domain.message import Say

REFUSED = Say("command.refused")


def refused(scene: Scene, what: str, *says: Say, **detail: str | int) -> Turn:
    """What people hear of it says nothing of why. `what` is the command; `detail` what they asked for by it."""
    return scene.say(*(says or (REFUSED,)), do=(tried(what, **detail),))


def tried(what: str, **detail: str | int) -> Effect:
    """The line in the log: who is whoever is speaking, and when is now."""
    return Audit("refused", "", {"command": what, **detail})
