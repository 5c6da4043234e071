"""Web and worker as processes of their own over PostgreSQL: it is restarted under them, and they are, one by one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection

from bot.app import App
from domain.contact import Role
from domain.message import Address
from storage.people import appoint
from tests.bot.running import SCAM, Phone, Town, label, town
from tests.postgres import Postgres, start_postgres

FLOOD = "น้ำโขงขึ้นเร็ว เก็บของขึ้นที่สูง"
MANY = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of this module's own, that may be stopped."""
    with TemporaryDirectory(prefix="rimkhong-pg-", ignore_cleanup_errors=True) as folder:
        made = start_postgres(Path(folder))
        assert not isinstance(made, str), made
        yield made
        made.stop()


@asynccontextmanager
async def roles(server: Postgres) -> AsyncIterator[Town]:
    """The bot as `run --role web`; what `--role worker` does is a second one's."""
    async with town(await asyncio.to_thread(server.fresh), start=False) as made:
        made.app.works = False
        await made.app.start()
        yield made


@asynccontextmanager
async def worker(made: Town) -> AsyncIterator[App]:
    """Another process of the same deployment, as `run --role worker`."""
    app = App(made.app.config, made.clock, serves=False)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def coordinator(made: Town) -> Phone:
    phone = made.on("line")
    await phone.adds()
    to = Address("line", phone.person.id)  # type: ignore[attr-defined]

    def serves(connection: Connection) -> None:
        appoint(connection, to, Role.COORDINATOR, "4203", "ปลัด", made.clock())

    await made.app.store.write(serves)
    return phone


async def residents(made: Town, many: int) -> list[int]:
    users = made.telegram.new_users(many)

    def live(connection: Connection) -> None:
        for user in users:
            appoint(connection, Address("telegram", str(user.id)), Role.RESIDENT, "4203", "", made.clock())

    await made.app.store.write(live)
    return [user.id for user in users]


async def alerts(phone: Phone, words: str) -> None:
    await phone.says(f"/alert {words}")
    for key in ("alert.where.mine", "alert.who.everyone", "alert.how.urgent", "alert.confirm.send"):
        await phone.presses(key)


def heard(made: Town, users: list[int], words: str) -> set[int]:
    """How often anybody heard it."""
    return {sum(words in message.text for message in made.telegram.inbox(user)) for user in users}


async def test_postgresql_is_restarted_under_us(server: Postgres) -> None:
    """In the middle of an alert: meanwhile webhooks get 503; then both go on, and everybody hears everything once."""
    async with roles(server) as made, worker(made):
        staff, users = await coordinator(made), await residents(made, MANY)
        await alerts(staff, FLOOD)
        await made.telegram.until(lambda: len(made.telegram.sent) > MANY // 3)
        await asyncio.to_thread(server.down)
        assert 503 == (await made.line.says(staff.person, SCAM)).status  # type: ignore[attr-defined]
        await asyncio.to_thread(server.up)

        assert 200 == (await made.line.redeliver(made.line.webhooks[-1])).status
        await staff.hears(label("verdict.dangerous"))
        with suppress(TimeoutError):
            await made.all_sent(patience=15)
        made.forward(seconds=61)  # what was taken and not put down in the moment of the restart is free again
        await made.all_sent()
        assert {1} == heard(made, users, FLOOD)
        assert 1 == staff.times(label("verdict.dangerous"))
        assert 1 == made.line.inbox(staff.person).count(FLOOD)  # type: ignore[attr-defined]


async def test_one_process_after_another_is_restarted(server: Postgres) -> None:
    """While an alert goes out a new worker comes and the old one goes: nobody is forgotten, nobody hears it twice."""
    async with roles(server) as made:
        staff, users = await coordinator(made), await residents(made, MANY)
        async with worker(made) as new:
            async with worker(made):
                await alerts(staff, FLOOD)
                await made.telegram.until(lambda: len(made.telegram.sent) > MANY // 3)
            assert not new.closing.is_set()
            await made.all_sent()
        assert {1} == heard(made, users, FLOOD)
        assert 1 == made.line.inbox(staff.person).count(FLOOD)  # type: ignore[attr-defined]
        assert [] == made.telegram.violations
