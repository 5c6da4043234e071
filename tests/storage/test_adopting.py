"""What was kept before there was a key is sealed, what waits says nothing, and a key reads as it was written."""

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.message import Press
from storage.adopting import adopt
from storage.keys import Key, KeyTrouble, fresh, key_of, read, written
from storage.store import Store
from storage.tables import contacts, outbox, reports
from tests.conversations.stage import Stage
from tests.storage.confided import ANN, NOW, STORY, looked


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
