"""A backup holds everything of one moment, opens only with its pass phrase, and comes back whole or not at all."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from domain.contact import Role
from domain.message import Press, Text
from domain.query import Scope
from storage.audit import Sound, verify, write_down
from storage.backup import back_up, look_through, restore
from storage.media import put_file
from storage.reports import find_report
from storage.sealed import HEADER, Sealer, Unreadable, unseal
from storage.store import Store
from storage.tables import audit, media, metadata, outbox, reports
from tests.conversations.stage import START, Stage
from tests.keys import KEYS

WORDS = "ห้าคำที่จำได้ง่ายดี"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the key costs next to nothing here; one test below makes it as it is made in earnest."""
    monkeypatch.setattr("storage.sealed.COST", (1, 32, 1))


async def lived(store: Store) -> None:
    """Some life: reports, a photo, roles, messages sent and waiting, an audit log."""
    made = Stage(store)
    await made.known("somsri", Role.COORDINATOR, "42")
    await made.known("ann", area="420301", agreed=True)
    number = await made.report("ann", "border")
    await made.say("somsri", Press(f"/report {number}"))
    await made.say("somsri", Press(f"/reply {number} ขอเวลาที่เห็นด้วย"))
    await made.say("ann", Text("https://krungthai-refund.example-bank.top/login"))
    await made.say("ann", Text("1234567890"))
    await made.report("ann", "drugs")
    await store.write(lambda c: put_file(c, "p1", "x", "x.bin", "image/png", bytes(range(256)) * 9000, made.now))


def by(connection: Connection, rows: int) -> None:
    write_down(connection, "cli:test", "restore", "", {"rows": rows}, START)


async def made(store: Store, file: Path) -> int:
    with file.open("wb") as out:
        return await back_up(store, out, WORDS, START)


def plain(row: Sequence[object]) -> str:
    """A row as text, whatever order the database keeps keys in."""
    return json.dumps(list(row), sort_keys=True, ensure_ascii=False, default=str)


async def rows(store: Store) -> dict[str, object]:
    """Every table, its rows as text, sorted; without the line that a restore adds to the audit."""

    def read(connection: Connection) -> dict[str, object]:
        found: dict[str, object] = {
            table.name: sorted(plain(row) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in ("audit", "audit_head")
        }
        kept = select(audit).where(audit.c.what != "restore").order_by(audit.c.seq)
        found["audit"] = [plain(row) for row in connection.execute(kept)]
        found["silent"] = connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.message.is_(text("NULL")))
        ).scalar()
        return found

    return await store.read(read)


