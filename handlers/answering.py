"""Going through a flow: one event is read as the answer to the current question, and the conversation moves on."""

from dataclasses import replace
from typing import Any

from checks import find
from domain.contact import CONSENT_VERSION
from domain.conversation import Answers, Heard, Scene, Turn
from domain.effect import Agree, Effect, FetchMedia
from domain.ids import derived
from domain.message import Content, Incoming, Media, Place, Press, Say, Text
from handlers.answers import LONGEST, SAID, Unclear
from handlers.asking import again, choose_edit, question
from handlers.flow import (
    BACK,
    CANCEL,
    CONSENT,
    EDITING,
    MEDIA,
    MOST_MEDIA,
    SKIP,
    Ask,
    Flow,
    current,
    editing,
    settled,
    step_back,
)
from handlers.needs import cards
from handlers.turns import done_too, said_first
from handlers.welcome import menu_say
from texts.writing import clean, length

SHORT = 60
"""Graphemes: longer than this is no name of a place."""
WORTH_KEEPING = 12
"""Graphemes: a text this long that answers nothing is part of the story; a shorter one is a slip."""


def begin(flow: Flow, scene: Scene, incoming: Incoming, given: Answers, first: tuple[Say, ...] = ()) -> Turn:
    """Start a flow with what is known already; `first` is said before its first question."""
    answers = dict(given)
    if scene.contact.consented:
        answers[CONSENT.name] = "agree"
    begun = replace(scene.conversation, flow=flow.name, run=incoming.id[-6:], answers=answers)
    return said_first(question(flow, scene, begun, incoming), first)


def advance(flow: Flow, scene: Scene, incoming: Incoming) -> Turn:
    """Read one event as the answer to the current question, and move on."""
    ask = current(flow, scene.conversation.answers)
    if ask is None:  # a flow that lost its last questions in an upgrade: finish what was said
        return onward(flow, scene, scene.conversation.answers, incoming)
    match incoming.content:
        case Media() as media if flow.consent:
            return attached(flow, scene, incoming, media, ask)
        case Press(token):
            return pressed(flow, scene, incoming, ask, token)
        case Place() if ask.name != "where" and flow.consent and flow.named("where"):
            return placed(flow, scene, incoming)
    return read(flow, scene, incoming, ask, incoming.content)


def read(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, content: Content) -> Turn:
    """Take the content for the answer, or ask again."""
    try:
        answer = ask.answer.read(content, scene)
    except Unclear as unclear:
        return unclear_turn(flow, scene, incoming, ask, unclear)
    answers = {**settled(scene.conversation.answers), ask.name: answer}
    answers.pop(SAID, None)
    need = ask.helps.get(str(answer), "")
    return said_first(onward(flow, scene, answers, incoming), cards((need,), (need,)) if need else ())


def pressed(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, token: str) -> Turn:
    """A button of this question, of an earlier one, or of another conversation altogether."""
    run, name, value = (*token.split(":", 2), "", "")[:3]
    answers = scene.conversation.answers
    if run != scene.conversation.run:
        return again(flow, scene, incoming, Unclear("answer.stale"))
    if name == ask.name or value in (BACK, CANCEL):
        return moves(flow, scene, incoming, ask, value) or read(flow, scene, incoming, ask, Press(value))
    if name in answers and (answers[name] or SKIP) == value:  # pressed twice: once was enough
        return question(flow, scene, scene.conversation, incoming)
    return again(flow, scene, incoming, Unclear("answer.stale"))


def moves(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, value: str) -> Turn | None:
    """The buttons every question has: back, skip, cancel, and on the summary change one answer."""
    answers = scene.conversation.answers
    if value == BACK:
        return onward(flow, scene, step_back(flow, answers), incoming)
    if value == CANCEL:
        return left(scene, "cancelled")
    if value == SKIP and ask.optional:
        return onward(flow, scene, {**settled(answers), ask.name: None}, incoming)
    if value == EDITING and ask is flow.last:
        return scene.say(choose_edit(flow, scene.conversation))
    name = value.removeprefix(f"{EDITING} ")
    if name != value and ask is flow.last and flow.named(name) not in (None, flow.last):
        return onward(flow, scene, editing(answers, name), incoming)
    return None


def left(scene: Scene, key: str) -> Turn:
    """Out of the conversation, with nothing done."""
    over = replace(scene, conversation=scene.conversation.idle())
    return over.say(Say(key), menu_say(over))


