"""What travels: reading a Bot API request as Telegram does, and the shapes of its answers."""

import urllib.parse
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Params = dict[str, Any]

_TRUE = {"true", "yes", "1", "on"}


class ApiError(Exception):
    """An answer with ok=false: HTTP status, description and the optional ResponseParameters."""

    def __init__(self, code: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON Telegram sends with this error."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(description: str) -> ApiError:
    """400, worded as the published Bot API server words it."""
    return ApiError(400, f"Bad Request: {description}")


def forbidden(description: str) -> ApiError:
    """403: the bot may not do this, and asking again will not help."""
    return ApiError(403, f"Forbidden: {description}")


def conflict(description: str) -> ApiError:
    """409: webhook and polling, or two pollers."""
    return ApiError(409, f"Conflict: {description}")


def slow_down(seconds: int) -> ApiError:
    """429 with the seconds to wait, said twice as Telegram says it."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request."""

    filename: str
    content_type: str
    data: bytes


async def read_body(receive: Receive) -> bytes:
    """The whole request body."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def read_params(scope: Scope, body: bytes) -> Params:
    """Query string and body together. Raises ApiError for a body Telegram could not read."""
    try:
        params: Params = _form(scope["query_string"])
        if body:
            params |= _body_params(_content_type(scope), body)
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return params


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value, "latin-1")
    return ""


def _body_params(content_type: str, body: bytes) -> Params:
    if content_type.startswith("application/json"):
        return _json_params(body)
    if content_type.startswith("application/x-www-form-urlencoded"):
        return _form(body)
    if content_type.startswith("multipart/form-data"):
        return _multipart(content_type, body)
    return {}


def _json_params(body: bytes) -> Params:
    try:
        params = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad("can't parse request: Can't parse JSON") from None
    if not isinstance(params, dict):
        raise bad("can't parse request: Expected an object")
    return {name: value for name, value in params.items() if value is not None}


def _form(raw: bytes) -> Params:
    if not raw:
        return {}
    return dict(urllib.parse.parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict"))


def _multipart(content_type: str, body: bytes) -> Params:
    """Form fields as text, files as `Upload`."""
    boundary = content_type.partition("boundary=")[2].split(";")[0].strip().strip('"').encode()
    if not boundary:
        raise bad("can't parse request: Boundary not found")
    params: Params = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            break
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name, filename, kind = _part_head(head.decode("utf-8"))
        params[name] = data.decode("utf-8") if filename is None else Upload(filename, kind, data)
    return params


def _part_head(head: str) -> tuple[str, str | None, str]:
    name, filename, kind = "", None, "application/octet-stream"
    for line in head.split("\r\n"):
        header, _, value = line.partition(":")
        if header.lower() == "content-type":
            kind = value.strip()
        elif header.lower() == "content-disposition":
            for field in value.split(";")[1:]:
                key, _, quoted = field.strip().partition("=")
                if key == "name":
                    name = urllib.parse.unquote(quoted.strip('"'))
                elif key == "filename":
                    filename = urllib.parse.unquote(quoted.strip('"'))
    return name, filename, kind


def whole(params: Params, name: str, default: int = 0) -> int:
    """An integer parameter, given as a number or as digits."""
    value = params.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f'invalid parameter "{name}" value specified') from None


def real(params: Params, name: str) -> float:
    """A number; absent or unreadable is an error."""
    try:
        return float(params[name])
    except (KeyError, TypeError, ValueError):
        raise bad(f'invalid parameter "{name}" value specified') from None


def flag(params: Params, name: str) -> bool:
    """A boolean, written any of the ways Telegram understands."""
    value = params.get(name, False)
    return value if isinstance(value, bool) else str(value).lower() in _TRUE


def text(params: Params, name: str) -> str:
    """A string parameter, "" when absent."""
    value = params.get(name, "")
    return value if isinstance(value, str) else str(value)


def structure(params: Params, name: str, what: str) -> Any:
    """A JSON parameter, as JSON or as a JSON string inside a form; None when absent or empty."""
    value = params.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise bad(f"can't parse {what} JSON object") from None


async def reply_json(send: Send, status: int, body: object) -> None:
    """Answer with JSON."""
    await reply(send, status, orjson.dumps(body), b"application/json")


async def reply(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    """Answer with any body, whole."""
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
