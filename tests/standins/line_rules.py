"""LINE's rules for message objects (Messaging API reference, "Message objects", read 2026-08-07)."""

from typing import Any

from tests.standins.line_actions import Errors, wrong_action, wrong_quick_reply, wrong_text, wrong_url
from tests.standins.line_flex import wrong_flex
from tests.standins.line_state import Json

MESSAGES = 5
TEXT = 5000
ALT_TEXT = 1500
MINUTES_24 = 24 * 60 * 60 * 1000


def wrong_messages(messages: Any) -> Errors:
    """Every error in a request's messages, as (property, what is wrong); empty when LINE would take them."""
    if not isinstance(messages, list) or not messages:
        return [("messages", "May not be empty")]
    if len(messages) > MESSAGES:
        return [("messages", f"Size must be between 1 and {MESSAGES}")]
    errors: Errors = []
    for number, message in enumerate(messages):
        errors += wrong_message(message, f"messages[{number}]")
    return errors


def wrong_message(message: Any, where: str) -> Errors:
    """Every error in one message object."""
    if not isinstance(message, dict):
        return [(where, "Must be an object")]
    rule = RULES.get(message.get("type", ""))
    if rule is None:
        return [(f"{where}.type", f"Must be one of the following values: [{', '.join(RULES)}]")]
    errors = rule(message, where)
    if message.get("quickReply") is not None:
        errors += wrong_quick_reply(message["quickReply"], f"{where}.quickReply")
    if message.get("sender") is not None:
        errors += wrong_sender(message["sender"], f"{where}.sender")
    if not isinstance(message.get("quoteToken", ""), str):
        errors.append((f"{where}.quoteToken", "Must be a string"))
    return errors


def wrong_sender(sender: Any, where: str) -> Errors:
    """Another name and picture for one message."""
    if not isinstance(sender, dict):
        return [(where, "Must be an object")]
    errors = wrong_text(sender.get("name"), f"{where}.name", 20, letters=True, empty=True)
    if sender.get("iconUrl") is not None:
        errors += wrong_url(sender["iconUrl"], f"{where}.iconUrl")
    return errors


def text(message: Json, where: str) -> Errors:
    """At most 5,000 UTF-16 units."""
    return wrong_text(message.get("text"), f"{where}.text", TEXT)


def text_v2(message: Json, where: str) -> Errors:
    """A text with {places}, each of which is named in `substitution`."""
    errors = text(message, where)
    places = message.get("substitution") or {}
    if not isinstance(places, dict) or len(places) > 100:
        errors.append((f"{where}.substitution", "Size must be between 0 and 100"))
    return errors


def sticker(message: Json, where: str) -> Errors:
    """A package and a sticker number."""
    return [
        (f"{where}.{name}", "May not be empty")
        for name in ("packageId", "stickerId")
        if not str(message.get(name) or "").isdigit()
    ]


def picture(message: Json, where: str) -> Errors:
    """A picture, or a film: two addresses that LINE can fetch."""
    return [
        error
        for name in ("originalContentUrl", "previewImageUrl")
        for error in wrong_url(message.get(name), f"{where}.{name}")
    ]


def audio(message: Json, where: str) -> Errors:
    """A sound and its length in milliseconds."""
    errors = wrong_url(message.get("originalContentUrl"), f"{where}.originalContentUrl")
    duration = message.get("duration")
    if not isinstance(duration, int) or not 0 < duration <= MINUTES_24:
        errors.append((f"{where}.duration", "Must be greater than 0"))
    return errors


def location(message: Json, where: str) -> Errors:
    """A pin with a title and an address."""
    errors = wrong_text(message.get("title"), f"{where}.title", 100, letters=True)
    errors += wrong_text(message.get("address"), f"{where}.address", 100, letters=True)
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most:
            errors.append((f"{where}.{name}", f"Must be between -{most} and {most}"))
    return errors


def imagemap(message: Json, where: str) -> Errors:
    """A picture with places to press."""
    errors = wrong_url(message.get("baseUrl"), f"{where}.baseUrl")
    errors += wrong_text(message.get("altText"), f"{where}.altText", ALT_TEXT)
    if not isinstance(message.get("baseSize"), dict) or message["baseSize"].get("width") != 1040:
        errors.append((f"{where}.baseSize.width", "Must be 1040"))
    actions = message.get("actions")
    if not isinstance(actions, list) or len(actions) > 50:
        errors.append((f"{where}.actions", "Size must be between 0 and 50"))
    return errors


