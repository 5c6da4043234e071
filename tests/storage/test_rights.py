"""What somebody sees of what is held about them: all of it, and nothing of anybody else."""

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.contact import CONSENT_VERSION, Role
from domain.effect import FetchMedia
from domain.message import Press, Text
from storage import media as files
from storage.rights import my_data
from storage.store import Store
from storage.tables import contacts, notes, reports
from tests.conversations.stage import Stage

BAD = "https://krungthai-refund.example-bank.top/login"


async def lived(store: Store) -> tuple[Stage, dict[str, Any]]:
    """Ann's file, after a report with a photo, an answer, a note of staff, a question and a neighbour's report."""
    made = Stage(store)
    for who in ("ann", "neighbour"):
        await made.known(who, area="420301", agreed=True)
    await made.known("somsri", Role.COORDINATOR, "42")
    await made.report("neighbour", "other")
    number = await made.report("ann", "border")
    await made.say("somsri", Press(f"/note {number} สงสัยว่าเป็นเรื่องเดียวกับบ้านลุงคำ"))
    await made.say("somsri", Press(f"/reply {number} ขอเวลาที่เห็นด้วย"))
    await made.say("ann", Press(f"/add {number}"))
    await made.say("ann", Text("ประมาณสองทุ่ม"))
    await made.say("ann", Text(BAD))

    def photo(connection: Connection) -> None:
        id = connection.execute(select(reports.c.id).where(reports.c.number == number)).scalar_one()
        files.want(connection, FetchMedia("p1", "photo", "ref", "web", "m", "boat.jpg"), made.id("ann"), made.now)
        files.keep(connection, "p1", "boat.jpg", "image/jpeg", b"jpeg")
        files.belong(connection, ["p1"], id, made.now)

    await store.write(photo)
    return made, json.loads(await store.read(lambda c: my_data(c, made.id("ann"), made.now)))


async def test_their_own_is_all_there(store: Store) -> None:
    """Account, consent, report with words and answers, what was added and replied, files, questions, own actions."""
    made, file = await lived(store)

    [report] = file["reports"]
    assert (file["you"]["account"], file["you"]["area"], file["consent"]["version"]) == (
        "ann",
        "420301",
        CONSENT_VERSION,
    )
    assert (report["kind"], report["number"]) == ("border", (await made.numbers())[1])
    assert [one["text"] for one in report["you_added"]] == ["ประมาณสองทุ่ม"]
    assert [one["text"] for one in report["you_were_answered"]] == ["ขอเวลาที่เห็นด้วย"]
    assert [(one["name"], one["bytes"], one["report"]) for one in file["files"]] == [("boat.jpg", 4, report["number"])]
    assert [sorted(one) for one in file["asked_about"]] == [["at", "mark", "word"]] * len(file["asked_about"])
    assert len(file["asked_about"]) > 0
    assert len(file["messages_to_you"]) > 3
    assert BAD in json.dumps(file["conversation"])


async def test_a_changed_note_hides_nothing_else(store: Store) -> None:
    """Of a sealed report of theirs whose note was tampered with they still get all else."""
    made = Stage(store)
    await made.known("ann", area="420301", agreed=True)
    number = await made.report("ann", "drugs")
    await made.say("ann", Press(f"/add {number}"))
    await made.say("ann", Text("ประมาณสองทุ่ม"))
    await store.write(lambda c: c.execute(update(notes).values(text="spoilt")))

    file = json.loads(await store.read(lambda c: my_data(c, made.id("ann"), made.now)))

    [report] = file["reports"]
    assert (number, [""]) == (report["number"], [one["text"] for one in report["you_added"]])
    assert report["words"]


async def test_nothing_of_others_is_there(store: Store) -> None:
    """Neither staff's notes, nor who handles it, nor a neighbour's report, nor any other contact's id or name."""
    made, file = await lived(store)

    text = json.dumps(file, ensure_ascii=False)

    strangers = (made.id("neighbour"), made.id("somsri"), "somsri", "บ้านลุงคำ", str((await made.numbers())[0]))
    assert [one for one in strangers if one in text] == []


async def test_who_serves_sees_their_service(store: Store) -> None:
    """Staff see their role, and what they did, by time and kind."""
    made, _ = await lived(store)

    file = json.loads(await store.read(lambda c: my_data(c, made.id("somsri"), made.now)))

    assert (file["you"]["role"], file["you"]["name"]) == ("coordinator", "somsri")
    assert [one["what"] for one in file["what_you_did"]] == ["note", "reply"]
    assert file["reports"] == []


async def test_the_file_of_somebody_just_met_is_small(store: Store) -> None:
    """Whoever only said hello has a row and nothing else; the file can be made all the same."""
    made = Stage(store)
    row = {"id": "x", "channel": "line", "address": "Ux", "language": "lo", "conversation": {}}
    await store.write(lambda c: c.execute(insert(contacts).values(row | {"seen_at": made.now, "created_at": made.now})))

    file = json.loads(await store.read(lambda c: my_data(c, "x", made.now)))

    assert [name for name, value in file.items() if value == []] == [
        "reports",
        "files",
        "asked_about",
        "answers_to_alerts",
        "asked_to_look",
        "weekly_answers",
        "messages_to_you",
        "invitations_used",
        "invitations_made",
        "decisions",
        "what_you_did",
    ]
