"""The simulation of what a lesson costs counts what the rules really do."""

from benchmarks.cost import simulated


def test_everybody_is_reached_and_each_is_paid_for_once_or_not_at_all() -> None:
    """What was billed and what rode is what arrived; without a limit that is everybody."""
    found = simulated(0.5, people=150, weeks=2)
    assert (300, 300) == (found.due, found.arrived)
    assert found.billed + found.rode == found.arrived
    assert 0.2 < found.ratio < 0.95


def test_a_month_that_is_too_small_costs_reach_and_not_the_reserve() -> None:
    """Of 160 messages a month 100 are kept, so 60 are pushed and the rest lapses."""
    found = simulated(0.01, people=100, weeks=1, month=160)
    assert 60 == found.billed
    assert found.arrived == 60 + found.rode < found.due


def test_who_writes_is_what_was_asked_for() -> None:
    """The share of people who write in a week is near the one that was asked for."""
    assert abs(0.5 - simulated(0.5, people=600, weeks=1).writers) < 0.08
