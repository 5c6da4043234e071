"""Telling an alert's author how it goes: one message, written over every few seconds while it goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts.settings import Settings
from domain.alert import Alert
from domain.delivery import Outcome, Retry, Sent
from domain.message import Outgoing, Say
from domain.ports import Editor
from domain.query import Progress
from domain.reached import Reached
from handlers.telling import notice_say
from storage import pace
from storage.alerts import find_alerts
from storage.notices import (
    Notice,
    due_notices,
    first_words,
    mark_of,
    put_notice,
    take_notice,
    written_to,
)
from storage.steering import reached
from storage.store import Store

Words = Callable[[Say, str], Outgoing]
"""Puts something into a language."""
SOON = timedelta(seconds=4)
"""How long a notice is left as it is at least: Telegram counts each change as a message."""
APART = timedelta(seconds=1)
"""How soon one that had to wait its turn is tried again."""
RARELY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Change:
    """A notice that is to be written over now, with these words; `over` when it is the last time."""

    notice: Notice
    words: Outgoing
    over: bool


@dataclass(frozen=True, slots=True)
class Notices:
    """`editors` are the channels whose messages can be written over. Any number of processes may look."""

    store: Store
    editors: Mapping[str, Editor]
    settings: Settings
    words: Words
    clock: Callable[[], datetime]

    async def look(self) -> int:
        """Bring every notice that is due up to date; how many were changed."""
        now = self.clock()
        if not self.editors:
            return 0
        waiting = await self.store.read(lambda c: due_notices(c, tuple(self.editors), now))
        return sum([await self._one(alert) for alert in waiting])

    async def _one(self, alert: str) -> bool:
        now = self.clock()
        # Counting a crowd takes a while, and on SQLite whoever writes would wait for it.
        found = await self.store.read(lambda c: so_far(c, alert))
        change = await self.store.write(lambda c: self._decide(c, alert, found, now))
        if change is None:
            return False
        who = change.notice.who.address
        outcome = await self.editors[who.channel].edit(who, change.notice.message, change.words)
        await self.store.write(lambda c: self._settle(c, change, outcome, self.clock()))
        return True

    def _decide(self, connection: Connection, alert: str, found: "SoFar | None", now: datetime) -> Change | None:
        """
        What to write over now, if it is due, has changed, and may be: a change is a message to the platform's limits,
        and must not come right after another to the same chat.
        """
        notice = take_notice(connection, alert, now)
        if notice is None:
            return None
        if found is None:
            put_notice(connection, alert, notice.shown, now, done=True)
            return None
        one, over, language = found.alert, found.reached is not None, notice.who.language
        words = self.words(notice_say(one, found.progress, found.reached, language), language)
        if not notice.message:
            first_words(connection, notice, words, now)
            put_notice(connection, alert, notice.shown or mark_of(words), now + SOON)
        elif mark_of(words) == notice.shown:
            put_notice(connection, alert, notice.shown, now + rest(one.created or now, now), done=over)
        elif self._may(connection, notice, now):
            return Change(notice, words, over)
        else:
            put_notice(connection, alert, notice.shown, now + APART)
        return None

    def _may(self, connection: Connection, notice: Notice, now: datetime) -> bool:
        channel = notice.who.address.channel
        limits = self.settings.pace.get(channel)
        if limits is None:
            return True
        if written_to(connection, notice.who, now, timedelta(seconds=limits.person)):
            return False
        return pace.allowance(connection, channel, limits.rate, limits.burst, now, 1) == 1

    def _settle(self, connection: Connection, change: Change, outcome: Outcome, now: datetime) -> None:
        """What cannot be changed any more (they deleted it, or are gone) is let be."""
        notice = change.notice
        if not isinstance(outcome, Retry):
            done = change.over or not isinstance(outcome, Sent)
            put_notice(connection, notice.alert, mark_of(change.words), now + SOON, done=done)
            return
        if outcome.whole_channel:
            pace.pause(connection, notice.who.address.channel, now + outcome.wait)
        put_notice(connection, notice.alert, notice.shown, now + max(SOON, outcome.wait))


@dataclass(frozen=True, slots=True)
class SoFar:
    """How far an alert has got, and whom it reached once it is over."""

    alert: Alert
    progress: Progress
    reached: Reached | None


def so_far(connection: Connection, id: str) -> SoFar | None:
    """The alert with this id as it is now; None when it is there no more."""
    found = find_alerts(connection, "", id)
    if not found:
        return None
    one, progress = found[0]
    over = one.state != "open" and not progress.queued
    return SoFar(one, progress, reached(connection, id) if over else None)


def rest(begun: datetime, now: datetime) -> timedelta:
    """When to look again at what did not change: the older the alert, the more rarely."""
    return min(max((now - begun) / 10, SOON), RARELY)
