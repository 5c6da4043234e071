"""One message to one address, from "queued" to "sent", "refused" or "gone"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain.alert import Lane
from domain.message import Address, Outgoing

LEASE = timedelta(minutes=1)
"""How long whoever took a delivery may keep it before another may."""
REPLY_LEASE = timedelta(seconds=25)
"""
The same for an answer to LINE's reply token by whoever made it: longer than its two calls may take (`bot/line.py`), and
so short that the next try falls within the token's minute, when LINE tells whether the first try arrived.
"""
ALONE = "alone"
"""In place of a batch: never to be sent in one call with others (a group, or a batch was refused), nor to ride."""
ABOARD = datetime(9999, 1, 1, tzinfo=UTC)
"""When a delivery is due that rides on a reply: never by itself. The reply's own row says what rides on it."""
BACKOFF: dict[Lane, tuple[timedelta, ...]] = {
    "urgent": tuple(timedelta(seconds=s) for s in (2, 5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600)),
    "reply": tuple(timedelta(seconds=s) for s in (2, 10, 30, 120, 600, 3600)),
    "routine": tuple(timedelta(seconds=s) for s in (30, 120, 600, 3600, 3 * 3600)),
    "lazy": (),
}
"""Waits before each new try. The sum stays under 24 h, when LINE forgets a retry key and would send again."""
KEY_LASTS = timedelta(hours=23)
"""
How long after a try LINE still knows its retry key (24 h, https://developers.line.biz/en/docs/messaging-api/retrying-api-request/,
read 2026-08-07), a little less.
"""
UNCOUNTED = timedelta(days=7)
"""How long a message may wait for a channel that takes nothing at all, before such tries are counted like any."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    Whoever takes a delivery moves `due` ahead and counts a try; that is all the locking there is.

    `rides` is the id of another delivery whose words this one carries along: what becomes of this becomes of that.
    `veil` is what stands in the outbox in the address's place, where nobody may read there whom it is for.
    """

    id: str
    to: Address
    message: Outgoing
    due: datetime
    lane: Lane = "reply"
    state: str = "queued"
    tries: int = 0
    reply_token: str = ""
    retry_key: str = ""
    alert: str = ""
    batch: str = ""
    expires: datetime | None = None
    note: str = ""
    created: datetime | None = None
    rides: str = ""
    veil: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """
    The channel took it. `id` is the channel's own id of the message, if it gave one.

    `pushed` says that it went as a message of its own, for its reply token was no use any more.
    """

    id: str = ""
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """
    The channel is down or busy: try again, not sooner than `wait` if it told us so.

    `whole_channel` says that nothing at all should be sent there until then (Telegram's retry_after, a token that is
    not accepted): that is no fault of the message, and no try of it. `token_gone` says that the delivery's reply token
    is no use any more, and was not used for it. `untried` says that it was not even tried yet.
    """

    why: str
    wait: timedelta = timedelta()
    whole_channel: bool = False
    token_gone: bool = False
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel will never take this message."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The person has blocked us or left: stop writing to them. `moved` is the group's new address, if it has one."""

    moved: str = ""


Outcome = Sent | Retry | Refused | Gone


@dataclass(frozen=True, slots=True)
class Parted:
    """A call for many that ended in one way for some and in another for the rest; each of them is in one part."""

    parts: tuple[tuple[Sequence[Delivery], Outcome], ...]


def after(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """What a delivery becomes once we know how the try went: the whole retry policy."""
    backoff = BACKOFF[delivery.lane]
    match outcome:
        case Sent():
            token = "" if outcome.pushed else delivery.reply_token
            return replace(delivery, state="sent", note="", reply_token=token)
        case Gone(moved) if moved:
            return replace(delivery, to=replace(delivery.to, id=moved), due=now, note="moved")
        case Gone():
            return replace(delivery, state="gone", note="gone")
        case Refused(why):
            return replace(delivery, state="refused", note=why)
        case Retry(why, wait) if (free := _costs_no_try(delivery, outcome, now)) or delivery.tries <= len(backoff):
            due = now + (wait if free else max(wait, backoff[max(delivery.tries - 1, 0)]))
            if delivery.expires and due > delivery.expires:
                return replace(delivery, state="refused", note=f"expired: {why}")
            token = "" if outcome.token_gone else delivery.reply_token
            return replace(delivery, due=due, note=why, reply_token=token, tries=delivery.tries - free)
        case Retry(why):
            return replace(delivery, state="refused", note=f"gave up: {why}")


def _costs_no_try(delivery: Delivery, outcome: Retry, now: datetime) -> bool:
    young = delivery.created is None or now - delivery.created < UNCOUNTED
    return outcome.untried or (outcome.whole_channel and young)
