"""Going through a flow: one event is read as the answer to the current question, and the conversation moves on."""

from dataclasses import replace
from typing import Any

from checks import find
from domain.contact import CONSENT_VERSION
from domain.conversation import Answers, Heard, Scene, Turn
from domain.effect import Agree, DropMedia, Effect, FetchMedia
from domain.ids import derived
from domain.message import Content, Incoming, Media, Place, Press, Say, Text
from handlers.answers import LONGEST, SAID, Unclear, Where, Words
from handlers.asking import again, choose_edit, question
from handlers.flow import (
    BACK,
    CANCEL,
    CONSENT,
    EDIT,
    EDITING,
    MEDIA,
    MORE,
    MOST_MEDIA,
    SKIP,
    WITHOUT,
    Ask,
    Flow,
    current,
    editing,
    may_skip,
    settled,
    step_back,
)
from handlers.needs import cards
from handlers.turns import done_too, said_first
from handlers.unsending import FROM, files_of, noted, without
from handlers.welcome import menu_say
from texts.writing import clean, digits, length

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
        case Text(text) if token := counted(scene, ask, text):
            return pressed(flow, scene, incoming, ask, token)
        case Place() if ask.name != "where" and flow.consent and flow.named("where"):
            return placed(flow, scene, incoming)
    return read(flow, scene, incoming, ask, incoming.content)


def counted(scene: Scene, ask: Ask, text: str) -> str:
    """The button of this question whose number was typed; never the one that drops everything. "" for none."""
    token = by_number(scene, text)
    ours = token.startswith(f"{scene.conversation.run}:{ask.name}:") and not token.endswith(f":{CANCEL}")
    return token if ours else ""


def by_number(scene: Scene, text: str) -> str:
    """The button whose number was typed, for people who would rather type; "" for anything else."""
    offered = scene.conversation.offered
    return offered[int(digits(text.strip())) - 1].token if 0 < number_of(text) <= len(offered) else ""


def number_of(text: str) -> int:
    """The number of a button, when nothing else was typed; 0 for anything else."""
    typed = digits(text.strip())
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else 0


def read(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, content: Content) -> Turn:
    """Take the content for the answer, or ask again."""
    try:
        answer = ask.answer.read(content, scene)
        if flow.consent and isinstance(content, Text) and number_of(content.text):
            no_button(ask)
    except Unclear as unclear:
        return unclear_turn(flow, scene, incoming, ask, unclear)
    answers = noted({**settled(scene.conversation.answers), ask.name: answer}, incoming, ask.name, answer)
    answers.pop(SAID, None)
    need = ask.helps.get(str(answer), "")
    return said_first(onward(flow, scene, answers, incoming), cards((need,), (need,)) if need else ())


def no_button(ask: Ask) -> None:
    """Raise Unclear where a number that counts no button is no answer either: no story, no name of a place."""
    match ask.answer:
        case Words():
            raise Unclear("answer.words")
        case Where():
            raise Unclear("answer.place")


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
    if value == SKIP and may_skip(ask, answers):
        return skipped(flow, scene, incoming, ask)
    if value in WITHOUT and ask is flow.last:
        return dropped(flow, scene, incoming, WITHOUT[value])
    if value == EDITING and ask is flow.last:
        return scene.say(choose_edit(flow, scene.conversation))
    name = value.removeprefix(f"{EDITING} ")
    if name != value and ask is flow.last and flow.named(name) not in (None, flow.last):
        return onward(flow, scene, editing(answers, name), incoming)
    return None


def skipped(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask) -> Turn:
    """On to the next question. Who changes what was sent along, and now sends nothing, takes it out."""
    answers = scene.conversation.answers
    if ask.name == "media" and answers.get(EDIT) == ask.name:
        held = replace(scene.conversation, answers={**settled(answers), ask.name: None})
        return dropped(flow, replace(scene, conversation=held), incoming, MEDIA)
    return onward(flow, scene, {**settled(answers), ask.name: None}, incoming)


