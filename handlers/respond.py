"""The one door in: every event from every channel is answered here."""

from dataclasses import replace
from datetime import timedelta

from domain.conversation import Scene, Turn
from domain.effect import DropMedia, Mute, Unmute
from domain.message import Incoming, Joined, Left, Press, Say, Text, Unsent
from handlers.commands import COMMANDS, find_command
from handlers.flow import advance, question, said_first
from handlers.flows import FLOWS
from handlers.listen import listen
from handlers.needs import emergency
from handlers.welcome import greeting, welcome

LONG_AWAY = timedelta(hours=6)


def respond(scene: Scene, incoming: Incoming) -> Turn:
    """What one event leads to. Whoever we meet now also hears who we are, but never before a number that helps."""
    turn = decide(scene, incoming)
    if scene.last is not None or isinstance(incoming.content, Joined):
        return turn
    return introduced(turn, greeting(scene))


def introduced(turn: Turn, hello: Say) -> Turn:
    if turn.then is not None:
        then = turn.then
        return replace(turn, then=lambda found: introduced(then(found), hello))
    if not turn.reply or hello in turn.reply:
        return turn
    helping = [say for say in turn.reply if say.key.startswith("first_aid.")]
    return replace(turn, reply=(*helping, hello, *(say for say in turn.reply if say not in helping)))


def decide(scene: Scene, incoming: Incoming) -> Turn:
    """
    A command wins, then the conversation we are in, then what was pasted.

    In groups we are silent: an answer there would be read by everybody's neighbours.
    """
    match incoming.content:
        case Left():
            return Turn(scene.conversation.idle(), effects=(Mute(),))
        case Unsent(ref):
            return Turn(scene.conversation, effects=(DropMedia(ref),))
        case _ if incoming.group:
            return Turn(scene.conversation)
        case Joined():
            return replace(welcome(scene), effects=(Unmute(),))
        case Press(token) if token.startswith("/"):
            return find_command(token)(scene, incoming)
    flow = FLOWS.get(scene.conversation.flow)
    if flow is None or scene.contact.role < flow.role:
        return listen(scene, incoming)
    if back_after_long(scene, incoming):
        turn = question(flow, scene, scene.conversation, incoming)
        return said_first(turn, (Say("flow.resumed"),))
    turn = advance(flow, scene, incoming)
    return said_first(turn, emergency(scene, incoming)) if isinstance(incoming.content, Text) else turn


def back_after_long(scene: Scene, incoming: Incoming) -> bool:
    """Someone who comes back after hours is asked again, rather than held to a question they have forgotten."""
    return isinstance(incoming.content, Text) and scene.last is not None and scene.now - scene.last > LONG_AWAY


__all__ = ["COMMANDS", "respond"]
