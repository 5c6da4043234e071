"""Updates of alerts that were held up half-way, and what was tried too long ago to be tried again."""

from datetime import timedelta

from sqlalchemy import select, update

from alerts.fanout import spread
from alerts.quiet import Hours
from domain.alert import Alert, Audience
from domain.delivery import KEY_LASTS
from storage.alerts import fan_out, next_open, raise_alert
from storage.claims import claim
from storage.outbox import moving
from storage.steering import pause_alert, resume_alert
from storage.store import Store
from storage.tables import outbox
from tests.storage.test_alerts import NOW, WORDS, crowd

AWAKE = Hours()


async def told(store: Store, alert: str) -> int:
    """How many there are who got an alert, or are to get it."""
    rows = select(outbox.c.id).where(outbox.c.alert == alert)
    return len(await store.read(lambda c: c.execute(rows).all()))


async def begun(store: Store, people: int) -> None:
    """A first alert that has been spread to so many of twice as many, and an update of it."""
    await crowd(store, 2 * people)
    first = Alert("first", Audience(), lane="urgent")
    after = Alert("after", Audience(), lane="urgent", type="Update", references="first")
    await store.write(lambda c: raise_alert(c, first, WORDS, NOW))
    await store.write(lambda c: fan_out(c, "first", people, NOW, NOW))
    await store.write(lambda c: raise_alert(c, after, WORDS, NOW + timedelta(minutes=1)))


async def test_an_update_waits_until_all_have_the_first(store: Store) -> None:
    """Raised while the first is still being spread, it reaches everybody who gets that, and nobody before them."""
    await begun(store, 3)
    found = await store.read(next_open)
    assert found
    assert "first" == found.id

    await spread(store, AWAKE, NOW)

    assert (6, 6) == (await told(store, "first"), await told(store, "after"))


async def test_who_gets_the_first_later_gets_the_update_later(store: Store) -> None:
    """Of an alert held up half-way the update goes to who had it; let go on, to the others after it."""
    await begun(store, 3)
    await store.write(lambda c: pause_alert(c, "first"))
    await spread(store, AWAKE, NOW)
    assert (3, 3) == (await told(store, "first"), await told(store, "after"))

    await store.write(lambda c: resume_alert(c, "first"))
    await spread(store, AWAKE, NOW)

    assert (6, 6) == (await told(store, "first"), await told(store, "after"))


async def test_what_line_cannot_be_asked_about_is_not_sent_again(store: Store) -> None:
    """Tried once with an end nobody knows, and taken up again a day later: LINE has forgotten the key by then."""
    await crowd(store, 2)
    await store.write(lambda c: raise_alert(c, Alert("a", Audience(), lane="urgent"), WORDS, NOW))
    await spread(store, AWAKE, NOW)
    tried = update(outbox).where(outbox.c.id.in_(select(outbox.c.id).limit(1))).values(tries=1)
    await store.write(lambda c: c.execute(tried))

    later = NOW + KEY_LASTS + timedelta(minutes=1)
    taken = await store.write(lambda c: claim(c, "line", later, 10))

    assert [1] == [one.tries for one in taken]  # the one that nobody had tried
    notes = await store.read(lambda c: set(c.execute(select(outbox.c.state, outbox.c.note)).all()))
    assert {("queued", ""), ("refused", "gave up: too late to learn whether it arrived")} == notes


async def test_a_lane_that_moves_is_not_stuck(store: Store) -> None:
    """What has left lately says so, though thousands still wait behind it."""
    await crowd(store, 2)
    await store.write(lambda c: raise_alert(c, Alert("a", Audience(), lane="urgent"), WORDS, NOW))
    await spread(store, AWAKE, NOW)
    assert set() == await store.read(lambda c: moving(c, NOW - timedelta(minutes=10)))

    sent = update(outbox).where(outbox.c.id.in_(select(outbox.c.id).limit(1))).values(state="sent", due=NOW)
    await store.write(lambda c: c.execute(sent))

    assert {("line", "urgent")} == await store.read(lambda c: moving(c, NOW - timedelta(minutes=10)))
    assert set() == await store.read(lambda c: moving(c, NOW + timedelta(seconds=1)))
