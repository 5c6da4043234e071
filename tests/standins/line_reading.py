"""What a person reads and can press in message objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.standins.line_state import Json

ORDER = {"header": 1, "title": 1, "hero": 2, "body": 3, "footer": 4}
"""A card reads from top to bottom, however its JSON was written; other keys come as they are."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; `quick` ones vanish after a press or a new message."""

    label: str
    action: Json
    quick: bool


def buttons_of(messages: list[Json]) -> list[Button]:
    """All that can be pressed in one receipt: the last message's quick replies first, then buttons from below."""
    found = [
        Button(item["action"].get("label", ""), item["action"], True)
        for message in messages[-1:]
        for item in (message.get("quickReply") or {}).get("items", ())
    ]
    for message in reversed(messages):
        found += [Button(one.get("label", ""), one, False) for one in actions_in(message)]
    return found


def actions_in(told: Any) -> Iterator[Json]:
    """Every action inside a message but those of its quick reply, in reading order."""
    if isinstance(told, list):
        for one in told:
            yield from actions_in(one)
    elif isinstance(told, dict):
        for name, value in downwards(told):
            match name:
                case "quickReply":
                    continue
                case "action" | "defaultAction":
                    yield value
                case "actions":
                    yield from value
                case _:
                    yield from actions_in(value)


def downwards(told: Json) -> list[tuple[str, Any]]:
    """The parts of a card in the order a reader meets them."""
    return sorted(told.items(), key=lambda part: ORDER.get(part[0], 3))


def words_of(message: Json) -> str:
    """A message as text: words as they are, cards line by line, other things as `[image]`."""
    match message["type"]:
        case "text" | "textV2":
            return str(message["text"])
        case "flex":
            return "\n".join(dict.fromkeys([message["altText"], *texts_in(message["contents"])]))
        case "template":
            return "\n".join(dict.fromkeys([message["altText"], *texts_in(message["template"])]))
        case "location":
            return f"[location] {message['title']} {message['address']}"
        case kind:
            return f"[{kind}]"


def texts_in(told: Any) -> Iterator[str]:
    """Titles and texts inside a card, in order, what stands on buttons left out."""
    if isinstance(told, list):
        for one in told:
            yield from texts_in(one)
    elif isinstance(told, dict):
        for name, value in downwards(told):
            if name in ("action", "actions", "defaultAction"):
                continue
            if name in ("text", "title") and isinstance(value, str):
                yield value
            else:
                yield from texts_in(value)
