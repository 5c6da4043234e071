"""Telling people: composing an alert, watching it go, and the awareness schedule."""

from dataclasses import replace
from typing import Any

from domain.alert import Alert, Audience, Campaign
from domain.contact import Role, inside
from domain.conversation import Answers, Scene, Turn
from domain.effect import Audit, KeepCampaign, Raise, StopAlert
from domain.ids import derived
from domain.message import Area, At, Content, Incoming, Key, Offer, Param, Press, Say, Text
from domain.query import CountAudience, FindAlerts, FindCampaigns
from handlers.answering import begin
from handlers.answers import Choice, Offered, Unclear, Words, area_offer, choice, meant
from handlers.flow import Ask, Flow
from texts import places, recurrence
from texts.writing import clean, cut, length

NEWS = "news"
"""The topic of what can wait: `/stop` ends it, as it ends the lessons."""
TEXT_LIMIT = 1000
"""Graphemes of an alert: more than fits two loudspeaker minutes is not an alert."""
ID, SHOWN = 36, 5


class Reach:
    """Where an alert goes: one's own area, or a place within it."""

    wants = ""

    def offers(self, scene: Scene) -> Offered:
        return (("mine", "alert.where.mine", {}),)

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press("mine"):
                return scene.contact.area
            case Press(code) if code.isdecimal() and places.place(code) and inside(code, scene.contact.area):
                return code
            case Text(text):
                return self.typed(text, scene)
        raise Unclear("alert.nowhere")

    def typed(self, text: str, scene: Scene) -> str:
        own = scene.contact.area
        found = [place for place in meant(clean(text, 200), (own,) if own else ()) if inside(place.code, own)]
        if not found:
            raise Unclear("alert.nowhere")
        if len(found) == 1:
            return found[0].code
        raise Unclear("answer.which", {"said": cut(text, 40)}, tuple(area_offer(place.code) for place in found))

    def shown(self, value: Any) -> Param:
        return everywhere(str(value))


def everywhere(code: str) -> Param:
    """An audience's area: for them "" is not nowhere but everywhere."""
    return Area(code) if code else Key("area.everywhere")


class Message(Words):
    """The words of an alert; too long is said, not cut."""

    def read(self, content: Content, scene: Scene) -> str:
        text = Words.read(self, content, scene)
        if length(text) > TEXT_LIMIT:
            raise Unclear("alert.long", {"most": TEXT_LIMIT, "now": length(text)})
        return text


def audience(answers: Answers) -> Audience:
    roles = {"everyone": None, "volunteers": Role.VOLUNTEER, "staff": Role.COORDINATOR}
    topic = "" if answers.get("how") == "urgent" else NEWS
    return Audience(area=str(answers["where"]), role=roles[answers["who"]], topic=topic)


def preview(scene: Scene, answers: Answers, found: Any) -> tuple[Say, ...]:
    """Whom it reaches, by channel; what it costs on LINE; and the text as it will stand."""
    channels: dict[str, int] = {}
    for channel, _language, people in found:
        channels[channel] = channels.get(channel, 0) + people
    total = sum(channels.values())
    lines = [Say("alert.channel", {"channel": channel, "count": n}) for channel, n in sorted(channels.items())]
    if channels.get("line"):
        lines.append(Say("alert.cost", {"count": channels["line"]}))
    if total == 0:
        lines.append(Say("alert.nobody"))
    if answers.get("how") == "routine":
        lines.append(Say("alert.quiet"))
    shown = Say("alert.text", {"text": str(answers["words"])})
    return (shown, Say("alert.reach", {"total": total, "area": everywhere(str(answers["where"]))}, then=tuple(lines)))


def send(flow: Flow, scene: Scene, answers: Answers, incoming: Incoming) -> Turn:
    """Raise the alert, if its area is still theirs to speak to."""
    if not inside(str(answers["where"]), scene.contact.area):
        return Turn(scene.conversation.idle(), (Say("command.refused"),))
    urgent = answers["how"] == "urgent"
    id = derived(incoming.id, "alert")
    alert = Alert(
        id,
        audience(answers),
        words=dict.fromkeys(scene.operator.languages, str(answers["words"])),
        lane="urgent" if urgent else "routine",
        severity="Severe" if urgent else "Minor",
        by=scene.contact.id,
    )
    audit = Audit("alert", id, {"area": str(answers["where"]), "who": str(answers["who"])})
    said = Say("alert.sending", offers=(Offer("alert.watch", f"/alerts {id}"), Offer("alert.stop", f"/stopalert {id}")))
    return Turn(scene.conversation.idle(), (said,), (Raise(alert), audit))


