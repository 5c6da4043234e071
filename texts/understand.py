"""Typed words that mean a button or a command."""

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from functools import lru_cache

from domain.message import Button, Incoming, Press, Text
from texts.catalogue import Catalogue
from texts.writing import folded

SYMBOLS = re.compile(r"^\W+")
"""The picture in front of a button's words, which nobody types."""
LONGEST = 60
"""Graphemes, roughly: a longer text is an account of something, never the name of a button."""


def understand(
    incoming: Incoming,
    offered: Sequence[Button],
    catalogues: Sequence[Catalogue],
    bare: Container[str] | None = None,
) -> Incoming:
    """
    Typing a button's label, or a command's word in any language, is the same as pressing it.

    A command may be typed bare ("รายงาน") when it stands alone, or with a slash and whatever follows
    ("/สถานะ 482913 ปิด"). The first catalogue is the person's own and wins. `bare` are the commands whose words may
    stand alone (None: any): a resident who types "ใคร" is asking us, not giving an order that is not theirs.
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
        if typed in spellings(button.label):
            return replace(incoming, content=Press(button.token))
    for catalogue in catalogues:
        name = catalogue.commands.get(typed)
        if name and (bare is None or name.partition(" ")[0] in bare):
            return replace(incoming, content=Press("/" + name, line))
    return incoming


@lru_cache(maxsize=4096)
def spellings(label: str) -> tuple[str, str]:
    """How a button's label may be typed, folded: with the picture in front of it and without."""
    whole = folded(label)
    return whole, SYMBOLS.sub("", whole)


def _command(line: str, catalogues: Sequence[Catalogue]) -> str:
    """`/word argument` with the word in its one spelling; a word we do not know stays as it is."""
    parts = line.split(None, 1)
    if not parts:
        return "/help"
    word, argument = folded(parts[0].split("@", 1)[0]), parts[1] if len(parts) > 1 else ""
    known = next((catalogue.commands[word] for catalogue in catalogues if word in catalogue.commands), word)
    # A word may stand for a command with an argument ("ออกเวร" is "duty off"); what is typed behind it wins.
    return f"/{known.partition(' ')[0]} {argument}" if argument else f"/{known}"
