"""`/quota`: what the month on LINE has cost, and what it will likely come to."""

from domain.conversation import Scene, Turn
from domain.forecast import Coming, Forecast
from domain.message import At, Incoming, Offer, Say
from domain.query import FindForecast

SHOWN = 5


def quota(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Used, waiting, due and expected, and whether that is more than there is."""
    return Turn(scene.conversation, query=FindForecast(), then=lambda found: scene.say(told(scene, found)))


def told(scene: Scene, month: Forecast) -> Say:
    offers = (Offer("schedule.list", "/schedule"), Offer("menu.name", "/menu"))
    return Say("quota.self", then=(*used(month, scene.rules.reserve), *ahead(scene, month)), offers=offers)


def used(month: Forecast, reserve: int) -> tuple[Say, ...]:
    line = month.line
    if line is None:
        return (Say("alert.quota.unknown"),)
    if line.limit is None:
        return (Say("quota.used", {"used": line.used, "at": At(line.at)}), Say("alert.quota.unlimited"))
    of = Say("quota.used_of", {"used": line.used, "limit": line.limit, "at": At(line.at)})
    return (of, Say("quota.reserve", {"reserve": reserve}))


def ahead(scene: Scene, month: Forecast) -> tuple[Say, ...]:
    """What is still to come, the total, and a warning when it is too much."""
    waits = {"waiting": month.waits, "rides": month.rides}
    return (
        *((Say("quota.waiting", waits),) if month.waits else ()),
        *(campaign(one) for one in month.campaigns[:SHOWN]),
        *((Say("quota.daily", {"daily": max(1, round(month.daily))}),) if month.daily else ()),
        Say("quota.week", {"percent": round(100 * month.week)}),
        Say("quota.total", {"total": month.total}),
        *((Say("quota.over"),) if month.over(scene.rules.reserve) else ()),
    )


def campaign(one: Coming) -> Say:
    return Say("quota.coming", {"name": one.name, "times": one.times, "people": one.people, "pushes": one.pushes})
