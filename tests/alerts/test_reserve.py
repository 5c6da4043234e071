"""What the month has left on LINE: a reserve of it is kept for the urgent, by all processes together."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from alerts.fanout import spread
from alerts.quiet import Hours
from alerts.quota import Quota
from alerts.sender import Sender
from alerts.settings import Settings
from domain.alert import Alert, Audience
from storage.store import Store
from tests.alerts.receivers import FAST, NOON, Clock, Mass, meet, tell


def _quota(left: int | None) -> Any:
    async def ask() -> int | None:
        if left is None:
            raise OSError("no answer")
        return left

    return ask


@pytest.mark.parametrize(("left", "routine"), [(1000, 60), (130, 30), (100, 0), (0, 0), (None, 0)])
async def test_routine_leaves_the_reserve_alone(store: Store, left: int | None, routine: int) -> None:
    """Of what the month has left, 100 are kept for urgent alerts; when nobody knows what is left, routine waits."""
    await meet(store, 60)
    line = Mass(many=25)
    for id, lane in (("r", "routine"), ("u", "urgent")):
        await tell(store, Alert(id, Audience(), lane=lane))
        await spread(store, Hours(), NOON)
        await Sender(store, line, FAST, Clock(), Quota(_quota(left), reserve=100)).drain(patience=0.3)

    assert Counter(d.alert for d in line.got) == Counter({"u": 60} | ({"r": routine} if routine else {}))


async def test_what_urgent_took_is_not_there_for_routine(store: Store) -> None:
    """Of 130, sixty urgent ones leave less than the reserve: routine waits, though it was asked for before."""
    await meet(store, 60)
    line, quota = Mass(many=60), Quota(_quota(130), reserve=100)
    await quota.known(NOON)
    for id, lane in (("u", "urgent"), ("r", "routine")):
        await tell(store, Alert(id, Audience(), lane=lane))
        await spread(store, Hours(), NOON)
        await Sender(store, line, FAST, Clock(), quota).drain(patience=0.3)

    assert {"u"} == {delivery.alert for delivery in line.got}


async def test_all_processes_together_leave_the_reserve_alone(stores: tuple[Store, Store]) -> None:
    """Each has asked what is left before the others sent: together they send what one might have."""
    await meet(stores[0], 90)
    await tell(stores[0], Alert("r", Audience()))
    await spread(stores[0], Hours(), NOON)
    line, paced = Mass(many=10), Settings(daily_cap=0)
    senders = [Sender(stores[n % 2], line, paced, Clock(), Quota(_quota(130), reserve=100)) for n in range(4)]

    await asyncio.gather(*(sender.drain(patience=0.3) for sender in senders))

    assert 30 == len(line.got)
