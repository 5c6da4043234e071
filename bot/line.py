"""
LINE: events in by `parse`, messages out by `dress`, and the class that talks to the Messaging API.

LINE never tells a sender that someone has blocked us: it takes the message and drops it. We learn of it once, from
the `unfollow` event.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import structlog

from bot.line_events import parse
from bot.line_messages import dress
from bot.line_outcomes import outcome, token_is_gone, wrong_people
from bot.receiving import Forged, Unanswered, Unreadable, Unwelcome, decoded, header, same, unreadable
from domain.delivery import Delivery, Outcome, Parted, Refused, Retry, Sent
from domain.ids import derived
from domain.message import Incoming
from domain.ports import Vanished

if TYPE_CHECKING:
    from bot.line_api import Answer, Api

__all__ = ["Line", "dress", "parse"]

log = structlog.get_logger()

API = "https://api.line.me"
DATA = "https://api-data.line.me"
TIMEOUT = 10.0
REPLY_TIMEOUT = 5.0
FETCH_TIMEOUT = 120.0
TOKEN_LASTS = timedelta(seconds=50)
"""LINE promises a reply token one minute from the webhook; we count from when we had decided, so a little less."""
GROUPS = ("C", "R")
"""How ids of groups and rooms begin. A push there costs as many messages as they have members, a reply none."""
REFUSED = (401, 403)
"""A token that LINE does not know, and one that may not do this."""
MESSAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")


def nowhere(_: str) -> str:
    """The address of a file when we have no public address."""
    return ""


def new_id() -> str:
    return str(uuid4())


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Line:
    """
    One LINE Official Account: `Channel`, `Multicaster`, `Fetcher` and `Receiver`.

    Nothing is opened before the first call, which must come from inside the event loop; `aclose()` closes it.
    `url_of` gives the https address of a file we keep, "" for none. `patience` shortens every time-out, for tests.
    """

    secret: str = field(repr=False)
    token: str = field(repr=False)
    api_base: str = API
    api_data_base: str = DATA
    url_of: Callable[[str], str] = nowhere
    new_id: Callable[[], str] = new_id
    clock: Callable[[], datetime] = utc_now
    patience: float = 1.0
    name: str = "line"
    many: int = 500
    _apis: dict[str, "Api"] = field(default_factory=dict, repr=False)

    # --- in ---

    def receive(self, body: bytes, headers: Mapping[str, str]) -> list[Incoming | Unreadable]:
        """
        What a webhook call brings. Raises `Forged` unless LINE signed exactly these bytes.

        The signature is base64 of HMAC-SHA256 over the raw body, keyed with the channel secret
        (https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/, read 2026-08-07).
        """
        digest = hmac.digest(self.secret.encode(), body, hashlib.sha256)
        signed = base64.b64encode(digest).decode() if self.secret else ""
        if not same(header(headers, "x-line-signature"), signed):
            raise Forged
        try:
            payload = decoded(body)
        except ValueError:
            return [unreadable(body, "no JSON")]
        return list(parse(payload, self.new_id, self.clock()))

    # --- out ---

    async def send(self, delivery: Delivery) -> Outcome:
        """Reply while there is a token that LINE takes, which is free; push otherwise, but no answer to a group."""
        messages = dress(delivery.message, self.url_of)
        if not messages:
            return Refused("nothing to say")
        if delivery.reply_token:
            found = await self._reply(delivery, messages)
            if found is not None:
                return found
            if delivery.to.id[:1] in GROUPS:
                return Refused("the free reply to a group came too late")
        key = delivery.retry_key or delivery.id
        answer = await self._post("push", {"to": delivery.to.id, "messages": messages}, key)
        told = self._told(delivery.id, answer)
        if not delivery.reply_token:
            return told
        match told:
            case Retry():
                return replace(told, token_gone=True)
            case Sent():
                return replace(told, pushed=True)
        return told

    async def _reply(self, delivery: Delivery, messages: list[dict[str, Any]]) -> Outcome | None:
        """
        Try the reply token; None when it is no use and the message has to be pushed.

        A reply has no retry key, so after a time-out, or when whoever tried has died, nobody knows whether LINE took
        it. But a token works once: when a later try is refused within the token's minute, an earlier one has used it,
        and the message is there. After that minute nothing tells, and we push: a message twice does less harm than a
        hotline that never came.
        """
        body = {"replyToken": delivery.reply_token, "messages": messages}
        answer = await self._call("POST", "/v2/bot/message/reply", body, seconds=REPLY_TIMEOUT)
        if token_is_gone(answer):
            young = delivery.created is not None and self.clock() - delivery.created < TOKEN_LASTS
            return outcome(200, answer) if young and delivery.tries > 1 else None
        return self._told(delivery.id, answer)

    async def send_many(self, deliveries: Sequence[Delivery], retry_key: str) -> Outcome | Parted:
        """
        One message to at most 500 people (never groups) by multicast, all or none under one retry key.

        LINE may refuse the whole call over one id that it does not know. The call is then halved, each half under a
        key derived from this one, until everybody else has been reached. While any part of it is open, all of it is:
        repeating it is harmless.
        """
        messages = dress(deliveries[0].message, self.url_of)
        if not messages:
            return Refused("nothing to say")
        people = list(dict.fromkeys(delivery.to.id for delivery in deliveries))
        ended = await self._multicast(people, messages, retry_key)
        if len(ended) == 1:
            return ended[0][1]
        return Parted(tuple(([one for one in deliveries if one.to.id in some], how) for some, how in ended))

    async def _multicast(
        self, people: list[str], messages: list[dict[str, Any]], key: str
    ) -> list[tuple[list[str], Outcome]]:
        """How it ended, and for whom."""
        answer = await self._post("multicast", {"to": people, "messages": messages}, key)
        if not wrong_people(answer) or len(people) == 1:
            return [(people, self._told(key, answer))]
        half = len(people) // 2
        ended = await self._multicast(people[:half], messages, derived(key, "first half"))
        ended += await self._multicast(people[half:], messages, derived(key, "second half"))
        still = next((how for _, how in ended if isinstance(how, Retry)), None)
        return [(people, still)] if still else ended

    async def _post(self, kind: str, body: dict[str, Any], key: str) -> "Answer":
        return await self._call("POST", f"/v2/bot/message/{kind}", body, headers={"X-Line-Retry-Key": key})

    def _told(self, id: str, answer: "Answer") -> Outcome:
        found = outcome(answer.status, answer)
        if isinstance(found, Refused | Retry):
            request = answer.headers.get("x-line-request-id", "")
            log.warning("line.not_sent", id=id, status=answer.status, why=found.why, request=request)
        return found

    # --- media ---

    async def fetch(self, ref: str, limit: int) -> bytes:
        """
        What someone sent, by its message id; see `domain.ports.Fetcher` for what is raised.

        LINE says 202 while it prepares a large video, and 410 once the person has taken it back.
        """
        if not MESSAGE_ID.fullmatch(ref):
            raise Vanished(f"no id of LINE's: {ref!r}")
        api = self._api(self.api_data_base)
        return await api.fetch(f"/v2/bot/message/{ref}/content", limit, seconds=FETCH_TIMEOUT * self.patience)

    # --- asking ---

    async def profile_language(self, user: str) -> str:
        """What LINE says of a person's language (BCP 47); "" when it does not, for whatever reason."""
        answer = await self._call("GET", f"/v2/bot/profile/{quote(user, safe='')}")
        match answer.body:
            case {"language": str(language)} if answer.fine:
                return language
        return ""

    async def quota(self) -> tuple[int | None, int]:
        """The month's limit (None for none) and about how much of it is used. Raises `Unanswered`."""
        limit = await self.ask("GET", "/v2/bot/message/quota")
        used = await self.ask("GET", "/v2/bot/message/quota/consumption")
        match limit, used:
            case {"value": int(value)}, {"totalUsage": int(total)}:
                return value, total
            case {"type": "none"}, {"totalUsage": int(total)}:
                return None, total
        raise Unanswered("LINE's quota cannot be read")

    async def members(self, group: str) -> int:
        """How many are in a group or room, without us; see `domain.ports.Census`. Raises `Unanswered`."""
        kind = "room" if group[:1] == "R" else "group"
        match await self.ask("GET", f"/v2/bot/{kind}/{quote(group, safe='')}/members/count"):
            case {"count": int(count)}:
                return count
        raise Unanswered("LINE's count of members cannot be read")

    async def bot_info(self) -> dict[str, Any]:
        """LINE's words about this account: `basicId`, `displayName`, `chatMode` …. Raises `Unanswered`."""
        told = await self.ask("GET", "/v2/bot/info")
        return dict(told) if isinstance(told, dict) else {}

    async def ask(self, method: str, path: str, body: Any = None, *, data: bool = False, kind: str = "") -> Any:
        """Any other call; its JSON. Raises `Unanswered` with LINE's reason for all but success."""
        headers = {"Content-Type": kind} if kind else {}
        answer = await self._call(method, path, body, headers=headers, data=data)
        if not answer.fine:
            kind_of = Unwelcome if answer.status in REFUSED else Unanswered
            raise kind_of(f"LINE says {answer.status} to {method} {path}: {answer.reason}")
        return answer.body

    async def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = TIMEOUT,
        data: bool = False,
    ) -> "Answer":
        api = self._api(self.api_data_base if data else self.api_base)
        return await api.call(method, path, body, headers=headers, seconds=seconds * self.patience)

    def _api(self, base: str) -> "Api":
        # A second and 70 MB, only for who has a LINE account.
        from bot.line_api import Api  # noqa: PLC0415

        return self._apis.get(base) or self._apis.setdefault(base, Api(base, self.token))

    async def aclose(self) -> None:
        """Closes the connections; the next call would open new ones."""
        apis, self._apis = self._apis, {}
        for api in apis.values():
            await api.aclose()
