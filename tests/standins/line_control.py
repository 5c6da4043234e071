"""`/_control/…`: the stand-in's own strings, to be pulled from another process, as JSON over HTTP.

GET  stats · deliveries?user= · inbox?user= · violations
POST users {count | ids, language, blocked} → ids      tokens {chat, count} → tokens
POST groups {members, name, room} → id                  settings {quota, pace, record, strangers, webhook, patience, …}
POST faults {kind, times, status, accepted, endpoint} or {calm: true} or {seed, chances: [[share, {kind…}], …]}
POST act {do, user, group, args, options} → the webhook forward {seconds}                  reset
"""

import dataclasses
from typing import TYPE_CHECKING, Any

import orjson

from tests.standins.line_faults import Fault
from tests.standins.line_http import Answer, reply, whole_body
from tests.standins.line_people import Webhook
from tests.standins.line_state import Json

if TYPE_CHECKING:
    from tests.standins.line import LineStandin

ACTS = ("says", "forwards", "sends_location", "sends_sticker", "presses", "taps_menu", "follows", "unfollows")
ACTS += ("unsends", "does", "sends", "invites", "removes", "enters", "departs")
ON_STATE = ("quota", "pace", "record", "strangers", "webhook", "token", "secret")
ON_PEOPLE = ("patience", "redeliveries", "redelivery_pause")


async def control(line: "LineStandin", scope: Any, receive: Any, send: Any) -> None:
    """Answers one `/_control/…` request; 400 with the reason for one that makes no sense."""
    body = await whole_body(receive)
    name = scope["path"].removeprefix("/_control/")
    query = dict(pair.partition("=")[::2] for pair in scope["query_string"].decode().split("&"))
    try:
        told = query if scope["method"] == "GET" else orjson.loads(body or b"{}")
        answer = await ORDERS[scope["method"], name](line, told)
        await reply(send, Answer(orjson.dumps(answer, default=plain)), "control")
    except (KeyError, TypeError, ValueError, LookupError) as wrong:
        await reply(send, Answer({"message": f"{type(wrong).__name__}: {wrong}"}, 400), "control")


def plain(value: Any) -> Any:
    """What orjson does not write by itself."""
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else str(value)


async def stats(line: "LineStandin", _: Json) -> Json:
    """Small enough to be asked for often."""
    return line.stats()


async def deliveries(line: "LineStandin", told: Json) -> Json:
    """What was delivered, to everybody or one chat."""
    wanted = told.get("user")
    return {"deliveries": [one for one in line.deliveries if wanted in (None, one.to)]}


async def inbox(line: "LineStandin", told: Json) -> Json:
    """One chat's texts."""
    return {"inbox": line.inbox(told["user"])}


async def violations(line: "LineStandin", _: Json) -> Json:
    """What LINE would not have liked."""
    return {"violations": list(line.violations)}


async def users(line: "LineStandin", told: Json) -> Json:
    """Makes people, many at once."""
    ids = told.get("ids") or [None] * told.get("count", 1)
    made = [line.new_user(id=id, language=told.get("language", "th")) for id in ids]
    for person in made:
        person.blocked = told.get("blocked", False)
    return {"ids": [person.id for person in made]}


async def groups(line: "LineStandin", told: Json) -> Json:
    """Makes a group of people that exist."""
    members = [line.user(id) for id in told["members"]]
    return {"id": line.new_group(*members, name=told.get("name", "ชรบ."), room=told.get("room", False)).id}


async def tokens(line: "LineStandin", told: Json) -> Json:
    """Reply tokens without webhooks, for load that is made elsewhere."""
    now = line.state.now()
    return {"tokens": [line.state.grant(told["chat"], now) for _ in range(told.get("count", 1))]}


async def settings(line: "LineStandin", told: Json) -> Json:
    """Changes what the channel or the platform is like."""
    for name, value in told.items():
        if name not in ON_STATE + ON_PEOPLE:
            raise LookupError(f"no setting is called {name!r}")
        setattr(line.state if name in ON_STATE else line, name, value)
    return {}


async def faults(line: "LineStandin", told: Json) -> Json:
    """Orders faults, sets chances, or calms all."""
    if told.pop("calm", False):
        line.faults.calm()
    if chances := told.pop("chances", None):
        line.faults.shake(told.pop("seed", 0), *((share, Fault(**fault)) for share, fault in chances))
    if told:
        line.faults.add(told.pop("times", 1), Fault(**told))
    return {"ordered": len(line.faults.ordered), "chances": len(line.faults.chances)}


async def act(line: "LineStandin", told: Json) -> Json:
    """Somebody does something; what the bot answered."""
    if told["do"] not in ACTS:
        raise LookupError(f"choose from {', '.join(ACTS)}")
    args = list(told.get("args", ()))
    if "user" in told:
        args.insert(0, line.user(told["user"]))
    options = dict(told.get("options", {}))
    if "group" in told:
        options["group"] = line.group(told["group"])
    done = await getattr(line, told["do"])(*args, **options)
    webhook = done[-1] if isinstance(done, list) else done
    if not isinstance(webhook, Webhook):
        return {"opened": webhook}
    return {"status": webhook.status, "seconds": webhook.seconds, "reason": webhook.reason, "events": webhook.events}


async def forward(line: "LineStandin", told: Json) -> Json:
    """Moves the stand-in's clock on."""
    line.forward(told["seconds"])
    return {"now": line.state.now()}


async def reset(line: "LineStandin", _: Json) -> Json:
    """Forgets everything but the settings."""
    line.reset()
    return {}


ORDERS = {
    ("GET", "stats"): stats,
    ("GET", "deliveries"): deliveries,
    ("GET", "inbox"): inbox,
    ("GET", "violations"): violations,
    ("POST", "users"): users,
    ("POST", "groups"): groups,
    ("POST", "tokens"): tokens,
    ("POST", "settings"): settings,
    ("POST", "faults"): faults,
    ("POST", "act"): act,
    ("POST", "forward"): forward,
    ("POST", "reset"): reset,
}
