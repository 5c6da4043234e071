"""Who has a report: only somebody who may see it and can be told."""

import pytest
from sqlalchemy import Connection

from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address
from domain.query import FindPeople
from storage.keeping import keeper, people_for
from storage.people import appoint, change
from storage.reports import assign, file_report
from storage.store import Store
from tests.conversations.stage import START

HERE, NEXT = "420301", "420302"


@pytest.mark.parametrize(
    ("change_of", "has"),
    [
        ({"language": "en"}, True),
        ({"area": "4203"}, True),
        ({"area": NEXT}, False),
        ({"area": "4305"}, False),
        ({"muted": True}, False),
        ({"role": int(Role.VOLUNTEER)}, False),
    ],
)
async def test_who_cannot_be_told_has_no_report(store: Store, change_of: dict[str, object], has: bool) -> None:
    """Moved to where they may not see it, blocking the bot, or serving no longer, they have it no more."""

    def work(connection: Connection) -> tuple[bool, bool]:
        ann = appoint(connection, Address("web", "ann"), Role.COORDINATOR, "42", "ann", START)
        appoint(connection, Address("web", "boss"), Role.ADMIN, "", "boss", START)
        hidden = FileReport("r1", "other", {}, area=HERE, withheld=True)
        file_report(connection, hidden, "somebody", NEXT, "web", START)
        assign(connection, "r1", ann, START)
        change(connection, ann, **change_of)
        return keeper(connection, "r1") == ann, bool(people_for(connection, FindPeople("", "ann", report="r1")))

    assert (has, has) == await store.write(work)
