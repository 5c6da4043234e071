"""A change of keys takes everything or nothing; what was kept before, and what waits, is sealed too."""

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.message import Press, Text
from domain.query import Scope
from storage.adopting import adopt
from storage.key_state import check_in, state
from storage.keys import OPTION, Key, Keys, KeyTrouble, Unopened, fresh, key_of, read, written
from storage.reports import find_report
from storage.rewrapping import left, rewrap
from storage.store import Store
from storage.tables import contacts, outbox, reports
from tests.conversations.stage import Stage
from tests.keys import KEYS
from tests.storage.confided import ANN, BEN, NOW, STORY, kept, looked, one_bit


def other_store(store: Store, *secrets: bytes) -> dict[str, Keys]:
    return {OPTION: Keys(lambda: list(secrets))}


OLD, NEW = b"\x07" * 32, fresh()


async def test_a_new_key_takes_everything(store: Store) -> None:
    """After the change all opens with the new key alone, one's own are found, and the old key opens nothing."""
    stage = Stage(store)
    await stage.known("ann", area="420301", agreed=True)
    number = await stage.report("ann", "drugs")
    await stage.say("ann", Text("เพิ่งเห็นอีก"))

    def work(connection: Connection) -> None:
        check_in(connection, NOW)
        both = connection.execution_options(**{OPTION: Keys(lambda: [NEW, OLD])})
        assert 1 == left(both)
        assert [1, 0] == [rewrap(both, NOW), rewrap(both, NOW)]
        alone = connection.execution_options(**{OPTION: Keys(lambda: [NEW])})
        assert 0 == left(alone)
        check_in(alone, NOW)
        found = find_report(alone, number, Scope(Role.RESIDENT, "", stage.id("ann")), opened=True)
        assert found is not None
        assert "เล่าสั้น ๆ" in found.text
        assert key_of(NEW).name == getattr(state(alone), "id", "")
        before = connection.execution_options(**{OPTION: KEYS})
        assert looked(before, number).broken
        with pytest.raises(KeyTrouble, match=f"need the key {key_of(NEW).name}"):
            check_in(before, NOW)
        connection.execution_options(**{OPTION: KEYS})

    await store.write(work)


async def test_a_change_of_key_that_fails_changes_nothing(store: Store) -> None:
    """One report that does not open stops all of it: the rest stays under the old key."""

    def work(connection: Connection) -> None:
        check_in(connection, NOW)
        kept(connection)
        kept(connection, "r2", BEN)
        one_bit(connection)

    await store.write(work)
    with pytest.raises(Unopened):
        await store.write(lambda c: rewrap(c.execution_options(**{OPTION: Keys(lambda: [NEW, OLD])}), NOW))
    assert 0 == await store.write(lambda c: left(c.execution_options(**{OPTION: KEYS})))


async def test_what_was_kept_before_is_sealed_once(store: Store) -> None:
    """Sensitive and withheld reports of older versions are sealed; others stay as they are."""

    def work(connection: Connection) -> None:
        plain = {
            "kind": "drugs",
            "at": NOW,
            "changed": NOW,
            "status": "new",
            "area": "42030105",
            "answers": {"words": "x"},
        }
        for n, flags in enumerate(({"sensitive": True}, {"withheld": True, "home": "420301"}, {})):
            row = {"id": f"o{n}", "number": 100_000 + n, "reporter": ANN, "text": STORY, "folded": STORY}
            connection.execute(reports.insert().values(plain | row | flags))
        assert [2, 0] == [adopt(connection), adopt(connection)]
        rows = connection.execute(select(reports.c.text, reports.c.reporter).order_by(reports.c.id)).all()
        assert [("", None), ("", None), (STORY, ANN)] == [tuple(row) for row in rows]
        assert [STORY, "420301"] == [looked(connection, 100_000).text, looked(connection, 100_001).quiet]

    await store.write(work)


async def test_messages_that_wait_say_nothing(store: Store) -> None:
    """A status of a sealed report waits in the outbox without words, contact or account, and still arrives."""
    stage = Stage(store)
    await stage.known("c", Role.COORDINATOR, "42")
    await stage.known("ann", area="420301", agreed=True)
    number = await stage.report("ann", "drugs")
    heard = await stage.say("c", Press(f"/assign {number} me"))

    assert ["c", "ann"] == [one.whom for one in heard]
    rows = await store.read(lambda c: c.execute(select(outbox).where(outbox.c.address.startswith("veiled:"))).all())
    assert rows
    assert {""} == {row.contact for row in rows}
    assert {"sealed"} == {name for row in rows for name in row.message}
    row = await store.read(lambda c: c.execute(select(contacts).where(contacts.c.address == "ann")).one())
    assert str(number) not in str(row.conversation)


def test_a_key_is_read_as_it_was_written() -> None:
    """Thirty-two bytes in Base64; anything else is refused with the remedy."""
    secret = fresh()
    assert secret == read(f" {written(secret)}\n")
    for wrong in ("", "abc", "*" * 43, written(secret) + "AAAA"):
        with pytest.raises(KeyTrouble, match="rimkhong keys new"):
            read(wrong)
    assert isinstance(key_of(secret), Key)
