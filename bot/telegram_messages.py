"""Our words as parameters of Telegram's `sendMessage` (https://core.telegram.org/bots/api#sendmessage, 10.x)."""

from collections.abc import Iterable, Iterator
from typing import Any

from alerts.settings import BUBBLE
from domain.message import Button, Outgoing
from texts.writing import bubbles, length, script

Json = dict[str, Any]

TEXT = BUBBLE["telegram"]
NARROW = 16
"""Labels up to so many graphemes stand two in a row."""
BUTTONS = 100

PLACE = {"th": "📍 ส่งตำแหน่ง", "en": "📍 Send my location", "lo": "📍 ສົ່ງທີ່ຕັ້ງ", "km": "📍 ផ្ញើទីតាំង"}
"""What stands on the button that asks the phone where it is. lo and km need review."""


def dress(message: Outgoing, *, private: bool = True) -> list[Json]:
    """
    One `sendMessage` a bubble, without `chat_id`; buttons under the last.

    Plain text without a parse mode, so that nothing anybody wrote can break or style it, and without link previews:
    no phone should load a reported page. Telegram has no message with buttons under it and the location button below
    the field too, so when a place is wanted the choices become keys that type their own label. Groups have no
    location button.
    """
    said: list[Json] = [
        {"text": piece, "link_preview_options": {"is_disabled": True}}
        for bubble in message.bubbles
        for piece in bubbles(bubble, TEXT)
    ]
    if said and (markup := keyboard(message, private=private)):
        said[-1]["reply_markup"] = markup
    return said


def pieces(message: Outgoing) -> int:
    """How many messages it is on Telegram, its files among them."""
    return len(message.attached) + sum(len(bubbles(bubble, TEXT)) for bubble in message.bubbles)


def keyboard(message: Outgoing, *, private: bool = True) -> Json | None:
    """The markup under a message, None for no buttons."""
    if message.wants == "place" and private:
        place = PLACE[script(message.text) or "th"]
        keys = [[{"text": button.label} for button in row] for row in _rows(message.buttons)]
        rows = [[{"text": place, "request_location": True}], *keys]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    if not message.buttons:
        return None
    return {
        "inline_keyboard": [
            [{"text": button.label, "callback_data": button.token} for button in row] for row in _rows(message.buttons)
        ]
    }


def edited(message: Outgoing) -> Json | None:
    """The same as parameters of `editMessageText`, which takes the first message only; None for no words."""
    said = dress(Outgoing((message.text,)))[:1]
    markup = keyboard(message, private=False)
    return said[0] | ({"reply_markup": markup} if markup else {}) if said else None


def _rows(buttons: Iterable[Button]) -> Iterator[list[Button]]:
    """Short labels in pairs, long ones alone."""
    row: list[Button] = []
    for button in list(buttons)[:BUTTONS]:
        if row and (length(button.label) > NARROW or length(row[-1].label) > NARROW or len(row) == 2):
            yield row
            row = []
        row.append(button)
    if row:
        yield row
