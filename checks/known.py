"""What lists and neighbours already say of an indicator, as one frozen value that judging is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

StandingWord = Literal["dangerous", "cleared", ""]


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What is known of one indicator.

    `word` is what a coordinator or a list decided ("" = nobody decided yet), `source` names the list or is ""
    for our own coordinators, `people` counts different people who reported it, over `since_days` days.
    """

    word: StandingWord = ""
    source: str = ""
    people: int = 0
    since_days: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """
    All that judging may know beyond the text itself.

    `standings` maps an indicator's key to its standing. `table` answers for imported lists of bad domains:
    given a registrable domain or a host it returns the name of the list that has it, or "" (see `checks.table`).
    """

    standings: Mapping[str, Standing] = field(default_factory=lambda: MappingProxyType({}))
    table: Callable[[str], str] | None = None

    def standing(self, key: str) -> Standing:
        """What is known of this indicator; an empty standing when nothing is."""
        return self.standings.get(key, _NOTHING)


_NOTHING = Standing()
NOTHING_KNOWN = Known()
