"""The one door in: every event from every channel is answered here."""

from dataclasses import replace
from datetime import timedelta

from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.effect import DropMedia, Mute, Unmute
from domain.message import Incoming, Joined, Left, Offer, Press, Say, Text, Unsent
from handlers.answering import advance, by_number, unsent
from handlers.answers import Choice, Unclear
from handlers.asking import question
from handlers.burst import without
from handlers.commands import COMMANDS, find_command
from handlers.flow import BACK, SKIP, Flow, current
from handlers.flows import FLOWS
from handlers.groups import in_group
from handlers.listen import hear_text, listen, worth
from handlers.needs import emergency
from handlers.pacing import paced
from handlers.receipts import looks_like_one, receipt
from handlers.refusing import tried
from handlers.turns import done_too, mapped, said_first
from handlers.welcome import greeting, welcome
from texts.writing import digits

LONG_AWAY = timedelta(hours=6)
SOON_AWAY = timedelta(minutes=15)
"""For what goes to somebody at once: the next words of who comes back may be about another case."""
GO_ON = "/goon"
ENDING = ("/cancel",)
STEPS = {"/back": BACK, "/skip": SKIP}
ANYTIME = ("/cancel", "/help", "/hotlines", "/menu", "/start", "/language", "/back", "/skip", GO_ON)
"""Commands whose bare word is one even where a question may be answered in any words."""


def respond(scene: Scene, incoming: Incoming) -> Turn:
    """What one event leads to. Whoever we meet now also hears who we are, but never before a number that helps."""
    if incoming.group:
        return in_group(scene, incoming)
    scene, instead = paced(scene, incoming)
    if instead is not None:
        return instead
    turn = decide(scene, incoming)
    if scene.last is not None or isinstance(incoming.content, Joined):
        return turn
    hello = greeting(scene)
    return mapped(turn, lambda one: introduced(one, hello))


def introduced(turn: Turn, hello: Say) -> Turn:
    if not turn.reply or hello in turn.reply:
        return turn
    helping = [say for say in turn.reply if say.key.startswith("first_aid.")]
    return replace(turn, reply=(*helping, hello, *(say for say in turn.reply if say not in helping)))


def decide(scene: Scene, incoming: Incoming) -> Turn:
    """
    A command wins, then the conversation we are in, then what was pasted. (Groups are in `handlers.groups`.)
    """
    flow = FLOWS.get(scene.conversation.flow)
    if flow is not None and scene.contact.role < flow.role:  # they lost the role meanwhile
        idle = replace(scene, conversation=scene.conversation.idle())
        return done_too(decide(idle, incoming), (tried(flow.name),))
    match incoming.content:
        case Left():
            return Turn(scene.conversation.idle(), effects=(Mute(),))
        case Unsent(ref):
            kept = replace(scene, conversation=without(scene.conversation, ref))
            turn = unsent(flow, kept, incoming, ref) if flow else Turn(kept.conversation)
            return done_too(turn, (DropMedia(ref),))
        case Joined():
            return replace(welcome(scene), effects=(Unmute(),))
        case Press("/stop", typed) if flow and typed:  # in the middle of a question they mean this, not the news
            return command(scene, flow, incoming, "/cancel")
        case Press(token, typed) if token.startswith("/") and not (flow and an_answer(scene, flow, token, typed)):
            return command(scene, flow, incoming, token)
        case Press(token, typed) if typed:
            incoming = replace(incoming, content=Text(typed))
        case Text(text) if looks_like_one(text):  # whatever is being asked: it is the key to another report
            turn = receipt(scene, incoming, text)
            return mapped(turn, waiting) if flow else turn
        case Text(text) if flow is None and report_number(text):
            return find_command(f"/report {report_number(text)}")(scene, incoming)
        case Text(text) if flow is None and (token := by_number(scene, text)):
            return decide(scene, replace(incoming, content=Press(token)))
    return in_flow(flow, scene, incoming) if flow else listen(scene, incoming)


def report_number(text: str) -> str:
    """The number of a report, as both sides are given it, when nothing else was typed; "" for anything else."""
    typed = digits(text.strip()).removeprefix("#")
    return typed if typed.isascii() and typed.isdecimal() and 6 <= len(typed) <= 8 else ""


def an_answer(scene: Scene, flow: Flow, token: str, typed: str) -> bool:
    """Whether a typed word that could be a command is rather the answer to a question that takes any words."""
    ask = current(flow, scene.conversation.answers)
    return bool(typed) and token not in ANYTIME and ask is not None and not isinstance(ask.answer, Choice)


def command(scene: Scene, flow: Flow | None, incoming: Incoming, token: str) -> Turn:
    """A command; the words for going on, back and skipping are the current question's buttons."""
    ask = current(flow, scene.conversation.answers) if flow else None
    if flow is None or ask is None or token not in (GO_ON, *STEPS):
        return find_command(token)(scene, incoming) if not flow or not flow.at_once else turned(scene, incoming, token)
    if token == GO_ON:
        return question(flow, scene, scene.conversation, incoming)
    button = Press(f"{scene.conversation.run}:{ask.name}:{STEPS[token]}")
    return advance(flow, scene, replace(incoming, content=button))


def turned(scene: Scene, incoming: Incoming, token: str) -> Turn:
    """Whoever turns to something else leaves a question whose answer would go out at once, and is told so."""
    if token in ENDING:
        return find_command(token)(scene, incoming)
    unsent = Say("flow.unsent", {"number": scene.conversation.answers["number"]})
    idle = replace(scene, conversation=scene.conversation.idle())
    return said_first(find_command(token)(idle, incoming), (unsent,))


def in_flow(flow: Flow, scene: Scene, incoming: Incoming) -> Turn:
    """
    The next step; an emergency is answered first, wherever in a conversation it is told.

    But not in what staff write for others: an alert about a danger is no cry for help. Who comes back after hours is
    asked again rather than held to a question they have forgotten.
    """
    content = incoming.content
    helping = emergency(scene, incoming) if flow.role == Role.RESIDENT else ()
    if not isinstance(content, Text):
        return said_first(advance(flow, scene, incoming), helping)
    away = scene.last is not None and scene.now - scene.last > (SOON_AWAY if flow.at_once else LONG_AWAY)
    if (away or besides(flow, scene, content)) and worth(scene.judge(content.text)):
        return judged(scene, incoming, content.text)
    if away:
        return said_first(
            question(flow, scene, scene.conversation, incoming),
            (*helping, Say("flow.again" if flow.at_once else "flow.resumed")),
        )
    return said_first(advance(flow, scene, incoming), helping)


def besides(flow: Flow, scene: Scene, content: Text) -> bool:
    """
    Whether somebody says something that is no answer, where nothing is being reported: asked where they live, they
    forward a link. (A report takes such things along.)
    """
    ask = current(flow, scene.conversation.answers)
    if ask is None or flow.consent or flow.role > Role.RESIDENT:
        return False
    try:
        ask.answer.read(content, scene)
    except Unclear:
        return True
    return False


def judged(scene: Scene, incoming: Incoming, text: str) -> Turn:
    """Something new, judged as ever, with a way back to the question that waits."""
    return waiting(hear_text(scene, incoming, text))


def waiting(turn: Turn) -> Turn:
    """The turn with a way back to the question that waits."""
    waits = Say("flow.waits", offers=(Offer("menu.goon", GO_ON), Offer("flow.cancel", "/cancel")))
    last = turn.reply[-1]
    return replace(
        turn, reply=(*turn.reply[:-1], replace(last, then=(*last.then, waits), offers=last.offers + waits.offers))
    )


__all__ = ["COMMANDS", "respond"]
