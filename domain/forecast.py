"""What a month on a channel that bills will come to, by what is known today."""

from dataclasses import dataclass

from domain.plan import Figure


@dataclass(frozen=True, slots=True)
class Coming:
    """
    Deliveries that wait or will: `times` to `people` each. `writing` is the share of them (0 to 1) that will likely
    write before they would be pushed to, and so costs nothing. `name` is the campaign's, "" for what waits already.
    """

    name: str
    people: int
    writing: float
    times: int = 1

    @property
    def pushes(self) -> int:
        return round(self.times * self.people * (1 - self.writing))


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    A month as it looks: what the platform last said, what waits, campaigns due until it ends (each but the last not
    later than can still be pushed in it), and `daily` other pushes a day for the `days` that are left.

    `week` is the share of people on the channel who wrote within the last seven days.
    """

    line: Figure | None
    waiting: tuple[Coming, ...] = ()
    campaigns: tuple[Coming, ...] = ()
    daily: float = 0.0
    days: float = 0.0
    week: float = 0.0

    @property
    def waits(self) -> int:
        """People for whom something waits now."""
        return sum(one.people for one in self.waiting)

    @property
    def rides(self) -> int:
        """How many of those will likely get it with an answer."""
        return self.waits - sum(one.pushes for one in self.waiting)

    @property
    def total(self) -> int:
        """Messages used by the end of the month, if nothing is composed and nothing held back."""
        used = self.line.used if self.line else 0
        ahead = sum(one.pushes for one in (*self.waiting, *self.campaigns))
        return used + ahead + round(self.daily * self.days)

    def over(self, reserve: int) -> bool:
        """Whether that is more than the month holds beside the reserve."""
        return self.line is not None and self.line.limit is not None and self.total > self.line.limit - reserve
