"""The timetable of news and lessons: what is told again and again, composed, listed, turned on and off."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.alert import Campaign, Lane
from domain.contact import Role
from domain.conversation import Answers, Scene, Turn
from domain.effect import Audit
from domain.effect_alert import KeepCampaign
from domain.ids import derived
from domain.message import At, Content, Incoming, Key, Offer, Param, Params, Press, Say, Text
from domain.query import FindCampaigns
from handlers.answering import begin
from handlers.answers import Choice, Offered, Unclear
from handlers.composing import NEWS, TEXT_LIMIT, Message, Reach, told_in
from handlers.flow import Ask, Flow
from texts import recurrence
from texts.writing import clean, cut

EXAMPLE = "ทุกวันจันทร์ 7:00"
DAY = timedelta(days=1)
SWITCH = ("on", "off")
WAYS: dict[str, tuple[Lane, timedelta]] = {
    "free": ("lazy", timedelta()),
    "wait": ("routine", 5 * DAY),
    "now": ("routine", timedelta()),
}
"""How a campaign leaves where pushes cost: its lane, and how long it waits for free answers."""
THAI = {"เปิด": "on", "ปิด": "off", "ฟรี": "free", "รอ": "wait", "ทันที": "now"}
WHYS = ("past", "never", "often")
"""Why a rule is no good, where we have words for it; else it could not be read."""


OFFERED = {"weekly:mon 07:00": "schedule.when.monday", "daily:18:00": "schedule.when.evening"}


class Rule:
    """
    When a message is told: "every monday 07:00", "ทุกวันจันทร์ 7:00", "once 2026-12-01 07:00", or cron.

    {"rule": …, "said": as they said it}.
    """

    wants = ""

    def offers(self, scene: Scene) -> Offered:
        return tuple((rule, key, {}) for rule, key in OFFERED.items())

    def read(self, content: Content, scene: Scene) -> dict[str, str]:
        match content:
            case Press(text) | Text(text):
                rule = recurrence.read_rule(text, scene.now)
                if isinstance(rule, str):
                    return {"rule": rule, "said": cut(clean(text, 200), 60)}
                why = rule.why if rule.why in WHYS else "unread"
                raise Unclear(f"schedule.{why}", {"example": rule.example})
        raise Unclear("schedule.unread", {"example": EXAMPLE})

    def shown(self, value: Any) -> Param:
        return Key(OFFERED[value["rule"]]) if value["said"] in OFFERED else str(value["said"])


def keep(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    rule = str(answers["when"]["rule"])
    due = recurrence.following(rule, scene.now)
    if due is None:  # its only time went by while it was being looked at
        return Turn(scene.conversation.idle(), (Say("schedule.past", {"example": EXAMPLE}),))
    campaign = Campaign(
        derived(incoming.id, "campaign"),
        cut(str(answers["words"]), 40),
        told_in(answers["where"], topic=NEWS),
        rule,
        words=dict.fromkeys(scene.operator.languages, str(answers["words"])),
        on=True,
        due=due,
        by=scene.contact.id,
    )
    said = Say("schedule.kept", {"due": At(due)}, offers=(Offer("schedule.list", "/schedule"),))
    return Turn(scene.conversation.idle(), (said,), (KeepCampaign(campaign), Audit("schedule", campaign.id)))


def coming(scene: Scene, answers: Answers, _: Any) -> tuple[Say, ...]:
    """The next two times, before it is set: what a rule means is easier seen than read."""
    due = recurrence.following(str(answers["when"]["rule"]), scene.now)
    after = recurrence.following(str(answers["when"]["rule"]), due) if due else None
    if due is None:
        return ()
    return (Say("schedule.coming", {"due": At(due), "then": At(after) if after else "-"}),)


SCHEDULE = Flow(
    "schedule",
    asks=(Ask("words", Message(TEXT_LIMIT * 4)), Ask("where", Reach()), Ask("when", Rule())),
    close=keep,
    last=Ask("confirm", Choice(("send", "edit"), scope="schedule.confirm"), tell=coming),
    consent=False,
    role=Role.COORDINATOR,
)


def schedule(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    `/schedule` lists; `/schedule new` composes; `/schedule <name> on|off` turns one on or off.

    `free`, `wait` and `now` say how one leaves on LINE: only with answers, with answers until its fifth day, at once.
    """
    name, _, word = argument.rpartition(" ")
    if argument in ("new", "ใหม่"):
        return begin(SCHEDULE, scene, incoming, {})
    word = THAI.get(word, word)

    def tell(found: tuple[Campaign, ...]) -> Turn:
        if word in (*SWITCH, *WAYS) and name:
            chosen = next((one for one in found if one.id.startswith(name) or one.name == name), None)
            return switched(scene, chosen, word == "on") if word in SWITCH else leaving(scene, chosen, word)
        lines = tuple(campaign_line(one) for one in found)
        offers = tuple(switch_offer(one) for one in found[:5])
        said = Say(
            "schedule.self" if found else "schedule.none",
            then=lines,
            offers=(*offers, Offer("schedule.new", "/schedule new")),
        )
        return scene.say(said)

    return Turn(scene.conversation, query=FindCampaigns(scene.contact.area), then=tell)


def switch_offer(one: Campaign) -> Offer:
    word = "off" if one.on else "on"
    return Offer(f"schedule.turn_{word}", f"/schedule {one.id[:8]} {word}", {"name": cut(one.name, 10)})


def switched(scene: Scene, one: Campaign | None, on: bool) -> Turn:
    if one is None:
        return scene.say(Say("schedule.unknown", offers=(Offer("schedule.list", "/schedule"),)))
    due = recurrence.following(one.rule, scene.now) if on else None
    if on and due is None:
        return scene.say(Say("schedule.never", {"example": EXAMPLE}))
    said = Say("schedule.on", {"name": one.name, "due": At(due)}) if due else Say("schedule.off", {"name": one.name})
    effects = (KeepCampaign(replace(one, on=on, due=due)), Audit("schedule", one.id, {"on": int(on)}))
    return scene.say(said, do=effects)


def leaving(scene: Scene, one: Campaign | None, way: str) -> Turn:
    """One that leaves on LINE in another way from now on."""
    if one is None:
        return scene.say(Say("schedule.unknown", offers=(Offer("schedule.list", "/schedule"),)))
    lane, patience = WAYS[way]
    changed = replace(one, lane=lane, patience=patience)
    return scene.say(campaign_line(changed), do=(KeepCampaign(changed), Audit("schedule", one.id, {"leaves": way})))


def how_it_leaves(one: Campaign) -> tuple[Say, ...]:
    if one.lane == "lazy":
        return (Say("schedule.lazy"),)
    return (Say("schedule.patient", {"days": one.patience // DAY}),) if one.patience >= DAY else ()


def campaign_line(one: Campaign) -> Say:
    """A campaign with its next two times: what a rule means is easier seen than read."""
    if not one.on or one.due is None:
        return Say("schedule.line_off", {"name": one.name}, then=how_it_leaves(one))
    after = recurrence.following(one.rule, one.due)
    params: Params = {"name": one.name, "due": At(one.due), "then": At(after) if after else "-"}
    return Say("schedule.line_on", params, then=how_it_leaves(one))