def flex(message: Json, where: str) -> Errors:
    """An alternative text and one bubble, or a carousel of them."""
    errors = wrong_text(message.get("altText"), f"{where}.altText", ALT_TEXT)
    return errors + wrong_flex(message.get("contents"), where)


def template(message: Json, where: str) -> Errors:
    """An alternative text and one of the four templates."""
    errors = wrong_text(message.get("altText"), f"{where}.altText", ALT_TEXT)
    told, here = message.get("template"), f"{where}.template"
    rule = TEMPLATES.get(told.get("type", "")) if isinstance(told, dict) else None
    if rule is None:
        return [*errors, (f"{here}.type", f"Must be one of the following values: [{', '.join(TEMPLATES)}]")]
    return errors + rule(told, here)


def wrong_actions(told: Json, where: str, least: int, most: int) -> Errors:
    """So many actions, each well-formed."""
    actions = told.get("actions")
    if not isinstance(actions, list) or not least <= len(actions) <= most:
        return [(f"{where}.actions", f"Size must be between {least} and {most}")]
    return [
        error for number, action in enumerate(actions) for error in wrong_action(action, f"{where}.actions[{number}]")
    ]


def wrong_card(told: Json, where: str, *, full: int, short: int, actions: int) -> Errors:
    """Title, text and picture of a buttons template or a column; the text is `short` beside a title or a picture."""
    dressed = bool(told.get("title") or told.get("thumbnailImageUrl"))
    errors = wrong_text(told.get("text"), f"{where}.text", short if dressed else full, letters=True)
    errors += wrong_text(told.get("title"), f"{where}.title", 40, letters=True, empty=True)
    if told.get("thumbnailImageUrl") is not None:
        errors += wrong_url(told["thumbnailImageUrl"], f"{where}.thumbnailImageUrl")
    if told.get("defaultAction") is not None:
        errors += wrong_action(told["defaultAction"], f"{where}.defaultAction", needs_label=False)
    return errors + wrong_actions(told, where, 1, actions)


def buttons(told: Json, where: str) -> Errors:
    """Text 160, or 60 beside a title or a picture; at most four actions."""
    return wrong_card(told, where, full=160, short=60, actions=4)


def confirm(told: Json, where: str) -> Errors:
    """Text 240 and exactly two actions."""
    return wrong_text(told.get("text"), f"{where}.text", 240, letters=True) + wrong_actions(told, where, 2, 2)


def columns(told: Json, where: str) -> tuple[Errors, list[Json]]:
    """One to ten columns; the columns, or why there are none."""
    found = told.get("columns")
    if not isinstance(found, list) or not 1 <= len(found) <= 10 or not all(isinstance(one, dict) for one in found):
        return [(f"{where}.columns", "Size must be between 1 and 10")], []
    return [], found


def carousel(told: Json, where: str) -> Errors:
    """Columns of text 120 (60), each with the same number of actions, at most three."""
    errors, found = columns(told, where)
    for number, column in enumerate(found):
        errors += wrong_card(column, f"{where}.columns[{number}]", full=120, short=60, actions=3)
    if len({len(column.get("actions") or ()) for column in found}) > 1:
        errors.append((f"{where}.columns", "The number of actions must be the same in all columns"))
    return errors


def image_carousel(told: Json, where: str) -> Errors:
    """Columns of one picture and one action with a label of twelve."""
    errors, found = columns(told, where)
    for number, column in enumerate(found):
        here = f"{where}.columns[{number}]"
        errors += wrong_url(column.get("imageUrl"), f"{here}.imageUrl")
        errors += wrong_action(column.get("action"), f"{here}.action", label=12, needs_label=False)
    return errors


RULES = {
    "text": text,
    "textV2": text_v2,
    "sticker": sticker,
    "image": picture,
    "video": picture,
    "audio": audio,
    "location": location,
    "imagemap": imagemap,
    "template": template,
    "flex": flex,
}
TEMPLATES = {"buttons": buttons, "confirm": confirm, "carousel": carousel, "image_carousel": image_carousel}
