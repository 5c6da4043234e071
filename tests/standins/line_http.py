"""The LINE stand-in's door: routes, access token, rate limits, sizes, faults, and LINE's way of saying no."""

import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from tests.standins.line_faults import Fault, Faults
from tests.standins.line_limits import Limits
from tests.standins.line_state import Json, State

LARGEST_BODY = 2 * 1024 * 1024
"""Larger requests are answered 413 (LINE Messaging API reference, "Status codes", read 2026-08-07)."""

NOT_FOUND = "Not found"
TOO_FAST = "The API rate limit has been exceeded. Try again later."


class Wrong(Exception):
    """A call LINE refuses: status, message, details of (property, what is wrong), further keys of the body."""

    def __init__(self, status: int, message: str, details: list[tuple[str, str]] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.details, self.more = status, message, details or [], more
        self.headers: dict[str, str] = {}

    def body(self) -> Json:
        """LINE's error body; `details` is left out when there are none."""
        told: Json = {"message": self.message}
        if self.details:
            told["details"] = [{"message": what, "property": where} for where, what in self.details]
        return told | self.more


def body_errors(details: list[tuple[str, str]]) -> Wrong:
    """400, one line for each thing that is wrong in the request's body."""
    return Wrong(400, f"The request body has {len(details)} error(s)", details)


def invalid_property(name: str) -> Wrong:
    """400 for a property whose value LINE cannot use at all."""
    return Wrong(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


@dataclass(slots=True)
class Call:
    """One request that reached an endpoint."""

    endpoint: str
    params: dict[str, str]
    headers: dict[bytes, bytes]
    query: dict[str, str]
    body: bytes
    request_id: str

    def json(self) -> Json:
        """The body as a JSON object; raises `Wrong`, 400, when it is none."""
        try:
            told = orjson.loads(self.body)
        except orjson.JSONDecodeError as wrong:
            where = f"(line: {wrong.lineno}, column: {wrong.colno})"
            raise Wrong(400, f"The request body could not be parsed as JSON {where}") from None
        if not isinstance(told, dict):
            raise Wrong(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
        return told

    def header(self, name: bytes) -> str | None:
        """A header's value, None without it."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. A dict goes as JSON, bytes as they are."""

    body: Json | bytes = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json"


Handler = Callable[[State, Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """`takes`: "json", "image" or "" for a call without a body."""

    method: str
    path: str
    endpoint: str
    handler: Handler
    takes: str = ""


class Router:
    """Finds an endpoint by method and path: whole paths by dict, those with parameters one by one."""

    def __init__(self, routes: list[Route]) -> None:
        self.whole = {(route.method, route.path): route for route in routes if "{" not in route.path}
        self.patterns = [
            (route.method, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)), route)
            for route in routes
            if "{" in route.path
        ]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The endpoint and its parameters, None when there is no such endpoint."""
        if route := self.whole.get((method, path)):
            return route, {}
        for wanted, pattern, route in self.patterns:
            if wanted == method and (match := pattern.fullmatch(path)):
                return route, match.groupdict()
        return None


class Door:
    """Takes one HTTP request through everything LINE checks before an endpoint sees it."""

    def __init__(self, state: State, limits: Limits, faults: Faults, routes: list[Route]) -> None:
        self.state, self.limits, self.faults, self.router = state, limits, faults, Router(routes)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        method, path = scope["method"], scope["path"]
        request_id = str(uuid.uuid4())
        body = await whole_body(receive)
        found = self.router.find(method, path)
        endpoint = found[0].endpoint if found else f"{method} {path}"
        fault = self.faults.next(endpoint) if found else None
        if fault and not fault.accepted:
            await self.go_wrong(fault, endpoint, request_id, scope, receive, send)
            return
        answer = await self.answer(found, endpoint, scope, body, request_id)
        if fault and answer.status < 300:
            await self.go_wrong(fault, endpoint, request_id, scope, receive, send)
            return
        self.state.answers[f"{endpoint} {answer.status}"] += 1
        await reply(send, answer, request_id)

    async def answer(
        self, found: tuple[Route, dict[str, str]] | None, endpoint: str, scope: Any, body: bytes | None, request_id: str
    ) -> Answer:
        """The endpoint's answer, or LINE's refusal."""
        try:
            if found is None:
                raise Wrong(404, NOT_FOUND)
            route, params = found
            headers = dict(scope["headers"])
            self.check(route, headers, body)
            query = dict(parse_qsl(scope["query_string"].decode())) if scope["query_string"] else {}
            told = route.handler(self.state, Call(endpoint, params, headers, query, body or b"", request_id))
            return told if isinstance(told, Answer) else await told
        except Wrong as wrong:
            if wrong.status != 409:
                self.state.violate(endpoint, wrong.status, wrong.message)
            return Answer(wrong.body(), wrong.status, wrong.headers)

    def check(self, route: Route, headers: dict[bytes, bytes], body: bytes | None) -> None:
        """Raises `Wrong` for a missing or wrong access token, too many, too large, the wrong media type."""
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme != "Bearer" or not token:
            reason = "Authorization header required. Must follow the scheme, 'Authorization: Bearer <ACCESS TOKEN>'"
            raise Wrong(401, f"Authentication failed due to the following reason: {reason}")
        if token != self.state.token:
            reason = "Confirm that the access token in the authorization header is valid."
            raise Wrong(401, f"Authentication failed. {reason}")
        if not self.limits.allow(route.endpoint, self.state.now(), self.state.pace):
            raise Wrong(429, TOO_FAST)
        if body is None:
            raise Wrong(413, "Payload Too Large")
        kind = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        if route.takes == "json" and kind != "application/json":
            raise Wrong(415, f"The content type, {kind}, is not supported")

    async def go_wrong(self, fault: Fault, endpoint: str, request_id: str, scope: Any, receive: Any, send: Any) -> None:
        """Answers as `fault` says, or not at all."""
        self.state.answers[f"{endpoint} {fault.kind}"] += 1
        match fault.kind:
            case "error":
                message = TOO_FAST if fault.status == 429 else "Internal Server Error"
                await reply(send, Answer({"message": message}, fault.status), request_id)
            case "garble":
                await reply(send, Answer(b'{"message":"\xff\xfe\x80"}', fault.status), request_id)
            case "hollow":
                await reply(send, Answer({}), request_id)
            case "cut":
                scope["hangup"]()
                await until_gone(receive)
            case "hang":
                self.faults.hanging += 1
                await until_gone(receive)


async def whole_body(receive: Any) -> bytes | None:
    """The request's body; None when it is larger than LINE takes."""
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        if len(body) <= LARGEST_BODY:
            body += message.get("body", b"")
    return body if len(body) <= LARGEST_BODY else None


async def until_gone(receive: Any) -> None:
    """Waits until the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def reply(send: Any, answer: Answer, request_id: str) -> None:
    """Sends `answer` with the headers LINE always sends."""
    body = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    headers = [
        (b"content-type", answer.type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-line-request-id", request_id.encode()),
        *((name.encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
