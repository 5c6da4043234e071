"""The playground's phones: put away they serve nowhere and are counted nowhere; handed out again they are as before."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from domain.alert import Alert, Audience
from domain.contact import Role
from domain.delivery import Delivery
from domain.message import Address, Outgoing
from storage import audit
from storage.approvals import others
from storage.audience import count_audience
from storage.outbox import queue
from storage.people import appoint, contact_id
from storage.phones import hand_out, put_away
from storage.store import Store
from storage.tables import contacts, outbox

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
STAFF = ((Role.VOLUNTEER, "volunteer-1", "อาสาตัวอย่าง"), (Role.COORDINATOR, "coordinator-1", "เจ้าหน้าที่ตัวอย่าง"))


async def held(store: Store) -> set[tuple[str, int, bool]]:
    """Every phone there: its address, role, and whether it is written to no more."""
    columns = (contacts.c.address, contacts.c.role, contacts.c.muted)
    rows = await store.read(lambda c: list(c.execute(select(*columns).where(contacts.c.channel == "web"))))
    return {(address, role, muted) for address, role, muted in rows}


async def test_put_away(store: Store) -> None:
    """The coordinator is no second to agree with an alert and in no audience; what waits for them waits no more."""
    author = await store.write(lambda c: appoint(c, Address("telegram", "1"), Role.COORDINATOR, "42", "", NOW))
    alert = Alert("a", Audience("42"), {"th": "ระวัง"}, by=author)
    waits = Delivery("d", Address("web", "coordinator-1"), Outgoing(("มีรายงานใหม่",)), NOW, lane="reply")
    await store.write(lambda c: hand_out(c, STAFF, NOW))
    await store.write(lambda c: queue(c, [waits], NOW))
    assert [1, 1] == [
        len(await store.read(lambda c: others(c, alert))),
        await store.write(lambda c: put_away(c, NOW)) - 1,
    ]

    assert () == await store.read(lambda c: others(c, alert))
    assert (("telegram", "th", 1),) == await store.read(lambda c: count_audience(c, Audience()))
    [row] = await store.read(lambda c: list(c.execute(select(outbox))))
    assert ("refused", "stopped") == (row.state, row.note)


async def test_what_is_done_with_them_is_written_down_once(store: Store) -> None:
    """Who got a role without an invitation, and lost it, stands in the audit log; doing it again adds nothing."""
    for _ in range(2):
        await store.write(lambda c: hand_out(c, STAFF, NOW))
    for _ in range(2):
        await store.write(lambda c: put_away(c, NOW))
    assert ["playground", "playground"] == [what for _, _, what in await store.read(lambda c: audit.trail(c, ""))]


async def test_handed_out_again(store: Store) -> None:
    """The playground opened again on that database is as it was."""
    await store.write(lambda c: hand_out(c, STAFF, NOW))
    await store.write(lambda c: put_away(c, NOW))
    assert {("volunteer-1", 0, True), ("coordinator-1", 0, True)} == await held(store)
    await store.write(lambda c: hand_out(c, STAFF, NOW))
    assert {("volunteer-1", 1, False), ("coordinator-1", 2, False)} == await held(store)


async def test_who_blocked_the_bot_there_stays_so(store: Store) -> None:
    """Looking at the page again unmutes nobody: blocking is something to be shown, too."""
    await store.write(lambda c: hand_out(c, STAFF, NOW))
    id = contact_id(Address("web", "volunteer-1"))
    await store.write(lambda c: c.execute(update(contacts).where(contacts.c.id == id).values(muted=True)))
    assert not await store.write(lambda c: hand_out(c, STAFF, NOW))
    assert ("volunteer-1", 1, True) in await held(store)
