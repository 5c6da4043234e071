"""Who made a report is opened by two, and only by two who may see it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, select

from domain.contact import Role
from domain.message import Press
from storage.people import change
from storage.store import Store
from storage.tables import audit, metadata, outbox
from storage.tables_sealing import openings
from tests.conversations.stage import Stage

ACCOUNT = "Uann5f2e9"


async def asked(store: Store) -> tuple[Stage, str]:
    """Somebody reported, and one coordinator asks who: the stage, and the button the other one has."""
    stage = Stage(store)
    for who, area in (("one", "42"), ("two", "4203"), ("far", "43")):
        await stage.known(who, Role.COORDINATOR, area)
    await stage.known(ACCOUNT, area="420301", agreed=True)
    number = await stage.report(ACCOUNT, "official")
    heard = await stage.say("one", Press(f"/identity {number} ต้องคุ้มครองพยาน"))
    assert ["one", "two"] == [one.whom for one in heard]
    return stage, heard[1].message.buttons[0].token


async def demoted(stage: Stage) -> None:
    await stage.store.write(lambda c: change(c, stage.id("one"), role=int(Role.VOLUNTEER)))


async def nothing(stage: Stage) -> None:
    pass


@pytest.mark.parametrize(("who", "before"), [("one", nothing), ("far", nothing), (ACCOUNT, nothing), ("two", demoted)])
async def test_it_takes_two_who_may(store: Store, who: str, before: Callable[[Stage], Awaitable[None]]) -> None:
    """Not the one who asked, nobody from elsewhere, no resident, and nothing once the first one has lost the role."""
    stage, yes = await asked(store)
    await before(stage)
    heard = await stage.say(who, Press(yes))
    state = await store.read(lambda c: c.execute(select(openings.c.state)).scalar_one())
    assert ("waiting", [who]) == (state, [one.whom for one in heard])
    assert ACCOUNT not in heard[0].message.text


async def test_it_is_shown_and_kept_nowhere(store: Store) -> None:
    """Two see the account, the reporter hears of it, the log has both and not the reason; it is kept nowhere."""
    stage, yes = await asked(store)
    heard = await stage.say("two", Press(yes))
    assert {"one": True, "two": True, ACCOUNT: False} == {one.whom: ACCOUNT in one.message.text for one in heard}

    def holding(connection: Connection) -> set[str]:
        tables = ((table.name, connection.execute(select(table)).all()) for table in metadata.sorted_tables)
        return {name for name, rows in tables if ACCOUNT in str(rows)}

    kept = await store.read(holding)
    words = await store.read(lambda c: c.execute(select(outbox.c.message)).scalars().all())
    log = await store.read(lambda c: c.execute(select(audit).order_by(audit.c.seq)).all())
    assert {"contacts", "outbox"} == kept  # the outbox: replies to what they did before
    assert ACCOUNT not in str(words)
    assert ["ask-identity", "open-identity"] == [row.what for row in log[-2:]]
    assert [stage.id("one"), stage.id("two")] == [row.who for row in log[-2:]]
    assert "ต้องคุ้มครองพยาน" not in str(log)
    assert stage.id("one") == log[-1].detail["with"]
