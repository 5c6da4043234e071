"""A change of key takes everything, a page at a time, and nothing from whoever is answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update
from structlog.testing import capture_logs

from domain.contact import Role
from domain.conversation import Conversation
from domain.effect import FileReport
from domain.message import Address, Text
from domain.query import Scope
from storage.erasing import erase
from storage.key_state import check_in, state
from storage.keys import Keys, KeyTrouble, Unopened, fresh, key_of
from storage.people import appoint, open_conversation, save_conversation, seal_conversation
from storage.reports import file_report, find_report
from storage.rewrapping import PAGE, left, rewrap
from storage.store import Store
from storage.tables import contacts
from storage.tables_sealing import sealed
from tests.conversations.stage import Stage
from tests.keys import SECRET

NOW = datetime(2026, 11, 22, 5, 17, 3, tzinfo=UTC)
NEW = fresh()
ADMIN = Scope(Role.ADMIN, "", "")


@pytest.fixture
async def both(database: str, store: Store) -> AsyncIterator[Store]:
    """The same database for whoever has put a new key before the old one."""
    one = Store(database, keys=Keys(lambda: [NEW, SECRET]))
    await store.write(lambda c: check_in(c, NOW))
    yield one
    await one.close()


@pytest.fixture
async def alone(database: str, store: Store) -> AsyncIterator[Store]:
    """The same database for whoever has the new key only."""
    one = Store(database, keys=Keys(lambda: [NEW]))
    yield one
    await one.close()


def ann(connection: Connection) -> str:
    return appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)


def filed(connection: Connection, id: str, contact: str) -> int:
    told = FileReport(id, "drugs", {}, text=f"เรื่อง {id}", area="42030105", sensitive=True)
    return file_report(connection, told, contact, "420301", "line", NOW)


async def test_a_new_key_takes_everything(store: Store, both: Store, alone: Store) -> None:
    """After the change all opens with the new key alone, one's own are found, and the old key opens nothing."""
    stage = Stage(store)
    await stage.known("ann", area="420301", agreed=True)
    number = await stage.report("ann", "drugs")
    await stage.say("ann", Text("เพิ่งเห็นอีก"))
    seen: list[int] = []

    assert 1 == await both.read(left)
    assert [1, 0] == [await rewrap(both, NOW, seen.append), await rewrap(both, NOW, seen.append)]
    assert [1] == seen

    def work(connection: Connection) -> str:
        assert 0 == left(connection)
        check_in(connection, NOW)
        found = find_report(connection, number, Scope(Role.RESIDENT, "", stage.id("ann")), opened=True)
        row = connection.execute(select(contacts).where(contacts.c.id == stage.id("ann"))).one()
        assert open_conversation(connection, row) != Conversation()
        assert key_of(NEW).name == getattr(state(connection), "id", "")
        return found.text if found else ""

    assert "เล่าสั้น ๆ" in await alone.write(work)
    broken = await store.read(lambda c: find_report(c, number, ADMIN, opened=True))
    assert broken
    assert broken.broken
    with pytest.raises(KeyTrouble, match=f"need the key {key_of(NEW).name}"):
        await store.write(lambda c: check_in(c, NOW))


async def test_a_change_of_key_that_fails_needs_both_still(store: Store, both: Store) -> None:
    """One report that does not open is named and ends it: all others open with the two keys, and the old one counts."""

    def work(connection: Connection) -> int:
        number = filed(connection, "r1", ann(connection))
        filed(connection, "r2", ann(connection))
        body = connection.execute(select(sealed.c.body).where(sealed.c.report == "r2")).scalar_one()
        spoilt = update(sealed).where(sealed.c.report == "r2").values(body=body[:-1] + bytes([body[-1] ^ 1]))
        connection.execute(spoilt)
        return number

    number = await store.write(work)
    with pytest.raises(Unopened, match="body"):
        await rewrap(both, NOW)
    for each in (store, both):
        found = await each.read(lambda c: find_report(c, number, ADMIN, opened=True))
        assert found
        assert "เรื่อง r1" == found.text
        await each.write(lambda c: check_in(c, NOW))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_somebody_says_meanwhile_is_kept(store: Store, both: Store) -> None:
    """A conversation that is just being saved is waited for, and not put back to what it was before."""

    def before(connection: Connection) -> str:
        save_conversation(connection, ann(connection), Conversation(asked="OLD"), NOW)
        return ann(connection)

    id = await store.write(before)
    async with both.engine.begin() as turn:
        await turn.run_sync(lambda c: save_conversation(c, id, Conversation(asked="NEW"), NOW + timedelta(seconds=1)))
        changing = asyncio.create_task(rewrap(both, NOW))
        await asyncio.sleep(0.3)
        assert not changing.done()
    await changing

    row = await both.read(lambda c: c.execute(select(contacts).where(contacts.c.id == id)).one())
    assert "NEW" == await both.read(lambda c: open_conversation(c, row).asked)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_who_is_erased_meanwhile_stays_erased(store: Store, both: Store) -> None:
    """No mark leads to somebody who had themselves deleted while the key was changed."""

    def before(connection: Connection) -> str:
        filed(connection, "r1", ann(connection))
        connection.exec_driver_sql("UPDATE reports SET assignee = 'somebody'")
        return ann(connection)

    id = await store.write(before)
    async with both.engine.begin() as turn:
        await turn.run_sync(lambda c: erase(c, id, NOW))
        changing = asyncio.create_task(rewrap(both, NOW))
        await asyncio.sleep(0.3)
        assert not changing.done()
    await changing

    assert ("", None) == tuple(await both.read(lambda c: c.execute(select(sealed.c.owner, sealed.c.handle)).one()))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_others_write_between_two_pages(store: Store, both: Store) -> None:
    """Everybody's conversation is not one long write: whoever writes meanwhile comes after a page."""
    many = 3 * PAGE
    plain = {"channel": "line", "language": "th", "seen_at": NOW, "created_at": NOW}

    def before(connection: Connection) -> None:
        rows = [
            {"id": f"c{n:04}", "address": f"U{n}", **plain}
            | {"conversation": seal_conversation(connection, f"c{n:04}", Conversation(asked="x"))}
            for n in range(many)
        ]
        connection.execute(insert(contacts), rows)

    def done(connection: Connection) -> int:
        rows = connection.execute(select(contacts.c.id, contacts.c.conversation)).all()
        new = Keys(lambda: [NEW])
        return sum(_opens(new, row.id, row.conversation) for row in rows)

    await store.write(before)
    changing = asyncio.create_task(rewrap(both, NOW))
    seen = set()
    while not changing.done():
        seen.add(await both.write(done))
    await changing

    assert any(0 < some < many for some in seen)
    assert many == await both.read(done)


async def test_another_key_in_its_place_is_said(both: Store, alone: Store) -> None:
    """Another key may take the place of one that no report is sealed under; the log says so: somebody may have it."""
    with capture_logs() as said:
        for each in (both, alone, alone):
            await each.write(lambda c: check_in(c, NOW))
    before, now = key_of(SECRET).name, key_of(NEW).name
    assert [(before, now)] == [(one["before"], one["now"]) for one in said]


def _opens(keys: Keys, id: str, kept: dict[str, str]) -> bool:
    try:
        return bool(keys.open_json(f"conversation\n{id}", kept))
    except Unopened:
        return False
