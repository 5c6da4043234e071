"""What residents may ask for by name."""

from dataclasses import replace

from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import Live, Speak, Subscribe
from domain.message import Area, Incoming, Key, Offer, Say, Text
from handlers.answering import advance, begin
from handlers.answers import Where
from handlers.flow import Ask, Flow
from handlers.joining import join
from handlers.listen import hear_text
from handlers.welcome import greeting, menu_say, welcome
from texts import lesson as lessons_of
from texts import places
from texts.writing import clean


def start(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Telegram's first message, and with a code an invitation."""
    return join(scene, incoming, argument) if argument else welcome(scene)


def menu(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(menu_say(scene))


def check(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Judge what follows, or ask for it."""
    if not argument:
        return scene.say(Say("check.ask"))
    return hear_text(scene, replace(incoming, content=Text(argument)), argument)


def hotlines(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The numbers to know, each with what it is for and when we checked it."""
    return scene.say(Say("hotlines.self"), menu_say(scene))


def lesson(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Today's lesson, or the one asked for by number; then its question."""
    every = lessons_of.lessons()
    at = scene.now.toordinal() % len(every)
    number, _, answer = argument.partition(" ")
    if number.isdecimal() and number.isascii() and 0 < int(number[:3]) <= len(every):
        at = int(number[:3]) - 1
    one = every[at]
    if answer.isdecimal() and answer.isascii():
        right = int(answer[:1]) == one.quiz.answer
        key = "lesson.right" if right else "lesson.wrong"
        offers = (
            Offer("lesson.next", f"/lesson {at % len(every) + 2 if at + 1 < len(every) else 1}"),
            Offer("menu.name", "/menu"),
        )
        return scene.say(Say(key, {"why": Key(f"lesson.{one.id}.why")}, offers=offers))
    choices = tuple(Offer(f"lesson.letter{n}", f"/lesson {at + 1} {n}") for n in range(len(one.quiz.choices)))
    title = Say(
        "lesson.title", {"number": at + 1, "title": Key(f"lesson.{one.id}.title")}, then=(Say(f"lesson.{one.id}.text"),)
    )
    listed = tuple(Say(f"lesson.option{n}", {"choice": Key(f"lesson.{one.id}.choice{n}")}) for n in range(len(choices)))
    return scene.say(title, Say(f"lesson.{one.id}.question", then=listed, offers=choices))


def language(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Change the language, or offer them, each by its own name."""
    if argument in scene.operator.languages:
        return scene.say(Say("language.set"), menu_say(scene), do=(Speak(argument),))
    offers = tuple(Offer(f"language.{code}", f"/language {code}") for code in scene.operator.languages)
    return scene.say(Say("language.ask", offers=offers))


def home(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Say where they live, so that what concerns their place reaches them. Staff serve where they were invited to."""
    if scene.contact.role > Role.RESIDENT:
        return scene.say(Say("home.staff", {"area": Area(scene.contact.area)}), menu_say(scene))
    said = clean(argument, 200)
    if known := places.place(said):
        return living(scene, known.code)
    if not said:
        return begin(HOME, scene, incoming, {})
    return advance(HOME, begin_scene(scene, incoming), replace(incoming, content=Text(said)))


def begin_scene(scene: Scene, incoming: Incoming) -> Scene:
    """The scene in which they were just asked where they live."""
    return replace(scene, conversation=begin(HOME, scene, incoming, {}).conversation)


def living(scene: Scene, code: str) -> Turn:
    return scene.say(Say("home.set", {"area": Area(code)}), menu_say(scene), do=(Live(code),))


def lives(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    over = replace(scene, conversation=scene.conversation.idle())
    code = str(answers["where"].get("area") or "")
    return living(over, code) if code else over.say(Say("home.unknown"), menu_say(over))


HOME = Flow("home", (Ask("where", Where(known=True)),), close=lives, consent=False)


def about(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(greeting(scene), Say("about.privacy"), menu_say(scene))


def stop(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """No more awareness messages. Answers, and what concerns their own reports, still come."""
    offers = (Offer("stop.resume", "/resume"),)
    return scene.say(Say("stop.done", offers=offers), do=(Subscribe(False),))


def resume(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    return scene.say(Say("stop.resumed"), do=(Subscribe(True),))


def cancel(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    said = "cancelled" if scene.conversation.flow else "cancel.nothing"
    over = replace(scene, conversation=scene.conversation.idle())
    return over.say(Say(said), menu_say(over))
