"""LINE's rules for Flex messages (Messaging API reference, "Flex message", and the fields of line-bot-sdk 3.27)."""

import re
from typing import Any

import orjson

from tests.standins.line_actions import FLEX_LABEL, Errors, wrong_action, wrong_text, wrong_url
from tests.standins.line_state import Json

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
CAROUSEL_BUBBLES = 12
COLOR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
COLORS = ("color", "backgroundColor", "borderColor", "separatorColor")

OFFSETS = "position offsetTop offsetBottom offsetStart offsetEnd"
FIELDS = {
    name: frozenset(f"type {fields}".split())
    for name, fields in {
        "bubble": "direction size header hero body footer styles action",
        "carousel": "contents",
        "box": f"layout contents flex spacing margin width maxWidth height maxHeight backgroundColor borderColor "
        f"borderWidth cornerRadius paddingAll paddingTop paddingBottom paddingStart paddingEnd action justifyContent "
        f"alignItems background {OFFSETS}",
        "text": f"text contents flex size align gravity color weight style decoration wrap lineSpacing maxLines margin "
        f"adjustMode scaling action {OFFSETS}",
        "span": "text size color weight style decoration",
        "image": f"url flex margin align gravity size aspectRatio aspectMode backgroundColor action animated {OFFSETS}",
        "icon": f"url margin size scaling aspectRatio {OFFSETS}",
        "button": f"action flex margin height style color gravity adjustMode scaling {OFFSETS}",
        "separator": "margin color",
        "filler": "flex",
        "video": "url previewUrl altContent aspectRatio action",
    }.items()
}
CHOICES = {
    "layout": ("horizontal", "vertical", "baseline"),
    "weight": ("regular", "bold"),
    "align": ("start", "end", "center"),
    "gravity": ("top", "bottom", "center"),
    "direction": ("ltr", "rtl"),
    "position": ("relative", "absolute"),
    "adjustMode": ("shrink-to-fit",),
}
BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
BUTTON_STYLES = ("primary", "secondary", "link")
BLOCKS = ("header", "hero", "body", "footer")
IN_BOX = ("box", "text", "image", "icon", "button", "separator", "filler", "video")


def wrong_flex(told: Any, where: str) -> Errors:
    """Every error of a Flex container; properties are written as LINE does, such as `/body/contents/0/text`."""
    if not isinstance(told, dict) or told.get("type") not in ("bubble", "carousel"):
        return [(f"{where}.contents", "Must be a bubble or a carousel")]
    if told["type"] == "bubble":
        return wrong_bubble(told, "")
    bubbles = told.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= CAROUSEL_BUBBLES:
        return [("/contents", f"must be between 1 and {CAROUSEL_BUBBLES} bubbles")]
    errors = unknown_fields(told, "carousel", "")
    if len(orjson.dumps(told)) > CAROUSEL_BYTES:
        errors.append(("/", f"carousel must be at most {CAROUSEL_BYTES} bytes"))
    for number, bubble in enumerate(bubbles):
        errors += wrong_bubble(bubble, f"/contents/{number}")
    if len({bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}) > 1:
        errors.append(("/contents", "bubbles in a carousel must have the same size"))
    return errors


def wrong_bubble(told: Any, where: str) -> Errors:
    """At most 30 KB; `header`, `body` and `footer` are boxes, `hero` may be a picture."""
    if not isinstance(told, dict) or told.get("type") != "bubble":
        return [(where or "/", "must be a bubble")]
    errors = unknown_fields(told, "bubble", where)
    if len(orjson.dumps(told)) > BUBBLE_BYTES:
        errors.append((where or "/", f"bubble must be at most {BUBBLE_BYTES} bytes"))
    if told.get("size", "mega") not in BUBBLE_SIZES:
        errors.append((f"{where}/size", "invalid property"))
    if not any(told.get(block) for block in BLOCKS):
        errors.append((where or "/", "at least one block must be specified"))
    for block in BLOCKS:
        if told.get(block) is not None:
            kinds = ("box", "image", "video") if block == "hero" else ("box",)
            errors += wrong_component(told[block], f"{where}/{block}", kinds)
    if told.get("action") is not None:
        errors += wrong_action(told["action"], f"{where}/action", label=FLEX_LABEL, needs_label=False)
    return errors


def unknown_fields(told: Json, kind: str, where: str) -> Errors:
    """Flex, unlike the rest of LINE, refuses what it does not know."""
    errors: Errors = [(f"{where}/{name}", "unknown field") for name in told if name not in FIELDS[kind]]
    for name, allowed in CHOICES.items():
        if name in told and told[name] not in allowed:
            errors.append((f"{where}/{name}", "invalid property"))
    errors += [
        (f"{where}/{name}", "invalid property")
        for name in COLORS
        if name in told and not (isinstance(told[name], str) and COLOR.fullmatch(told[name]))
    ]
    return errors


def wrong_component(told: Any, where: str, kinds: tuple[str, ...]) -> Errors:
    """One component and all that is in it."""
    kind = told.get("type") if isinstance(told, dict) else None
    if kind not in kinds:
        return [(f"{where}/type", f"must be one of [{', '.join(kinds)}]")]
    errors = unknown_fields(told, kind, where)
    match kind:
        case "box":
            errors += wrong_box(told, where)
        case "text":
            errors += wrong_line(told, where)
        case "span":
            errors += [] if isinstance(told.get("text"), str) else [(f"{where}/text", "must be specified")]
        case "image" | "icon":
            errors += wrong_url(told.get("url"), f"{where}/url")
        case "video":
            errors += wrong_url(told.get("url"), f"{where}/url")
            errors += wrong_url(told.get("previewUrl"), f"{where}/previewUrl")
            errors += wrong_component(told.get("altContent"), f"{where}/altContent", ("box", "image"))
        case "button":
            if told.get("style", "link") not in BUTTON_STYLES:
                errors.append((f"{where}/style", "invalid property"))
            errors += wrong_action(told.get("action"), f"{where}/action", label=FLEX_LABEL)
    if kind != "button" and told.get("action") is not None:
        errors += wrong_action(told["action"], f"{where}/action", label=FLEX_LABEL, needs_label=False)
    return errors


def wrong_box(told: Json, where: str) -> Errors:
    """A layout and a list of components."""
    errors: Errors = [] if told.get("layout") else [(f"{where}/layout", "must be specified")]
    contents = told.get("contents")
    if not isinstance(contents, list):
        return [*errors, (f"{where}/contents", "must be specified")]
    for number, one in enumerate(contents):
        errors += wrong_component(one, f"{where}/contents/{number}", IN_BOX)
    return errors


def wrong_line(told: Json, where: str) -> Errors:
    """A text, or spans in its place."""
    spans = told.get("contents")
    if spans is None:
        return wrong_text(told.get("text"), f"{where}/text", 2000)
    if not isinstance(spans, list):
        return [(f"{where}/contents", "must be a list")]
    return [
        error
        for number, span in enumerate(spans)
        for error in wrong_component(span, f"{where}/contents/{number}", ("span",))
    ]
