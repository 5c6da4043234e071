"""What was pasted just now: messages in a row are about one thing, and a button under one of them reports them all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.conversation import Conversation, Heard, Scene
from handlers.answers import LONGEST
from handlers.flow import MEDIA, MORE
from handlers.unsending import FROM
from texts.writing import clean

PAUSE = timedelta(minutes=2)
"""Messages with no longer pause between them are about the same thing."""
KEPT = timedelta(hours=1)
"""How long we remember what was pasted, in case it is to be reported."""
MOST = 10


def when(heard: Heard) -> datetime:
    return datetime.fromisoformat(heard.at)


def mark(heard: Heard) -> str:
    """What a button carries, to report the messages around this one."""
    return f"{int(when(heard).timestamp()):x}"


def remembered(scene: Scene) -> tuple[Heard, ...]:
    return tuple(one for one in scene.conversation.heard if scene.now - when(one) <= KEPT)


def rows(heard: tuple[Heard, ...]) -> list[tuple[Heard, ...]]:
    """The messages in rows without a longer pause in them, oldest first."""
    found: list[tuple[Heard, ...]] = []
    for one in heard:
        if found and when(one) - when(found[-1][-1]) <= PAUSE:
            found[-1] = (*found[-1], one)
        else:
            found.append((one,))
    return found


def burst(scene: Scene) -> tuple[Heard, ...]:
    """The messages that what is said now belongs to."""
    found = rows(remembered(scene))
    return found[-1] if found and recent(scene, found[-1][-1].at) else ()


def recent(scene: Scene, at: str) -> bool:
    """Whether something said at that time is still what we are talking of."""
    return scene.now - datetime.fromisoformat(at) <= PAUSE


def with_heard(scene: Scene, more: Heard) -> Conversation:
    return replace(scene.conversation, heard=(*remembered(scene), more)[-MOST:])


def without(conversation: Conversation, message: str) -> Conversation:
    """The conversation without a message that was taken back."""
    left = tuple(one for one in conversation.heard if not message or one.message != message)
    return replace(conversation, heard=left)


def given(scene: Scene, this: str) -> dict[str, Any]:
    """What was pasted in the row with that mark ("this": the last), as the first answers of a report about it."""
    found = rows(remembered(scene))
    row = next((row for row in found if any(mark(one) == this for one in row)), ())
    if this == "this" and found:
        row = found[-1]
    answers: dict[str, Any] = {}
    made: dict[str, list[list[Any]]] = {}
    for one in row:
        said = [[place_for(one.text, answers), one.text]] if one.text else []
        for name, text in said:
            answers[name] = clean(f"{answers.get(name, '')}\n{text}", LONGEST)
        sent = [[MEDIA, one.media[0]]] if one.media else []
        if sent:
            answers[MEDIA] = [*answers.get(MEDIA, ()), one.media[0]]
        if one.message:
            made[one.message] = said + sent
    return answers | ({FROM: made} if made else {})


def place_for(text: str, answers: dict[str, Any]) -> str:
    """Where it goes: with the words as long as there is room, else beside them. The newest may be the number."""
    full = len(answers.get("words", "")) + len(text) >= LONGEST
    return MORE if MORE in answers or (full and "words" in answers) else "words"
