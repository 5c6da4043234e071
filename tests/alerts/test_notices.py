"""The author's one message about an alert: written over as it goes, within Telegram's limits, by one process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alerts.notices import Notices
from alerts.sender import Sender
from alerts.settings import Settings
from bot.telegram import Telegram
from domain.alert import Alert, Audience
from domain.contact import Role
from domain.delivery import Delivery
from domain.message import Address, Say
from storage.alerts import fan_out, raise_alert
from storage.notices import begin
from storage.outbox import queue
from storage.people import appoint
from storage.store import Store
from storage.tables import outbox
from storage.tables_alerts import notices
from tests.alerts.receivers import HELLO, Clock, meet
from tests.conversations.stage import setting
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_state import Message, User

SETTING = setting()


@dataclass
class Scene:
    """An alert to six people on another channel, and its author's phone with Telegram."""

    store: Store
    telegram: TelegramStandin
    channel: Telegram
    author: User
    clock: Clock

    @property
    def notices(self) -> Notices:
        def words(say: Say, language: str) -> object:
            return SETTING.words((say,), language, {}, self.clock.now)

        return Notices(self.store, {"telegram": self.channel}, Settings(), words, self.clock)  # type: ignore[arg-type]

    def on(self, seconds: float) -> None:
        self.clock.on(seconds)
        self.telegram.advance(seconds)

    async def delivered(self, many: int, state: str = "sent") -> None:
        some = select(outbox.c.id).where(outbox.c.alert == "a").order_by(outbox.c.id).limit(many)
        values = {"state": state, "settled_at": self.clock.now}
        await self.store.write(lambda c: c.execute(update(outbox).where(outbox.c.id.in_(some)).values(values)))

    async def begun(self) -> Message:
        """The message, just sent."""
        await self.notices.look()
        await Sender(self.store, self.channel, Settings(), self.clock).drain()
        self.on(10)
        return self.message

    @property
    def message(self) -> Message:
        """The one message there is."""
        [message] = self.telegram.inbox(self.author)
        return message


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with TelegramStandin() as telegram, served(telegram.app) as url:
        channel, author, clock = Telegram(telegram.token, api_base=url), telegram.new_user(), Clock()
        telegram.new_users(1)
        author.started = True
        await meet(store, 6)
        to = Address("telegram", str(author.id))
        by = await store.write(lambda c: appoint(c, to, Role.COORDINATOR, "", "", clock.now))
        alert = Alert("a", Audience(channel="line"), {"th": "น้ำมา"}, lane="urgent", by=by)
        await store.write(lambda c: raise_alert(c, alert, {"th": HELLO}, clock.now))
        await store.write(lambda c: begin(c, alert, clock.now))
        while await store.write(lambda c: fan_out(c, "a", 10, clock.now, clock.now)) is not None:
            pass
        yield Scene(store, telegram, channel, author, clock)
        await channel.aclose()


async def test_one_message_is_written_over(scene: Scene) -> None:
    """It counts up in place, and in the end says whom the alert reached; then it is left alone."""
    message = await scene.begun()
    assert "ส่งแล้ว 0/6" in message.text
    assert ["⏸ พักไว้ก่อน", "⏹ หยุดส่ง"] == message.labels

    await scene.delivered(4)
    assert 1 == await scene.notices.look()
    assert "ส่งแล้ว 4/6" in scene.message.text
    await scene.delivered(5)
    assert 0 == await scene.notices.look()
    scene.on(5)
    assert 1 == await scene.notices.look()
    scene.on(5)
    assert 0 == await scene.notices.look()

    await scene.delivered(6)
    scene.on(60)
    await scene.notices.look()
    assert "✅ ส่งครบแล้ว" in scene.message.text
    assert "• line: ถึง 6 · ไม่รับ 0" in scene.message.text
    assert ["ดูความคืบหน้า"] == scene.message.labels
    await scene.delivered(6, state="gone")
    scene.on(3600)
    assert 0 == await scene.notices.look()
    assert (4, []) == (len(scene.message.versions), scene.telegram.violations)


async def test_several_processes_write_it_once(scene: Scene) -> None:
    """Whoever comes first changes it; the others find it done."""
    await scene.begun()
    await scene.delivered(3)

    await asyncio.gather(*(scene.notices.look() for _ in range(4)))

    assert 2 == len(scene.message.versions)
    assert 1 == scene.telegram.calls["editmessagetext"]


async def test_not_right_after_another_message(scene: Scene) -> None:
    """A reply to the author goes first; the change comes when Telegram takes another from us there."""
    await scene.begun()
    await scene.delivered(3)
    to = Address("telegram", str(scene.author.id))
    await scene.store.write(lambda c: queue(c, [Delivery("r", to, HELLO, scene.clock.now)], scene.clock.now))
    await Sender(scene.store, scene.channel, Settings(), scene.clock).drain()

    assert 0 == await scene.notices.look()
    scene.on(1.2)
    assert 1 == await scene.notices.look()
    assert [] == scene.telegram.violations


async def test_telegram_says_wait(scene: Scene) -> None:
    """A 429 keeps the whole channel still for as long as it says, and the change is made after it."""
    await scene.begun()
    await scene.delivered(3)
    scene.telegram.faults.next(1, "429", method="editMessageText", retry_after=7)
    await scene.notices.look()
    scene.on(5)
    await scene.notices.look()
    assert 1 == len(scene.message.versions)

    scene.on(5)
    await scene.notices.look()
    assert 2 == len(scene.message.versions)


async def test_a_message_that_was_deleted_is_let_be(scene: Scene) -> None:
    """What its reader threw away is not written again."""
    message = await scene.begun()
    message.deleted = True
    await scene.delivered(3)
    await scene.notices.look()
    scene.clock.on(timedelta(days=1).total_seconds())
    await scene.notices.look()

    assert 1 == scene.telegram.calls["editmessagetext"]
    assert [True] == list(await scene.store.read(lambda c: c.execute(select(notices.c.done)).scalars()))
