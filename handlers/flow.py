"""Guided conversations. A flow is a value: questions in order, and what the answers lead to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.contact import Role
from domain.conversation import Answers, Conversation, Scene, Turn
from domain.effect import Agree, Effect, FetchMedia
from domain.ids import derived
from domain.message import Incoming, Key, Media, Offer, Param, Press, Say, Text
from domain.query import Query
from handlers.answers import YES_NO, Answer, Choice, Unclear

SKIP, BACK, CANCEL = "skip", "back", "cancel"
CONSENT_VERSION = "2026-11"
"""Raised whenever what we ask people to agree to changes (`consent.*` in texts/): they are then asked anew."""
MEDIA, EDIT, FRESH = "_media", "_edit", "_fresh"
MOST_MEDIA = 10


def always(_: Answers) -> bool:
    return True


def never(_: Answers) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One question: its name, what answers it, and whether it must or need be asked.

    `look` is what must be looked up before asking, and `tell` what is said with what was found: a preview.
    """

    name: str
    answer: Answer
    optional: bool = False
    when: Callable[[Answers], bool] = always
    look: Callable[[Scene, Answers], Query] | None = None
    tell: Callable[[Scene, Answers, Any], tuple[Say, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """
    A conversation that asks and then does: questions, and `close`, which decides what the answers lead to.

    `last` is the question that sums up before anything is done. `consent` flows keep what residents say of things,
    and begin only once they have agreed to that.
    """

    name: str
    asks: tuple[Ask, ...]
    close: Callable[["Flow", Scene, Answers, Incoming], Turn]
    last: Ask | None = None
    urgent: Callable[[Answers], bool] = never
    sensitive: bool = False
    tells: str = "volunteers"
    need: str = ""
    consent: bool = True
    role: Role = Role.RESIDENT
    groups: Mapping[str, str] | None = None

    @property
    def all_asks(self) -> tuple[Ask, ...]:
        return (*self.asks, *((self.last,) if self.last else ()))


CONSENT = Ask("consent", Choice(("agree", "decline"), scope="consent"))
EDITING = "edit"


def current(flow: Flow, answers: Answers) -> Ask | None:
    """The first question that applies and has no answer yet."""
    if flow.consent and not answers.get(CONSENT.name):
        return CONSENT
    return next((ask for ask in flow.all_asks if ask.name not in answers and ask.when(answers)), None)


def begin(flow: Flow, scene: Scene, incoming: Incoming, given: Answers, first: tuple[Say, ...] = ()) -> Turn:
    """Start a flow with what is known already; `first` is said before its first question."""
    answers = dict(given)
    if scene.contact.consented:
        answers[CONSENT.name] = "agree"
    begun = replace(scene.conversation, flow=flow.name, run=incoming.id[-6:], answers=answers)
    turn = question(flow, scene, begun, incoming)
    return said_first(turn, first)


def said_first(turn: Turn, first: tuple[Say, ...]) -> Turn:
    """The same turn with more bubbles before its own, also when its words are still to be looked up."""
    if turn.then is None:
        return replace(turn, reply=(*first, *turn.reply))
    then = turn.then
    return replace(turn, then=lambda found: said_first(then(found), first))


def advance(flow: Flow, scene: Scene, incoming: Incoming) -> Turn:
    """Read one event as the answer to the current question, and move on."""
    conversation, content = scene.conversation, incoming.content
    ask = current(flow, conversation.answers)
    if ask is None:  # a flow that lost its last questions in an upgrade: finish what was said
        return onward(flow, scene, conversation.answers, incoming)
    if isinstance(content, Media):
        return attached(flow, scene, incoming, content, ask)
    if isinstance(content, Press):
        run, name, value = (*content.token.split(":", 2), "", "")[:3]
        if run != conversation.run or (name != ask.name and value != BACK):
            return again(flow, scene, incoming, Unclear("answer.stale"))
        moved = moves(flow, scene, incoming, ask, value)
        if moved:
            return moved
        content = Press(value)
    try:
        answer = ask.answer.read(content, scene)
    except Unclear as unclear:
        return unclear_turn(flow, scene, incoming, ask, unclear)
    return onward(flow, scene, {**conversation.answers, ask.name: answer}, incoming)


def moves(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, value: str) -> Turn | None:
    """The buttons every question has: back, skip, cancel, and on the summary change one answer."""
    answers = scene.conversation.answers
    if value == BACK:
        return onward(flow, scene, drop_last(flow, answers), incoming)
    if value == CANCEL:
        return Turn(scene.conversation.idle(), (Say("cancelled"),))
    if value == SKIP and ask.optional:
        return onward(flow, scene, {**answers, ask.name: None}, incoming)
    if value == EDITING and ask is flow.last:
        return scene.say(choose_edit(flow, scene.conversation))
    if value.startswith("edit ") and ask is flow.last:
        name = value.removeprefix("edit ")
        return onward(flow, scene, {key: kept for key, kept in answers.items() if key != name}, incoming)
    return None


def attached(flow: Flow, scene: Scene, incoming: Incoming, media: Media, ask: Ask) -> Turn:
    """A photo or voice is welcome at any question, not only where it is asked for."""
    conversation = scene.conversation
    if ask is CONSENT:
        return again(flow, scene, incoming, Unclear("consent.first"))
    kept = [*conversation.answers.get(MEDIA, ()), derived(incoming.id, "media")]
    if len(kept) > MOST_MEDIA:
        return again(flow, scene, incoming, Unclear("answer.enough", {"most": MOST_MEDIA}))
    answers = {**conversation.answers, MEDIA: kept}
    if media.caption.strip():
        answers = with_more(answers, media.caption)
    if ask.name == "media":
        answers = {**answers, "media": "given"}
        turn = onward(flow, scene, answers, incoming)
    else:
        held = replace(scene, conversation=replace(conversation, answers=answers))
        turn = again(flow, held, incoming, Unclear("answer.kept"))
    fetch = fetch_of(incoming, media)
    return replace(turn, effects=(fetch, *turn.effects))


def fetch_of(incoming: Incoming, media: Media) -> FetchMedia:
    return FetchMedia(
        derived(incoming.id, "media"), media.kind, media.ref, incoming.sender.channel, incoming.message, media.name
    )


def with_more(answers: Answers, text: str) -> dict[str, Any]:
    """The answers, with something said beside the questions."""
    before = str(answers.get("more") or "")
    return {**answers, "more": f"{before}\n{text}".strip()[:5000]}


def unclear_turn(flow: Flow, scene: Scene, incoming: Incoming, ask: Ask, unclear: Unclear) -> Turn:
    """
    Ask again, kindly. What was said is never thrown away: a long text at a question for something short is kept.

    Three forwarded messages in a row are then one report, whichever question they meet.
    """
    content = incoming.content
    if isinstance(content, Text) and flow.consent and ask is not CONSENT and len(content.text) > 40:
        answers = with_more(scene.conversation.answers, content.text)
        held = replace(scene, conversation=replace(scene.conversation, answers=answers))
        return again(flow, held, incoming, Unclear("answer.kept"))
    return again(flow, scene, incoming, unclear)


def onward(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Go on to the next question, or do what the answers ask for."""
    if answers.get(CONSENT.name) == "decline":
        return Turn(scene.conversation.idle(), (Say("consent.declined"),))
    effects: tuple[Effect, ...] = ()
    if flow.consent and CONSENT.name not in scene.conversation.answers and answers.get(CONSENT.name) == "agree":
        effects = (Agree(CONSENT_VERSION), *fetches(scene, incoming))
    moved = replace(scene, conversation=replace(scene.conversation, answers=answers))
    if current(flow, answers) is None:
        turn = flow.close(flow, moved, answers, incoming)
    else:
        turn = question(flow, moved, moved.conversation, incoming)
    return replace(turn, effects=(*effects, *turn.effects))


def fetches(scene: Scene, incoming: Incoming) -> tuple[Effect, ...]:
    """What was sent before they agreed, to be fetched now that they have."""
    return tuple(
        FetchMedia(id, kind, ref, incoming.sender.channel, message, name)
        for heard in scene.conversation.heard
        if heard.media
        for id, kind, ref, name, message in (heard.media,)
    )


def again(flow: Flow, scene: Scene, incoming: Incoming, unclear: Unclear) -> Turn:
    """The same question once more, with a line that says why and buttons for what was perhaps meant."""
    turn = question(flow, scene, scene.conversation, incoming)
    line = Say(unclear.key, unclear.params)
    run = scene.conversation.run
    ask = current(flow, scene.conversation.answers)
    name = ask.name if ask else ""
    extra = tuple(replace(offer, token=f"{run}:{name}:{offer.token}") for offer in unclear.offers)

    def kindly(turn: Turn) -> Turn:
        last = turn.reply[-1]
        return replace(turn, reply=(*turn.reply[:-1], replace(last, first=(line,), offers=(*extra, *last.offers))))

    if turn.then is None:
        return kindly(turn)
    then = turn.then
    return replace(turn, then=lambda found: kindly(then(found)))


def drop_last(flow: Flow, answers: Answers) -> Answers:
    given = [ask.name for ask in flow.all_asks if ask.name in answers]
    return {name: kept for name, kept in answers.items() if name not in given[-1:]}


def question(flow: Flow, scene: Scene, conversation: Conversation, incoming: Incoming) -> Turn:
    """The current question, with its buttons; the last one sums up what was said."""
    ask = current(flow, conversation.answers)
    if ask is None:
        return flow.close(flow, replace(scene, conversation=conversation), conversation.answers, incoming)
    said = summary(flow, conversation.answers) if ask is flow.last else ()
    wants = ask.answer.wants
    say = Say(question_key(flow, ask), offers=offers(flow, scene, conversation, ask), wants=wants, then=said)
    if ask.look is None:
        return Turn(conversation, (say,))
    tell = ask.tell
    return Turn(
        conversation,
        query=ask.look(scene, conversation.answers),
        then=lambda found: Turn(conversation, (*(tell(scene, conversation.answers, found) if tell else ()), say)),
    )


def question_key(flow: Flow, ask: Ask) -> str:
    return "consent.ask" if ask is CONSENT else f"{flow.name}.{ask.name}.ask"


def offers(flow: Flow, scene: Scene, conversation: Conversation, ask: Ask) -> tuple[Offer, ...]:
    def token(value: str) -> str:
        return f"{conversation.run}:{ask.name}:{value}"

    made = [
        Offer(key or label(flow, ask, value), token(value), params)
        for value, key, params in ask.answer.offers(scene)
        if not (value == "home" and ask.name == "home")
    ]
    if ask is CONSENT:
        return tuple(made)
    if ask.optional:
        made.append(Offer("flow.skip", token(SKIP)))
    if any(one.name in conversation.answers for one in flow.asks):
        made.append(Offer("flow.back", token(BACK)))
    made.append(Offer("flow.cancel", token(CANCEL)))
    return tuple(made)


def choose_edit(flow: Flow, conversation: Conversation) -> Say:
    """Which answer to change: a button for each that was given."""
    given = [ask for ask in flow.asks if ask.name in conversation.answers]
    last = flow.last.name if flow.last else ""
    made = [Offer(f"{flow.name}.{ask.name}.name", f"{conversation.run}:{last}:edit {ask.name}") for ask in given]
    made.append(Offer("flow.cancel", f"{conversation.run}:{last}:{CANCEL}"))
    return Say("flow.edit", offers=tuple(made))


def summary(flow: Flow, answers: Answers) -> tuple[Say, ...]:
    lines = [
        Say("flow.line", {"name": Key(f"{flow.name}.{ask.name}.name"), "value": spoken(flow, ask, answers[ask.name])})
        for ask in flow.asks
        if answers.get(ask.name) is not None and ask.name != "media"
    ]
    if answers.get("more"):
        lines.append(Say("flow.line", {"name": Key("flow.more"), "value": str(answers["more"])[:160]}))
    if answers.get(MEDIA):
        lines.append(Say("flow.attached", {"count": len(answers[MEDIA])}))
    return tuple(lines)


def spoken(flow: Flow, ask: Ask, value: Any) -> Param:
    shown = ask.answer.shown(value)
    if isinstance(ask.answer, Choice) and not ask.answer.scope:
        return Key(label(flow, ask, str(value)))
    return shown


def label(flow: Flow, ask: Ask, value: str) -> str:
    return f"answer.{value}" if ask.answer is YES_NO else f"{flow.name}.{ask.name}.{value}"
