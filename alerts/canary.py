"""The proof that alerts still leave: a message a day on each channel, and word on the other when something is wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from domain.message import Address, Outgoing, Say
from domain.ports import Barred
from storage.store import Store
from storage.watching import Signs, Song, signs, sing, sound
from texts.times import LOCAL

log = structlog.get_logger()

IN_TIME = timedelta(minutes=10)
"""A canary that has not left by then says that alerts do not leave either."""
SILENT = timedelta(hours=24)
"""Nobody at all writing for so long is more often a webhook that is gone than a quiet day."""
LONG = timedelta(days=7)
"""After so long it is told once a week: there may be nobody on that channel, and on LINE each telling costs."""
MORNING = time(9)
"""The canary sings at the first look after this, in Thailand."""
USED = 0.8
FAILING, ENOUGH = 0.2, 20
"""So large a share of the last hour's tries that failed, of at least so many, is more than bad luck."""
EVERYWHERE = ("quota", "limit")
"""Of these, coordinators on the channel itself hear too: what goes singly still leaves there."""
NEWS = timedelta(hours=24)
"""How long a changed limit is told of."""

Words = Callable[[Say, str], Outgoing]
"""Puts something into a language."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a channel. It is told once for each `mark`: a day, a month, or what it changed to."""

    cause: str
    channel: str
    mark: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def say(self) -> Say:
        return Say(f"alarm.{self.cause}", {"channel": self.channel, **self.params})


@dataclass(frozen=True, slots=True)
class Watch:
    """
    Looks after the channels. `contacts` are whom the canary is for; `probes` ask each platform something harmless
    and raise what it objects to, `Barred` where that is our token. `begun` is since when we listen: where nobody was
    ever heard, silence is counted from then.
    """

    store: Store
    channels: Sequence[str]
    contacts: Sequence[Address]
    probes: Mapping[str, Callable[[], Awaitable[object]]]
    words: Words
    clock: Callable[[], datetime]
    begun: datetime

    async def look(self) -> tuple[Trouble, ...]:
        """Send today's canaries, and tell coordinators of what is wrong; any number of processes may do this."""
        now = self.clock()
        if now.astimezone(LOCAL).time() >= MORNING:
            await self.store.write(lambda c: self._sing(c, now))
        found = (*await self.troubles(), *await self._refused(now))
        if found:
            await self.store.write(lambda c: self._sound(c, found, now))
        return found

    def _sing(self, connection: Connection, now: datetime) -> None:
        for to in self.contacts:
            sing(connection, to, _day(now), self.words(Say("alarm.song"), "th"), now)

    def _sound(self, connection: Connection, found: Sequence[Trouble], now: datetime) -> None:
        for one in found:
            cause = f"{one.cause} {one.channel} {one.mark}"
            everywhere = one.cause in EVERYWHERE
            sound(connection, cause, one.channel, self._worded(one), now, everywhere=everywhere)

    async def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong by what the database knows."""
        now = self.clock()
        days = (_day(now), _day(now - timedelta(days=1)))
        known = await self.store.read(lambda c: {each: signs(c, each, days, now) for each in self.channels})
        heard = {channel: replace(its, heard=its.heard or self.begun) for channel, its in known.items()}
        return tuple(one for channel, its in heard.items() for one in wrong(channel, its, now))

    async def warnings(self) -> dict[str, str]:
        """The same for /health, by channel and cause."""
        return {f"{one.channel} {one.cause}": self.words(one.say, "en").text for one in await self.troubles()}

    async def _refused(self, now: datetime) -> list[Trouble]:
        found = []
        for channel, probe in self.probes.items():
            try:
                await probe()
            except Barred:
                found.append(Trouble("refused", channel, _day(now)))
            except Exception as error:  # noqa: BLE001 - a bad network is not what is looked for here
                log.debug("not probed", channel=channel, error=type(error).__name__)
        return found

    def _worded(self, one: Trouble) -> Callable[[str], Outgoing]:
        return lambda language: self.words(one.say, language)


def wrong(channel: str, known: Signs, now: datetime) -> list[Trouble]:
    """What these signs say is wrong at this moment."""
    found = []
    song, month = known.song, known.month
    if song is not None and late(song, now):
        found.append(Trouble("canary", channel, _day(song.begun)))
    if known.heard is not None and now - known.heard >= SILENT:
        hours = int((now - known.heard).total_seconds() // 3600)
        often = _day(now) if now - known.heard < LONG else f"{now.astimezone(LOCAL):%G-%V}"
        found.append(Trouble("silent", channel, often, {"hours": hours}))
    # A figure of the last minute of a month says nothing of the next one, whose alarm it would use up.
    this_one = month is not None and _month(month.at) == _month(now)
    if month is not None and this_one and month.limit is not None and month.used >= USED * month.limit:
        found.append(Trouble("quota", channel, _month(now), {"used": month.used, "limit": month.limit}))
    if known.changed is not None and now - known.changed < NEWS:
        limits = {"before": said(known.before), "limit": said(month.limit if month else None)}
        found.append(Trouble("limit", channel, f"{_month(now)} {limits['limit']}", limits))
    if known.tries >= ENOUGH and known.failed > FAILING * known.tries:
        share = {"percent": 100 * known.failed // known.tries, "failed": known.failed, "tries": known.tries}
        found.append(Trouble("errors", channel, _day(now), share))
    return found


def late(song: Song, now: datetime) -> bool:
    """Whether a canary did not leave in time, or never will."""
    return song.state in ("refused", "gone") or (song.settled or now) - song.begun >= IN_TIME


def said(limit: int | None) -> str:
    return "∞" if limit is None else str(limit)


def _day(now: datetime) -> str:
    return f"{now.astimezone(LOCAL):%Y-%m-%d}"


def _month(now: datetime) -> str:
    return f"{now.astimezone(LOCAL):%Y-%m}"
