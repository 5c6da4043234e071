"""
LINE's webhook events in our own words, each on its own, from raw JSON.

The SDK's parser drops what it does not know and loses the whole call over one new value, and LINE adds both without
notice (https://developers.line.biz/en/docs/messaging-api/development-guidelines/, read 2026-08-07).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.receiving import Unreadable, fingerprint, unreadable, written
from domain.message import (
    Address,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    MediaKind,
    Place,
    Press,
    Sticker,
    Text,
    Unread,
    Unsent,
)

log = structlog.get_logger()

KINDS: dict[str, MediaKind] = {"image": "photo", "video": "video", "audio": "voice"}
SILENT = frozenset(
    {
        *("memberJoined", "memberLeft", "videoPlayComplete", "beacon", "accountLink", "membership", "module"),
        *("activated", "deactivated", "botSuspended", "botResumed", "delivery"),
    }
)
"""Events that ask nothing of us (Messaging API reference, "Webhook Event Objects", read 2026-08-07)."""


def parse(payload: Any, new_id: Callable[[], str], now: datetime) -> Iterator[Incoming | Unreadable]:
    """
    Every event of one call that we understand or should keep; what asks nothing of us is left out.

    Never raises, whatever the payload is. A group or room is the sender of what is said in it: who spoke is not
    kept. `now` stands in for a time that is missing or cannot be.
    """
    match payload:
        case {"events": list(events)}:
            for event in events:
                yield from _read(event, new_id, now)
        case _:
            yield unreadable(payload, "no list of events")


def _read(event: Any, new_id: Callable[[], str], now: datetime) -> Iterator[Incoming | Unreadable]:
    if not isinstance(event, dict):
        yield unreadable(event, "not an event")
        return
    # In standby another system of the same account answers, and we may not.
    if event.get("mode") == "standby":
        return
    try:
        content = _content(event)
        if content is not None:
            yield _incoming(event, content, new_id(), now)
    except ValueError as error:
        yield unreadable(event, str(error), _event(event))
    except Exception as error:  # noqa: BLE001
        # A mistake of ours in one event must cost neither its neighbours nor LINE's answer. Without a traceback,
        # which may hold what somebody wrote.
        log.error("line.event_unread", event_id=_event(event), error=type(error).__name__)  # noqa: TRY400
        yield unreadable(event, type(error).__name__, _event(event))


def _incoming(event: Mapping[str, Any], content: Content, id: str, now: datetime) -> Incoming:
    sender, group = _sender(event.get("source"))
    return Incoming(
        id=id,
        event=_event(event),
        sender=sender,
        at=_time(event.get("timestamp"), now),
        content=content,
        reply_token=_text(event, "replyToken"),
        message=_text(event.get("message"), "id"),
        group=group,
        speaker=_speaker(event.get("source")) if group else None,
    )


def _event(event: Mapping[str, Any]) -> str:
    """LINE's id of an event; without one, a hash of all that a redelivery does not change."""
    lasting = {name: value for name, value in event.items() if name != "deliveryContext"}
    return _text(event, "webhookEventId") or fingerprint(written(lasting))


def _sender(source: Any) -> tuple[Address, bool]:
    match source:
        case {"type": "user", "userId": str(id)} if id:
            return Address("line", id), False
        case {"type": "group", "groupId": str(id)} | {"type": "room", "roomId": str(id)} if id:
            return Address("line", id), True
    raise ValueError("no sender")


def _speaker(source: Any) -> Address | None:
    """Who spoke in a group, where LINE says (iOS and Android only); for their role, never kept."""
    name = _text(source, "userId")
    return Address("line", name) if name else None


def _content(event: Mapping[str, Any]) -> Content | None:
    """What an event says; None when it asks nothing of us. Raises ValueError for what we cannot read."""
    match event:
        # Only what is said in groups can be edited: a dangerous link put in afterwards counts like any other.
        case {"type": "message" | "messageEdited", "message": {"type": str(kind)} as message}:
            return _said(kind, message)
        case {"type": "postback", "postback": {"data": str(token)}}:
            return Press(token)
        case {"type": "follow" | "join"}:
            return Joined()
        case {"type": "unfollow" | "leave"}:
            return Left()
        case {"type": "unsend", "unsend": {"messageId": str(ref)}}:
            return Unsent(ref)
        case {"type": str(kind)} if kind in SILENT:
            return None
    raise ValueError(f"cannot read an event of type {event.get('type')!r}")


def _said(kind: str, message: Mapping[str, Any]) -> Content:
    match message:
        case {"type": "text", "text": str(text)}:
            return Text(text)
        # Whoever sends it chose the address, so we never fetch it: it could be any machine, ours too.
        case {"contentProvider": {"type": "external"}}:
            return Unread(f"external {kind}")
        case {"type": "image" | "video" | "audio", "id": str(ref)} if ref:
            return Media(KINDS[kind], ref)
        case {"type": "file", "id": str(ref)} if ref:
            size = message.get("fileSize")
            return Media("file", ref, name=_text(message, "fileName"), size=size if isinstance(size, int) else 0)
        case {"type": "location", "latitude": int(lat) | float(lat), "longitude": int(lon) | float(lon)} if (
            abs(lat) <= 90 and abs(lon) <= 180
        ):
            title = ", ".join(filter(None, (_text(message, "title"), _text(message, "address"))))
            return Place(float(lat), float(lon), title)
        case {"type": "sticker"}:
            return Sticker()
    return Unread(kind)


def _time(stamp: Any, now: datetime) -> datetime:
    """LINE's milliseconds as a time; `now` for none, or one that lies ahead."""
    try:
        at = datetime.fromtimestamp(stamp / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return at if at <= now + timedelta(days=1) else now


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
