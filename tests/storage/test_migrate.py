"""The migrations make exactly the tables the program uses."""

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, func, insert, select, table, text

from storage.migrate import head, migrate, upgrade, version
from storage.store import Store
from storage.tables import asked, contacts, media, metadata, outbox, reports, sightings
from tests.keys import KEYS

WHEN = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


async def test_migrations_make_the_tables(bare: str) -> None:
    """A database that was empty, once migrated, differs in nothing from the tables in the code."""
    store = Store(bare, keys=KEYS)

    def differences(connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
        return [one for one in found if "reports_f" not in str(one) and "ix_reports_folded" not in str(one)]

    assert ("", head()) == await migrate(store)
    assert [] == await store.read(differences)
    await store.close()


async def test_when_people_wrote_is_rounded_in_old_rows_too(store: Store) -> None:
    """Of contacts from before stay the day they were heard and agreed, the hour after they were met, and no answers."""
    at = datetime(2026, 3, 4, 17, 23, 11, 123456, UTC)
    people = [
        {"id": id, "address": id, "channel": "telegram", "language": "th", "conversation": {}, "role": role}
        | {"seen_at": at, "created_at": at, "consented_at": agreed}
        for id, role, agreed in (("ann", 0, at), ("bo", 0, None), ("chief", 2, at))
    ]
    answers = [
        {"id": f"{id} {lane}", "contact": id, "address": id, "channel": "telegram", "lane": lane, "state": "sent"}
        | {"due": at, "created_at": at, "settled_at": at, "alert": alert}
        for id in ("ann", "chief")
        for lane, alert in ((1, ""), (2, "a"))
    ]

    def before(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
        connection.execute(insert(contacts), people)
        connection.execute(insert(outbox), answers)
        connection.execute(insert(asked).values(contact="ann", mark="m", word="unknown", at=at))

    await store.write(before)
    await migrate(store)

    times = select(contacts.c.seen_at, contacts.c.consented_at, contacts.c.created_at).order_by(contacts.c.id)
    day, hour = datetime(2026, 3, 4, 17, tzinfo=UTC), datetime(2026, 3, 4, 18, tzinfo=UTC)
    rounded = await store.read(lambda c: [tuple(row) for row in c.execute(times)])
    assert [(day, day, hour), (day, None, hour), (day, day, hour)] == rounded
    assert day == await store.read(lambda c: c.execute(select(asked.c.at)).scalar_one())
    left = await store.read(lambda c: list(c.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars()))
    assert ["ann 2", "chief 1", "chief 2"] == left


async def test_what_told_people_apart_goes_from_old_rows(store: Store) -> None:
    """A flag that named who used a receipt, a name of a file taken back, an address that named its reader."""
    ann = {"id": "ann", "channel": "line", "address": "U1", "language": "th", "seen_at": WHEN, "created_at": WHEN}
    told = {"kind": "link", "at": WHEN, "changed": WHEN, "status": "closed", "answers": {}}
    file = {"contact": "ann", "channel": "line", "ref": "", "kind": "file", "due": WHEN, "at": WHEN, "name": "ann.pdf"}
    page = "url:https://pay.evil.cc/?e=ann@gmail.com"

    def before(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '0010'"))
        kept = {"sealed": "x", "answers": True}
        people = [ann | {"conversation": kept, "consent": "2026-11"}]
        people.append(ann | {"id": "bo", "address": "U2", "conversation": kept, "consent": ""})
        connection.execute(insert(contacts), people)
        connection.execute(insert(media), [file | {"id": state, "state": state} for state in ("dropped", "kept")])
        for n, who in enumerate((None, "bo")):
            connection.execute(insert(reports).values(told | {"id": f"r{n}", "number": n}))
            seen = {"report": f"r{n}", "contact": who, "at": WHEN}
            connection.execute(insert(sightings), [seen | {"indicator": one} for one in ("domain:evil.cc", page)])

    await store.write(before)
    await migrate(store)

    held = await store.read(lambda c: dict(c.execute(select(contacts.c.id, contacts.c.conversation)).all()))
    assert {"ann": {"sealed": "x"}, "bo": {"sealed": "x", "answers": True}} == held
    names = await store.read(lambda c: dict(c.execute(select(media.c.state, media.c.name)).all()))
    assert {"dropped": "", "kept": "ann.pdf"} == names
    left = await store.read(lambda c: c.execute(select(sightings.c.report, sightings.c.indicator)).all())
    assert {("r0", "domain:evil.cc"), ("r1", "domain:evil.cc"), ("r1", page)} == {tuple(row) for row in left}


OLD_ROWS = {
    "contacts": {"id": "ann", "channel": "line", "address": "U1", "language": "th", "role": 0, "area": "", "name": ""}
    | {"pending": 0, "pending_area": "", "on_duty": True, "subscribed": True, "muted": False, "is_group": False}
    | {"consent": "", "conversation": {}, "seen_at": WHEN, "created_at": WHEN},
    "asked": {"contact": "ann", "mark": "m", "word": "unknown", "at": WHEN},
    "answered": {"contact": "ann", "indicator": "domain:evil.cc", "day": "2026-11-22"},
    "reports": {"id": "r1", "number": 100_000, "reporter": "ann", "kind": "link", "channel": "line", "at": WHEN}
    | {"changed": WHEN, "status": "new", "area": "", "home": "", "urgent": False, "sensitive": False}
    | {"withheld": False, "text": "", "folded": "", "answers": {}, "assignee": ""},
    "notes": {"id": "n1", "report": "r1", "kind": "note", "text": "", "by": "", "at": WHEN},
    "sightings": {"report": "r1", "indicator": "domain:evil.cc", "contact": "ann", "area": "", "at": WHEN},
    "invites": {"id": "i", "role": 1, "area": "", "by": "ann", "expires": WHEN},
}


async def test_no_row_is_lost_on_the_way(database: str) -> None:
    """A database of an older version, with people, reports and what hangs on them, keeps every row at each step."""
    store = Store(database, keys=KEYS)

    def old(connection: Connection) -> None:
        upgrade(connection, "0005")
        for name, row in OLD_ROWS.items():
            types = {one.name: one.type for one in metadata.tables[name].columns}
            there = table(name, *(column(part, types[part]) for part in row))
            connection.execute(insert(there).values(row))

    try:
        await store.write(old)
        await migrate(store)
        many = {name: select(func.count()).select_from(metadata.tables[name]) for name in OLD_ROWS}
        left = await store.read(lambda c: {name: c.execute(count).scalar() for name, count in many.items()})
        assert dict.fromkeys(OLD_ROWS, 1) == left
    finally:
        await store.close()


async def test_migrating_twice_is_no_harm(store: Store) -> None:
    """The second time nothing is left to do."""
    assert (head(), head()) == await migrate(store)
    assert (head(), head()) == await version(store)
