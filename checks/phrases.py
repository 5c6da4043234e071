"""Many fixed phrases looked for in one pass over a text: no regular expression, no way to run away."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")
GAP = 18
"""How many characters may stand where a phrase says "~"."""


class Phrases(Generic[Meaning]):
    """
    Fixed phrases, each standing for something.

    A phrase may hold one "~": its two parts must follow one another with at most `GAP` characters between.
    Finding costs one dictionary look-up a character, however many phrases there are.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], start: int = 3) -> None:
        """Index (phrase, meaning) pairs by their first `start` characters; a shorter phrase is an error."""
        self._start = start
        self._index: dict[str, list[tuple[str, str, Meaning]]] = {}
        for phrase, meaning in phrases:
            head, _, tail = phrase.partition("~")
            if len(head) < start:
                raise ValueError(f"A phrase needs {start} characters before any '~': {phrase!r}")
            self._index.setdefault(head[:start], []).append((head, tail, meaning))

    def found(self, text: str) -> Iterator[tuple[int, str, Meaning]]:
        """Position, phrase and meaning of everything that stands in the text, from left to right."""
        index, width = self._index, self._start
        for at in range(len(text) - width + 1):
            if (entries := index.get(text[at : at + width])) is not None:
                for head, tail, meaning in entries:
                    if text.startswith(head, at):
                        end = at + len(head)
                        if not tail or tail in text[end : end + GAP + len(tail)]:
                            yield at, head, meaning
