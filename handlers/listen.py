"""Free text comes first: whatever a resident pastes or forwards is read, judged, and answered at once."""

from dataclasses import replace
from typing import Any

from checks import CATEGORIES
from domain.conversation import Heard, Scene, Turn
from domain.effect import AddToReport, Asked, Effect
from domain.message import Area, Incoming, Key, Media, Offer, Place, Press, Say, Sticker, Text
from domain.verdict import Verdict, defanged
from handlers.answering import fetch_of
from handlers.burst import burst, mark, recent, with_heard
from handlers.joining import join, reads_as_code
from handlers.judging import in_context
from handlers.needs import ALONE, FIRST, SOON, cards
from handlers.quoting import quoted
from handlers.welcome import menu_offers, menu_say
from texts import pins
from texts.writing import clean

KIND_OF_NEED = {
    "trafficking": "trafficking",
    "lure_job": "trafficking",
    "drugs": "drugs",
    "official": "official",
    "phone_controlled": "app",
    "money_lost": "money",
    "uxo": "border",
    "border": "border",
}
KIND_OF_CATEGORY = {"H01": "trafficking", "M01": "mule", "A01": "fake", "T05": "call", "T09": "app"}
LONGEST = 5000
REST = (Offer("menu.hotlines", "/hotlines"), Offer("menu.name", "/menu"))
"""The buttons behind the one that reports."""
MOST_REASONS = 3
NO_ADVICE = ("other", "money")
"""Kinds whose last words say nothing before there is a report: money's come with the card."""
MOST_ASKED = 10
"""Links and numbers of one message that we remember they asked about."""
KINDS_OF_MEDIA = ("message", "call", "border", "other")
"""What a photo or a voice by itself is most often about."""


def listen(scene: Scene, incoming: Incoming) -> Turn:
    """Answer what was said outside any conversation."""
    match incoming.content:
        case Text(text) if reads_as_code(text):
            return join(scene, incoming, text.strip())
        case Text(text) if clean(text, 10):
            return hear_text(scene, incoming, text)
        case Media() as media:
            return hear_media(scene, incoming, media)
        case Place(lat, lon):
            return hear_place(scene, lat, lon)
        case Press(token) if pressed_again(scene, token):
            return scene.say(Say("answer.done", offers=(Offer("menu.mine", "/mine"), Offer("menu.name", "/menu"))))
        case Press():
            return scene.say(Say("answer.gone"), menu_say(scene))
        case Sticker():
            return scene.say(Say("heard.sticker", offers=menu_offers(scene)))
    return scene.say(Say("heard.unreadable", offers=menu_offers(scene)))


def pressed_again(scene: Scene, token: str) -> bool:
    """Whether a button is of the conversation that was finished last."""
    run = scene.conversation.run
    return bool(run) and not scene.conversation.flow and token.startswith(f"{run}:")


def hear_text(scene: Scene, incoming: Incoming, text: str) -> Turn:
    """Judge what was pasted, with what came just before it; remember it for a while."""
    earlier = burst(scene)
    before = "\n".join(one.text for one in earlier if one.text)
    verdict, joined = in_context(scene, text, before)
    now = Heard(scene.now.isoformat(), clean(text, LONGEST), message=incoming.message)
    kept = with_heard(scene, now)
    if worth(verdict):
        same = joined and alike(verdict, scene.judge(before))
        told = answer(verdict, mark(now), len(earlier) + 1 if joined else 1, same)
        return Turn(kept, (*(() if same else cards(verdict.needs)), *told), asked(verdict))
    if not earlier:
        return Turn(kept, (Say("heard.nothing", offers=menu_offers(scene)),))
    offer = Offer("heard.report", f"/report {kind_of(verdict)} {mark(now)}")
    return Turn(kept, (Say("heard.thanks", offers=(offer, *REST)),))


def asked(verdict: Verdict) -> tuple[Effect, ...]:
    """That they asked, so that they hear of it when the answer changes."""
    return (Asked(verdict.indicators[:MOST_ASKED], verdict.word),) if verdict.indicators else ()


def worth(verdict: Verdict) -> bool:
    """Whether there is anything in it to answer about."""
    told = verdict.category or verdict.reads_as in ("scam", "report", "warning")
    return bool(verdict.word != "unknown" or verdict.indicators or verdict.needs or told)


def alike(one: Verdict, before: Verdict) -> bool:
    """Whether this was answered with what came before: the same word on the same things."""

    def told(verdict: Verdict) -> tuple[Any, ...]:
        return (verdict.word, verdict.category, verdict.needs, {each.key for each in verdict.indicators})

    return worth(before) and told(one) == told(before)


def answer(verdict: Verdict, this: str, messages: int, same: bool) -> tuple[Say, ...]:
    """The verdict, why, what to do now, and one button to report it. `this` is what the button reports."""
    together = (Say("heard.together", {"count": messages}),) if messages > 1 else ()
    kind = kind_of(verdict)
    offers = (Offer("heard.report", f"/report {kind} {this}"), *REST)
    if set(verdict.needs) & set(ALONE):
        return (Say("heard.with_you", offers=REST),)
    if same:
        return (Say(f"verdict.{verdict.word}", first=together, offers=offers),)
    if set(verdict.needs) & set(FIRST) and (verdict.word == "unknown" or not verdict.indicators):
        return (Say("heard.after_help", first=together, offers=offers),)
    late = cards(verdict.needs, SOON) if not set(verdict.needs) & set(FIRST) else ()
    story = verdict.word == "unknown" and (verdict.reads_as == "report" or "pressed" in verdict.needs or bool(late))
    now = () if late or not story else what_now(verdict, kind)
    return (
        replace(headline(verdict, kind, story), first=together),
        *late,
        *now,
        Say(advice_key(verdict, story), offers=offers),
    )


