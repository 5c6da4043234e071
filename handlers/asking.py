"""How a question stands in the chat: its words, its buttons, and the summary before anything is done."""

from dataclasses import replace
from typing import Any

from domain.conversation import Answers, Conversation, Scene, Turn
from domain.message import Area, Incoming, Key, Offer, Param, Say
from handlers.answers import SHOWN, YES_NO, Choice, Unclear
from handlers.flow import BACK, CANCEL, CONSENT, EDIT, EDITING, MEDIA, MORE, SKIP, WITHOUT, Ask, Flow, current, may_skip
from handlers.quoting import quoted
from handlers.turns import mapped


def question(flow: Flow, scene: Scene, conversation: Conversation, incoming: Incoming) -> Turn:
    """The current question, with its buttons; the last one sums up what was said."""
    ask = current(flow, conversation.answers)
    if ask is None:
        turn = flow.close(flow, replace(scene, conversation=conversation), conversation.answers, incoming)
        return mapped(turn, lambda one: finished(one, conversation.run))
    said = summary(flow, scene, conversation.answers) if ask is flow.last else ()
    made = offers(flow, scene, conversation, ask)
    of = {"number": conversation.answers["number"]} if flow.at_once else {}
    say = Say(question_key(flow, ask), of, offers=made, wants=ask.answer.wants, then=said)
    tell = ask.tell
    if ask.look is None:
        return Turn(conversation, (*(tell(scene, conversation.answers, None) if tell else ()), say))
    return Turn(
        conversation,
        query=ask.look(scene, conversation.answers),
        then=lambda found: Turn(conversation, (*(tell(scene, conversation.answers, found) if tell else ()), say)),
    )


def finished(turn: Turn, run: str) -> Turn:
    """A flow that is over remembers which it was, so that a second press on its buttons is known for one."""
    return turn if turn.conversation.flow else replace(turn, conversation=replace(turn.conversation, run=run))


def again(flow: Flow, scene: Scene, incoming: Incoming, unclear: Unclear) -> Turn:
    """The same question once more, with a line that says why and buttons for what was perhaps meant."""
    conversation = scene.conversation
    ask = current(flow, conversation.answers)
    line, name = Say(unclear.key, unclear.params), ask.name if ask else ""
    extra = tuple(replace(offer, token=f"{conversation.run}:{name}:{offer.token}") for offer in unclear.offers)

    def kindly(turn: Turn) -> Turn:
        last = turn.reply[-1]
        return replace(turn, reply=(*turn.reply[:-1], replace(last, first=(line,), offers=(*extra, *last.offers))))

    return mapped(question(flow, scene, conversation, incoming), kindly)


def question_key(flow: Flow, ask: Ask) -> str:
    return "consent.ask" if ask is CONSENT else f"{flow.name}.{ask.name}.ask"


def offers(flow: Flow, scene: Scene, conversation: Conversation, ask: Ask) -> tuple[Offer, ...]:
    """The buttons of a question: its answers, then skip, back and cancel where they make sense."""

    def token(value: str) -> str:
        return f"{conversation.run}:{ask.name}:{value}"

    made = [
        Offer(key or label(flow, ask, value), token(value), params) for value, key, params in ask.answer.offers(scene)
    ]
    if ask is CONSENT:
        return tuple(made)
    if ask is flow.last and flow.consent and not scene.contact.area:
        made += [
            Offer(f"{flow.name}.{one.name}.tell", token(f"{EDITING} {one.name}"))
            for one in flow.asks
            if one.later and conversation.answers.get(one.name) is None
        ]
    if may_skip(ask, conversation.answers):
        taken_out = conversation.answers.get(EDIT) == "media" and conversation.answers.get(MEDIA)
        made.append(Offer("flow.without_media" if taken_out else "flow.skip", token(SKIP)))
    if EDIT in conversation.answers or any(one.name in conversation.answers for one in flow.asks if not one.later):
        made.append(Offer("flow.back", token(BACK)))
    made.append(Offer("flow.cancel", token(CANCEL)))
    return tuple(made)


def choose_edit(flow: Flow, conversation: Conversation) -> Say:
    """Which answer to change: a button for each that was given, or can be."""
    given = [ask for ask in flow.asks if ask.name in conversation.answers or ask.later]
    last = flow.last.name if flow.last else ""
    made = [Offer(f"{flow.name}.{ask.name}.name", f"{conversation.run}:{last}:{EDITING} {ask.name}") for ask in given]
    for token, name in WITHOUT.items():
        if conversation.answers.get(name) and not flow.named(name.removeprefix("_")):
            made.append(Offer(f"flow.without_{name.removeprefix('_')}", f"{conversation.run}:{last}:{token}"))
    made.append(Offer("flow.cancel", f"{conversation.run}:{last}:{CANCEL}"))
    return Say("flow.edit", offers=tuple(made))


def summary(flow: Flow, scene: Scene, answers: Answers) -> tuple[Say, ...]:
    """What was said, a line an answer. A place that was not told is where they live."""
    lines = [
        line(flow, ask, spoken(flow, ask, answers[ask.name]))
        for ask in flow.asks
        if answers.get(ask.name) is not None and ask.name != "media"
    ]
    where = flow.named("where")
    if flow.consent and where and answers.get("where") is None and scene.contact.area:
        lines.append(line(flow, where, Area(scene.contact.area)))
    if answers.get(MORE):
        lines.append(Say("flow.line", {"name": Key("flow.more"), "value": quoted(str(answers[MORE]), SHOWN)}))
    if answers.get(MEDIA):
        lines.append(Say("flow.attached", {"count": len(answers[MEDIA])}))
    return tuple(lines)


def line(flow: Flow, ask: Ask, value: Param) -> Say:
    return Say("flow.line", {"name": Key(f"{flow.name}.{ask.name}.name"), "value": value})


def spoken(flow: Flow, ask: Ask, value: Any) -> Param:
    if isinstance(ask.answer, Choice) and not ask.answer.scope:
        return Key(label(flow, ask, str(value)))
    return ask.answer.shown(value)


def label(flow: Flow, ask: Ask, value: str) -> str:
    return f"answer.{value}" if ask.answer is YES_NO else f"{flow.name}.{ask.name}.{value}"
