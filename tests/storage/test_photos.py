"""Photos and files: nobody can read one that may belong to a sealed report, and what is to go is gone altogether."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, insert, select

from domain.contact import Role
from domain.effect import AddToReport, FetchMedia, FileReport
from domain.message import Address
from storage import media as files
from storage.erasing import erase
from storage.forgetting import find_old, forget
from storage.keys import Keys, fresh
from storage.people import appoint
from storage.reports import add_to_report, file_report
from storage.rewrapping import rewrap
from storage.store import Store
from storage.tables import blobs, media
from tests.keys import SECRET

NOW = datetime(2026, 11, 22, 5, 17, 3, tzinfo=UTC)
PICTURE = b"PLAINPHOTO" * 20
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def ann(connection: Connection) -> str:
    return appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)


def sent(connection: Connection, id: str = "m1") -> None:
    files.want(
        connection, FetchMedia(id, "photo", f"ref {id}", "line", f"msg {id}", "dealer.jpg"), ann(connection), NOW
    )


def kept(connection: Connection, id: str = "m1") -> None:
    files.keep(connection, id, "dealer.jpg", "image/jpeg", PICTURE)


def filed(connection: Connection, *media: str, sensitive: bool = True) -> None:
    told = FileReport("r1", "drugs", {}, text="เล่า", area="42030105", sensitive=sensitive, media=media)
    file_report(connection, told, ann(connection), "420301", "line", NOW)


def plain(connection: Connection) -> list[bytes]:
    """What of all bytes that are kept anybody can read."""
    return [data for data in connection.execute(select(blobs.c.bytes)).scalars() if b"PLAIN" in data]


# --- while it is being told ---


async def test_what_belongs_to_no_report_yet_is_encrypted(store: Store) -> None:
    """Bytes and name of a photo are closed from the first moment; only the hour it came is known. It is shown whole."""

    def work(connection: Connection) -> None:
        sent(connection)
        kept(connection)
        row = connection.execute(select(media)).one()
        assert ([], "", "") == (plain(connection), row.name, row.ref)
        assert (NOW.replace(minute=0, second=0), row.at) == (row.at, row.due)
        one = files.read(connection, "m1")
        assert one
        assert ("dealer.jpg", PICTURE) == (one.name, one.bytes)
        assert {"m1": "kept"} == files.states(connection, ["m1"])

    await store.write(work)


async def test_a_report_that_is_not_sealed_takes_it_open(store: Store) -> None:
    """Its files are as they were sent, in the order they were sent, also what is added later."""

    def work(connection: Connection) -> None:
        for id in ("m2", "m1", "m3"):
            sent(connection, id)
            kept(connection, id)
        filed(connection, "m2", "m1", sensitive=False)
        add_to_report(
            connection, AddToReport("r1", "added", "", ("m3",)), ann(connection), "c", NOW + timedelta(hours=1)
        )
        order = select(media.c.id, media.c.name, media.c.sealed).where(media.c.report == "r1").order_by(media.c.at)
        rows = [tuple(row) for row in connection.execute(order)]
        assert [(id, "dealer.jpg", False) for id in ("m2", "m1", "m3")] == rows
        found = [files.read(connection, id) for id in ("m1", "m2", "m3")]
        assert [PICTURE] * 3 == [one.bytes for one in found if one]

    await store.write(work)


async def test_a_sealed_report_takes_it_under_its_own_key(store: Store) -> None:
    """What was encrypted for the house is then the report's: nobody's, under another id, whole; and once only."""

    def work(connection: Connection) -> None:
        sent(connection)
        kept(connection)
        filed(connection, "m1")
        row = connection.execute(select(media)).one()
        assert (None, "", "r1", "kept") == (row.contact, row.channel, row.report, row.state)
        assert row.id != "m1"
        one = files.read(connection, row.id)
        assert one
        assert ("dealer.jpg", PICTURE) == (one.name, one.bytes)
        assert 1 == connection.execute(select(func.count()).select_from(blobs)).scalar()

    await store.write(work)


# --- taken back ---


@pytest.mark.parametrize("sensitive", [True, False])
async def test_what_is_taken_back_leaves_no_name(store: Store, sensitive: bool) -> None:
    """Neither bytes nor name nor reference of it stay, filed or not."""

    def work(connection: Connection) -> None:
        for id in ("m1", "m2"):
            sent(connection, id)
            kept(connection, id)
        filed(connection, "m1", sensitive=sensitive)
        assert [1, 1] == [files.drop_message(connection, "line", f"msg {id}", ann(connection)) for id in ("m1", "m2")]
        rows = connection.execute(select(media.c.name, media.c.size, media.c.state, media.c.ref)).all()
        assert [("", 0, "dropped", "")] * 2 == [tuple(row) for row in rows]
        assert 0 == connection.execute(select(func.count()).select_from(blobs)).scalar()

    await store.write(work)


async def test_it_can_be_taken_back_after_a_change_of_key(store: Store, database: str) -> None:
    """A photo of a sealed report, fetched before the change or still wanted, goes when its sender takes it back."""
    new = fresh()

    def before(connection: Connection) -> str:
        for id in ("m1", "m2", "m3"):
            sent(connection, id)
        kept(connection, "m1")
        filed(connection, "m1", "m2", "m3")
        kept(connection, "m2")
        return ann(connection)

    me = await store.write(before)
    both, alone = Store(database, keys=Keys(lambda: [new, SECRET])), Store(database, keys=Keys(lambda: [new]))
    try:
        await rewrap(both, NOW)
        for id in ("m1", "m2", "m3"):
            back = partial(files.drop_message, channel="line", message=f"msg {id}", contact=me)
            assert 1 == await alone.write(back)
    finally:
        await both.close()
        await alone.close()


# --- two processes at once ---


@on_postgresql
async def test_what_is_being_kept_while_its_report_is_filed_is_sealed(stores: tuple[Store, Store]) -> None:
    """The photo arrives while *send* is pressed: whoever files waits for it, and it is not left in clear."""
    await stores[0].write(sent)
    async with stores[0].engine.begin() as fetching:
        await fetching.run_sync(kept)
        filing = asyncio.create_task(stores[1].write(lambda c: filed(c, "m1")))
        await asyncio.sleep(0.3)
        assert not filing.done()
    await filing

    id = await stores[0].read(lambda c: c.execute(select(media.c.id)).scalar_one())
    one = await stores[0].read(lambda c: files.read(c, id))
    assert one
    assert (PICTURE, []) == (one.bytes, await stores[0].read(plain))
    assert [id] == await stores[0].read(lambda c: list(c.execute(select(blobs.c.id)).scalars()))


@on_postgresql
async def test_what_is_being_kept_while_its_sender_goes_is_gone(stores: tuple[Store, Store]) -> None:
    """No byte of it is left when its sender has themselves deleted at that moment."""
    me = await stores[0].write(lambda c: (sent(c), ann(c))[1])
    async with stores[0].engine.begin() as fetching:
        await fetching.run_sync(kept)
        erasing = asyncio.create_task(stores[1].write(lambda c: erase(c, me, NOW)))
        await asyncio.sleep(0.3)
        assert not erasing.done()
    await erasing

    left = await stores[0].read(
        lambda c: [c.execute(select(func.count()).select_from(t)).scalar() for t in (media, blobs)]
    )
    assert [0, 0] == left


async def test_bytes_without_a_file_go(store: Store) -> None:
    """What an older version left behind is dropped with all else that is forgotten; what has a file stays."""

    def work(connection: Connection) -> list[str]:
        sent(connection)
        kept(connection)
        connection.execute(insert(blobs).values(id="stray", bytes=PICTURE))
        assert 1 == forget(connection, NOW, old=find_old(connection, NOW))
        return list(connection.execute(select(blobs.c.id)).scalars())

    assert ["m1"] == await store.write(work)
