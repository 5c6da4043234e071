"""How fast a channel may be used: one clock a channel, in the database, so that all processes keep it together."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from storage.outbox import insert_into
from storage.tables import pace

LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def allowance(connection: Connection, channel: str, rate: float, burst: int, now: datetime, want: int) -> int:
    """
    How many of `want` calls may begin now, at `rate` a second and at most `burst` at once. They count as begun.

    It is the generic cell rate algorithm (ITU-T I.371): the row holds the time at which the last permitted call
    would have been due had all come evenly. It is locked until the transaction ends, so asking and claiming what was
    granted belong in one transaction; what is not used is given back with `give_back`.
    """
    if want <= 0:
        return 0
    ahead = max(_clock(connection, channel), now) - now
    if now < _paused(connection, channel):
        return 0
    gap = timedelta(seconds=1 / rate)
    granted = max(0, min(want, (gap * burst - ahead) // gap))
    if granted:
        _set(connection, channel, now + ahead + gap * granted)
    return granted


def give_back(connection: Connection, channel: str, rate: float, unused: int) -> None:
    """
    Take back what was granted in this transaction and not used.

    Less than nothing is what was used beyond it: whoever comes next waits for that, too.
    """
    if unused:
        _set(connection, channel, _clock(connection, channel) - timedelta(seconds=1 / rate) * unused)


def spend(connection: Connection, channel: str, rate: float, now: datetime, calls: int = 1) -> None:
    """Count calls that could not wait to be allowed (replies): the ones that can wait leave the more slowly."""
    _set(connection, channel, max(_clock(connection, channel), now) + timedelta(seconds=1 / rate) * calls)


def pause(connection: Connection, channel: str, until: datetime) -> None:
    """Nothing is allowed on a channel before this time: it told us to wait. A longer pause is never cut short."""
    row = _pause(channel)
    _set(connection, row, max(_clock(connection, row), until))


def _paused(connection: Connection, channel: str) -> datetime:
    until = connection.execute(select(pace.c.tat).where(pace.c.channel == _pause(channel))).scalar()
    return until or LONG_AGO


def _clock(connection: Connection, row: str) -> datetime:
    """The time in a row, locked for the rest of the transaction."""
    mine: Any = select(pace.c.tat).where(pace.c.channel == row).with_for_update()
    time: datetime | None = connection.execute(mine).scalar()
    if time is None:  # two processes may both be first; then one waits here for the other
        connection.execute(insert_into(connection, pace).values(channel=row, tat=LONG_AGO).on_conflict_do_nothing())
        time = connection.execute(mine).scalar_one()
    return time


def _set(connection: Connection, row: str, time: datetime) -> None:
    connection.execute(update(pace).where(pace.c.channel == row).values(tat=time))


def _pause(channel: str) -> str:
    """A pause of "line" is one for "line.multicast" too: a platform that says wait means all of it."""
    return f"{channel.partition('.')[0]}.pause"
