"""What a coordinator sees before an alert leaves: its text, whom it reaches, what it costs, and how long it takes."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil

from domain.alert import Alert, heading
from domain.conversation import Scene
from domain.message import Area, Areas, At, Key, Param, Say
from domain.plan import LIFE, UNCOUNTED, Figure, Plan
from handlers.grading import grade_line
from handlers.wording import catalogues, own_name, typed_in
from texts.writing import bubbles

MINUTE = 60
STALE = timedelta(minutes=10)
"""LINE is asked for its month every minute: an older figure means that it does not answer."""
CUT = "\n✂️\n"


def shown(scene: Scene, alert: Alert) -> Say:
    """The text as it will stand, for who reads the language of who looks; scissors where a channel cuts it."""
    text = CUT.join(pieces(scene, alert, scene.language))
    head = heading(alert)
    if head:
        return Say("alert.text_headed", {"head": Key(head), "text": text})
    return Say("alert.text", {"text": text})


def pieces(scene: Scene, alert: Alert, language: str) -> list[str]:
    """The messages that a text will be on the channel that holds the least."""
    text = alert.words.get(language) or next(iter(alert.words.values()))
    return bubbles(text, min(scene.rules.bubbles.values(), default=len(text) * 2 + 2))


def translated(scene: Scene, alert: Alert, plan: Plan) -> tuple[Say, ...]:
    """The same in the other languages that somebody will get it in, where those have words of their own."""
    if typed_in(alert.words):
        return ()
    read = [each for each in plan.languages() if each != scene.language and each in alert.words]
    head = heading(alert)
    texts = {each: f"{catalogues()[each][head]}\n{alert.words[each]}" if head else alert.words[each] for each in read}
    lines = tuple(Say("alert.text_in", {"language": own_name(each), "text": text}) for each, text in texts.items())
    return (Say("alert.text_others", then=lines),) if lines else ()


def before(scene: Scene, alert: Alert, plan: Plan) -> tuple[Say, ...]:
    """All that is seen before it leaves: the texts, then the figures."""
    return (shown(scene, alert), *translated(scene, alert, plan), reach(scene, alert, plan))


def reach(scene: Scene, alert: Alert, plan: Plan) -> Say:
    """The figures: people by channel and language, cost and quota, time, quiet hours, and who must agree."""
    lines = [
        *by_channel(plan),
        *in_groups(alert, plan),
        *cost(scene, alert, plan),
        *parts(scene, alert, plan),
        Say("alert.nobody") if not plan.size else time(plan, scene.rules.rates),
        quiet(scene, alert),
        Say("alert.until", {"until": At(scene.now + LIFE[alert.lane])}),
        *((Say("alert.drill"),) if alert.status != "Actual" else ()),
        *((grade_line(alert),) if alert.type != "Cancel" else ()),
        *((Say("alert.public"),) if alert.public else ()),
        *others(alert, plan),
        *(needs_second(scene, plan) if plan.size > scene.rules.approval_above else ()),
    ]
    return Say("alert.reach", {"total": plan.total, "area": everywhere(alert.audience.places)}, then=tuple(lines))


def everywhere(codes: tuple[str, ...]) -> Param:
    """An audience's areas: for them "" is not nowhere but everywhere."""
    if "" in codes:
        return Key("area.everywhere")
    return Area(codes[0]) if len(codes) == 1 else Areas(codes)


def by_channel(plan: Plan) -> list[Say]:
    lines = []
    for channel, count in plan.by_channel().items():
        spoken = [(language, many) for each, language, many in plan.people if each == channel]
        languages = " · ".join(f"{own_name(language)} {many}" for language, many in spoken)
        lines.append(Say("alert.channel", {"channel": channel, "count": count, "languages": languages}))
    return lines


def in_groups(alert: Alert, plan: Plan) -> list[Say]:
    """The groups it goes to, and what that means."""
    if not (alert.audience.groups or plan.groups):
        return []
    uncounted = sum(members is None for _, members in plan.groups)
    lines = [
        Say("alert.groups.in", {"channel": channel, "count": groups, "members": members})
        for channel, members, groups in plan.by_group()
    ]
    lines += [Say("alert.groups.uncounted", {"count": uncounted, "members": UNCOUNTED})] if uncounted else []
    lines += [Say("alert.groups.twice")] if plan.groups else [Say("alert.groups.none")]
    lines += [Say("alert.groups.line")] if alert.lane == "routine" else []
    return lines


def cost(scene: Scene, alert: Alert, plan: Plan) -> list[Say]:
    """What LINE charges and what its month still holds, for an alert that goes to people on LINE."""
    count = plan.billed("line")
    if not count:
        return []
    month = [Say("alert.quota.month", {"total": plan.month.total + count})] if plan.month else []
    return [Say("alert.cost", {"count": count}), *quota(scene, alert, plan.line, count), *month]


def parts(scene: Scene, alert: Alert, plan: Plan) -> list[Say]:
    """Into how many messages each channel cuts the longest of the texts; nothing where all show it whole."""
    most = {
        channel: max(len(bubbles(text, limit)) for text in alert.words.values())
        for channel, limit in scene.rules.bubbles.items()
        if channel in plan.by_channel()
    }
    return [Say("alert.parts", {"channel": channel, "count": many}) for channel, many in most.items() if many > 1]


def quota(scene: Scene, alert: Alert, line: Figure | None, count: int) -> list[Say]:
    waits = [Say("alert.quota.waits")] if alert.lane == "routine" else []
    if line is None:
        return [Say("alert.quota.unknown"), *waits]
    if scene.now - line.at > STALE:
        return [Say("alert.quota.stale", {"at": At(line.at)}), *waits]
    if line.left is None:
        return [Say("alert.quota.unlimited")]
    reserve = scene.rules.reserve
    usable = line.left if alert.lane != "routine" else max(0, line.left - reserve)
    said = [Say("alert.quota.left", {"left": line.left, "reserve": reserve, "at": At(line.at)})]
    if count > usable:
        said.append(Say("alert.quota.short", {"usable": usable, "count": count}))
    return said


def time(plan: Plan, rates: Mapping[str, float]) -> Say:
    seconds = plan.seconds_needed(rates)
    if seconds < MINUTE:
        return Say("alert.time.soon")
    return Say("alert.time.minutes", {"minutes": ceil(seconds / MINUTE)})


def quiet(scene: Scene, alert: Alert) -> Say:
    """What the quiet hours mean for it, now."""
    until = scene.rules.quiet_until(scene.now)
    if until is None:
        return Say("alert.quiet.awake")
    return Say("alert.quiet.waits", {"at": At(until)}) if alert.lane == "routine" else Say("alert.quiet.anyway")


def others(alert: Alert, plan: Plan) -> list[Say]:
    """How many get it in a language that is not theirs."""
    if language := typed_in(alert.words):
        many = plan.others(language)
        return [Say("alert.others", {"count": many})] if many else []
    without = sum(many for _, language, many in plan.people if language not in alert.words)
    instead = own_name(next(iter(alert.words)))
    return [Say("alert.fallback", {"count": without, "language": instead})] if without else []


def needs_second(scene: Scene, plan: Plan) -> list[Say]:
    above = Say("alert.second", {"above": scene.rules.approval_above})
    return [above] if plan.seconds else [above, Say("alert.alone")]
