"""The canary: a message a day on each channel, and word on the other channel when something is wrong, once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from alerts.canary import Watch, wrong
from bot.words import catalogues
from domain.contact import Role
from domain.message import Address, Incoming, Joined, Outgoing, Say
from domain.plan import Figure
from domain.ports import Barred
from storage.approvals import keep_figure
from storage.message import read_message
from storage.people import change, contact_id, meet
from storage.store import Store
from storage.tables import contacts, inbox, outbox
from storage.watching import Signs, Song
from tests.keys import KEYS
from texts import render

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
"""Sunday, 10:00 in Thailand."""
CANARY = Address("line", "Ucanary")


async def well() -> None:
    """A platform that has nothing to object to."""


@dataclass
class House:
    """A watch over two channels, with a coordinator on each."""

    store: Store
    now: datetime = NOW
    refusing: set[str] = field(default_factory=set)

    async def open(self) -> "House":
        for channel in ("line", "telegram"):
            address = Address(channel, f"{channel}-coordinator")
            await self.store.write(lambda c, to=address: meet(c, Incoming("", "", to, NOW, Joined()), "th"))
            id = contact_id(address)
            await self.store.write(lambda c, who=id: change(c, who, role=int(Role.COORDINATOR), area="42"))
        return self

    def watch(self) -> Watch:
        probes = {"line": lambda: self.probe("line"), "telegram": lambda: self.probe("telegram")}
        return Watch(self.store, ("line", "telegram"), (CANARY,), probes, self.words, lambda: self.now, NOW)

    async def probe(self, channel: str) -> None:
        if channel in self.refusing:
            raise Barred("Unauthorized")

    def words(self, say: Say, language: str) -> Outgoing:
        return render((say,), catalogues()[language], self.now)

    async def told(self) -> list[tuple[str, str]]:
        """Everything queued but canaries: who, and the first words."""
        rows = await self.store.read(lambda c: c.execute(select(outbox).order_by(outbox.c.created_at)).all())
        told = [
            (row, read_message(KEYS, row.id, row.address, row.message)[1]) for row in rows if row.address != CANARY.id
        ]
        return [(row.address, message.bubbles[0]) for row, message in told]

    async def words_told(self) -> list[tuple[str, str]]:
        """What was queued with words of its own."""
        rows = await self.store.read(lambda c: c.execute(select(outbox)).all())
        return [
            (row.address, read_message(KEYS, row.id, row.address, row.message)[1].bubbles[0])
            for row in rows
            if row.message and row.address != CANARY.id
        ]

    async def heard(self, **hours: int) -> None:
        """Somebody wrote so many hours ago, by channel."""
        rows = [{"channel": each, "event": "e", "at": self.now - timedelta(hours=ago)} for each, ago in hours.items()]
        await self.store.write(lambda c: c.execute(insert(inbox), rows))

    async def songs(self) -> int:
        rows = select(outbox.c.id).where(outbox.c.address == CANARY.id)
        return len(await self.store.read(lambda c: c.execute(rows).all()))

    async def arrive(self, after: timedelta = timedelta(seconds=5)) -> None:
        sent = update(outbox).where(outbox.c.address == CANARY.id)
        await self.store.write(lambda c: c.execute(sent.values(state="sent", settled_at=self.now + after)))


@pytest.fixture
async def house(store: Store) -> House:
    return await House(store).open()


async def test_one_a_day_after_nine(house: House) -> None:
    """Many looks on one day send one; none before the morning; the next day another."""
    house.now = NOW - timedelta(hours=2)
    await house.watch().look()
    assert 0 == await house.songs()

    for n in range(3):
        house.now = NOW + timedelta(minutes=n)
        await house.watch().look()
    await house.arrive()
    house.now = NOW + timedelta(days=1)
    await house.heard(line=1, telegram=1)
    await house.watch().look()

    assert (2, []) == (await house.songs(), await house.told())


async def test_what_does_not_leave_is_told_on_the_other_channel(house: House) -> None:
    """Ten minutes later the other channel's coordinator hears of it, once that day, and /health says it."""
    await house.watch().look()
    house.now += timedelta(minutes=9)
    await house.watch().look()
    assert [] == await house.told()

    for _ in range(3):
        house.now += timedelta(minutes=5)
        await house.watch().look()

    ((who, words),) = await house.told()
    assert ("telegram-coordinator", True) == (who, "line" in words)
    assert ["line canary"] == list(await house.watch().warnings())


async def test_a_refused_token_is_told(house: House) -> None:
    """Whoever works on the other channel hears that this one refuses our key."""
    house.refusing = {"telegram"}
    await house.watch().look()
    await house.watch().look()

    assert ["line-coordinator"] == [who for who, _ in await house.told()]


