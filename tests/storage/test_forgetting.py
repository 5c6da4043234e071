"""What is not kept is really gone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, insert, select, update

from domain.contact import CONSENT_VERSION
from domain.conversation import Conversation, Heard
from domain.effect import FetchMedia
from domain.message import Address, Incoming, Text
from storage import media
from storage.forgetting import PAGE, find_old, forget
from storage.people import contact_id, meet, open_conversation, pack_conversation, remember, seal_conversation
from storage.sealing import day
from storage.store import Store
from storage.tables import blobs, contacts, inbox, outbox
from storage.tables import media as media_table

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ANN = Address("line", "Uann")


def speak(connection: Connection, conversation: Conversation, at: datetime, consent: str = "") -> None:
    meet(connection, Incoming("e1", "1", ANN, at, Text("hi")), "th")
    values = {
        "conversation": seal_conversation(connection, contact_id(ANN), conversation, at),
        "seen_at": day(at),
        "consent": consent,
    }
    connection.execute(update(contacts).where(contacts.c.id == contact_id(ANN)).values(values))


async def kept(store: Store) -> dict[str, object]:
    """The conversation as it is kept, opened."""
    return await store.read(lambda c: pack_conversation(open_conversation(c, c.execute(select(contacts)).one())))


async def test_what_was_pasted_is_forgotten_after_an_hour(store: Store) -> None:
    """A person who pastes something and goes away leaves no words behind; where they were in a report stays."""
    pasted = Conversation(flow="link", answers={"words": "x"}, heard=(Heard(NOW.isoformat(), "secret words"),))
    await store.write(lambda c: speak(c, pasted, NOW - timedelta(minutes=61), consent=CONSENT_VERSION))

    assert 1 == await store.write(lambda c: forget(c, NOW))
    assert {"flow": "link", "answers": {"words": "x"}} == await kept(store)
    assert 0 == await store.write(lambda c: forget(c, NOW))


async def test_whoever_speaks_again_is_left_alone(store: Store) -> None:
    """What is looked for beforehand is forgotten only while it is still due; then all of it, and nothing else."""
    pasted = Conversation(heard=(Heard(NOW.isoformat(), "words"),))
    await store.write(lambda c: speak(c, pasted, NOW - timedelta(minutes=61)))
    old = await store.read(lambda c: find_old(c, NOW))
    await store.write(lambda c: speak(c, pasted, NOW))

    assert 0 == await store.write(lambda c: forget(c, NOW, old=old))
    assert "heard" in await kept(store)
    assert 1 == await store.write(lambda c: forget(c, NOW + timedelta(hours=2), old=old))
    assert {} == await kept(store)


@pytest.mark.parametrize("consent", ["", "2026-11"], ids=["never asked", "to other words"])
async def test_a_report_begun_without_consent_is_forgotten(store: Store, consent: str) -> None:
    """Whoever stopped at the question whether we may keep it has said no by going away."""
    begun = Conversation(flow="drugs", run="r", answers={"words": "secret words"})
    await store.write(lambda c: speak(c, begun, NOW - timedelta(minutes=61), consent))

    assert 1 == await store.write(lambda c: forget(c, NOW))
    assert {} == await kept(store)
    assert 0 == await store.write(lambda c: forget(c, NOW))


async def test_what_was_pasted_before_times_were_kept_apart_is_forgotten(store: Store) -> None:
    """Of who has not spoken since, the day is known, or the moment: it is older than an hour all the same."""
    pasted = Conversation(heard=(Heard(NOW.isoformat(), "words"),))

    def work(connection: Connection) -> None:
        speak(connection, pasted, NOW - timedelta(minutes=61))
        bare = seal_conversation(connection, contact_id(ANN), pasted)
        connection.execute(update(contacts).values(conversation=bare, seen_at=NOW - timedelta(minutes=61)))

    await store.write(work)
    assert 1 == await store.write(lambda c: forget(c, NOW))
    assert {} == await kept(store)


async def test_more_people_than_a_page_wait_behind_nobody(store: Store) -> None:
    """Whoever pasted just now does not keep what others pasted an hour ago from being forgotten."""
    pasted = Conversation(heard=(Heard(NOW.isoformat(), "words"),))
    waits = {"channel": "line", "language": "th", "created_at": NOW, "seen_at": day(NOW)}

    def work(connection: Connection) -> None:
        people = [(f"u{n:04}", NOW - timedelta(minutes=1)) for n in range(PAGE + 5)] + [("z", NOW - timedelta(hours=2))]
        rows = [
            waits | {"id": id, "address": id, "conversation": seal_conversation(connection, id, pasted, at)}
            for id, at in people
        ]
        connection.execute(insert(contacts), rows)

    await store.write(work)
    assert [1, 0] == [await store.write(lambda c: forget(c, NOW)) for _ in range(2)]


async def test_when_somebody_was_answered_is_forgotten(store: Store) -> None:
    """After two hours nothing says whom we answered; what coordinators were told, alerts, and pushes that cost stay."""
    kinds = {
        "answer": {"contact": "ann"},
        "veiled": {},
        "token": {"contact": "ann", "channel": "line", "reply_token": "t"},
        "push": {"contact": "ann", "channel": "line"},
        "alert": {"contact": "ann", "alert": "a"},
        "chief": {"contact": "chief"},
        "waiting": {"contact": "ann", "state": "queued"},
    }
    person = {"channel": "telegram", "language": "th", "conversation": {}, "seen_at": day(NOW), "created_at": NOW}
    people = [person | {"id": id, "address": id, "role": role} for id, role in (("ann", 0), ("chief", 2))]
    sent = {"channel": "telegram", "address": "x", "lane": 1, "state": "sent", "created_at": NOW, "due": NOW}
    blank = {"contact": "", "alert": "", "reply_token": ""}

    def work(connection: Connection) -> None:
        connection.execute(insert(contacts), people)
        connection.execute(insert(outbox), [sent | blank | {"id": id} | more for id, more in kinds.items()])

    await store.write(work)
    later = [await store.write(lambda c, m=m: forget(c, NOW + timedelta(minutes=m))) for m in (119, 121)]
    left = await store.read(lambda c: set(c.execute(select(outbox.c.id)).scalars()))

    assert [0, 3] == later
    assert {"push", "alert", "chief", "waiting"} == left


async def test_what_was_just_pasted_is_remembered(store: Store) -> None:
    """Within the hour it can still be reported."""
    pasted = Conversation(heard=(Heard(NOW.isoformat(), "words"),))
    await store.write(lambda c: speak(c, pasted, NOW - timedelta(minutes=59)))

    assert 0 == await store.write(lambda c: forget(c, NOW))
    assert "heard" in await kept(store)


async def test_a_photo_without_a_report_goes_after_a_week(store: Store) -> None:
    """One that belongs to a report stays, however old."""

    def put(connection: Connection) -> None:
        for id in ("loose", "fresh", "filed"):
            at = NOW - timedelta(days=6 if id == "fresh" else 8)
            media.want(connection, FetchMedia(id, "photo", "r", "line", "m"), "c", at)
            media.keep(connection, id, "x.jpg", "image/jpeg", b"x")
        connection.execute(update(media_table).where(media_table.c.id == "filed").values(report="r1"))

    await store.write(put)

    assert 1 == await store.write(lambda c: forget(c, NOW))
    left = await store.read(lambda c: sorted(c.execute(select(blobs.c.id)).scalars()))
    assert ["filed", "fresh"] == left


async def test_a_file_we_made_goes_after_a_day(store: Store) -> None:
    """An export, or the picture of a receipt, is fetched at once or not at all."""

    def put(connection: Connection) -> None:
        for id, hours in (("old", 25), ("new", 23)):
            media.put_file(connection, id, None, "x.csv", "text/csv", b"x", NOW - timedelta(hours=hours))

    await store.write(put)

    assert 1 == await store.write(lambda c: forget(c, NOW))
    assert ["new"] == await store.read(lambda c: list(c.execute(select(blobs.c.id)).scalars()))


async def test_event_ids_are_kept_a_month(store: Store) -> None:
    """Long enough for any redelivery, then forgotten with what was kept raw of them."""
    await store.write(lambda c: remember(c, "line", "old", NOW - timedelta(days=31), raw="{}"))
    await store.write(lambda c: remember(c, "line", "new", NOW - timedelta(days=29)))

    assert 1 == await store.write(lambda c: forget(c, NOW))
    assert 1 == await store.read(lambda c: c.execute(select(func.count()).select_from(inbox)).scalar_one())
