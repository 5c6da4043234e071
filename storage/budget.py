"""What was spent of a month since a platform last told of it, by all processes together."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.alert import LANES
from storage.riding import RODE
from storage.tables import outbox


def spent(connection: Connection, channel: str, since: datetime) -> int:
    """
    About how many billed messages have left, or are on their way, since the platform told of its month.

    Too many rather than too few: a delivery's `due` is its lease, so what was taken in the minute before counts too,
    for the platform may not have had it in its sum. Answers on a free token, and what rode on them, cost nothing.
    """
    billed = select(func.count()).where(
        outbox.c.state.in_(("sent", "queued")),
        outbox.c.channel == channel,
        outbox.c.lane.in_(LANES.values()),
        outbox.c.due >= since,
        outbox.c.tries > 0,
        outbox.c.reply_token == "",
        outbox.c.note != RODE,
    )
    return int(connection.execute(billed).scalar_one())
