"""What may leave now on one channel: within its pace, its quota and good manners. One transaction's worth."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from alerts.quiet import Hours, manners
from alerts.quota import ENOUGH, Budget
from alerts.settings import Pace, Settings
from domain.alert import Lane
from domain.delivery import Delivery
from storage.budget import spent
from storage.claims import Manners, claim, claim_batch
from storage.due import Apart, any_due
from storage.pace import allowance, give_back

TOGETHER = 100
"""People in one batch, though LINE takes 500: claiming and settling 500 holds the writer 30–45 ms, and answers wait."""
BATCHES = 1
"""Batches taken in one transaction, some 20 ms each: what is urgent, and everybody who writes, hardly waits."""
SHARE = 4
"""
One in so many is for answers that wait, if any do, and one for what is urgent since just now: an urgent alert to fifty
thousand takes Telegram half an hour, and all that time its author would not hear how it goes, nobody get an answer that
failed the first time, and no coordinator the note of another urgent report.
"""
FIRST: tuple[Lane, ...] = ("urgent", "reply")
LAST: tuple[Lane, ...] = ("routine", "lazy")
"""What waits for the quota. Of the lazy, which are due when they expire, none is given out: they lapse."""


def whole(_: Delivery) -> int:
    """One delivery is one call, on most channels."""
    return 1


@dataclass(frozen=True, slots=True)
class Door:
    """
    A channel as deliveries see it. `many` is how many one call takes, 0 when each message is a call of its own.

    `pieces` says how many calls one delivery is.
    """

    channel: str
    many: int
    settings: Settings
    quiet: Hours
    pieces: Callable[[Delivery], int] = whole


def take(connection: Connection, door: Door, room: int, budget: Budget | None, now: datetime) -> list[list[Delivery]]:
    """
    Take what may leave now, as groups that go in one call each: at most `room` of them, urgent before routine.

    `budget` is how many routine messages the quota allows; None is any number. What others sent meanwhile is counted
    while the channel's clock is ours, so that all processes together leave the reserve alone.
    """
    owed = manners(door.quiet, door.settings.daily_cap, now)
    taken = _lanes(connection, door, FIRST, room, None, owed, now)
    if len(taken) >= room or not any_due(connection, door.channel, LAST, now):
        return taken  # and nothing is counted of the month, which takes the longer the more was sent
    routine = _allowance(connection, door.channel, budget)
    if routine is None or routine > 0:
        taken += _lanes(connection, door, LAST, room - len(taken), routine, owed, now)
    return taken


def _allowance(connection: Connection, channel: str, budget: Budget | None) -> int | None:
    if budget is None or budget.left >= ENOUGH:
        return None
    return budget.left and budget.left - spent(connection, channel, budget.since)


def _lanes(
    connection: Connection,
    door: Door,
    lanes: tuple[Lane, ...],
    room: int,
    most: int | None,
    owed: Manners,
    now: datetime,
) -> list[list[Delivery]]:
    singles = _singles(connection, door, lanes, room if most is None else min(room, most), owed, now)
    if not door.many:
        return singles
    left = None if most is None else most - len(singles)
    return singles + _batches(connection, door, lanes, min(room - len(singles), BATCHES), left, owed, now)


def _singles(
    connection: Connection, door: Door, lanes: tuple[Lane, ...], want: int, owed: Manners, now: datetime
) -> list[list[Delivery]]:
    pace = door.settings.pace.get(door.channel)
    granted = _allowed(connection, door.channel, pace, want, now)
    if granted <= 0:
        return []
    batched = door.many > 0
    some = partial(claim, connection, door.channel, now, apart=_apart(pace), manners=owed, batched=batched)
    taken = some(granted // SHARE, ("reply",)) if "reply" in lanes else []
    if "urgent" in lanes:
        taken += some(granted // SHARE, ("urgent",), newest=True)
    taken += some(granted - len(taken), lanes)
    if pace is not None:
        give_back(connection, door.channel, pace.rate, granted - sum(map(door.pieces, taken)))
    return [[delivery] for delivery in taken]


def _batches(
    connection: Connection,
    door: Door,
    lanes: tuple[Lane, ...],
    want: int,
    most: int | None,
    owed: Manners,
    now: datetime,
) -> list[list[Delivery]]:
    endpoint = f"{door.channel}.multicast"
    pace = door.settings.pace.get(endpoint)
    granted = _allowed(connection, endpoint, pace, want, now)
    taken: list[list[Delivery]] = []
    while len(taken) < granted:
        many = min(door.many, TOGETHER, *(() if most is None else (most - sum(map(len, taken)),)))
        batch = claim_batch(connection, door.channel, now, many, lanes, manners=owed) if many > 0 else []
        if not batch:
            break
        taken.append(batch)
    if pace is not None:
        give_back(connection, endpoint, pace.rate, granted - len(taken))
    return taken


def _allowed(connection: Connection, endpoint: str, pace: Pace | None, want: int, now: datetime) -> int:
    return want if pace is None else allowance(connection, endpoint, pace.rate, pace.burst, now, want)


def _apart(pace: Pace | None) -> Apart | None:
    if pace is None or not (pace.person or pace.group):
        return None
    return Apart(timedelta(seconds=pace.person), timedelta(seconds=pace.group))
