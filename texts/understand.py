"""Typed words that mean a button or a command."""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.message import Button, Incoming, Press, Text
from texts.catalogue import Catalogue
from texts.writing import folded

SYMBOLS = re.compile(r"^\W+")
"""The picture in front of a button's words, which nobody types."""
LONGEST = 60
"""Graphemes, roughly: a longer text is an account of something, never the name of a button."""


def understand(incoming: Incoming, offered: Sequence[Button], catalogues: Sequence[Catalogue]) -> Incoming:
    """
    Typing a button's label, or a command's word in any language, is the same as pressing it.

    A command may be typed bare ("รายงาน") when it stands alone, or with a slash and whatever follows
    ("/สถานะ 482913 ปิด"). The first catalogue is the person's own and wins.
    """
    content = incoming.content
    if not isinstance(content, Text):
        return incoming
    line = content.text.strip()
    if line.startswith(("/", "／")):
        return replace(incoming, content=Press(_command(line[1:], catalogues)))
    if len(line) > LONGEST:
        return incoming
    typed = folded(line)
    for button in offered:
        if typed in (label := folded(button.label), SYMBOLS.sub("", label)):
            return replace(incoming, content=Press(button.token))
    for catalogue in catalogues:
        if typed in catalogue.commands:
            return replace(incoming, content=Press("/" + catalogue.commands[typed], line))
    return incoming


def _command(line: str, catalogues: Sequence[Catalogue]) -> str:
    """`/word argument` with the word in its one spelling; a word we do not know stays as it is."""
    parts = line.split(None, 1)
    if not parts:
        return "/help"
    word, argument = folded(parts[0].split("@", 1)[0]), parts[1] if len(parts) > 1 else ""
    known = next((catalogue.commands[word] for catalogue in catalogues if word in catalogue.commands), word)
    # A command's word may stand for a command with an argument of its own ("ภาษาไทย" is "language th").
    return f"/{known} {argument}".strip()
