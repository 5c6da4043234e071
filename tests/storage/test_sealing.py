"""What is sealed opens with its key, in its own place, unchanged; and only there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot.words import catalogues
from domain.contact import Role
from domain.effect import AddToReport, FetchMedia
from domain.message import Address, Press
from domain.query import Filter, FindReports, Scope
from storage import media as files
from storage.erasing import erase
from storage.export import spreadsheet
from storage.keys import Unopened, keys_of
from storage.people import appoint
from storage.reports import add_to_report, file_report, find_report, reporter_of
from storage.rights import held
from storage.sealing import forget_body
from storage.search import find_reports
from storage.store import Store
from storage.tables import audit, blobs, media, notes, reports, sightings
from storage.tables_sealing import sealed
from tests.conversations.stage import Stage
from tests.storage.confided import ANN, BEN, NOW, STORY, kept, looked, one_bit, told

# --- what is kept, and who finds it ---


async def test_only_what_routes_it_is_outside(store: Store) -> None:
    """Of a sealed report the row tells number, kind, tambon, hour and state: not who, what, when just or where just."""

    def work(connection: Connection) -> None:
        number = kept(connection)
        row = connection.execute(select(reports)).one()
        assert (None, "", "", "420301", "", None, {}) == (
            *(row.reporter, row.channel, row.text, row.area, row.folded, row.lat, row.answers),
        )
        assert row.at == NOW.replace(minute=0, second=0)
        assert 0 == connection.execute(select(func.count()).select_from(sightings)).scalar()
        one, shut = looked(connection, number), looked(connection, number, opened=False)
        assert (STORY, "42030105", NOW, {"words": STORY}) == (one.text, one.area, one.at, one.answers)
        assert ("", "420301", {}) == (shut.text, shut.area, shut.answers)
        assert b"," in spreadsheet(connection, ["r1"])
        assert STORY.encode() not in spreadsheet(connection, ["r1"])

    await store.write(work)


async def test_ones_own_are_found_and_others_are_not(store: Store) -> None:
    """A resident finds, is told and may take with them what is theirs, and nobody else's."""

    def work(connection: Connection) -> None:
        ann = appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)
        number = kept(connection, contact=ann)
        for contact, many in ((ann, 1), (BEN, 0)):
            mine = FindReports(Filter(scope=Scope(Role.RESIDENT, "", contact)))
            assert many == find_reports(connection, mine)[1]
        assert (ann, True) == reporter_of(connection, "r1")
        [report] = held(connection, ann, NOW)["reports"]
        assert (number, STORY, "42030105") == (report["number"], report["words"], report["area"])

    await store.write(work)


async def test_withheld_is_not_seen_from_the_tambon(store: Store) -> None:
    """The tambon it is kept from stands nowhere readable, and is still kept out."""

    def work(connection: Connection) -> None:
        number = kept(connection, withheld=True, area="420302")
        there, district = Scope(Role.COORDINATOR, "420301", "c"), Scope(Role.COORDINATOR, "4203", "d")
        assert [None, True] == [find_report(connection, number, s) and True for s in (there, district)]
        assert "" == connection.execute(select(reports.c.home)).scalar()
        assert "420301" == looked(connection, number).quiet

    await store.write(work)


async def test_a_file_follows_its_report(store: Store) -> None:
    """Fetched before or after, it is encrypted under an id, message and name that lead nowhere, and still dropped."""

    def work(connection: Connection) -> None:
        number = kept(connection)
        files.keep(connection, "m1", "สวน.jpg", "image/jpeg", b"the picture")  # it was being fetched meanwhile
        [id] = looked(connection, number).media
        row = connection.execute(select(media)).one()
        assert ("", None, "") == (row.name, row.contact, row.channel)
        assert id != "m1"
        assert row.message not in ("", "msg1")
        assert b"picture" not in connection.execute(select(blobs.c.bytes)).scalar_one()
        one = files.read(connection, id)
        assert one is not None
        assert ("สวน.jpg", b"the picture") == (one.name, one.bytes)
        assert 0 == files.drop_message(connection, "line", "msg1", BEN)
        assert 1 == files.drop_message(connection, "line", "msg1", ANN)
        assert files.read(connection, id) is None

    await store.write(work)


