"""What happened in somebody's area in a day, and what is left to do."""

from dataclasses import dataclass
from datetime import timedelta

from domain.forecast import Forecast

OVERDUE = timedelta(days=3)
"""A report that nobody has touched for so long is overdue."""

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """
    `kinds` and `areas` count the new reports, never both at once; `open` are all that wait for a decision, `overdue`
    those of them that nobody touched for three days. `indicators` are (key, people), `failed` counts deliveries that
    did not arrive by reason: "expired", "month", "gone", "refused". `month` is LINE's, None where LINE is not used.
    """

    kinds: Counts = ()
    areas: Counts = ()
    open: int = 0
    overdue: int = 0
    indicators: Counts = ()
    failed: Counts = ()
    month: Forecast | None = None

    @property
    def new(self) -> int:
        return sum(count for _, count in self.kinds)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing at all to tell."""
        return not (self.kinds or self.open or self.failed)
