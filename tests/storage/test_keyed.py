"""An id that is made of something hidden gives nothing of it away."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.ids import derived, keyed
from domain.message import Outgoing
from storage.alerts import raise_alert
from storage.store import Store
from storage.tables import alerts

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


async def test_where_it_is_withheld_from_cannot_be_worked_out(store: Store) -> None:
    """One note for the same causes; its id is not that of any tambon anybody may try."""

    def raised(connection: Connection, quiet: str) -> bool:
        one = Alert(keyed("many", "4203", quiet), Audience("4203", Role.COORDINATOR), lane="reply", report="r1")
        return raise_alert(connection, one, {"th": Outgoing(("มีเรื่องมาก",))}, NOW)

    def work(connection: Connection) -> list[str]:
        assert [True, False, True] == [raised(connection, quiet) for quiet in ("420305", "420305", "")]
        return list(connection.execute(select(alerts.c.id)).scalars())

    ids = await store.write(work)
    tried = {made("many", "4203", quiet) for made in (derived, keyed) for quiet in ("", "420305")}
    assert not tried & set(ids)
    assert {36} == {len(id) for id in ids}
