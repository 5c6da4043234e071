"""How many are in the groups that alerts go to: on LINE a message there costs as many."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from domain.ports import Census
from storage.groups import FRESH, put_members, uncounted
from storage.store import Store

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=10)
"""When a group is asked for again that could not be counted."""


async def count(store: Store, channels: Mapping[str, Census], now: datetime) -> int:
    """Count the groups that are due, a few at a time; how many were. Any number of processes may do this."""
    due = await store.read(lambda c: uncounted(c, tuple(channels), now)) if channels else ()
    counted = 0
    for group in due:
        try:
            members, wait = await channels[group.channel].members(group.id), FRESH
            counted += 1
        except Exception as error:  # noqa: BLE001 - whatever a platform objects to, it is asked again
            log.warning("group not counted", channel=group.channel, why=type(error).__name__)
            members, wait = None, AGAIN
        await store.write(partial(put_members, group=group, members=members, due=now + wait))
    return counted
