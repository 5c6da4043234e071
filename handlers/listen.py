"""Free text comes first: whatever a resident pastes or forwards is read, judged, and answered at once."""

from dataclasses import replace
from datetime import datetime, timedelta

from checks import CATEGORIES
from domain.conversation import Conversation, Heard, Scene, Turn
from domain.effect import Effect
from domain.message import Area, Incoming, Key, Media, Offer, Place, Press, Say, Text
from domain.verdict import Verdict, defanged
from handlers.flow import MEDIA, fetch_of
from handlers.needs import FIRST, SOON, cards
from handlers.welcome import menu_offers, menu_say
from texts import places
from texts.writing import clean

BURST = timedelta(minutes=2)
"""What comes within this of the message before it is about the same thing."""
KEPT = timedelta(hours=1)
"""How long we remember what was pasted, in case it is to be reported."""
MOST = 10

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


def listen(scene: Scene, incoming: Incoming) -> Turn:
    """Answer what was said outside any conversation."""
    match incoming.content:
        case Text(text) if clean(text, 10).strip():
            return hear_text(scene, incoming, text)
        case Media() as media:
            return hear_media(scene, incoming, media)
        case Place(lat, lon):
            return hear_place(scene, lat, lon)
        case Press():
            return scene.say(Say("answer.gone"), menu_say(scene))
    return scene.say(Say("heard.unreadable"), menu_say(scene))


def hear_text(scene: Scene, incoming: Incoming, text: str) -> Turn:
    heard = remembered(scene)
    burst = tuple(one for one in heard if scene.now - datetime.fromisoformat(one.at) <= BURST)
    before = "\n".join(one.text for one in burst if one.text)
    verdict = scene.judge(f"{before}\n{text}" if before else text)
    kept = with_heard(scene.conversation, heard, Heard(scene.now.isoformat(), clean(text, 5000)))
    if worth(verdict):
        same = bool(before) and alike(verdict, scene.judge(before))
        bubbles = (*cards(verdict.needs), *answer(verdict, len(burst) + 1, same))
        return Turn(kept, bubbles)
    key = "heard.thanks" if burst else "heard.nothing"
    return Turn(kept, (Say(key, offers=menu_offers(scene)),))


def worth(verdict: Verdict) -> bool:
    """Whether there is anything in it to answer about."""
    return bool(verdict.word != "unknown" or verdict.indicators or verdict.needs or verdict.reads_as != "ordinary")


def alike(one: Verdict, other: Verdict) -> bool:
    return (one.word, one.category, one.needs) == (other.word, other.category, other.needs)


def answer(verdict: Verdict, messages: int, same: bool) -> tuple[Say, ...]:
    """The verdict, why, what to do now, and one button to report it."""
    together = (Say("heard.together", {"count": messages}),) if messages > 1 else ()
    kind = kind_of(verdict)
    offers = (
        Offer("heard.report", f"/report {kind} this"),
        Offer("menu.hotlines", "/hotlines"),
        Offer("menu.name", "/menu"),
    )
    if same:
        return (Say(f"verdict.{verdict.word}", first=together, offers=offers),)
    story = verdict.reads_as == "report" and verdict.word == "unknown"
    headline = Say("heard.story", {"kind": Key(f"{kind}.name")}) if story else Say(f"verdict.{verdict.word}")
    shown = dict.fromkeys(defanged(one.shown or one.value)[:80] for one in verdict.indicators)
    seen = tuple(Say("verdict.seen", {"what": what}) for what in list(shown)[:3])
    reasons = tuple(Say(f"reason.{reason.key}", reason.params) for reason in verdict.reasons[:3])
    why = (Say("verdict.why"), *reasons) if reasons else ()
    first = replace(headline, first=together, then=(*seen, *why))
    then = Say(advice_key(verdict, story), offers=offers)
    late = cards(verdict.needs, SOON) if not set(verdict.needs) & set(FIRST) else ()
    return (first, *late, then)


def advice_key(verdict: Verdict, story: bool) -> str:
    if story:
        return "heard.story_next"
    if verdict.word == "unknown":
        return "heard.unsure"
    return f"advice.{CATEGORIES.get(verdict.category, 'general')}"


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
    if "phone" in kinds and verdict.reads_as == "report":
        return "call"
    if kinds & {"account", "promptpay"} and verdict.reads_as != "scam":
        return "mule"
    return "message" if verdict.word != "unknown" or verdict.reads_as in ("scam", "warning") else "other"


def remembered(scene: Scene) -> tuple[Heard, ...]:
    return tuple(one for one in scene.conversation.heard if scene.now - datetime.fromisoformat(one.at) <= KEPT)


def with_heard(conversation: Conversation, heard: tuple[Heard, ...], more: Heard) -> Conversation:
    return replace(conversation, heard=(*heard, more)[-MOST:])


def given(scene: Scene) -> dict[str, object]:
    """What was pasted just now, as the first answers of a report about it."""
    heard = remembered(scene)
    answers: dict[str, object] = {}
    if texts := [one.text for one in heard if one.text]:
        answers["words"] = "\n".join(texts)[:5000]
    if media := [one.media[0] for one in heard if one.media]:
        answers[MEDIA] = media
    return answers


def hear_media(scene: Scene, incoming: Incoming, media: Media) -> Turn:
    """A photo or voice by itself: we cannot read it, but it can go with a report. Kept only once they consent."""
    fetch = fetch_of(incoming, media)
    heard = remembered(scene)
    ref = (fetch.id, fetch.kind, fetch.ref, fetch.name, fetch.message)
    kept = with_heard(scene.conversation, heard, Heard(scene.now.isoformat(), clean(media.caption, 5000), ref))
    effects: tuple[Effect, ...] = (fetch,) if scene.contact.consented else ()
    verdict = scene.judge(media.caption) if media.caption else None
    if verdict and worth(verdict):
        said: tuple[Say, ...] = (*cards(verdict.needs), *answer(verdict, 1, same=False))
    else:
        kinds = ("message", "call", "border", "other")
        offers = tuple(Offer(f"{kind}.name", f"/report {kind} this") for kind in kinds)
        said = (Say(f"heard.{media.kind}", offers=(*offers, Offer("menu.name", "/menu"))),)
    return Turn(kept, said, effects)


def hear_place(scene: Scene, lat: float, lon: float) -> Turn:
    """A pin by itself: it may be where they live, or where something is."""
    near = places.nearest(lat, lon, scene.operator.served)
    if near is None:
        return scene.say(Say("answer.far", offers=menu_offers(scene)))
    offers = (
        Offer("border.name", "/report border"),
        Offer("crossing.name", "/report crossing"),
        Offer("heard.home", f"/home {near.code}"),
    )
    return scene.say(Say("heard.place", {"area": Area(near.code)}, offers=offers))