def attached(flow: Flow, scene: Scene, incoming: Incoming, media: Media, ask: Ask) -> Turn:
    """A photo or voice is welcome at any question, not only where it is asked for. Before consent it is not fetched."""
    conversation, fetch = scene.conversation, fetch_of(incoming, media)
    kept = [*conversation.answers.get(MEDIA, ()), fetch.id]
    if len(kept) > MOST_MEDIA:
        return again(flow, scene, incoming, Unclear("answer.enough", {"most": MOST_MEDIA}))
    answers = {**conversation.answers, MEDIA: kept}
    if media.caption.strip():
        answers = with_more(answers, media.caption)
    if ask.name == "media":
        return done_too(onward(flow, scene, {**answers, "media": "given"}, incoming), (fetch,))
    heard = (*conversation.heard, waiting(scene, fetch)) if ask is CONSENT else conversation.heard
    held = replace(scene, conversation=replace(conversation, answers=answers, heard=heard))
    return done_too(again(flow, held, incoming, kept_for(ask)), () if ask is CONSENT else (fetch,))


def kept_for(ask: Ask) -> Unclear:
    """What we say of something that goes along with the report: before consent it is not kept yet."""
    return Unclear("consent.first" if ask is CONSENT else "answer.kept")


def waiting(scene: Scene, fetch: FetchMedia) -> Heard:
    """What was sent before they agreed to our keeping it."""
    media = (fetch.id, fetch.kind, fetch.ref, fetch.name, fetch.message)
    return Heard(scene.now.isoformat(), media=media, message=fetch.message)


def placed(flow: Flow, scene: Scene, incoming: Incoming) -> Turn:
    """A pin is welcome at any question too."""
    where = flow.named("where")
    try:
        answer = where.answer.read(incoming.content, scene) if where else None
    except Unclear as unclear:
        return again(flow, scene, incoming, unclear)
    answers = {**scene.conversation.answers, "where": answer}
    held = replace(scene, conversation=replace(scene.conversation, answers=answers))
    return again(flow, held, incoming, kept_for(current(flow, answers) or CONSENT))


def fetch_of(incoming: Incoming, media: Media) -> FetchMedia:
    return FetchMedia(
        derived(incoming.id, "media"), media.kind, media.ref, incoming.sender.channel, incoming.message, media.name
    )


def with_more(answers: Answers, text: str) -> dict[str, Any]:
    """The answers, with something said beside the questions."""
    return {**answers, "more": clean(f"{answers.get('more') or ''}\n{text}", LONGEST)}


def unclear_turn(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, unclear: Unclear) -> Turn:
    """
    Ask again, kindly. What was said is not thrown away: a story told where something short was asked for is kept.

    Three forwarded messages in a row are then one report, whichever question they meet.
    """
    conversation, content = scene.conversation, incoming.content
    if ask is flow.last and isinstance(content, Text) and (place := a_place(flow, scene, content)):
        answers = {**conversation.answers, "where": place}
        return again(flow, replace(scene, conversation=replace(conversation, answers=answers)), incoming, kept_for(ask))
    if isinstance(content, Text) and flow.consent and not unclear.said and a_story(content.text):
        held = replace(conversation, answers=with_more(conversation.answers, content.text))
        return again(flow, replace(scene, conversation=held), incoming, kept_for(ask))
    if unclear.said:
        held = replace(conversation, answers={**conversation.answers, SAID: unclear.said})
        return again(flow, replace(scene, conversation=held), incoming, unclear)
    return again(flow, scene, incoming, unclear)


def a_place(flow: Flow, scene: Scene, content: Text) -> dict[str, Any] | None:
    """The place somebody names beside the summary, if the report has none yet and there is no doubt which it is."""
    where = flow.named("where")
    if where is None or scene.conversation.answers.get("where") or length(content.text) > SHORT:
        return None
    try:
        found: dict[str, Any] = where.answer.read(content, scene)
    except Unclear:
        return None
    return found


def a_story(text: str) -> bool:
    return length(clean(text, 200)) >= WORTH_KEEPING or bool(find(text))


def onward(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Go on to the next question, or do what the answers ask for."""
    if answers.get(CONSENT.name) == "decline":
        return left(scene, "consent.declined")
    effects: tuple[Effect, ...] = ()
    if flow.consent and CONSENT.name not in scene.conversation.answers and answers.get(CONSENT.name) == "agree":
        effects = (Agree(CONSENT_VERSION), *fetches(scene, incoming))
    moved = replace(scene, conversation=replace(scene.conversation, answers=answers))
    return done_too(question(flow, moved, moved.conversation, incoming), effects)


def fetches(scene: Scene, incoming: Incoming) -> tuple[Effect, ...]:
    """What was sent before they agreed and belongs to this report, to be fetched now that they have."""
    mine = scene.conversation.answers.get(MEDIA, ())
    return tuple(
        FetchMedia(id, kind, ref, incoming.sender.channel, message, name)
        for heard in scene.conversation.heard
        if heard.media
        for id, kind, ref, name, message in (heard.media,)
        if id in mine
    )