async def test_what_is_still_wanted_keeps_its_reference(store: Store) -> None:
    """A photo that has not been fetched yet can be, and its sender be told when it cannot."""

    def work(connection: Connection) -> None:
        kept(connection)
        assert "ref1" not in connection.execute(select(media.c.ref)).scalar_one()
        [one] = files.claim_wanted(connection, NOW + timedelta(hours=1))
        assert ("ref1", "สวน.jpg", ANN, True) == (one.ref, one.name, one.contact, one.veiled)

    await store.write(work)


async def test_erasing_cuts_the_thread(store: Store) -> None:
    """Of a sealed report that somebody acts on the words stay, and nothing finds or reaches its reporter any more."""

    def work(connection: Connection) -> None:
        ann = appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)
        number = kept(connection, contact=ann)
        connection.execute(update(reports).values(assignee="somebody"))
        assert 1 == erase(connection, ann, NOW).stays
        assert reporter_of(connection, "r1") is None
        one = looked(connection, number)
        assert (STORY, (), ["erased"]) == (one.text, one.media, [note.kind for note in one.notes])
        assert 0 == find_reports(connection, FindReports(Filter(scope=Scope(Role.RESIDENT, "", ann))))[1]

    await store.write(work)


async def test_erasing_cuts_the_thread_of_a_changed_one_too(store: Store) -> None:
    """What was tampered with keeps nobody from being erased, or from seeing what is held about them."""

    def work(connection: Connection) -> None:
        ann = appoint(connection, Address("line", "Uann"), Role.RESIDENT, "420301", "", NOW)
        kept(connection, contact=ann)
        connection.execute(update(reports).values(assignee="somebody"))
        one_bit(connection)
        connection.execute(update(sealed).values(key=b"spoilt" * 12))
        assert [""] == [one["words"] for one in held(connection, ann, NOW)["reports"]]
        assert 1 == erase(connection, ann, NOW).stays
        assert ("", None) == tuple(connection.execute(select(sealed.c.owner, sealed.c.handle)).one())

    await store.write(work)


async def test_words_can_end_by_themselves(store: Store) -> None:
    """When a report is to be forgotten, what stays of its hidden half is the choices that are counted."""

    def work(connection: Connection) -> None:
        number = kept(connection, withheld=True)
        forget_body(connection, connection.execute(select(reports)).one(), {"what": "job"})
        one = looked(connection, number)
        assert ("", {"what": "job"}, "420301") == (one.text, one.answers, one.area)
        assert (None, "") == (reporter_of(connection, "r1"), connection.execute(select(sealed.c.home)).scalar())

    await store.write(work)


# --- tampering ---


def swap_bodies(connection: Connection) -> None:
    bodies = dict(connection.execute(select(sealed.c.report, sealed.c.body)).all())
    for one, other in (("r1", "r2"), ("r2", "r1")):
        connection.execute(update(sealed).where(sealed.c.report == one).values(body=bodies[other]))


def swap_keys_and_bodies(connection: Connection) -> None:
    rows = {row.report: row for row in connection.execute(select(sealed)).all()}
    for one, other in (("r1", "r2"), ("r2", "r1")):
        values = {"body": rows[other].body, "key": rows[other].key}
        connection.execute(update(sealed).where(sealed.c.report == one).values(values))


def note_of_another(connection: Connection) -> None:
    texts = [row.text for row in connection.execute(select(notes.c.text).order_by(notes.c.report))]
    connection.execute(update(notes).where(notes.c.report == "r1").values(text=texts[1]))


def moved_place(connection: Connection) -> None:
    connection.execute(update(reports).where(reports.c.id == "r1").values(area="420399"))


def made_harmless(connection: Connection) -> None:
    connection.execute(update(reports).where(reports.c.id == "r1").values(sensitive=False))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swap_bodies, "body "),
        (swap_keys_and_bodies, "key was changed"),
        (one_bit, "body "),
        (note_of_another, "note "),
        (moved_place, "body 1"),
        (made_harmless, "body 1"),
    ],
)
async def test_a_changed_row_does_not_open(store: Store, change: Callable[[Connection], None], said: str) -> None:
    """A bit, a swapped half, another's note, another place or kind of care: refused, and it is said which part."""

    def work(connection: Connection) -> None:
        number = kept(connection)
        kept(connection, "r2", BEN, area="420302")
        for id in ("r1", "r2"):
            add_to_report(connection, AddToReport(id, "note", f"จด {id}"), "staff", "cause", NOW)
        assert "" == looked(connection, number).broken
        change(connection)
        one = looked(connection, number)
        assert said.replace("1", str(number)) in one.broken
        assert ("", {}, ()) == (one.text, one.answers, one.notes)

    await store.write(work)


