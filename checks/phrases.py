"""Many fixed phrases looked for in one pass over a text: no regular expression, no way to run away."""

from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

Meaning = TypeVar("Meaning")
GAP = 18
"""How many characters may stand where a phrase says "~"."""
_MORE = 3
"""How many characters after the first tell phrases with one beginning apart: hundreds begin with "โอน" (transfer)."""


class _Beginning(NamedTuple, Generic[Meaning]):
    """Phrases with the same first characters: those too short to tell apart further, and the others by what follows."""

    short: list[tuple[str, str, Meaning]]
    long: dict[str, list[tuple[str, str, Meaning]]]


class Phrases(Generic[Meaning]):
    """
    Fixed phrases, each standing for something.

    A phrase may hold one "~": its two parts must follow one another with at most `GAP` characters between.
    Finding costs a dictionary look-up or two a character, however many phrases there are.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], start: int = 3) -> None:
        """Index (phrase, meaning) pairs by their first `start` characters; a shorter phrase is an error."""
        self._start = start
        self._index: dict[str, _Beginning[Meaning]] = {}
        for phrase, meaning in phrases:
            head, _, tail = phrase.partition("~")
            if len(head) < start:
                raise ValueError(f"A phrase needs {start} characters before any '~': {phrase!r}")
            begins = self._index.setdefault(head[:start], _Beginning([], {}))
            more = head[start : start + _MORE]
            entries = begins.short if len(more) < _MORE else begins.long.setdefault(more, [])
            entries.append((head, tail, meaning))

    def found(self, text: str) -> Iterator[tuple[int, str, Meaning]]:
        """Position, phrase and meaning of everything that stands in the text, from left to right."""
        index, width = self._index, self._start
        for at in range(len(text) - width + 1):
            if (begins := index.get(text[at : at + width])) is not None:
                next_at = at + width
                entries = begins.long.get(text[next_at : next_at + _MORE], begins.short)
                if begins.short and entries is not begins.short:
                    entries = [*begins.short, *entries]
                for head, tail, meaning in entries:
                    if text.startswith(head, at):
                        end = at + len(head)
                        if not tail or tail in text[end : end + GAP + len(tail)]:
                            yield at, head, meaning
