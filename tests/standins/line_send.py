"""Sending: reply, push, multicast, broadcast, narrowcast, their validation, quota and counts."""

import re
from datetime import datetime

from tests.standins.line_http import Answer, Call, Route, Wrong, body_errors, invalid_property
from tests.standins.line_rules import wrong_messages
from tests.standins.line_state import RETRY_KEY_VALID, Accepted, Json, Person, State

USER = re.compile(r"U[0-9a-f]{32}")
CHAT = re.compile(r"[UCR][0-9a-f]{32}")
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
UNIT = re.compile(r"[A-Za-z0-9_]{1,30}")
MOST_RECEIVERS = 500
QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template")

INVALID_TOKEN = "Invalid reply token"
MONTH_IS_OVER = "You have reached your monthly limit."
KEY_ACCEPTED = "The retry key is already accepted"


def reply(state: State, call: Call) -> Answer:
    """Free, once for each reply token, and never with a retry key."""
    if call.header(b"x-line-retry-key") is not None:
        # That it is 400 is documented ("Retry failed API requests"); the words are ours.
        raise Wrong(400, "The X-Line-Retry-Key header is not supported by this endpoint")
    body = call.json()
    messages = checked(body)
    token = body.get("replyToken")
    if not isinstance(token, str) or not token:
        raise body_errors([("replyToken", "May not be empty")])
    chat = state.spend(token)
    if chat is None:
        raise Wrong(400, INVALID_TOKEN)
    ids, sent = numbered(state, messages)
    state.deliver([chat], "reply", messages, ids, call.request_id, None)
    return Answer({"sentMessages": sent})


def push(state: State, call: Call) -> Answer:
    """To one user, group or room; counted for each member."""
    body, key = call.json(), retry_key(state, call, "push")
    messages, to = checked(body), body.get("to")
    if not isinstance(to, str) or not CHAT.fullmatch(to):
        raise invalid_property("to")
    if to not in state.people and to not in state.groups:
        if state.strangers != "create" or not to.startswith("U"):
            raise Wrong(400, "Failed to send messages")
        create(state, to)
    if to in state.groups and not state.groups[to].joined:
        raise Wrong(400, "Failed to send messages")
    return send(state, call, "push", [to], messages, key)


def multicast(state: State, call: Call) -> Answer:
    """To at most 500 users; those LINE does not know get nothing, and it says nothing."""
    body, key = call.json(), retry_key(state, call, "multicast")
    messages, to = checked(body), body.get("to")
    if not isinstance(to, list) or not to:
        raise body_errors([("to", "May not be empty")])
    if len(to) > MOST_RECEIVERS:
        raise body_errors([("to", f"Size must be between 1 and {MOST_RECEIVERS}")])
    if not all(isinstance(one, str) and USER.fullmatch(one) for one in to):
        raise invalid_property("to")
    unique = list(dict.fromkeys(to))
    if len(unique) < len(to):
        # LINE does not say what it does with an id named twice. Delivered once here, and held against us.
        state.violate("multicast", 0, f"{len(to) - len(unique)} user ids named twice in one multicast")
    if state.strangers == "create":
        for one in unique:
            if one not in state.people:
                create(state, one)
    return send(state, call, "multicast", unique, messages, key)


def broadcast(state: State, call: Call) -> Answer:
    """To every friend."""
    body, key = call.json(), retry_key(state, call, "broadcast")
    return send(state, call, "broadcast", state.friends(), checked(body), key)


def narrowcast(state: State, call: Call) -> Answer:
    """To every friend, at most `limit.max`; audiences and filters need more followers than a stand-in has: 403."""
    body, key = call.json(), retry_key(state, call, "narrowcast")
    messages = checked(body)
    if body.get("recipient") or body.get("filter"):
        raise Wrong(403, "Failed to send messages: the number of recipients is insufficient")
    most = (body.get("limit") or {}).get("max")
    to = state.friends()[:most]
    send(state, call, "narrowcast", to, messages, key)
    state.narrowcasts[call.request_id] = {
        "phase": "succeeded",
        "successCount": len(to),
        "failureCount": 0,
        "targetCount": len(to),
        "acceptedTime": datetime.now().astimezone().isoformat(timespec="milliseconds"),
    }
    return Answer({}, 202)