async def test_a_file_of_another_report_does_not_open(store: Store) -> None:
    """Bytes put under another file's id are given to nobody."""

    def work(connection: Connection) -> None:
        number = kept(connection)
        files.keep(connection, "m1", "a", "image/jpeg", b"the picture")
        [id] = looked(connection, number).media
        files.want(connection, FetchMedia("m2", "photo", "ref2", "line", "msg2"), ANN, NOW)
        add_to_report(connection, AddToReport("r1", "added", "", ("m2",)), ANN, "cause", NOW)
        files.keep(connection, "m2", "b", "image/jpeg", b"another")
        other = next(one for one in looked(connection, number).media if one != id)
        taken = connection.execute(select(blobs.c.bytes).where(blobs.c.id == other)).scalar_one()
        connection.execute(update(blobs).where(blobs.c.id == id).values(bytes=taken))
        with pytest.raises(Unopened, match=f"media {id}"):
            files.read(connection, id)

    await store.write(work)


@pytest.mark.parametrize("sensitive", [True, False])
async def test_what_is_left_of_a_cut_off_picture_is_shown_to_nobody(store: Store, sensitive: bool) -> None:
    """Whoever looks gets the whole ones, and one sentence about the others; the log says which was cut off."""
    stage = Stage(store)
    await stage.known("c", Role.COORDINATOR, "42")

    def work(connection: Connection) -> tuple[int, list[str]]:
        for id in ("m1", "m2", "m3"):
            files.want(connection, FetchMedia(id, "photo", f"ref {id}", "line", f"msg {id}"), ANN, NOW)
        one = told(sensitive=sensitive, media=("m1", "m2", "m3"))
        number = file_report(connection, one, ANN, "420301", "line", NOW)
        ids = {media_id(connection, id): id for id in ("m1", "m2", "m3")}
        first, second, _ = order = looked(connection, number).media
        for id in order[:2]:
            files.keep(connection, ids[id], "", "image/jpeg", b"the picture")
        whole = connection.execute(select(blobs.c.bytes).where(blobs.c.id == second)).scalar_one()
        connection.execute(update(blobs).where(blobs.c.id == second).values(bytes=whole[:-3]))
        return number, [first, second]

    number, (first, second) = await store.write(work)
    [heard] = await stage.say("c", Press(f"/photos {number}"))
    lines = select(audit.c.on).where(audit.c.what == "broken")

    assert (first,) == heard.message.attached
    said = [catalogues()["th"][f"show.{key}"].format(count=1) for key in ("coming", "unreadable")]
    assert said == heard.message.text.splitlines()[1:]
    assert [second] == await store.read(lambda c: list(c.execute(lines).scalars()))


def media_id(connection: Connection, id: str) -> str:
    """The id a file has by now: another one, when it belongs to a sealed report."""
    ids = (id, *keys_of(connection).hiddens("media", id))
    return str(connection.execute(select(media.c.id).where(media.c.id.in_(ids))).scalar_one())


async def test_a_changed_report_is_refused_in_one_sentence(store: Store) -> None:
    """Whoever looks hears that it was changed, sees nothing of it, and the log says which part."""
    stage = Stage(store)
    await stage.known("c", Role.COORDINATOR, "42")
    await stage.known("ann", area="420301", agreed=True)
    number = await stage.report("ann", "drugs")

    def spoilt(connection: Connection) -> None:
        body = connection.execute(select(sealed.c.body)).scalar_one()
        connection.execute(update(sealed).values(body=body[:-1] + bytes([body[-1] ^ 1])))

    await store.write(spoilt)
    heard = [(await stage.say(who, Press(f"/report {number}")))[0].message for who in ("c", "ann")]
    log = await store.read(lambda c: c.exec_driver_sql("SELECT who, what, detail FROM audit ORDER BY seq").all())

    assert [(1, ()), (1, ())] == [(len(one.bubbles), one.buttons) for one in heard]
    assert all(str(number) in one.text and "เปิดไม่ได้" in one.text for one in heard)
    assert [(stage.id("c"), "broken"), ("reporter", "broken")] == [tuple(row[:2]) for row in log][-2:]
    assert f"body {number} drugs" in str(log[-1][2])