async def test_a_silent_webhook_is_told(house: House) -> None:
    """A channel that was heard, and then by nobody for a day."""
    await house.heard(line=25, telegram=1)
    await house.watch().look()

    ((who, words),) = await house.told()
    assert ("telegram-coordinator", True) == (who, "25" in words)


async def test_silence_is_told_however_long_it_lasts(house: House) -> None:
    """Also once the last event is forgotten; and where nobody ever got through, from when we began to listen."""
    house.now = NOW + timedelta(days=40)
    assert ["line silent", "telegram silent"] == list(await house.watch().warnings())

    await house.store.write(lambda c: c.execute(delete(contacts)))
    assert ["line silent", "telegram silent"] == list(await house.watch().warnings())
    house.now = NOW + timedelta(hours=23)
    assert {} == await house.watch().warnings()


def test_long_silence_is_told_less_often() -> None:
    """Each day for a week, then each week."""
    days = [NOW + timedelta(days=n) for n in range(1, 29)]
    marks = [one.mark for day in days for one in wrong("line", Signs(heard=NOW), day)]
    assert (28, 6 + 4) == (len(marks), len(set(marks)))


async def test_a_changed_limit_is_told(house: House) -> None:
    """A plan that fell back to another limit is told of once, with both figures; a nearly used one too."""
    for limit in (5000, 300):
        await house.store.write(lambda c, limit=limit: keep_figure(c, "line", limit, 240, house.now))
    for hours in (0, 1, 23):
        house.now = NOW + timedelta(hours=hours)
        await house.arrive()
        await house.watch().look()
    await house.arrive()

    words = [words for who, words in await house.told() if who == "telegram-coordinator"]
    assert 1 == sum("5000" in each and "300" in each for each in words)
    assert any("240" in each for each in words)


async def test_a_limit_that_is_nearly_used_up_is_told_once_a_month(house: House) -> None:
    """On the channel itself, too; the next month it is told anew."""
    for days in (0, 1, 7, 10):
        house.now = NOW + timedelta(days=days)
        await house.store.write(lambda c: keep_figure(c, "line", 300, 241, house.now))
        await house.watch().look()
        await house.arrive()

    told = [who for who, words in await house.told() if "241" in words]
    assert ["line-coordinator"] * 2 + ["telegram-coordinator"] * 2 == sorted(told)


async def test_a_channel_that_refuses_much_is_told(house: House) -> None:
    """Of twenty tries within the hour five failed: the other channel's coordinator hears of it, and /health says so."""
    for n in range(20):
        state, note, lane = ("sent", "", 1) if n > 4 else ("refused", "400", 2) if n > 1 else ("queued", "500", 0)
        row = {"id": f"{n}", "channel": "line", "address": f"{n}", "lane": lane, "state": state, "note": note}
        times = {"due": NOW, "settled_at": NOW if state != "queued" else None, "created_at": NOW, "tries": 1}
        await house.store.write(lambda c, row=row | times: c.execute(insert(outbox), row))
    ours = {"id": "x", "channel": "line", "address": "x", "lane": 2, "state": "refused", "note": "lapsed", "tries": 1}
    old = {"due": NOW, "settled_at": NOW, "created_at": NOW}
    await house.store.write(lambda c: c.execute(insert(outbox), [ours | old, ours | old | {"id": "y"}]))

    for _ in range(2):
        await house.watch().look()

    assert ["line errors"] == list(await house.watch().warnings())
    staff = [address for address, words in await house.words_told() if "25%" in words]
    assert ["telegram-coordinator"] == staff


WELL = Signs(NOW, Song(NOW, "sent", NOW + timedelta(seconds=3)), Figure(500, 399, NOW))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Signs(), []),
        (WELL, []),
        (Signs(song=Song(NOW, "sent", NOW + timedelta(minutes=10))), ["canary"]),
        (Signs(song=Song(NOW, "refused", NOW)), ["canary"]),
        (Signs(song=Song(NOW, "queued", None)), ["canary"]),
        (Signs(heard=NOW - timedelta(hours=23)), ["silent"]),
        (Signs(month=Figure(500, 400, NOW)), ["quota"]),
        (Signs(month=Figure(None, 400, NOW)), []),
        (Signs(month=Figure(500, 500, NOW - timedelta(days=22))), []),
        (Signs(month=Figure(300, 0, NOW), before=500, changed=NOW), ["limit"]),
        (Signs(month=Figure(300, 0, NOW), before=500, changed=NOW - timedelta(days=1)), []),
        (Signs(tries=20, failed=5), ["errors"]),
        (Signs(tries=20, failed=4), []),
        (Signs(tries=19, failed=19), []),
    ],
    ids=str,
)
def test_what_is_wrong(known: Signs, expected: list[str]) -> None:
    """What signs mean, an hour later."""
    assert expected == [one.cause for one in wrong("line", known, NOW + timedelta(hours=1))]
