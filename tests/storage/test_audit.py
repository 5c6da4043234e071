"""The audit log cannot be changed unseen."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from storage.audit import FIRST, KEPT, Broken, Sound, link, prune, verify, write_down
from storage.forgetting import forget
from storage.migrate import FOLDER
from storage.store import Store
from storage.tables import audit, audit_head
from tests.keys import KEYS

NOW = datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=UTC)


def write(connection: Connection, many: int = 5, at: datetime = NOW) -> None:
    for n in range(many):
        write_down(connection, f"c{n}", "read", f"r{n}", {"number": 482913 + n, "to": "ก"}, at + timedelta(minutes=n))


async def seqs(store: Store) -> list[int]:
    return await store.read(lambda c: list(c.execute(select(audit.c.seq).order_by(audit.c.seq)).scalars()))


async def test_what_is_written_is_sound(store: Store) -> None:
    """An empty log and a written one both hold; the head is the last row's digest."""
    assert await store.read(verify) == Sound(0, FIRST)

    await store.write(write)

    head = await store.read(lambda c: c.execute(select(audit_head.c.hash)).scalar_one())
    assert await store.read(verify) == Sound(5, head)


@pytest.mark.parametrize(
    "change",
    [
        {"who": "else"},
        {"what": "seen"},
        {"on": "r9"},
        {"at": NOW + timedelta(microseconds=1)},
        {"detail": {"number": 1}},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_changed_row_is_named(store: Store, change: dict[str, object]) -> None:
    """Whatever of a row was changed, verifying names that row."""
    await store.write(write)
    third = (await seqs(store))[2]

    await store.write(lambda c: c.execute(update(audit).where(audit.c.seq == third).values(change)))

    assert await store.read(verify) == Broken(third, f"row {third} was changed after it was written")


async def test_a_changed_row_with_a_fitting_digest_is_named(store: Store) -> None:
    """Who reckons the digest anew, too, breaks the chain after that row."""
    await store.write(write)
    third, fourth = (await seqs(store))[2:4]

    def forge(connection: Connection) -> None:
        row = connection.execute(select(audit).where(audit.c.seq == third)).one()
        digest = link(row.previous, row.at, "else", row.what, row.on, row.detail)
        connection.execute(update(audit).where(audit.c.seq == third).values(who="else", hash=digest))

    await store.write(forge)

    why = f"the chain breaks between row {third} and row {fourth}: one is missing there, or row {third} was changed"
    assert await store.read(verify) == Broken(fourth, why)


@pytest.mark.parametrize("which", [0, 1, 3, 4])
async def test_a_missing_row_is_noticed_where_it_was(store: Store, which: int) -> None:
    """At the beginning, in the middle and at the end."""
    await store.write(write)
    rows = await seqs(store)

    await store.write(lambda c: c.execute(delete(audit).where(audit.c.seq == rows[which])))

    broken = await store.read(verify)
    assert isinstance(broken, Broken)
    assert (broken.seq, "missing" in broken.why) == (rows[which + 1] if which < 4 else rows[3], True)


@pytest.mark.parametrize("last", [False, True])
async def test_a_row_put_in_is_named(store: Store, last: bool) -> None:
    """One that follows its neighbour well is found out all the same, for nothing follows it."""
    await store.write(write)
    rows = await seqs(store)

    def put_in(connection: Connection) -> None:
        connection.execute(update(audit).where(audit.c.seq == rows[4]).values(seq=rows[4] + (0 if last else 1)))
        before = connection.execute(select(audit).where(audit.c.seq == rows[4 if last else 3])).one()
        row = {"at": NOW, "who": "x", "what": "read", "on": "", "detail": {}}
        chained = {"previous": before.hash, "hash": link(before.hash, **row)}
        connection.execute(insert(audit).values(row | chained | {"seq": rows[4] + int(last)}))

    await store.write(put_in)

    broken = await store.read(verify)
    assert isinstance(broken, Broken)
    assert (broken.seq, "put in afterwards" in broken.why) == (rows[4] + int(last), True)


async def test_a_log_written_anew_is_found_by_a_note_of_its_head(store: Store) -> None:
    """Somebody with the database can make a whole new chain; a digest on paper finds them out."""
    await store.write(write)
    noted = await store.read(verify)
    assert isinstance(noted, Sound)
    await store.write(lambda c: write(c, 2))
    assert isinstance(await store.read(lambda c: verify(c, noted.head)), Sound)

    def anew(connection: Connection) -> None:
        for table in (audit, audit_head):
            connection.execute(delete(table))
        write(connection, 7, NOW.replace(hour=6))

    await store.write(anew)

    assert isinstance(await store.read(verify), Sound)
    assert isinstance(await store.read(lambda c: verify(c, noted.head)), Broken)


async def test_many_at_once_make_one_chain(stores: tuple[Store, Store]) -> None:
    """Two processes that write at the same moment wait for each other: no fork, none lost."""
    await asyncio.gather(
        *(stores[n % 2].write(lambda c, n=n: write_down(c, f"c{n}", "read", "", {"n": n}, NOW)) for n in range(30))
    )

    found = await stores[0].read(verify)
    assert isinstance(found, Sound)
    assert found.rows == 30


async def test_what_is_rolled_back_leaves_no_gap(store: Store) -> None:
    """A transaction that fails takes its row and the head with it."""
    await store.write(write)

    def fail(connection: Connection) -> None:
        write_down(connection, "c", "read", "", {}, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fail)
    await store.write(lambda c: write(c, 1))

    found = await store.read(verify)
    assert isinstance(found, Sound)
    assert found.rows == 6


async def test_old_rows_are_dropped_and_signed_for(store: Store) -> None:
    """After two years rows go, from the oldest on; the log still holds, and a row says how many went."""
    await store.write(lambda c: write(c, 3, NOW - KEPT - timedelta(hours=1)))
    await store.write(lambda c: write(c, 2))

    assert await store.write(lambda c: prune(c, NOW)) == 3
    assert await store.write(lambda c: prune(c, NOW)) == 0
    assert await store.write(lambda c: forget(c, NOW)) == 0

    found = await store.read(verify)
    kept = await store.read(lambda c: list(c.execute(select(audit.c.what).order_by(audit.c.seq)).scalars()))
    assert (isinstance(found, Sound) and found.rows, kept) == (3, ["read", "read", "prune"])


async def test_dropping_without_a_signature_is_noticed(store: Store) -> None:
    """Nobody can shorten the log at its beginning by hand, even after it was shortened rightly once."""
    await store.write(lambda c: write(c, 3, NOW - KEPT - timedelta(hours=1)))
    await store.write(lambda c: write(c, 3))
    await store.write(lambda c: prune(c, NOW))
    first = (await seqs(store))[0]

    await store.write(lambda c: c.execute(delete(audit).where(audit.c.seq == first)))

    broken = await store.read(verify)
    assert isinstance(broken, Broken)
    assert broken.seq == first + 1


async def test_rows_from_before_the_chain_are_chained(bare: str) -> None:
    """A database of the version before keeps its rows, and the chain begins with the oldest of them."""
    store = Store(bare, keys=KEYS)
    plain = sa.table("audit", *(sa.column(name) for name in ("who", "what", "on")), sa.column("at", audit.c.at.type))
    plain.append_column(sa.column("detail", audit.c.detail.type))

    def upgrade(connection: Connection, to: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    def before(connection: Connection) -> None:
        upgrade(connection, "0002")
        row = {"who": "cli:root", "what": "export", "on": "", "detail": {"count": 3, "area": "เลย"}}
        connection.execute(insert(plain), [row | {"at": NOW + timedelta(days=n)} for n in range(3)])

    await store.write(before)
    await store.write(lambda c: upgrade(c, "head"))
    await store.write(lambda c: write(c, 2))

    found = await store.read(verify)
    await store.close()
    assert isinstance(found, Sound)
    assert found.rows == 5


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.dictionaries(words, st.one_of(words, st.integers(-(2**53), 2**53))), words)
def test_a_digest_does_not_depend_on_the_order_of_keys(detail: dict[str, str | int], who: str) -> None:
    """What PostgreSQL gives back of a row, in its own order, has the digest it was written with."""
    turned = dict(reversed(detail.items()))

    assert link(FIRST, NOW, who, "x", "", detail) == link(FIRST, NOW, who, "x", "", turned)
    assert link(FIRST, NOW, who, "x", "", detail) != link(FIRST, NOW, who + "'", "x", "", detail)
