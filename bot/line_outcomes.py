"""What LINE's answers mean for a delivery (Messaging API reference, "Status codes", read 2026-08-07)."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.delivery import Outcome, Refused, Retry, Sent

if TYPE_CHECKING:
    from bot.line_api import Answer

MONTH_IS_OVER = "monthly limit"
"""Why a push is refused once the month's messages are used up. Replies still go out."""
PAUSE = timedelta(seconds=1)
LONG_PAUSE = timedelta(minutes=1)


def outcome(status: int, answer: "Answer") -> Outcome:
    """
    One answer as an outcome.

    409 means that LINE has taken a message under this retry key already. A token that LINE does not accept stops
    the channel, not the messages: an alert must not be lost over a setting.
    """
    why = answer.reason
    match status:
        case 409 if "retry key" in why.lower():
            return Sent(_id(answer.body))
        case _ if 200 <= status < 300:
            return Sent(_id(answer.body))
        case 429 if MONTH_IS_OVER in why.lower():
            return Refused(MONTH_IS_OVER)
        case 429:
            # One person may also be written to too often; then only their message has to wait.
            return Retry(why, PAUSE, whole_channel="rate limit" in why.lower())
        case 401 | 403:
            return Retry(f"LINE does not accept channel_access_token ({status}: {why})", LONG_PAUSE, whole_channel=True)
        case 404 | 405:
            return Retry(f"LINE is not at api_base ({status}: {why})", LONG_PAUSE, whole_channel=True)
        case _ if 400 <= status < 500 and status != 408:
            return Refused(f"{status}: {why}")
    return Retry(f"{status}: {why}" if status else why)


def token_is_gone(answer: "Answer") -> bool:
    """Whether LINE refused a reply token as used or too old."""
    return answer.status == 400 and "reply token" in answer.reason.lower()


def wrong_people(answer: "Answer") -> bool:
    """Whether a multicast was refused for whom it was to, not for what it said."""
    if answer.status != 400:
        return False
    match answer.body:
        case {"details": [*details]}:
            return not any(_about_messages(each) for each in details)
    return True


def _about_messages(detail: Any) -> bool:
    return isinstance(detail, dict) and str(detail.get("property", "")).startswith("messages")


def _id(body: Any) -> str:
    """LINE's id of the last message of a request, "" where it gives none."""
    match body:
        case {"sentMessages": [*_, {"id": str(id)}]}:
            return id
    return ""
