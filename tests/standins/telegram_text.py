"""Text as Telegram reads it: HTML, MarkdownV2 and Markdown into plain text and entities, and how long it is.

Rules: Bot API "Formatting options" (read 2026-11-22). The 4096 of a message are counted in code points, measured
against the live API on 2026-08-29 (FerroxLabs/wayland issue 934: 4096 emoji accepted, 4097 refused); entity
offsets are UTF-16 units.
"""

import html
import re
from typing import Any

from tests.standins.telegram_wire import ApiError, Params, bad, structure, text

Entity = dict[str, Any]
Parsed = tuple[str, list[Entity]]

TEXT_MAX = 4096
CAPTION_MAX = 1024

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_NAMED = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);?")
_RESERVED = set("_*[]()~`>#+-=|{}.!")
_MARKS = (("__", "underline"), ("||", "spoiler"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"))
_LEGACY = {"*": "bold", "_": "italic"}


def units(words: str) -> int:
    """Length in UTF-16 units, the measure of entity offsets."""
    return len(words) + sum(ord(letter) > 0xFFFF for letter in words)


def message_text(params: Params) -> Parsed:
    """`text` of a message, parsed and measured. Raises ApiError as sendMessage does."""
    if not text(params, "text"):
        raise bad("message text is empty")
    words, entities = _formatted(params, "text", "entities")
    if not words:
        raise bad("text must be non-empty")
    if len(words) > TEXT_MAX:
        raise bad("message is too long")
    return words, entities


def caption(params: Params) -> Parsed:
    """`caption` of a photo, document, voice or video; may be absent."""
    if "caption" not in params:
        return "", []
    words, entities = _formatted(params, "caption", "caption_entities")
    if len(words) > CAPTION_MAX:
        raise bad("message caption is too long")
    return words, entities


def _formatted(params: Params, name: str, given: str) -> Parsed:
    words = text(params, name)
    mode = text(params, "parse_mode").lower()
    if mode in ("", "none"):
        listed = structure(params, given, "message entities")
        return trimmed(words, checked(words, listed) if listed else [])
    if mode not in _PARSERS:
        raise bad("unsupported parse_mode")
    return trimmed(*_PARSERS[mode](words))


def trimmed(words: str, entities: list[Entity]) -> Parsed:
    """Whitespace around a message is cut, and the entities move with it."""
    kept = words.strip()
    if kept == words:
        return words, entities
    lead, length = units(words) - units(words.lstrip()), units(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, length)
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return kept, moved


def checked(words: str, entities: Any) -> list[Entity]:
    """Entities given by the caller: right shape, inside the text."""
    if not isinstance(entities, list):
        raise bad("can't parse message entities: Expected an Array")
    length = units(words)
    for entity in entities:
        if not isinstance(entity, dict) or "type" not in entity:
            raise bad("can't parse message entities: Expected an Object of type MessageEntity")
        start, size = entity.get("offset"), entity.get("length")
        if not isinstance(start, int) or start < 0:
            raise bad("can't parse message entities: Receive an entity with incorrect offset")
        if not isinstance(size, int) or size <= 0:
            raise bad("can't parse message entities: Receive an entity with incorrect length")
        if start + size > length:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {length}"
            )
    return list(entities)


def _unreadable(why: str) -> ApiError:
    return bad(f"can't parse entities: {why}")


def _bytes(words: str, index: int) -> int:
    return len(words[:index].encode())


def parse_html(source: str) -> Parsed:
    """HTML to text and entities. Raises ApiError naming the byte where it breaks."""
    out: list[str] = []
    entities: list[Entity] = []
    stack: list[tuple[str, Entity]] = []
    offset = index = 0
    while index < len(source):
        letter = source[index]
        if letter == "<":
            tag = _TAG.match(source, index)
            if tag is None:
                raise _broken_tag(source, index)
            if tag[1]:
                _close(source, tag, stack, entities, offset)
            else:
                stack.append((tag[2].lower(), _open(source, tag, offset)))
            index = tag.end()
            continue
        piece = _NAMED.match(source, index) if letter == "&" else None
        shown = html.unescape(piece[0]) if piece else letter
        index = piece.end() if piece else index + 1
        out.append(shown)
        offset += units(shown)
    if stack:
        raise _unreadable(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return "".join(out), sorted(entities, key=lambda each: (each["offset"], -each["length"]))


def _broken_tag(source: str, index: int) -> ApiError:
    if ">" not in source[index:]:
        return _unreadable(f"Unclosed start tag at byte offset {_bytes(source, index)}")
    name = re.split(r"[\s>]", source[index + 1 :], maxsplit=1)[0]
    return _unreadable(f'Unsupported start tag "{name}" at byte offset {_bytes(source, index)}')


def _open(source: str, tag: re.Match[str], offset: int) -> Entity:
    name, at = tag[2].lower(), _bytes(source, tag.start())
    attributes = {found[1]: found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag[3])}
    if name not in _TAGS:
        raise _unreadable(f'Unsupported start tag "{name}" at byte offset {at}')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _unreadable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    entity: Entity = {"type": _TAGS[name], "offset": offset, "length": 0}
    if name == "a":
        entity["url"] = html.unescape(attributes.get("href", ""))
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return entity


def _close(source: str, tag: re.Match[str], stack: list[tuple[str, Entity]], done: list[Entity], offset: int) -> None:
    at, found = _bytes(source, tag.start()), tag[2].lower()
    if not stack:
        raise _unreadable(f"Unexpected end tag at byte offset {at}")
    name, entity = stack.pop()
    if name != found:
        raise _unreadable(f'Unmatched end tag at byte offset {at}, expected "</{name}>", found "</{found}>"')
    entity["length"] = offset - entity["offset"]
    if entity["length"] and entity.get("url", "-"):
        done.append(entity)


class _Markdown:
    """One pass over MarkdownV2."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.index = 0
        self.offset = 0
        self.out: list[str] = []
        self.done: list[Entity] = []
        self.stack: list[tuple[str, int, Entity]] = []

    def parse(self) -> Parsed:
        while self.index < len(self.source):
            self.step()
        if self.stack:
            mark, at, entity = self.stack[-1]
            name = {"[": "TextUrl"}.get(mark, str(entity["type"]).capitalize())
            raise _unreadable(f"Can't find end of {name} entity at byte offset {_bytes(self.source, at)}")
        return "".join(self.out), sorted(self.done, key=lambda each: (each["offset"], -each["length"]))

    def step(self) -> None:
        source, at = self.source, self.index
        letter = source[at]
        if letter == "\\" and at + 1 < len(source) and ord(source[at + 1]) < 127:
            self.take(source[at + 1])
            self.index = at + 2
        elif letter == "`":
            self.code()
        elif letter == ">" and (at == 0 or source[at - 1] == "\n"):
            self.index = at + 1
        elif letter == "]" and self.stack and self.stack[-1][0] == "[":
            self.link()
        elif letter == "[" or source.startswith("![", at):
            self.stack.append(("[", at, self.begun("text_link")))
            self.index = at + (1 if letter == "[" else 2)
        elif mark := next((each for each in _MARKS if source.startswith(each[0], at)), None):
            self.mark(*mark)
        elif letter in _RESERVED:
            raise _unreadable(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")
        else:
            self.take(letter)
            self.index = at + 1

    def take(self, words: str) -> None:
        self.out.append(words)
        self.offset += units(words)

    def begun(self, kind: str) -> Entity:
        return {"type": kind, "offset": self.offset, "length": 0}

    def finish(self, entity: Entity) -> None:
        entity["length"] = self.offset - entity["offset"]
        if entity["length"]:
            self.done.append(entity)

    def mark(self, mark: str, kind: str) -> None:
        if self.stack and self.stack[-1][0] == mark:
            self.finish(self.stack.pop()[2])
        elif any(open_mark == mark for open_mark, _, _ in self.stack):
            raise _unreadable(
                f"Can't find end of {str(self.stack[-1][2]['type']).capitalize()} entity "
                f"at byte offset {_bytes(self.source, self.stack[-1][1])}"
            )
        else:
            self.stack.append((mark, self.index, self.begun(kind)))
        self.index += len(mark)

    def code(self) -> None:
        mark = "```" if self.source.startswith("```", self.index) else "`"
        end = self.source.find(mark, self.index + len(mark))
        if end < 0:
            name = "Pre" if mark == "```" else "Code"
            raise _unreadable(f"Can't find end of {name} entity at byte offset {_bytes(self.source, self.index)}")
        entity = self.begun("pre" if mark == "```" else "code")
        self.take(re.sub(r"\\([`\\])", r"\1", self.source[self.index + len(mark) : end]))
        self.finish(entity)
        self.index = end + len(mark)

    def link(self) -> None:
        entity = self.stack.pop()[2]
        self.index += 1
        if self.source.startswith("(", self.index):
            end = re.compile(r"(?<!\\)\)").search(self.source, self.index)
            if end is None:
                raise _unreadable(f"Can't find end of a URL at byte offset {_bytes(self.source, self.index)}")
            entity["url"] = re.sub(r"\\(.)", r"\1", self.source[self.index + 1 : end.start()])
            self.index = end.end()
            self.finish(entity)


def parse_markdown_v2(source: str) -> Parsed:
    """MarkdownV2 to text and entities: every reserved character outside an entity must be escaped."""
    return _Markdown(source).parse()


def parse_markdown(source: str) -> Parsed:
    """Legacy Markdown: bold, italic, code and links, no nesting, no escape but of the four marks."""
    out: list[str] = []
    done: list[Entity] = []
    offset = index = 0
    while index < len(source):
        letter = source[index]
        if letter == "\\" and source[index + 1 : index + 2] in ("_", "*", "`", "["):
            out.append(source[index + 1])
            offset, index = offset + 1, index + 2
            continue
        link = re.compile(r"\[([^\]]*)\]\(([^)]*)\)").match(source, index) if letter == "[" else None
        if letter in "*_`":
            end = source.find(letter, index + 1)
            if end < 0:
                raise _unreadable(f"Can't find end of the entity starting at byte offset {_bytes(source, index)}")
            inner, after = source[index + 1 : end], end + 1
            entity: Entity = {"type": _LEGACY.get(letter, "code"), "offset": offset, "length": units(inner)}
        elif link:
            inner, after = link[1], link.end()
            entity = {"type": "text_link", "offset": offset, "length": units(inner), "url": link[2]}
        else:
            inner, after, entity = letter, index + 1, {"length": 0}
        if entity["length"]:
            done.append(entity)
        out.append(inner)
        offset, index = offset + units(inner), after
    return "".join(out), done


_PARSERS = {"html": parse_html, "markdownv2": parse_markdown_v2, "markdown": parse_markdown}