def what_now(verdict: Verdict, kind: str) -> tuple[Say, ...]:
    """What to do now for who tells of a trick, or of anything else a report can be of: it may be happening."""
    if "pressed" in verdict.needs:
        return (Say("link.next"),)
    # Who tells of a number that called is asked for a code, too, but not by a page to log in on.
    if verdict.category in CATEGORIES and (kind != "call" or KIND_OF_CATEGORY.get(verdict.category) == "call"):
        return (Say(f"advice.{CATEGORIES[verdict.category]}"),)
    return (Say("heard.danger" if kind in NO_ADVICE else f"{kind}.next"),)


def headline(verdict: Verdict, kind: str, story: bool) -> Say:
    """The verdict in a word, what it is about, and why."""
    shown = dict.fromkeys(defanged(one.shown or one.value)[:80] for one in verdict.indicators)
    seen = tuple(Say("verdict.seen", {"what": what}) for what in list(shown)[:3])
    reasons = tuple(
        Say(f"reason.{reason.key}", {name: harmless(value) for name, value in reason.params.items()})
        for reason in verdict.reasons[:MOST_REASONS]
    )
    why = (Say("verdict.why"), *reasons) if reasons else ()
    if story:
        return Say("heard.story", {"kind": Key(f"{kind}.name")}, then=seen)
    return Say(f"verdict.{verdict.word}", then=(*seen, *why))


def harmless(value: str | int) -> str | int:
    return quoted(value, 80) if isinstance(value, str) else value


def advice_key(verdict: Verdict, story: bool) -> str:
    if story:
        return "heard.story_next"
    if verdict.word == "unknown":
        return f"advice.{CATEGORIES[verdict.category]}" if verdict.category in CATEGORIES else "heard.unsure"
    # A link or a number by itself says nothing of the trick: only wording does.
    worded = any(reason.key.startswith("message.") for reason in verdict.reasons)
    return f"advice.{CATEGORIES.get(verdict.category, 'general') if worded else 'general'}"


def kind_of(verdict: Verdict) -> str:
    """Which kind of report this would be."""
    for need, kind in KIND_OF_NEED.items():
        if need in verdict.needs:
            return kind
    kinds = {one.kind for one in verdict.indicators}
    if "apk" in kinds:
        return "app"
    if kinds & {"url", "domain"}:
        return "link"
    if verdict.category in KIND_OF_CATEGORY:
        return KIND_OF_CATEGORY[verdict.category]
    if "pressed" in verdict.needs:
        return "link"
    if "phone" in kinds and verdict.reads_as == "report":
        return "call"
    if kinds & {"account", "promptpay"} and verdict.reads_as != "scam":
        return "mule"
    told = "told" in verdict.needs or verdict.reads_as in ("scam", "warning")
    return "message" if verdict.word != "unknown" or told else "other"


def hear_media(scene: Scene, incoming: Incoming, media: Media) -> Turn:
    """A photo or voice by itself: we cannot read it, but it can go with a report. Kept only once they consent."""
    fetch = fetch_of(incoming, media)
    if report := just_added(scene):
        more = AddToReport(str(report["report"]), "added", clean(media.caption, LONGEST), (fetch.id,))
        said = Say("add.thanks", {"number": int(report["number"])}, offers=(Offer("menu.mine", "/mine"),))
        return Turn(scene.conversation, (said,), (fetch, more), veiled=bool(report.get("sealed")))
    ref = (fetch.id, fetch.kind, fetch.ref, fetch.name, fetch.message)
    now = Heard(scene.now.isoformat(), clean(media.caption, LONGEST), ref, incoming.message)
    kept = with_heard(scene, now)
    effects: tuple[Effect, ...] = (fetch,) if scene.contact.consented else ()
    verdict = in_context(scene, media.caption, "")[0] if media.caption else None
    if verdict and worth(verdict):
        return Turn(kept, (*cards(verdict.needs), *answer(verdict, mark(now), 1, same=False)), effects)
    offers = tuple(Offer(f"{kind}.name", f"/report {kind} {mark(now)}") for kind in KINDS_OF_MEDIA)
    more_kinds = Offer("heard.else", f"/report else {mark(now)}")
    return Turn(kept, (Say(f"heard.{media.kind}", offers=(*offers, more_kinds)),), effects)


def just_added(scene: Scene) -> dict[str, Any] | None:
    """The report that something was added to a moment ago: photos often come one by one."""
    left = scene.conversation.answers.get("added")
    return left if left and recent(scene, str(left["at"])) else None


def hear_place(scene: Scene, lat: float, lon: float) -> Turn:
    """A pin by itself: it may be where they live, or where something is."""
    near = pins.nearest(lat, lon, scene.operator.served)
    if near is None:
        return scene.say(Say("answer.far", offers=menu_offers(scene)))
    pin = f"@{lat:.5f},{lon:.5f}"
    offers = (
        Offer("border.name", f"/report border {pin}"),
        Offer("crossing.name", f"/report crossing {pin}"),
        Offer("other.name", f"/report other {pin}"),
        Offer("heard.home", f"/home {near.code}"),
    )
    return scene.say(Say("heard.place", {"area": Area(near.code)}, offers=offers))
