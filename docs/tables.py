"""`python -m docs.tables`: the tables of commands and settings, from the code; `--write` puts them into the README."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.config import keys
from domain.contact import Role
from handlers.commands import COMMANDS, UNSAID
from texts import load

README = Path(__file__).parent.parent / "README.md"
HEADINGS = {
    Role.RESIDENT: "Everybody",
    Role.VOLUNTEER: "Volunteers, too",
    Role.COORDINATOR: "Coordinators, too",
    Role.ADMIN: "Admins, too",
}


def commands() -> str:
    """Every command by the least role that may use it, in Markdown: how it is typed, its Thai word, what it does."""
    words, thai = load()["en"], thai_words()
    parts = []
    for role, heading in HEADINGS.items():
        rows = [
            (code(f"/{name} {one.example}".strip()), thai.get(name, ""), what(words[f"help.{name}"], name))
            for name, one in COMMANDS.items()
            if one.role == role
        ]
        if rows:
            parts.append(f"**{heading}**\n\n{table(('type', 'or in Thai', 'what it does'), rows)}")
    return "\n\n".join(parts)


def thai_words() -> dict[str, str]:
    """The first Thai word of each command; what stands first in the catalogue is what we teach."""
    typed = load()["th"].commands
    return {name: word for word, name in reversed(list(typed.items())) if not word.isascii()}


def what(words: str, name: str) -> str:
    return f"{words} *(a button does this)*" if name in UNSAID else words


def settings() -> str:
    """Every setting in Markdown: its name, what it is when nobody says otherwise, and what it means."""
    rows = [(code(f"{section}.{name}"), code(toml(default)), said) for section, name, default, said in keys()]
    return table(("setting", "default", "what it is"), rows)


def toml(value: Any) -> str:
    """A default as the configuration file spells it."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def code(text: str) -> str:
    return f"`{text}`"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; a bar inside a cell would end it."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


TABLES = {"commands": commands, "settings": settings}


def between(name: str) -> tuple[str, str]:
    """The two marks that a table stands between."""
    return f"<!-- {name}: python -m docs.tables --write -->", f"<!-- /{name} -->"


def current(text: str) -> str:
    """The same text with each table as the code has it now. Raises ValueError when a mark is missing."""
    for name, made in TABLES.items():
        first, last = between(name)
        before, found, rest = text.partition(first)
        _, ended, after = rest.partition(last)
        if not (found and ended):
            raise ValueError(f"the marks around the table of {name} are gone: {first} … {last}")
        text = f"{before}{first}\n\n{made()}\n\n{last}{after}"
    return text


def main(arguments: list[str]) -> int:
    """Print both tables, or with `--write` put them where they belong."""
    if arguments == ["--write"]:
        README.write_text(current(README.read_text("utf-8")), "utf-8")
        return 0
    sys.stdout.write("\n\n".join(made() for made in TABLES.values()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