async def test_everything_comes_back_in_the_other_kind_of_database(
    store: Store, other_kind: str, tmp_path: Path
) -> None:
    """SQLite into PostgreSQL and the other way round: each row as it was, searchable, the audit sound and going on."""
    await lived(store)
    before = await rows(store)
    many = await made(store, tmp_path / "b")

    back = Store(other_kind, keys=KEYS)
    restored = await restore(back, tmp_path / "b", WORDS, by)

    after = await rows(back)
    assert restored == many
    assert after == before
    found = await back.read(verify)
    assert (isinstance(found, Sound), "cli:test") == (
        True,
        await back.read(lambda c: c.execute(select(audit.c.who).order_by(audit.c.seq.desc())).scalars().first()),
    )
    hidden = select(reports.c.number).where(reports.c.sensitive)
    number = await back.read(lambda c: c.execute(hidden).scalar_one())
    sealed = await back.read(lambda c: find_report(c, number, Scope(Role.ADMIN, "", ""), opened=True))
    assert sealed is not None
    assert "เล่าสั้น ๆ" in sealed.text
    listed = await Stage(back, events=100).say("somsri", Press("/reports text:20301"))
    found_by = await back.read(lambda c: c.execute(select(reports.c.number).where(~reports.c.sensitive)).scalar_one())
    assert str(found_by) in listed[0].message.text
    await back.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_wrong_pass_phrase_writes_nothing(store: Store, tmp_path: Path) -> None:
    """One sentence, and no new database."""
    await lived(store)
    await made(store, tmp_path / "b")
    back = Store(f"sqlite:///{tmp_path}/back.db", keys=KEYS)

    with pytest.raises(Unreadable, match="the pass phrase is not the one"):
        await restore(back, tmp_path / "b", "another one", by)

    assert await back.read(lambda c: c.execute(text("SELECT count(*) FROM sqlite_master")).scalar()) == 0
    await back.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_file_cut_off_or_changed_anywhere_is_refused(store: Store, tmp_path: Path) -> None:
    """Every cut and every changed byte is found before anything is written."""
    await lived(store)
    await made(store, tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    for n in [*range(0, 160, 7), len(whole) // 2, len(whole) - 1]:
        for broken in (whole[:n], whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :]):
            (tmp_path / "broken").write_bytes(broken)
            with pytest.raises(Unreadable):
                look_through(tmp_path / "broken", WORDS)
    (tmp_path / "broken").write_bytes(whole + b"x")
    with pytest.raises(Unreadable, match="something follows"):
        look_through(tmp_path / "broken", WORDS)


def test_chunks_cannot_be_dropped_or_exchanged(tmp_path: Path) -> None:
    """The order and the number of chunks are as they were written, or the file is refused."""
    path = tmp_path / "b"
    with path.open("wb") as out:
        sealer = Sealer(out, WORDS)
        for n in range(3):
            sealer.write(b"%d" % n * 50)
        sealer.write(b"end" * 17, last=True)
    whole = path.read_bytes()
    size = 4 + 50 + 16
    chunks = [whole[HEADER + size * n : HEADER + size * (n + 1)] for n in range(3)]
    rest = whole[HEADER + size * 3 :]

    with path.open("rb") as file:
        assert list(unseal(file, WORDS)) == [b"0" * 50, b"1" * 50, b"2" * 50, b"end" * 17]
    for order in ((1, 0, 2), (0, 1), (0, 2), (0, 0, 1, 2)):
        path.write_bytes(whole[:HEADER] + b"".join(chunks[n] for n in order) + rest)
        with path.open("rb") as file, pytest.raises(Unreadable):
            list(unseal(file, WORDS))


async def test_a_database_with_something_in_it_is_left_alone(store: Store, tmp_path: Path) -> None:
    """Nothing is mixed with, or put over, what is there."""
    await lived(store)
    await made(store, tmp_path / "b")
    before = await rows(store)

    with pytest.raises(Unreadable, match="not empty"):
        await restore(store, tmp_path / "b", WORDS, by)

    assert await rows(store) == before


async def test_what_happens_meanwhile_is_all_in_or_all_out(store: Store, tmp_path: Path) -> None:
    """While the backup is written a transaction touches its first and its last table: both are in it, or neither."""
    stop = asyncio.Event()

    def both(connection: Connection, n: int) -> None:
        write_down(connection, "c", "read", "", {"n": n}, START)
        put_file(connection, f"f{n}", "x", "x", "image/png", b"x" * 50_000, START)

    async def busy() -> int:
        n = 0
        while not stop.is_set():
            await store.write(lambda c, n=n: both(c, n))
            n += 1
        return n

    running = asyncio.create_task(busy())
    counts = []
    for n in range(5):
        await made(store, tmp_path / f"b{n}")
        total = look_through(tmp_path / f"b{n}", WORDS)
        counts.append((total["audit"][0], total["media"][0], total["blobs"][0]))
    stop.set()

    assert await running >= counts[-1][0] > 0
    assert [len(set(one)) for one in counts] == [1] * 5


async def test_the_file_holds_nothing_readable(store: Store, tmp_path: Path) -> None:
    """Neither words nor accounts stand in it."""
    await lived(store)
    words = await store.read(lambda c: c.execute(select(reports.c.text)).scalars().first())
    await made(store, tmp_path / "b")

    data = (tmp_path / "b").read_bytes()

    assert [word for word in (words or "?", "somsri", "contacts", "420301") if word.encode() in data] == []
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(media)).scalar()) == 2


def test_the_key_is_made_at_the_cost_we_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id over 64 MiB, three passes, and the file says so."""
    monkeypatch.undo()
    with (tmp_path / "b").open("wb") as out:
        Sealer(out, WORDS).write(b"x", last=True)

    with (tmp_path / "b").open("rb") as file:
        assert list(unseal(file, WORDS)) == [b"x"]
    assert (3).to_bytes(4) + (65_536).to_bytes(4) + (4).to_bytes(4) in (tmp_path / "b").read_bytes()[:HEADER]
