"""LINE's rules for what can be pressed: actions, and the quick replies that hold them."""

import re
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

import regex

from tests.standins.line_state import Json

Errors = list[tuple[str, str]]

QUICK_REPLIES = 13
LABEL, FLEX_LABEL, CARD_LABEL = 20, 40, 12
LETTERS = 300
URI = 1000
SCHEMES = ("http", "https", "line", "tel")
ONLY_IN_QUICK_REPLIES = ("camera", "cameraRoll", "location")
ACTIONS = ("postback", "message", "uri", "datetimepicker", "richmenuswitch", "clipboard", *ONLY_IN_QUICK_REPLIES)
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """How many letters a reader sees, which is how LINE counts labels (developers.line.biz, "Character count")."""
    return len(GRAPHEME.findall(text)) if not text.isascii() else len(text)


def units(text: str) -> int:
    """UTF-16 code units, which is how LINE counts message text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def wrong_text(value: Any, where: str, most: int, *, letters: bool = False, empty: bool = False) -> Errors:
    """A string of at most `most`, counted in UTF-16 units or, with `letters`, in graphemes."""
    if value is None or value == "":
        return [] if empty else [(where, "May not be empty")]
    if not isinstance(value, str):
        return [(where, "Must be a string")]
    # Neither count can exceed two units a character, and most texts are short.
    if len(value) * 2 <= most or (graphemes(value) if letters else units(value)) <= most:
        return []
    return [(where, f"Length must be between 0 and {most}")]


def wrong_url(value: Any, where: str, most: int = 2000) -> Errors:
    """An https address; LINE fetches it itself."""
    if errors := wrong_text(value, where, most):
        return errors
    parts = urlsplit(value)
    return [] if parts.scheme == "https" and parts.netloc and value.isascii() else [(where, "Invalid URL")]


def wrong_uri(value: Any, where: str) -> Errors:
    """What a uri action may open."""
    if errors := wrong_text(value, where, URI):
        return errors
    scheme, _, rest = value.partition(":")
    fine = scheme.lower() in SCHEMES and rest and not re.search(r"\s", value)
    if scheme.lower().startswith("http"):
        fine = fine and bool(urlsplit(value).netloc)
    return [] if fine else [(where, "invalid uri")]


def wrong_action(
    action: Any, where: str, *, label: int = LABEL, needs_label: bool = True, quick: bool = False
) -> Errors:
    """One action. `label` is the longest label here; `quick` says that it stands in a quick reply."""
    if not isinstance(action, dict):
        return [(where, "Must be specified")]
    kind = action.get("type")
    allowed = [one for one in ACTIONS if quick or one not in ONLY_IN_QUICK_REPLIES]
    if quick:
        allowed.remove("richmenuswitch")
    if kind not in allowed:
        return [(f"{where}.type", f"Must be one of the following values: [{', '.join(allowed)}]")]
    errors = wrong_text(action.get("label"), f"{where}.label", label, letters=True, empty=not needs_label)
    match kind:
        case "postback":
            errors += wrong_text(action.get("data"), f"{where}.data", LETTERS)
            errors += wrong_text(action.get("displayText"), f"{where}.displayText", LETTERS, letters=True, empty=True)
            errors += wrong_text(action.get("fillInText"), f"{where}.fillInText", LETTERS, letters=True, empty=True)
            errors += wrong_text(action.get("text"), f"{where}.text", LETTERS, letters=True, empty=True)
        case "message":
            errors += wrong_text(action.get("text"), f"{where}.text", LETTERS, letters=True)
        case "uri":
            errors += wrong_uri(action.get("uri"), f"{where}.uri")
        case "datetimepicker":
            errors += wrong_text(action.get("data"), f"{where}.data", LETTERS) + wrong_dates(action, where)
        case "clipboard":
            errors += wrong_text(action.get("clipboardText"), f"{where}.clipboardText", 1000)
        case "richmenuswitch":
            errors += wrong_text(action.get("data"), f"{where}.data", LETTERS)
            if not ALIAS.fullmatch(str(action.get("richMenuAliasId"))):
                errors.append((f"{where}.richMenuAliasId", "Invalid rich menu alias ID"))
    return errors


def wrong_dates(action: Json, where: str) -> Errors:
    """A picker's mode, and its limits written in that mode's form."""
    readers = {"date": date.fromisoformat, "time": time.fromisoformat, "datetime": datetime.fromisoformat}
    reader = readers.get(action.get("mode", ""))
    if reader is None:
        return [(f"{where}.mode", "Must be one of the following values: [date, time, datetime]")]
    errors: Errors = []
    for name in ("initial", "max", "min"):
        if (value := action.get(name)) is not None:
            try:
                reader(value)
            except (ValueError, TypeError):
                errors.append((f"{where}.{name}", "Invalid format"))
    return errors


def wrong_quick_reply(told: Any, where: str) -> Errors:
    """At most thirteen buttons under a message."""
    items = told.get("items") if isinstance(told, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= QUICK_REPLIES:
        return [(f"{where}.items", f"Size must be between 1 and {QUICK_REPLIES}")]
    errors: Errors = []
    for number, item in enumerate(items):
        here = f"{where}.items[{number}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            errors.append((f"{here}.type", "Must be one of the following values: [action]"))
            continue
        errors += wrong_action(item.get("action"), f"{here}.action", quick=True)
        if item.get("imageUrl") is not None:
            errors += wrong_url(item["imageUrl"], f"{here}.imageUrl")
    return errors
