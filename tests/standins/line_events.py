"""Webhook events as LINE writes them, and their signature (Messaging API reference, "Webhook Event Objects")."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from tests.standins.line_state import Group, Json, Media, Person, State

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WITH_REPLY_TOKEN = (
    "message",
    "messageEdited",
    "follow",
    "join",
    "memberJoined",
    "postback",
    "videoPlayComplete",
    "beacon",
    "accountLink",
)
NOT_IN_ONE_TO_ONE = ("messageEdited", "join", "leave", "memberJoined", "memberLeft")
QUOTABLE = ("text", "sticker", "image", "video")


def ulid(milliseconds: int) -> str:
    """A ULID: 48 bits of time and 80 of chance, in Crockford's base 32."""
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def signature(secret: str, body: bytes) -> str:
    """`x-line-signature` of exactly these bytes."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Events:
    """Makes events of one channel. Nothing is sent: see `People.together`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def event(
        self,
        kind: str,
        who: Person | None,
        *,
        group: Group | None = None,
        standby: bool = False,
        reply_token: bool | None = None,
        **more: Any,
    ) -> Json:
        """Any event: `more` are its own properties. `reply_token` overrides what LINE does for this kind."""
        if group is None and kind in NOT_IN_ONE_TO_ONE:
            raise ValueError(f"LINE sends {kind} only from groups and rooms")
        now = self.state.now()
        milliseconds = int(now * 1000)
        event: Json = {
            "type": kind,
            "mode": "standby" if standby else "active",
            "timestamp": milliseconds,
            "source": source(who, group, with_user=kind in ("message", "messageEdited", "postback", "unsend")),
            "webhookEventId": ulid(milliseconds),
            "deliveryContext": {"isRedelivery": False},
        }
        chat = group.id if group else who.id if who else None
        if reply_token is None:
            reply_token = kind in WITH_REPLY_TOKEN and not standby
        if chat and reply_token:
            event["replyToken"] = self.state.grant(chat, now)
        return event | more

    def message(self, who: Person, content: Json, *, group: Group | None = None, **options: Any) -> Json:
        """A message event; the message gets its id, quote token and mark-as-read token here."""
        self.state.people[who.id].spoke_at = self.state.now()
        message = {"id": self.state.number()} | content
        if content["type"] in QUOTABLE:
            message.setdefault("quoteToken", secrets.token_urlsafe(24))
        token = secrets.token_urlsafe(24)
        self.state.read_tokens.add(token)
        message.setdefault("markAsReadToken", token)
        return self.event("message", who, group=group, message=message, **options)

    def text(self, who: Person, text: str, *, mentions_bot: bool = False, **options: Any) -> Json:
        """Words. With `mentions_bot` the text begins by naming the bot, as `@…` does in a group."""
        content: Json = {"type": "text", "text": text}
        if mentions_bot:
            content["text"] = f"@ริมโขง {text}"
            mentioned = {"index": 0, "length": 7, "type": "user", "userId": self.state.bot_id, "isSelf": True}
            content["mention"] = {"mentionees": [mentioned]}
        return self.message(who, content, **options)

    def media(
        self,
        who: Person,
        kind: str,
        content: bytes,
        media_type: str,
        *,
        preparing: float = 0.0,
        more: Json | None = None,
        **options: Any,
    ) -> Json:
        """A picture, film, sound or file, whose bytes the content endpoint has after `preparing` seconds."""
        id = self.state.number()
        self.state.media[id] = Media(content, media_type, self.state.now() + preparing)
        told: Json = {"id": id, "type": kind} | (more or {})
        if kind != "file":
            told["contentProvider"] = {"type": "line"}
        return self.message(who, told, **options)

    def postback(self, who: Person, data: str, *, params: Json | None = None, **options: Any) -> Json:
        """A press of a button."""
        told: Json = {"data": data} | ({"params": params} if params else {})
        return self.event("postback", who, postback=told, **options)

    def again(self, event: Json) -> Json:
        """The same event delivered once more: same id, same token, `isRedelivery`."""
        if token := event.get("replyToken"):
            self.state.renew(token)
        return event | {"deliveryContext": {"isRedelivery": True}}


def source(who: Person | None, group: Group | None, *, with_user: bool) -> Json:
    """Where an event comes from; in groups the user is named only with what they did themselves."""
    if group is None:
        return {"type": "user", "userId": who.id} if who else {"type": "user"}
    told: Json = {"type": group.kind, f"{group.kind}Id": group.id}
    return told | ({"userId": who.id} if who and with_user else {})
