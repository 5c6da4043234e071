"""One catalogue a language: keys to words, read from `<language>.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from texts.cards import hotline_words, lesson_words
from texts.facts import first_aid, first_aid_cards
from texts.writing import folded

LANGUAGES = ("th", "en", "lo", "km")
"""In the order we offer them. A new language is a file and a word here."""
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """The words of one language. `needs_review` says that no native speaker has signed them yet."""

    language: str
    words: Mapping[str, str]
    needs_review: bool = False
    fallback: "Catalogue | None" = field(default=None, repr=False)

    def has(self, key: str) -> bool:
        return self._own(key) is not None

    def __getitem__(self, key: str) -> str:
        """The words for a key. A question all flows share is found under `ask.` when a flow has none of its own."""
        own = self._own(key)
        if own is not None:
            return own
        if self.fallback:
            return self.fallback[key]
        raise KeyError(f"no words for {key!r} in {self.language}")

    def _own(self, key: str) -> str | None:
        found = self.words.get(key)
        if found is None and key.count(".") >= 2:
            found = self.words.get("ask." + key.split(".", 1)[1])
        return found

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """Every typed word of this language that is a command, folded, and the command it is."""
        rows = [(key, value) for key, value in self.words.items() if key.startswith("commands.")]
        return {
            folded(word.strip()): key.removeprefix("commands.")
            for key, value in rows
            for word in value.split(",")
            if word.strip()
        }


Catalogues = Mapping[str, Catalogue]


def load(*more: Mapping[str, Mapping[str, str]], folder: Path = FOLDER) -> dict[str, Catalogue]:
    """
    Every language's catalogue, with the first-aid cards, and `more` words by language and key put in.

    Thai has no fallback; the others fall back to English and English to Thai, so that nobody is left without words.
    """
    thai = _read("th", more, folder, None)
    english = _read("en", more, folder, thai)
    rest = {code: _read(code, more, folder, english) for code in LANGUAGES if code not in ("th", "en")}
    return {"th": thai, "en": english, **rest}


def _read(
    code: str, more: tuple[Mapping[str, Mapping[str, str]], ...], folder: Path, back: Catalogue | None
) -> Catalogue:
    words: dict[str, str] = {}
    for path in sorted(folder.glob(f"{code}*.toml")):
        words |= flatten(tomllib.loads(path.read_text("utf-8")))
    for extra in more:
        words |= extra.get(code, {})
    words |= lesson_words(code) | hotline_words(code)
    words |= {f"first_aid.{card.need}": first_aid(card.need, code) for card in first_aid_cards()}
    return Catalogue(code, words, words.pop("needs_review", "") == "yes", back)


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as dotted keys; the words for a whole table stand under `self`."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = str(value).strip("\n")
    return flat
