"""Backups made while the bot is killed, and killed themselves: the last whole one brings back all there was."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.query import Scope
from storage.audit import Sound, verify
from storage.media import put_file, read
from storage.reports import find_report
from storage.store import Store
from storage.tables import contacts, inbox, media, outbox, reports
from storage.tables_sealing import sealed
from tests.bot.running import SCAM, eventually, number_in, picture
from tests.bot.test_cli import run
from tests.bot.test_kill import DOWN, KILLS, Member, Village, broken, village
from tests.keys import KEYS

HEAVY, MANY = 300_000, 10
"""Bytes, and how many such files lie in the database: a backup takes long enough for something to happen to it."""
EVERYTHING = Scope(Role.ADMIN, "", "")
IDS = {"contacts": contacts.c.id, "outbox": outbox.c.id, "sealed": sealed.c.report}


@dataclass(frozen=True)
class Known:
    """What was taken at one moment: events no platform sends again, reports by number, files of reports, and rows."""

    events: set[str]
    numbers: set[int]
    files: set[str]
    rows: dict[str, set[str]]

    def beyond(self, other: "Known") -> list[object]:
        """What the other does not have."""
        rows = [(name, ids - other.rows[name]) for name, ids in self.rows.items() if ids - other.rows[name]]
        return [*(self.events - other.events), *(self.numbers - other.numbers), *(self.files - other.files), *rows]


def kept(connection: Connection) -> Known:
    """What a database knows."""
    filed = select(media.c.id).where(media.c.state == "kept", media.c.report.is_not(None))
    rows = {name: set(connection.execute(select(column)).scalars()) for name, column in IDS.items()}
    events = {f"{channel} {event}" for channel, event in connection.execute(select(inbox.c.channel, inbox.c.event))}
    numbers = set(connection.execute(select(reports.c.number)).scalars())
    return Known(events, numbers, set(connection.execute(filed).scalars()), rows)


async def acknowledged(made: Village) -> Known:
    """What the platforms have an answer to, what people read, and what the bot has decided."""
    hooks = (hook for hook in made.line.webhooks if hook.status == 200)
    events = {f"line {event['webhookEventId']}" for hook in hooks for event in hook.events}
    events |= {f"telegram {one.update_id}" for one in made.telegram.updates.history.delivered}
    heard = {number_in([bubble]) for phone in made.people for bubble in phone.bubbles()} - {0}
    ours = await made.store.read(kept)
    return Known(events, ours.numbers | heard, ours.files, ours.rows)


@dataclass
class Clerk:
    """Makes one backup after the other, each under a new name, and notes what was acknowledged before it began."""

    made: Village
    folder: Path
    member: Member
    files: int = 0
    before: Known | None = None

    @property
    def file(self) -> Path:
        return self.folder / f"{self.files}.rk"

    async def begins(self) -> None:
        self.files += 1
        self.before = await acknowledged(self.made)
        self.member.command = ("backup", str(self.file))
        await self.member.start(self.made.clock.shift.total_seconds(), self.made.config)

    async def is_killed(self) -> None:
        """Dead, unless it was quicker."""
        with suppress(ProcessLookupError):
            os.kill(self.member.child, signal.SIGKILL)
        await self.member.ended()

    async def restores(self, file: Path, *more: str) -> Result:
        """What `rimkhong restore` says to a file."""
        return await asyncio.to_thread(run, "restore", str(file), "--config", str(self.folder / "new.toml"), *more)


@asynccontextmanager
async def clerk_of(made: Village, forker: str, folder: Path) -> AsyncIterator[Clerk]:
    member = Member((), await asyncio.open_unix_connection(forker), folder / "clerk.log")
    try:
        yield Clerk(made, folder, member)
    finally:
        member.forker[1].close()


async def tells(made: Village) -> None:
    """One person after another tells of an official, with a photo: it is sealed."""
    while not made.over:
        phone = made.phone("line")
        made.people.append(phone)
        await phone.adds()
        await phone.says("/report official")
        await phone.reports(photo=picture())


def weigh_down(connection: Connection, made: Village) -> None:
    for n in range(MANY):
        put_file(connection, f"heavy {n}", None, "x", "image/png", made.dice.randbytes(HEAVY), made.clock())


async def storm(made: Village, clerk: Clerk) -> None:
    """The bot is killed during every backup, and every other backup is, too; the last is whole, and of some life."""

    plain = select(reports.c.id).where(reports.c.text != "").limit(1)

    async def both_kinds() -> bool:
        """A sealed report with its photo, and one that is not sealed."""
        return bool((await made.store.read(kept)).files) and bool(
            await made.store.read(lambda c: c.execute(plain).first())
        )

    for left in reversed(range(KILLS)):
        if left == 0:
            await eventually(both_kinds)
        await asyncio.sleep(made.dice.uniform(0.1, 0.5))
        await clerk.begins()
        await asyncio.sleep(made.dice.uniform(0, 0.4))
        await made.kill_all(DOWN)
        await made.start()
        if left % 2 == 0:
            assert 0 == await clerk.member.ended()
            continue
        await clerk.is_killed()
        part = clerk.file.with_name(f"{clerk.file.name}.part")
        if clerk.file.exists():
            assert 0 == (await clerk.restores(clerk.file, "--dry-run")).exit_code
        elif part.exists():
            # It may have died with all written and only the name left to give: a byte less, and it is half a one.
            os.truncate(part, max(0, part.stat().st_size - 1))
            said = await clerk.restores(part)
            assert (1, 1, True) == (said.exit_code, len(said.stderr.splitlines()), "was not restored: " in said.stderr)


async def contents(store: Store, ids: Known) -> tuple[dict[int, object], dict[str, object]]:
    """What reports say once they are opened with the key, and the bytes of files."""

    def look(connection: Connection) -> tuple[dict[int, object], dict[str, object]]:
        found = {number: find_report(connection, number, EVERYTHING, opened=True) for number in ids.numbers}
        told = {number: one and (one.text, one.answers, one.area, one.media) for number, one in found.items()}
        return told, {id: read(connection, id) for id in ids.files}

    return await store.read(look)


@pytest.mark.timeout(240 + 6 * KILLS)
async def test_a_backup_made_in_a_storm(database: str, bare: str, tmp_path: Path, forker: str) -> None:
    """Everything acknowledged before the last whole one began is in it; half a one is refused, in one sentence."""
    async with village(database, tmp_path, forker) as made, clerk_of(made, forker, tmp_path) as clerk:
        (tmp_path / "new.toml").write_text(made.config.read_text("utf-8").replace(database, bare), "utf-8")
        await made.store.write(partial(weigh_down, made=made))
        await made.start()
        people = [asyncio.create_task(one) for one in (made.lives("telegram"), made.lives("line"), tells(made))]
        await storm(made, clerk)
        for one in people:
            one.cancel()
        await asyncio.gather(*people, return_exceptions=True)

        assert 0 == (await clerk.restores(clerk.file)).exit_code
        before = clerk.before
        assert before
        back = Store(bare, keys=KEYS)
        assert [] == before.beyond(await back.read(kept))
        assert await contents(made.store, before) == (again := await contents(back, before))
        assert any(SCAM in str(told) for told in again[0].values())
        assert isinstance(await back.read(verify), Sound)
        await back.close()
    assert [] == broken(tmp_path / "bot.log") + broken(tmp_path / "clerk.log")
