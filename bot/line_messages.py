"""Our words as LINE's message objects (Messaging API reference, "Message objects", read 2026-08-07)."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from alerts.settings import BUBBLE
from bot.previews import SMALL
from domain.message import Button, Outgoing, Wants
from texts.writing import bubbles, cut, script

Json = dict[str, Any]

MESSAGES = 5
TEXT = BUBBLE["line"]
"""In UTF-16 units; labels are counted in graphemes."""
QUICK_REPLIES = 13
LABEL = 20
SHOWN = 300
PICTURES = (".png", ".jpg", ".jpeg")

ASKED: dict[str, dict[Wants, tuple[tuple[str, str], ...]]] = {
    "th": {
        "place": (("location", "📍 ส่งตำแหน่ง"),),
        "photo": (("camera", "📷 ถ่ายรูป"), ("cameraRoll", "🖼 เลือกรูป")),
    },
    "en": {
        "place": (("location", "📍 Send my place"),),
        "photo": (("camera", "📷 Take a photo"), ("cameraRoll", "🖼 Choose a photo")),
    },
    "lo": {
        "place": (("location", "📍 ສົ່ງທີ່ຕັ້ງ"),),
        "photo": (("camera", "📷 ຖ່າຍຮູບ"), ("cameraRoll", "🖼 ເລືອກຮູບ")),
    },
    "km": {
        "place": (("location", "📍 ផ្ញើទីតាំង"),),
        "photo": (("camera", "📷 ថតរូប"), ("cameraRoll", "🖼 ជ្រើសរូប")),
    },
}
"""LINE's own buttons, which exist only as quick replies: the action, and what stands on it. lo and km need review."""


def dress(message: Outgoing, url_of: Callable[[str], str]) -> list[Json]:
    """
    At most five message objects; none when there is nothing to say.

    `url_of` gives the https address of a file we keep, "" when it has none: LINE fetches pictures itself and takes
    no other files, so those are told by their address. Buttons are quick replies under the last message; what does
    not fit there is listed in the text, where it can be typed.
    """
    words = [*message.bubbles, *_listed(message), *message.along]
    found = [_attached(url) for id in message.attached if (url := url_of(id))][: MESSAGES - 1]
    texts = _texts(words, MESSAGES - len(found))
    said: list[Json] = found + [{"type": "text", "text": text} for text in texts]
    if said and (items := _quick_replies(message)):
        said[-1]["quickReply"] = {"items": items}
    return said


def room(message: Outgoing) -> int:
    """How many more bubbles fit into the request that carries this message."""
    return MESSAGES - len(message.attached) - pieces([*message.bubbles, *_listed(message), *message.along])


def pieces(words: Iterable[str]) -> int:
    """How many of LINE's messages these bubbles are."""
    return sum(len(bubbles(bubble, TEXT)) for bubble in words)


def _texts(words: list[str], most: int) -> list[str]:
    """The bubbles, each within LINE's limit; joined when they are more than `most`, cut when that is not enough."""
    found = [piece for bubble in words for piece in bubbles(bubble, TEXT)]
    if len(found) > most:
        found = bubbles("\n\n".join(found), TEXT)
    if len(found) > most:
        # More than 20,000 letters in one answer: what comes last is what to do now, so the middle goes.
        found = [*found[: most - 1], found[-1]] if most > 1 else found[-1:]
    return found


def _attached(url: str) -> Json:
    ending = next((each for each in PICTURES if urlsplit(url).path.lower().endswith(each)), "")
    if ending:
        return {"type": "image", "originalContentUrl": url, "previewImageUrl": url[: -len(ending)] + SMALL}
    return {"type": "text", "text": url}


def _asked(message: Outgoing) -> tuple[tuple[str, str], ...]:
    return ASKED[script(message.text) or "th"].get(message.wants, ()) if message.wants else ()


def _fitting(message: Outgoing) -> int:
    """How many of our buttons fit beside LINE's own."""
    return QUICK_REPLIES - len(_asked(message))


def _listed(message: Outgoing) -> list[str]:
    left = message.buttons[_fitting(message) :]
    return ["\n".join(f"• {button.label}" for button in left)] if left else []


def _quick_replies(message: Outgoing) -> list[Json]:
    own = [{"type": kind, "label": cut(label, LABEL)} for kind, label in _asked(message)]
    actions = own + [_postback(button) for button in message.buttons[: _fitting(message)]]
    return [{"type": "action", "action": action} for action in actions]


def _postback(button: Button) -> Json:
    return {
        "type": "postback",
        "label": cut(button.label, LABEL),
        "data": button.token,
        "displayText": cut(button.label, SHOWN),
    }
