"""When something else may ride along on an answer: never in the way of it."""

from domain.conversation import Scene, Turn
from domain.effect import AddToReport, Erase, FileReport
from domain.message import Incoming, Joined, Media, Text
from handlers.burst import remembered

GRAVE = ("first_aid.", "hotlines.", "trouble")
"""Beginnings of what is said to people who may need help: nothing comes after it."""


def fit_for(scene: Scene, incoming: Incoming, decided: Turn) -> bool:
    """
    Whether a lesson or news may follow this answer, where it is free.

    Not in a group, not in the middle or at the end of a conversation that asks questions, not where danger or loss
    is spoken of (now or a while ago), and not on the very first words.
    """
    if incoming.group or not incoming.reply_token or isinstance(incoming.content, Joined):
        return False
    if scene.conversation.flow or decided.conversation.flow:
        return False
    if any(say.key.startswith(GRAVE) for say in decided.reply):
        return False
    if any(isinstance(effect, FileReport | AddToReport | Erase) for effect in decided.effects):
        return False
    return not any(scene.judge(text).needs for text in spoken(scene, incoming) if text)


def spoken(scene: Scene, incoming: Incoming) -> tuple[str, ...]:
    """What the person says now, and what they pasted within the hour."""
    now = ""
    match incoming.content:
        case Text(text) | Media(caption=text):
            now = text
    return (now, *(heard.text for heard in remembered(scene)))
