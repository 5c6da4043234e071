"""Holding an alert up and letting it go on; and what it has come to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from domain.delivery import ABOARD
from domain.query import Progress
from domain.reached import Reached, coarse, reason
from storage.tables import alerts, outbox

PAUSED, OVER = "on", "over"
"""In `alerts.pause`: held up; let go on, until all that was put off is due again."""
HELD = "held"
"""The note on a delivery that was put off because its alert is paused."""
LOOK_AGAIN = timedelta(hours=1)
"""When what was put off comes up again, if nobody lets it go on: each time is a write for each delivery."""


def pause_alert(connection: Connection, id: str) -> bool:
    """From now on nothing more of an alert is spread or taken out of the outbox. Whether it was going."""
    going = update(alerts).where(alerts.c.id == id, alerts.c.pause != PAUSED, alerts.c.state != "stopped")
    return connection.execute(going.values(pause=PAUSED)).rowcount == 1


def resume_alert(connection: Connection, id: str) -> bool:
    """
    Let a paused alert go on; whether it was paused. What was put off meanwhile `wake` makes due again.

    Who gets it only now gets the updates, too, that the others have had: these are spread once more.
    """
    held = update(alerts).where(alerts.c.id == id, alerts.c.pause == PAUSED)
    if connection.execute(held.values(pause=OVER)).rowcount != 1:
        return False
    updates = update(alerts).where(alerts.c.references == id, alerts.c.type == "Update", alerts.c.state == "done")
    connection.execute(updates.values(state="open", cursor=""))
    return True


def any_held(connection: Connection) -> bool:
    """Whether an alert was let go on of which something may still be put off: a look that changes nothing."""
    return connection.execute(select(alerts.c.id).where(alerts.c.pause == OVER).limit(1)).first() is not None


def wake(connection: Connection, now: datetime, limit: int = 500) -> int:
    """Make due again what was put off for alerts that go on: at most so many, how many they were; 0 when all is."""
    free = select(alerts.c.id).where(alerts.c.pause == OVER).with_for_update()
    ids = connection.execute(free).scalars().all()
    held = select(outbox.c.id).where(outbox.c.alert.in_(ids), outbox.c.state == "queued", outbox.c.note == HELD)
    held = held.where(outbox.c.due < ABOARD)  # what left with an answer meanwhile is that answer's
    due = update(outbox).where(outbox.c.id.in_(held.limit(limit).scalar_subquery()))
    many = connection.execute(due.values(due=now, note="")).rowcount
    if not many:
        connection.execute(update(alerts).where(alerts.c.id.in_(ids)).values(pause=""))
    return many


def hold(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Put off deliveries of a paused alert."""
    held = update(outbox).where(outbox.c.id.in_(list(ids)))
    connection.execute(held.values(due=now + LOOK_AGAIN, note=HELD))


def reached(connection: Connection, id: str) -> Reached:
    """How an alert has got on; areas as they were when it was queued."""
    here = outbox.c.alert == id
    channels: dict[str, dict[str, int]] = {}
    places: dict[str, tuple[int, int]] = {}
    grouped = select(outbox.c.channel, outbox.c.area, outbox.c.state, func.count()).where(here)
    for channel, area, state, many in connection.execute(
        grouped.group_by(outbox.c.channel, outbox.c.area, outbox.c.state)
    ):
        of = channels.setdefault(channel, {})
        of[state] = of.get(state, 0) + many
        people, told = places.get(area, (0, 0))
        places[area] = (people + many, told + (many if state == "sent" else 0))
    why: dict[str, int] = {}
    lost = select(outbox.c.state, outbox.c.note, func.count()).where(here, outbox.c.state.in_(("refused", "gone")))
    for state, note, many in connection.execute(lost.group_by(outbox.c.state, outbox.c.note)):
        name = "gone" if state == "gone" else reason(note)
        why[name] = why.get(name, 0) + many
    return Reached(
        tuple((channel, Progress(**of)) for channel, of in sorted(channels.items())),
        coarse(places),
        tuple(sorted(why.items(), key=lambda one: (-one[1], one[0]))),
    )