ALERT = Flow(
    "alert",
    asks=(
        Ask("words", Message(TEXT_LIMIT * 4)),
        Ask("where", Reach()),
        Ask("who", choice("everyone", "volunteers", "staff")),
        Ask("how", choice("urgent", "routine")),
    ),
    close=send,
    last=Ask(
        "confirm",
        Choice(("send", "edit"), scope="alert.confirm"),
        look=lambda scene, answers: CountAudience(audience(answers)),
        tell=preview,
    ),
    consent=False,
    role=Role.COORDINATOR,
)


def alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Compose an alert; with text, that is its words."""
    text, most = clean(argument, TEXT_LIMIT * 4), TEXT_LIMIT
    if length(text) > most:
        return begin(ALERT, scene, incoming, {}, (Say("alert.long", {"now": length(text), "most": most}),))
    return begin(ALERT, scene, incoming, {"words": text} if text else {})


def alerts(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """How far the latest alerts that people composed have got, or one of them."""
    one_of = argument if len(argument) == ID else ""

    def tell(every: Any) -> Turn:
        found = [(one, progress) for one, progress in every if not one.report][:SHOWN]
        if not found:
            return scene.say(Say("alerts.none", offers=(Offer("menu.alert", "/alert"),)))
        lines = tuple(progress_line(one, progress) for one, progress in found)
        running = [
            one for one, progress in found if progress.queued and one.state == "open" and one.by == scene.contact.id
        ]
        offers = tuple(Offer("alert.stop", f"/stopalert {one.id}") for one in running[:1])
        return Turn(
            scene.conversation,
            (Say("alerts.self", then=lines, offers=(*offers, Offer("alerts.again", f"/alerts {one_of}".strip()))),),
        )

    return Turn(scene.conversation, query=FindAlerts(scene.contact.area, one_of, 30), then=tell)


def progress_line(one: Alert, progress: Any) -> Say:
    text = next(iter(one.words.values()), "")
    state = one.state if one.state == "stopped" else "running" if progress.queued else "done"
    params: dict[str, Param] = {
        "text": cut(text, 40),
        "sent": progress.sent,
        "total": progress.total,
        "queued": progress.queued,
        "failed": progress.refused + progress.gone,
        "acknowledged": progress.acknowledged,
        "state": Key(f"alerts.{state}"),
    }
    return Say("alerts.line", params | {"at": At(one.created) if one.created else ""})


def stop_alert(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What has not left yet does not leave."""

    def tell(found: Any) -> Turn:
        mine = [one for one, _ in found if one.by == scene.contact.id or scene.contact.role == Role.ADMIN]
        if not mine:
            return scene.say(Say("alerts.none"))
        return scene.say(Say("alert.stopped"), do=(StopAlert(mine[0].id), Audit("stop", mine[0].id)))

    return Turn(scene.conversation, query=FindAlerts(scene.contact.area, argument[:ID] or "-"), then=tell)


EXAMPLE = "ทุกวันจันทร์ 7:00"
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
    campaign = Campaign(
        derived(incoming.id, "campaign"),
        cut(str(answers["words"]), 40),
        Audience(area=str(answers["where"]), topic=NEWS),
        rule,
        words=dict.fromkeys(scene.operator.languages, str(answers["words"])),
        on=True,
        due=due,
        by=scene.contact.id,
    )
    said = Say("schedule.kept", {"due": At(due) if due else ""}, offers=(Offer("schedule.list", "/schedule"),))
    return Turn(scene.conversation.idle(), (said,), (KeepCampaign(campaign), Audit("schedule", campaign.id)))


SCHEDULE = Flow(
    "schedule",
    asks=(Ask("words", Message(TEXT_LIMIT * 4)), Ask("where", Reach()), Ask("when", Rule())),
    close=keep,
    last=Ask("confirm", Choice(("send", "edit"), scope="schedule.confirm")),
    consent=False,
    role=Role.COORDINATOR,
)


def schedule(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """`/schedule` lists; `/schedule new` composes; `/schedule <name> on|off` turns one on or off."""
    name, _, word = argument.rpartition(" ")
    if argument in ("new", "ใหม่"):
        return begin(SCHEDULE, scene, incoming, {})
    if argument and word not in ("on", "off"):
        word = {"เปิด": "on", "ปิด": "off"}.get(word, "")

    def tell(found: tuple[Campaign, ...]) -> Turn:
        if word in ("on", "off") and name:
            chosen = next((one for one in found if one.id.startswith(name) or one.name == name), None)
            return switched(scene, chosen, word == "on")
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


def campaign_line(one: Campaign) -> Say:
    """A campaign with its next two times: what a rule means is easier seen than read."""
    if not one.on or one.due is None:
        return Say("schedule.line_off", {"name": one.name})
    after = recurrence.following(one.rule, one.due)
    return Say("schedule.line_on", {"name": one.name, "due": At(one.due), "then": At(after) if after else "-"})
