"""The whole bot on a real socket between stand-ins of both platforms, and people with phones who use it."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import Connection, func, select

from bot import receipts
from bot.app import App
from bot.config import Config
from bot.words import catalogues
from storage.tables import metadata
from tests.keys import SEALING
from tests.patience import PATIENCE, eventually
from tests.standins.line import LineStandin, Person
from tests.standins.serve import served
from tests.standins.telegram import TelegramStandin
from tests.standins.telegram_state import User
from texts.times import LOCAL

receipts.COST = (1, 8, 1)
receipts.BREATH = 0.0
"""Receipts here cost next to nothing."""
SECRET = "telegram-webhook-secret"
CHIANG_KHAN = (17.8975, 101.6650)
"""The river front of Chiang Khan, Loei: tambon 420301."""
SCAM = "การไฟฟ้า: ท่านได้รับเงินคืน 3,250 บาท ลงทะเบียนที่ https://pea-refund.cc/x ภายในวันนี้"
SPREADING = select(func.count()).where(metadata.tables["alerts"].c.state == "open")


class Clock:
    """The time, which can be moved on."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Town:
    """The bot, both platforms, and the clock they all go by."""

    app: App
    url: str
    line: LineStandin
    telegram: TelegramStandin
    clock: Clock
    phones: list["Phone"] = field(default_factory=list)

    async def answered(self) -> None:
        """Until the answers that are leaving have left."""
        await self.app.door.finish()

    def on(self, channel: str, name: str = "สมชาย") -> "Phone":
        """Somebody new, with a phone that has this channel."""
        phone = LinePhone(self, self.line.new_user(name=name)) if channel == "line" else None
        self.phones.append(phone or TelegramPhone(self, self.telegram.new_user(name)))
        return self.phones[-1]

    def forward(self, **by: float) -> None:
        """Later, for everybody at once."""
        step = timedelta(**by)
        self.clock.shift += step
        self.line.forward(step.total_seconds())
        self.telegram.advance(step.total_seconds())

    def until_local(self, hour: int, minute: int = 0) -> None:
        """On to the next time that clocks in Thailand show this."""
        now = self.clock().astimezone(LOCAL)
        wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.forward(seconds=((wanted - now) % timedelta(days=1)).total_seconds())

    async def rows(self, table: str) -> int:
        """How many rows a table has."""
        return int((await self.found(select(func.count()).select_from(metadata.tables[table])))[0][0])

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        return await self.app.store.read(work)

    async def found(self, statement: Any) -> list[Any]:
        """What a statement finds."""
        return await self.read(lambda c: list(c.execute(statement)))

    async def all_sent(self, patience: float = PATIENCE) -> None:
        """Until nothing that is due waits in the outbox, and no photo is wanted."""
        outbox, media = metadata.tables["outbox"], metadata.tables["media"]
        soon = self.clock() + timedelta(seconds=90)
        waits = select(func.count()).where(outbox.c.state == "queued", outbox.c.due <= soon)
        wanted = select(func.count()).where(media.c.state == "wanted")
        await eventually(lambda: self._none_of(SPREADING, wanted, waits), patience)

    async def spread(self) -> None:
        """Until what every alert has to say waits in the outbox."""
        await eventually(lambda: self._none_of(SPREADING))

    async def _none_of(self, *counts: Any) -> bool:
        for count in counts:
            if (await self.found(count))[0][0]:
                return False
        return True


