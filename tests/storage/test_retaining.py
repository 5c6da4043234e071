"""Reports are kept as long as said: then without who made them, then without their words, in table and bytes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text, update

from domain.effect import AddToReport, FetchMedia, FileReport
from domain.report import Status
from domain.verdict import Indicator
from storage import media
from storage.audit import Sound, verify, write_down
from storage.forgetting import forget
from storage.reports import add_to_report, file_report, reporter_of, set_status, whole
from storage.retaining import PAGE, Retention, expire
from storage.scrubbing import scrub
from storage.store import Store
from storage.tables import audit, blobs, notes, reports, sightings
from storage.tables import media as media_table
from storage.tables_sealing import openings

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = "รถกระบะขนของลงท่าน้ำลุงคำ"
ANSWERS = {"what": "drone", "words": WORDS, "where": {"area": "420301", "lat": 17.9, "lon": 101.6, "said": "บ้านลุงคำ"}}
PICTURE = b"my own bytes"


def put(c: Connection, id: str, age: timedelta, status: Status = Status.CLOSED, *, sensitive: bool = False) -> None:
    """A report with everything a report can have, last touched so long ago."""
    at = NOW - age
    link = Indicator("domain", "evil.cc")
    filed = FileReport(
        id, "border", ANSWERS, WORDS, "420301", 17.9, 101.6, sensitive=sensitive, media=(f"m{id}",), indicators=(link,)
    )
    media.want(c, FetchMedia(f"m{id}", "photo", "r", "line", id), "ann", at)
    file_report(c, filed, "ann", "420301", "line", at)
    media.keep(c, f"m{id}", "x.jpg", "image/jpeg", PICTURE * 500)
    add_to_report(c, AddToReport(id, "added", f"เพิ่ม {WORDS}"), "ann", f"{id}a", at)
    add_to_report(c, AddToReport(id, "note", f"โทรหา {WORDS}"), "staff", f"{id}n", at)
    set_status(c, id, status, at)


async def left(store: Store) -> dict[str, tuple[object, ...]]:
    """By report: who made it, its words, its kinds of notes, and how many files."""

    def look(c: Connection) -> dict[str, tuple[object, ...]]:
        return {
            row.id: (
                who.contact if (who := reporter_of(c, row.id)) else None,
                whole(c, row, opened=True).text,
                sorted(c.execute(select(notes.c.kind).where(notes.c.report == row.id)).scalars()),
                c.execute(select(func.count()).where(media_table.c.report == row.id)).scalar_one(),
            )
            for row in c.execute(select(reports))
        }

    return await store.read(look)


async def expired(store: Store, now: datetime = NOW, kept: Retention | None = None) -> list[int]:
    """Called until it gives 0, as the job does."""
    done = []
    while many := await store.write(lambda c: expire(c, now, kept or Retention())):
        done.append(many)
    return done


async def test_what_nobody_touched_for_half_a_year_loses_everything_told(store: Store) -> None:
    """Who, words, notes, point, files and home go; kind, tambon, choices and the link that others meet stay."""
    await store.write(lambda c: put(c, "old", 181 * DAY))
    await store.write(lambda c: put(c, "young", 179 * DAY))

    assert await expired(store) == [1]

    told = await left(store)
    assert told["old"] == (None, "", ["expired"], 0)
    assert told["young"] == ("ann", WORDS, ["added", "note"], 1)
    row = await store.read(lambda c: c.execute(select(reports).where(reports.c.id == "old")).one())
    assert (row.kind, row.area, row.home, row.lat, row.folded) == ("border", "420301", "", None, "")
    assert row.answers == {"what": "drone", "where": {"area": "420301"}}
    seen = await store.read(lambda c: c.execute(select(sightings.c.indicator, sightings.c.contact)).all())
    assert [tuple(row) for row in seen] == [("domain:evil.cc", "ann")]  # a person counts once, and so she still does


async def test_a_closed_sensitive_report_loses_who_made_it_first(store: Store) -> None:
    """90 days after closing who, point and files go, and the words stay for those who act on them; not while open."""
    await store.write(lambda c: put(c, "closed", 91 * DAY, sensitive=True))
    await store.write(lambda c: put(c, "fresh", 89 * DAY, sensitive=True))
    await store.write(lambda c: put(c, "open", 91 * DAY, Status.OPEN, sensitive=True))
    await store.write(lambda c: put(c, "plain", 91 * DAY))

    assert await expired(store) == [1]

    told = await left(store)
    assert told["closed"] == (None, WORDS, ["added", "expired", "note"], 0)
    assert {told[id][:2] for id in ("fresh", "open", "plain")} == {("ann", WORDS)}
    assert await expired(store, NOW + 181 * DAY) == [4]
    assert (await left(store))["closed"] == (None, "", ["expired"], 0)


async def test_a_closed_sensitive_report_loses_its_words_in_time(store: Store) -> None:
    """That who made it went after 90 days begins nothing anew: the words end at 180 days, with why it was opened."""

    def before(c: Connection) -> None:
        put(c, "closed", 91 * DAY, sensitive=True)
        opening = {"id": "o", "report": "closed", "by": "staff", "reason": b"x", "expires": NOW}
        c.execute(insert(openings).values(opening))

    await store.write(before)
    assert await expired(store) == [1]
    assert (await left(store))["closed"][1] == WORDS
    assert [] == await store.read(lambda c: c.execute(select(openings)).all())

    assert await expired(store, NOW + 90 * DAY) == [1]
    assert (await left(store))["closed"][1] == ""


async def test_what_has_ended_is_not_due_again(store: Store) -> None:
    """A sealed report whose words are gone is left alone; what staff add to it later ends in its turn."""
    await store.write(lambda c: put(c, "old", 181 * DAY, sensitive=True))
    assert [1] == await expired(store)
    assert [] == await expired(store, NOW + 400 * DAY)

    note = AddToReport("old", "note", WORDS)
    await store.write(lambda c: add_to_report(c, note, "staff", "late", NOW + 400 * DAY))
    assert [1] == await expired(store, NOW + 600 * DAY)
    assert [] == await expired(store, NOW + 900 * DAY)


async def test_a_deployment_may_keep_less(store: Store) -> None:
    """The days are settings."""
    await store.write(lambda c: put(c, "a", 8 * DAY))

    assert await expired(store, kept=Retention(reports=7 * DAY)) == [1]
    assert (await left(store))["a"][:2] == (None, "")


async def test_many_go_a_page_at_a_time(store: Store) -> None:
    """No call holds the writer for more than a page, and none is left over."""

    def crowd(c: Connection) -> None:
        put(c, "0", 200 * DAY)
        first = dict(c.execute(select(reports)).mappings().one())
        for n in range(1, PAGE + 10):
            c.execute(insert(reports).values(first | {"id": str(n), "number": n}))

    await store.write(crowd)

    assert await expired(store) == [PAGE, 10]
    assert {row[:2] for row in (await left(store)).values()} == {(None, "")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_it_is_gone_from_the_bytes(store: Store, database: str) -> None:
    """Neither words nor picture are in the database file, its text index or its log afterwards."""
    await store.write(lambda c: put(c, "old", 181 * DAY))
    await store.write(lambda c: c.execute(update(reports).values(number=482913)))
    await store.write(lambda c: c.execute(text("UPDATE reports_fts SET rowid = 482913")))
    path = Path(database.removeprefix("sqlite:///"))
    before = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert (WORDS.encode() in before, PICTURE in before) == (True, True)

    await expired(store)
    assert await scrub(store) is True

    after = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert (WORDS.encode() in after, PICTURE in after, "ท่าน้ำ".encode() in after) == (False, False, False)
    hits = text("SELECT count(*) FROM reports_fts WHERE reports_fts MATCH :p")
    assert await store.read(lambda c: c.execute(hits, {"p": '"ท่าน้ำ"'}).scalar()) == 0
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(blobs)).scalar()) == 0


async def test_the_log_may_be_kept_shorter_and_still_holds(store: Store) -> None:
    """What is cut from the audit log is signed for, whatever the days are set to."""
    for age in (120, 110, 10):
        await store.write(lambda c, age=age: write_down(c, "ann", "read", "r1", {}, NOW - age * DAY))

    while await store.write(lambda c: forget(c, NOW, Retention(audit=100 * DAY))):
        pass

    assert isinstance(await store.read(verify), Sound)
    kept = await store.read(lambda c: list(c.execute(select(audit.c.what).order_by(audit.c.seq)).scalars()))
    assert kept == ["read", "prune"]