def send(state: State, call: Call, kind: str, to: list[str], messages: list[Json], key: str | None) -> Answer:
    """Bills, delivers and remembers the retry key; refuses with 429 when the month's quota would not hold it."""
    cost = sum(map(state.receivers, to))
    if state.quota is not None and state.billed + cost > state.quota:
        raise Wrong(429, MONTH_IS_OVER)
    ids, sent = numbered(state, messages)
    state.deliver(to, kind, messages, ids, call.request_id, key)
    if key:
        kept = sent if kind == "push" else []
        state.keys[key] = Accepted(state.now(), call.request_id, kept, hash(call.body))
    return Answer({"sentMessages": sent} if kind == "push" else {})


def retry_key(state: State, call: Call, endpoint: str) -> str | None:
    """The retry key of a call, None without one; raises 400 for one that is no UUID, 409 for one already accepted."""
    key = call.header(b"x-line-retry-key")
    if key is None:
        return None
    if not UUID.fullmatch(key):
        # The status follows from the reference (a key is a UUID); the words are ours.
        raise Wrong(400, "The X-Line-Retry-Key header must be a UUID")
    key = key.lower()
    first = state.keys.get(key)
    if first is None or state.now() - first.at > RETRY_KEY_VALID:
        return key
    if first.body != hash(call.body):
        state.violate(endpoint, 0, f"retry key {key} used for another body")
    again = Wrong(409, KEY_ACCEPTED, **({"sentMessages": first.sent} if first.sent else {}))
    again.headers["x-line-accepted-request-id"] = first.request_id
    raise again


def checked(body: Json) -> list[Json]:
    """The messages of a request, all of them well-formed; raises `Wrong`, 400, with every error otherwise."""
    messages = body.get("messages")
    if details := wrong_messages(messages):
        raise body_errors(details)
    units = body.get("customAggregationUnits")
    if units is not None and not (
        isinstance(units, list) and len(units) == 1 and isinstance(units[0], str) and UNIT.fullmatch(units[0])
    ):
        raise body_errors([("customAggregationUnits", "Size must be between 0 and 1, of 1 to 30 letters each")])
    if not isinstance(body.get("notificationDisabled", False), bool):
        raise invalid_property("notificationDisabled")
    return messages  # type: ignore[no-any-return]


def numbered(state: State, messages: list[Json]) -> tuple[list[str], list[Json]]:
    """An id for each message, and LINE's `sentMessages`, with a quote token where one can be quoted."""
    ids = [state.number() for _ in messages]
    sent = [
        {"id": id, "quoteToken": f"q{id}"} if message["type"] in QUOTABLE else {"id": id}
        for id, message in zip(ids, messages, strict=True)
    ]
    return ids, sent


def create(state: State, id: str) -> None:
    """A benchmark's user, made by writing to them."""
    state.people[id] = Person(id)


def validate(_: State, call: Call) -> Answer:
    """Says what sending would say about the messages, and sends nothing."""
    checked(call.json())
    return Answer({})


def quota(state: State, _: Call) -> Answer:
    """The month's limit."""
    return Answer({"type": "none"} if state.quota is None else {"type": "limited", "value": state.quota})


def consumption(state: State, _: Call) -> Answer:
    """How much of the month's limit is used."""
    return Answer({"totalUsage": state.billed})


def delivery(state: State, call: Call) -> Answer:
    """How many were sent on a day; not ready for today."""
    kind, date = call.params["kind"], call.query.get("date", "")
    if not re.fullmatch(r"\d{8}", date):
        raise Wrong(400, "The value for the 'date' parameter is invalid")
    if date >= state.today():
        return Answer({"status": "unready"})
    if date < "20180331":
        return Answer({"status": "out_of_service"})
    return Answer({"status": "ready", "success": state.by_day[kind, date]})


def progress(state: State, call: Call) -> Answer:
    """How far a narrowcast is."""
    told = state.narrowcasts.get(call.query.get("requestId", ""))
    if told is None:
        raise Wrong(404, "The request ID is not found")
    return Answer(told)


AT = "/v2/bot/message"
SENDERS = {"reply": reply, "push": push, "multicast": multicast, "broadcast": broadcast, "narrowcast": narrowcast}
ROUTES = [
    *(Route("POST", f"{AT}/{name}", name, handler, "json") for name, handler in SENDERS.items()),
    *(Route("POST", f"{AT}/validate/{name}", f"validate.{name}", validate, "json") for name in SENDERS),
    Route("GET", f"{AT}/quota", "quota", quota),
    Route("GET", f"{AT}/quota/consumption", "consumption", consumption),
    Route("GET", f"{AT}/delivery/{{kind}}", "delivery", delivery),
    Route("GET", f"{AT}/progress/narrowcast", "progress", progress),
]