class Phone:
    """One person's phone. Every act waits for the answer, and gives its bubbles."""

    town: Town
    channel: str
    sends = 0
    """How often they pressed the button that sends a report."""
    patience = PATIENCE
    """Seconds they wait for an answer."""

    def bubbles(self) -> list[str]:
        """All that ever came, oldest first."""
        raise NotImplementedError

    @property
    def labels(self) -> list[str]:
        """The buttons that can be pressed now."""
        raise NotImplementedError

    async def adds(self, code: str = "") -> list[str]:
        """Add the bot, on Telegram perhaps through an invitation's link."""
        raise NotImplementedError

    async def _press(self, label: str) -> None:
        raise NotImplementedError

    async def _say(self, text: str) -> None:
        raise NotImplementedError

    async def _photo(self, data: bytes) -> None:
        raise NotImplementedError

    async def _pin(self, lat: float, lon: float) -> None:
        raise NotImplementedError

    async def says(self, text: str) -> list[str]:
        return await self.answered(self._say(text))

    async def presses(self, key: str, **params: object) -> list[str]:
        """Press the button whose words are this key's."""
        return await self.answered(self._press(label(key, **params)))

    async def sends_photo(self, data: bytes) -> list[str]:
        return await self.answered(self._photo(data))

    async def sends_pin(self, lat: float, lon: float) -> list[str]:
        return await self.answered(self._pin(lat, lon))

    async def answered(self, act: Any) -> list[str]:
        """Act, and wait for what the bot says to it."""
        before = len(self.bubbles())
        await act
        await self.taken()
        await eventually(lambda: len(self.bubbles()) > before, self.patience)
        await self.town.answered()
        return self.bubbles()[before:]

    async def taken(self) -> None:
        """Until the bot has taken what was done."""

    async def hears(self, words: str, times: int = 1) -> str:
        """Wait until so many bubbles with these words have come: the last of them."""
        try:
            await eventually(lambda: sum(words in one for one in self.bubbles()) >= times)
        except TimeoutError:
            raise AssertionError(f"{words!r} did not come, but {self.bubbles()[-4:]}") from None
        return [one for one in self.bubbles() if words in one][-1]

    def times(self, words: str) -> int:
        """How many bubbles hold these words."""
        return sum(words in one for one in self.bubbles())

    async def reports(self, photo: bytes | None = None) -> int:
        """Answer whatever the report asks, until it is sent: its number. A photo goes along with the first question."""
        said, before = self.bubbles()[-1:], len(self.bubbles())
        for _ in range(40):
            if photo and label("consent.agree") not in self.labels:
                said, photo = await self.sends_photo(photo), None
            said = await self._answer("\n".join(said))
            if found := number_in(self.bubbles()[before:]):
                return found
        raise AssertionError(f"the report does not end: {said}")

    async def _answer(self, asked: str) -> list[str]:
        labels = self.labels
        if label("consent.agree") in labels:
            return await self.presses("consent.agree")
        if label("ask.where.tell") in labels:
            await self.presses("ask.where.tell")
            return await self.sends_pin(*CHIANG_KHAN)
        if label("check.send") in labels:
            self.sends += 1
            return await self.presses("check.send")
        if asks(asked, ".where.ask"):
            return await self.sends_pin(*CHIANG_KHAN)
        if label("flow.skip") in labels:
            return await self.presses("flow.skip")
        onward = [each for each in labels if each not in (label("flow.cancel"), label("flow.back"))]
        return await self.answered(self._press(onward[0])) if onward else await self.says(SCAM)


class LinePhone(Phone):
    """A phone with LINE."""

    channel = "line"

    def __init__(self, town: Town, person: Person) -> None:
        self.town, self.person = town, person

    def bubbles(self) -> list[str]:
        return self.town.line.inbox(self.person)

    @property
    def labels(self) -> list[str]:
        return self.town.line.buttons(self.person)

    async def adds(self, code: str = "") -> list[str]:
        heard = await self.answered(self.town.line.follows(self.person))
        return heard + await self.says(f"/join {code}") if code else heard

    async def _press(self, label: str) -> None:
        await self.town.line.presses(self.person, label)

    async def _say(self, text: str) -> None:
        await self.town.line.says(self.person, text)

    async def _photo(self, data: bytes) -> None:
        await self.town.line.sends_photo(self.person, data)

    async def _pin(self, lat: float, lon: float) -> None:
        await self.town.line.sends_location(self.person, lat, lon)