def dropped(flow: Flow, scene: Scene, incoming: Incoming, name: str) -> Turn:
    """Something that went along with the report is taken out of it; files are not kept either."""
    answers = scene.conversation.answers
    files = tuple(DropMedia(message) for message in files_of(answers)) if name == MEDIA else ()
    left = {each: value for each, value in answers.items() if each != name}
    return done_too(onward(flow, scene, left, incoming), files)


def unsent(flow: Flow, scene: Scene, incoming: Incoming, message: str) -> Turn:
    """A message was taken back: what it told leaves the report, and the question it answered is asked again."""
    left = without(scene.conversation.answers, message)
    if message not in scene.conversation.answers.get(FROM, {}):
        return Turn(scene.conversation)
    held = replace(scene, conversation=replace(scene.conversation, answers=left))
    return again(flow, held, incoming, Unclear("answer.unsent"))


def left(scene: Scene, key: str) -> Turn:
    """Out of the conversation, with nothing done."""
    over = replace(scene, conversation=scene.conversation.idle())
    return over.say(Say(key), menu_say(over))


def attached(flow: Flow, scene: Scene, incoming: Incoming, media: Media, ask: Ask) -> Turn:
    """A photo or voice is welcome at any question, not only where it is asked for. Before consent it is not fetched."""
    conversation, fetch = scene.conversation, fetch_of(incoming, media)
    full, kept = False, [*conversation.answers.get(MEDIA, ()), fetch.id]
    if len(kept) > MOST_MEDIA:
        return again(flow, scene, incoming, Unclear("answer.enough", {"most": MOST_MEDIA}))
    answers = noted({**conversation.answers, MEDIA: kept}, incoming, MEDIA, fetch.id)
    if media.caption.strip():
        full = too_much(answers, media.caption)
        answers = with_more(answers, media.caption, incoming)
    if ask.name == "media":
        return done_too(onward(flow, scene, {**answers, "media": "given"}, incoming), (fetch,))
    heard = (*conversation.heard, waiting(scene, fetch)) if ask is CONSENT else conversation.heard
    held = replace(scene, conversation=replace(conversation, answers=answers, heard=heard))
    line = Unclear("answer.full") if full else kept_for(ask)
    return done_too(again(flow, held, incoming, line), () if ask is CONSENT else (fetch,))


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
    answers = noted({**scene.conversation.answers, "where": answer}, incoming, "where", answer)
    held = replace(scene, conversation=replace(scene.conversation, answers=answers))
    return again(flow, held, incoming, kept_for(current(flow, answers) or CONSENT))


def fetch_of(incoming: Incoming, media: Media) -> FetchMedia:
    return FetchMedia(
        derived(incoming.id, "media"), media.kind, media.ref, incoming.sender.channel, incoming.message, media.name
    )


def with_more(answers: Answers, text: str, incoming: Incoming) -> dict[str, Any]:
    """The answers, with something said beside the questions."""
    before = str(answers.get(MORE) or "")
    whole = clean(f"{before}\n{text}", LONGEST)
    return noted({**answers, MORE: whole}, incoming, MORE, whole.removeprefix(before).strip("\n"))


def too_much(answers: Answers, text: str) -> bool:
    """Whether there is no room for all of it: then that is said, for the newest may be the account's number."""
    return len(str(answers.get(MORE) or "")) + 1 + len(text.strip()) > LONGEST


def unclear_turn(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, unclear: Unclear) -> Turn:
    """
    Ask again, kindly. What was said is not thrown away: a story told where something short was asked for is kept.

    Three forwarded messages in a row are then one report, whichever question they meet.
    """
    conversation, content = scene.conversation, incoming.content
    if ask is flow.last and isinstance(content, Text) and (place := a_place(flow, scene, content)):
        answers = noted({**conversation.answers, "where": place}, incoming, "where", place)
        return again(flow, replace(scene, conversation=replace(conversation, answers=answers)), incoming, kept_for(ask))
    if isinstance(content, Text) and flow.consent and not unclear.said and a_story(content.text):
        line = Unclear("answer.full") if too_much(conversation.answers, content.text) else kept_for(ask)
        held = replace(conversation, answers=with_more(conversation.answers, content.text, incoming))
        return again(flow, replace(scene, conversation=held), incoming, line)
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
