"""What a bot can ask LINE about people, groups, itself and what was sent to it."""

from tests.standins.line_http import NOT_FOUND, Answer, Call, Route, Wrong, body_errors
from tests.standins.line_state import Group, Json, Media, Person, State


def profile(state: State, call: Call) -> Answer:
    """Name and language; 404 for who is unknown, blocks the bot or has not agreed."""
    person = state.people.get(call.params["user"])
    if person is None or person.blocked or not person.friend or not person.has_profile:
        raise Wrong(404, NOT_FOUND)
    return Answer(described(person) | ({"language": person.language} if person.language else {}))


def described(person: Person) -> Json:
    """What a group member's profile holds."""
    return {"displayName": person.name, "userId": person.id, "pictureUrl": f"https://profile.line-scdn.net/{person.id}"}


def info(state: State, _: Call) -> Answer:
    """Who the bot is."""
    return Answer(
        {
            "userId": state.bot_id,
            "basicId": "@000rimkh",
            "displayName": "ริมโขง",
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


def followers(state: State, call: Call) -> Answer:
    """The friends' ids, in pages."""
    limit, start = int(call.query.get("limit", 300)), int(call.query.get("start", 0))
    if not 1 <= limit <= 1000:
        raise Wrong(400, "The value for the 'limit' parameter is invalid")
    ids = state.friends()
    page: Json = {"userIds": ids[start : start + limit]}
    return Answer(page | ({"next": str(start + limit)} if start + limit < len(ids) else {}))


def group(state: State, call: Call) -> Group:
    """The group of a path; 404 when there is none or the bot is not in it."""
    found = state.groups.get(call.params["group"])
    if found is None or not found.joined:
        raise Wrong(404, NOT_FOUND)
    return found


def summary(state: State, call: Call) -> Answer:
    """A group's name."""
    found = group(state, call)
    return Answer({"groupId": found.id, "groupName": found.name})


def member_count(state: State, call: Call) -> Answer:
    """How many are in a group, the bot not counted."""
    return Answer({"count": len(group(state, call).members)})


def member_ids(state: State, call: Call) -> Answer:
    """Who is in a group."""
    return Answer({"memberIds": group(state, call).members})


def member(state: State, call: Call) -> Answer:
    """A group member's profile, friend or not."""
    user = call.params["user"]
    if user not in group(state, call).members or user not in state.people:
        raise Wrong(404, NOT_FOUND)
    return Answer(described(state.people[user]))


def leave(state: State, call: Call) -> Answer:
    """The bot leaves; nothing can be sent there afterwards."""
    group(state, call).joined = False
    return Answer({})


def media(state: State, call: Call) -> Media:
    """What was sent under a message id; 404 unknown, 410 unsent."""
    found = state.media.get(call.params["message"])
    if found is None:
        raise Wrong(404, NOT_FOUND)
    if found.unsent:
        raise Wrong(410, "The message has been unsent")
    return found


def content(state: State, call: Call) -> Answer:
    """The bytes; 202 without any while a film or a sound is being prepared."""
    found = media(state, call)
    if state.now() < found.ready_at:
        return Answer({}, 202)
    if found.failed:
        raise Wrong(404, NOT_FOUND)
    return Answer(found.content, type=found.type)


def preview(state: State, call: Call) -> Answer:
    """A small picture of a picture or a film."""
    found = media(state, call)
    if not found.type.startswith(("image/", "video/")):
        raise Wrong(404, NOT_FOUND)
    return content(state, call)


def transcoding(state: State, call: Call) -> Answer:
    """Whether a film or a sound is ready."""
    found = media(state, call)
    if not found.type.startswith(("audio/", "video/")):
        raise Wrong(404, NOT_FOUND)
    waiting = state.now() < found.ready_at
    return Answer({"status": "processing" if waiting else "failed" if found.failed else "succeeded"})


def loading(state: State, call: Call) -> Answer:
    """Dots while the bot thinks: 5 to 60 seconds in steps of five, one user only."""
    body = call.json()
    seconds = body.get("loadingSeconds", 20)
    if not isinstance(seconds, int) or not 5 <= seconds <= 60 or seconds % 5:
        raise body_errors([("loadingSeconds", "Must be a multiple of 5 between 5 and 60")])
    if body.get("chatId") not in state.people:
        raise body_errors([("chatId", "Invalid chat ID")])
    state.loading.append((state.now(), body["chatId"], seconds))
    return Answer({}, 202)


def mark_as_read(state: State, call: Call) -> Answer:
    """Marks a message and all before it as read."""
    token = call.json().get("markAsReadToken")
    if not isinstance(token, str) or token not in state.read_tokens:
        raise body_errors([("markAsReadToken", "Invalid token")])
    state.read_up_to.append((state.now(), token))
    return Answer({})


def get_webhook(state: State, _: Call) -> Answer:
    """Where events go; 404 while it is not set."""
    if not state.webhook:
        raise Wrong(404, NOT_FOUND)
    return Answer({"endpoint": state.webhook, "active": True})


def set_webhook(state: State, call: Call) -> Answer:
    """https only, at most 500 long; a loopback address may be http, there being no certificate for it."""
    endpoint = call.json().get("endpoint")
    if not isinstance(endpoint, str) or not 0 < len(endpoint) <= 500:
        raise body_errors([("endpoint", "Size must be between 0 and 500")])
    if not endpoint.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise Wrong(400, "Invalid webhook endpoint URL")
    state.webhook = endpoint
    return Answer({})


BOT = "/v2/bot"
ROUTES = [
    Route("GET", f"{BOT}/profile/{{user}}", "profile", profile),
    Route("GET", f"{BOT}/info", "info", info),
    Route("GET", f"{BOT}/followers/ids", "followers", followers),
    Route("GET", f"{BOT}/group/{{group}}/summary", "group.summary", summary),
    Route("GET", f"{BOT}/message/{{message}}/content", "content", content),
    Route("GET", f"{BOT}/message/{{message}}/content/preview", "preview", preview),
    Route("GET", f"{BOT}/message/{{message}}/content/transcoding", "transcoding", transcoding),
    Route("POST", f"{BOT}/chat/loading/start", "loading", loading, "json"),
    Route("POST", f"{BOT}/chat/markAsRead", "markAsRead", mark_as_read, "json"),
    Route("GET", f"{BOT}/channel/webhook/endpoint", "webhook.get", get_webhook),
    Route("PUT", f"{BOT}/channel/webhook/endpoint", "webhook.set", set_webhook, "json"),
    *(
        route
        for kind in ("group", "room")
        for route in (
            Route("GET", f"{BOT}/{kind}/{{group}}/members/count", f"{kind}.count", member_count),
            Route("GET", f"{BOT}/{kind}/{{group}}/members/ids", f"{kind}.members", member_ids),
            Route("GET", f"{BOT}/{kind}/{{group}}/member/{{user}}", f"{kind}.member", member),
            Route("POST", f"{BOT}/{kind}/{{group}}/leave", f"{kind}.leave", leave),
        )
    ),
]