class TelegramPhone(Phone):
    """A phone with Telegram."""

    channel = "telegram"

    def __init__(self, town: Town, user: User) -> None:
        self.town, self.user = town, user

    def bubbles(self) -> list[str]:
        return [message.text for message in self.town.telegram.inbox(self.user)]

    @property
    def labels(self) -> list[str]:
        shown = [message.labels for message in self.town.telegram.inbox(self.user) if message.labels]
        return shown[-1] if shown else []

    async def adds(self, code: str = "") -> list[str]:
        return await self.answered(self.town.telegram.starts(self.user, code))

    async def _press(self, label: str) -> None:
        await self.town.telegram.presses(self.user, label)

    async def _say(self, text: str) -> None:
        await self.town.telegram.says(self.user, text)

    async def _photo(self, data: bytes) -> None:
        await self.town.telegram.sends(self.user, "photo", data)

    async def _pin(self, lat: float, lon: float) -> None:
        await self.town.telegram.shares_location(self.user, lat, lon)

    async def taken(self) -> None:
        await self.town.telegram.settled(self.patience)


@asynccontextmanager
async def town(
    database: str, *, mode: str = "webhook", start: bool = True, hurried: bool = True, **more: Any
) -> AsyncIterator[Town]:
    """
    The bot between both platforms, at ten in the morning in Thailand. `mode` is how Telegram's updates come.

    `more` are further sections of the configuration. Without `start` nothing is migrated, and nobody works. People
    here press faster than fingers do, so unless not `hurried` Telegram, and we, let more than one answer a second into
    a chat.
    """
    limits = {"chat_per_second": 100.0} if hurried else None
    clock = Clock()
    async with (
        LineStandin() as line,
        TelegramStandin(limits=limits) as telegram,
        served(telegram.app) as there,
    ):
        config = config_of(database, line, telegram, there, mode, more)
        app = App(config, clock)
        if hurried:
            app.replying.chats.pace = {}
        async with served(app.asgi()) as url:
            made = Town(app, url, line, telegram, clock)
            made.until_local(10)
            line.webhook, line.patience = f"{url}/webhooks/line", PATIENCE
            if mode == "webhook":
                hook = {"url": f"{url}/webhooks/telegram", "secret_token": SECRET}
                telegram.call("setWebhook", hook)
            if start:
                await app.start()
            try:
                yield made
            finally:
                await app.stop()


def config_of(
    database: str, line: LineStandin, telegram: TelegramStandin, telegram_url: str, mode: str, more: dict[str, Any]
) -> Config:
    """A configuration with both platforms where the stand-ins are."""
    told: dict[str, Any] = {
        "operator": {"name": "อบต.ริมโขง", "contact": "042-000000"},
        "storage": {"url": database},
        "web": {"public_url": "https://rimkhong.example", "port": 0},
        "line": {
            "channel_secret": line.state.secret,
            "channel_access_token": line.state.token,
            "api_base": line.url,
            "api_data_base": line.url,
        },
        "telegram": {"token": telegram.token, "mode": mode, "webhook_secret": SECRET, "api_base": telegram_url},
        "areas": {"served": ("42",)},
        "sealing": {"key": SEALING},
    }
    # People of these tests have just been met; that volunteers are called by them is what most of them are about.
    told["limits"] = {"new_account_hours": 0}
    return Config(**(told | more))


def label(key: str, **params: object) -> str:
    """The Thai words of a key."""
    return catalogues()["th"][key].format(**params)


def before_value(key: str) -> str:
    """The Thai words of a key up to its first value."""
    return catalogues()["th"][key].partition("{")[0]


def asks(said: str, ending: str) -> bool:
    """Whether one of the questions whose keys end so was asked."""
    questions = (words for key, words in catalogues()["th"].words.items() if key.endswith(ending))
    return any(words.partition("{")[0] in said for words in questions)


def number_in(bubbles: list[str]) -> int:
    """The number of the report that was just thanked for; 0 for none."""
    start = before_value("thanks.self")
    for one in bubbles:
        if start in one:
            return int("".join(letter for letter in one.split(start)[1][:8] if letter.isdecimal()))
    return 0


def picture() -> bytes:
    """A JPEG as a phone takes it: with the camera's name and the place in its hidden data."""
    image = Image.new("RGB", (640, 480), (30, 90, 160))
    hidden = Image.Exif()
    hidden[0x010F] = "SECRETCAM"
    hidden[0x8825] = {1: "N", 2: (17.0, 53.0, 51.0), 3: "E", 4: (101.0, 39.0, 54.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=hidden)
    return out.getvalue()
