"""`/_control/...`: the stand-in steered from another process, all in JSON.

POST /_control/users   {name?, language_code?, started?, count?}     → {"ids": [...]}
POST /_control/groups  {title?, members?, kind?, privacy?, bot?}     → {"id": ...}
POST /_control/do      {"act": "says", "user": id, ...}              → {"update": {...}}, arguments as in Python;
                       people and groups by id, bytes as base64 under "data"
POST /_control/faults  {"next": {count, kind, ...}} | {"mix": {rates, ...}} | {"redeliver": 0.1} | {"clear": true}
POST /_control/clock   {"advance": s} | {"scale": x}
POST /_control/settled {timeout?}   POST /_control/heard {chat, count?, after?, timeout?}   POST /_control/reset
GET  /_control/stats   /_control/sent?chat=&since=   /_control/counts   /_control/violations
     /_control/duplicates   /_control/menus   /_control/updates
"""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.patience import PATIENCE
from tests.standins.telegram_state import Message

if TYPE_CHECKING:
    from tests.standins.telegram import TelegramStandin

ACTS = frozenset(
    [
        "says",
        "starts",
        "presses",
        "sends",
        "sends_album",
        "shares_location",
        "shares_contact",
        "forwards",
        "edits",
        "blocks",
        "unblocks",
        "deactivates",
        "adds_bot",
        "kicks_bot",
        "joins",
        "leaves",
        "migrates",
        "posts",
        "something_new",
        "malformed",
        "redelivers",
    ]
)
_CHATS = ("user", "group", "chat", "channel")


def control_routes(tg: "TelegramStandin") -> list[Route]:
    """The routes, to be mounted beside the Bot API."""
    posts = {
        "users": _users,
        "groups": _groups,
        "do": _do,
        "faults": _faults,
        "clock": _clock,
        "settled": _settled,
        "heard": _heard,
        "reset": _reset,
    }
    gets = {
        "stats": lambda asked: tg.stats(),
        "sent": lambda asked: [message_json(each) for each in _asked_messages(tg, asked)],
        "counts": lambda asked: {str(chat): count for chat, count in tg.ledger.counts.items()},
        "violations": lambda asked: [asdict(each) for each in tg.violations],
        "duplicates": lambda asked: [[message_json(each) for each in same] for same in tg.duplicates()],
        "menus": lambda asked: [
            {"scope": scope, "language_code": language, "commands": menu}
            for (scope, language), menu in tg.menus.items()
        ],
        "updates": lambda asked: {
            "waiting": [each.update for each in tg.updates.waiting.values()],
            "delivered": [asdict(each) for each in tg.updates.history.delivered],
            "dropped": tg.updates.history.dropped,
        },
    }
    return [
        *(Route(f"/_control/{name}", _posted(tg, act), methods=["POST"]) for name, act in posts.items()),
        *(Route(f"/_control/{name}", _got(look), methods=["GET"]) for name, look in gets.items()),
    ]


def message_json(message: Message) -> dict[str, Any]:
    """One message of the bot for another process."""
    return asdict(message) | {"text": message.text, "labels": message.labels}


def _json(body: object, status: int = 200) -> Response:
    raw = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    return Response(raw, status, media_type="application/json")


def _posted(
    tg: "TelegramStandin", act: Callable[["TelegramStandin", dict[str, Any]], Awaitable[object]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        try:
            return _json(await act(tg, orjson.loads(body) if body else {}))
        except (LookupError, ValueError, TypeError, TimeoutError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


def _got(look: Callable[[Request], object]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return _json(look(request))

    return endpoint


def _asked_messages(tg: "TelegramStandin", request: Request) -> list[Message]:
    chat, since = request.query_params.get("chat"), float(request.query_params.get("since", 0))
    found = tg.inbox(int(chat)) if chat else tg.sent
    return [each for each in found if each.at >= since]


async def _users(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    if "count" in asked:
        return {"ids": [user.id for user in tg.new_users(asked["count"], asked.get("language_code", "th"))]}
    return {"ids": [tg.new_user(**asked).id]}


async def _groups(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    members = [tg.ledger.chats[user_id] for user_id in asked.pop("members", [])]
    return {"id": tg.new_group(members=members, **asked).id}  # type: ignore[arg-type]


async def _do(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    act = asked.pop("act")
    if act not in ACTS:
        raise LookupError(f"no act {act!r}; there are {', '.join(sorted(ACTS))}")
    for name in _CHATS:
        if name in asked:
            asked[name] = tg.ledger.chats[asked[name]]
    if "data" in asked:
        asked["data"] = base64.b64decode(asked["data"])
    if "photos" in asked:
        asked["photos"] = [base64.b64decode(each) if each else None for each in asked["photos"]]
    outcome = getattr(tg, act)(**asked)
    if isinstance(outcome, Awaitable):
        outcome = await outcome
    return {"update": getattr(outcome, "chat", outcome)}


async def _faults(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    if asked.get("clear"):
        tg.faults.clear(asked.get("seed", 0))
    if "next" in asked:
        tg.faults.next(**asked["next"])
    if "mix" in asked:
        tg.faults.mix(**asked["mix"])
    tg.faults.redeliver = asked.get("redeliver", tg.faults.redeliver)
    return {"ok": True}


async def _clock(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    if "scale" in asked:
        tg.clock.rescale(asked["scale"])
    tg.advance(asked.get("advance", 0))
    return {"now": tg.clock.now(), "scale": tg.clock.scale}


async def _settled(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    await tg.settled(asked.get("timeout", PATIENCE))
    return {"ok": True}


async def _heard(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    chat = asked.pop("chat")
    return [message_json(each) for each in await tg.heard(chat, **asked)]


async def _reset(tg: "TelegramStandin", asked: dict[str, Any]) -> object:
    await tg.reset()
    return {"ok": True}
