"""Whoever asks to be erased is: in every table, and in the bytes of the files."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from domain.contact import Role
from domain.effect import FetchMedia
from domain.message import Left, Press, Text
from storage import media as files
from storage.erasing import erased_address
from storage.forgetting import forget
from storage.invites import find_invite, make_invite, use_invite
from storage.scrubbing import scrub
from storage.store import Store
from storage.tables import audit, contacts, inbox, invites, metadata, notes, outbox, reports, sightings
from tests.conversations.stage import Stage

ANN = "Uannannann0001"
WORDS = "รถกระบะขนของลงท่าน้ำลุงคำ"
HANDLED = "เรื่องที่เจ้าหน้าที่รับไปแล้ว"
LINK = "https://krungthai-secure-refund.example-bank.top/login"
SECRETS = (ANN, WORDS, "ขนของลงท่าน้ำ", "0899123456", "krungthai-secure-refund", "ภาพของฉัน", "my own bytes")


async def stage(store: Store) -> Stage:
    """Ann, with two reports of which one is taken, a photo, a question, and something pasted just now."""
    made = Stage(store)
    await made.known("coordinator", Role.COORDINATOR, "42")
    await made.known("neighbour", area="420301", agreed=True)
    await made.known(ANN, area="420301", agreed=True)
    taken = await tell(made, ANN, HANDLED)
    await made.say("coordinator", Press(f"/assign {taken} me"))
    await made.say(ANN, Text(LINK))
    await tell(made, ANN, f"{WORDS} โทร 0899123456")
    await made.say(ANN, Press(f"/add {(await made.numbers())[-1]}"))
    await made.say(ANN, Text(f"เพิ่ม: {WORDS}"))

    def put(connection) -> None:
        row = connection.execute(select(reports.c.id, reports.c.number).order_by(reports.c.at.desc())).first()
        files.want(connection, FetchMedia("photo1", "photo", "ref", "web", "m", "ภาพของฉัน.jpg"), made.id(ANN), made.now)
        files.keep(connection, "photo1", "ภาพของฉัน.jpg", "image/jpeg", b"my own bytes" * 2000)
        files.belong(connection, ["photo1"], row.id, made.now)
        raw = {"channel": "web", "event": "odd", "at": made.now, "raw": f'{{"source": "{ANN}"}}', "why": "?"}
        connection.execute(insert(inbox).values(raw))

    await store.write(put)
    await made.say(ANN, Text("ช่วยดูหน่อย 0899123456"))
    return made


async def tell(made: Stage, who: str, words: str, kind: str = "other") -> int:
    """A report in these words; its number."""
    before = await made.numbers()
    await made.say(who, Press(f"/report {kind}"))
    for answer in (words, "420301"):
        await made.say(who, Text(answer))
    while len(now := await made.numbers()) == len(before):
        tokens = {button.token.split(":", 2)[2]: button.token for button in made.offered[who]}
        await made.say(who, Press(next(tokens[value] for value in ("agree", "send", "skip", "now") if value in tokens)))
    return now[-1]


async def erase(made: Stage, who: str = ANN) -> list[str]:
    """They ask, and press the button; what they are told both times."""
    asked = await made.say(who, Press("/delete"))
    done = await made.say(who, Press(made.button(who, "ลบข้อมูลของฉัน").token))
    return [asked[0].message.text, done[0].message.text]


async def sent(made: Stage) -> None:
    """Everything in the outbox has left, and what is due is forgotten."""
    await made.store.write(lambda c: c.execute(update(outbox).values(state="sent", message=None)))
    while await made.store.write(lambda c: forget(c, made.now)):
        pass


async def dump(store: Store) -> dict[str, str]:
    """Every table as text."""

    def read(connection) -> dict[str, str]:
        return {
            table.name: "\n".join(
                json.dumps([str(value) for value in row], ensure_ascii=False)
                for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
        }

    return await store.read(read)


async def test_nothing_of_them_is_left_in_any_table(store: Store) -> None:
    """Account, words, links, photos and messages are gone from every table; their id is that of an empty row."""
    made = await stage(store)
    before = "\n".join((await dump(store)).values())
    # What was pasted just now lies in the conversation, which is encrypted.
    assert [secret for secret in SECRETS[:-1] if secret not in before] == ["krungthai-secure-refund"]

    said = await erase(made)
    await sent(made)

    assert ["ลบทั้งเรื่อง: 1" in said[0], "1 เรื่องที่เจ้าหน้าที่รับไปแล้ว" in said[0], "แล้ว" in said[1]] == [True] * 3
    tables = await dump(store)
    assert {name: secret for name, rows in tables.items() for secret in SECRETS if secret in rows} == {}
    assert {name for name, rows in tables.items() if made.id(ANN) in rows} == {"contacts"}
    own = await store.read(lambda c: c.execute(select(contacts).where(contacts.c.id == made.id(ANN))).one())
    assert (own.address, own.muted, own.conversation, own.area, own.consent) == (
        erased_address(made.id(ANN)),
        True,
        {},
        "",
        "",
    )


async def test_what_a_coordinator_took_stays_without_them(store: Store) -> None:
    """The words of a taken report stay for who acts on it; nobody can tell or reach its reporter any more."""
    made = await stage(store)
    number = (await made.numbers())[0]

    await erase(made)

    row = await store.read(lambda c: c.execute(select(reports)).one())
    assert (row.number, row.reporter, row.home, row.lat, row.text.split("\n")[0]) == (number, None, "", None, HANDLED)
    seen = await store.read(lambda c: list(c.execute(select(sightings.c.contact)).scalars()))
    assert set(seen) <= {None}
    kinds = await store.read(lambda c: list(c.execute(select(notes.c.kind)).scalars()))
    assert kinds == ["erased"]
    shown = (await made.say("coordinator", Press(f"/report {number}")))[0].message
    assert ("ผู้แจ้งลบข้อมูล" in shown.text, "ตอบผู้แจ้ง" in [one.label for one in shown.buttons]) == (True, False)
    answer = await made.say("coordinator", Press(f"/reply {number} ขอบคุณ"))
    assert [one.whom for one in answer] == ["coordinator"]
    assert "ลบข้อมูลของตนแล้ว" in answer[0].message.text
    assert "482913" not in (await made.say(ANN, Press("/mine")))[0].message.text


async def test_no_moment_leads_from_the_erased_to_a_sealed_report(store: Store) -> None:
    """The log says that somebody erased themselves, and the report they had sealed does not say when it lost them."""
    made = Stage(store)
    await made.known("coordinator", Role.COORDINATOR, "42")
    await made.known(ANN, area="420301", agreed=True)
    number = await tell(made, ANN, "มีคนขายยาบ้าหลังวัด", kind="drugs")
    made.now += timedelta(hours=3)
    await made.say("coordinator", Press(f"/assign {number} me"))
    before = await store.read(lambda c: c.execute(select(reports.c.changed)).scalar())
    made.now += timedelta(days=2)

    await erase(made)

    row = await store.read(lambda c: c.execute(select(reports.c.number, reports.c.changed)).one())
    assert (number, before) == tuple(row)
    said = await store.read(lambda c: [tuple(one) for one in c.execute(select(notes.c.kind, notes.c.at))])
    assert [("erased", before)] == said
    log = await store.read(lambda c: [(one.who, one.what) for one in c.execute(select(audit))])
    assert ("somebody", "delete") in log
    assert made.id(ANN) not in [who for who, _ in log]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_of_them_is_left_in_the_bytes(store: Store, database: str) -> None:
    """Neither the database file nor its log holds a word or the account, among many others' reports."""
    made = await stage(store)

    def crowd(connection) -> None:
        rows = connection.execute(select(reports)).mappings().all()
        for n in range(400):
            more = dict(rows[n % 2]) | {"id": f"x{n}", "number": 100_000 + n, "reporter": made.id(ANN), "assignee": ""}
            connection.execute(insert(reports).values(more | {"status": "new", "text": f"{WORDS} {n}" * (n % 40)}))
            connection.execute(
                text("INSERT INTO reports_fts(rowid, folded) VALUES (:n, :t)"),
                {"n": more["number"], "t": more["folded"]},
            )
            other = more | {"id": f"y{n}", "number": 200_000 + n, "reporter": made.id("neighbour"), "text": "อื่น" * n}
            connection.execute(insert(reports).values(other | {"folded": "อื่น", "answers": {}}))

    await store.write(crowd)
    path = Path(database.removeprefix("sqlite:///"))
    before = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert [secret for secret in SECRETS if secret.encode() not in before] == ["krungthai-secure-refund"]

    await erase(made)
    await sent(made)
    assert await scrub(store) is True

    after = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert [secret for secret in SECRETS if secret.encode() in after] == []
    trigrams = [WORDS[n : n + 3] for n in range(0, len(WORDS) - 2, 3)]
    vocabulary = await store.read(
        lambda c: [
            c.execute(text("SELECT count(*) FROM reports_fts WHERE reports_fts MATCH :p"), {"p": f'"{one}"'}).scalar()
            for one in trigrams
        ]
    )
    assert vocabulary == [0] * len(trigrams)


async def test_they_may_come_back_as_somebody_new(store: Store) -> None:
    """Who writes again is greeted, asked for consent again, and reached again; leaving only is no coming back."""
    made = await stage(store)
    await erase(made)

    await made.say(ANN, Left())
    left = await store.read(lambda c: c.execute(select(contacts).where(contacts.c.id == made.id(ANN))).one())
    hello = (await made.say(ANN, Text("สวัสดี")))[0].message.text
    back = await store.read(lambda c: c.execute(select(contacts).where(contacts.c.id == made.id(ANN))).one())

    assert left.address == erased_address(made.id(ANN))
    assert ("ริมโขง" in hello, back.address, back.muted, back.consent, back.language) == (True, ANN, False, "", "th")


async def test_an_alert_does_not_reach_the_erased(store: Store) -> None:
    """Nothing is queued for them any more, by whatever way."""
    from domain.alert import Alert, Audience
    from domain.message import Outgoing
    from storage.alerts import raise_alert

    made = await stage(store)
    await erase(made)
    everyone = Alert("a1", Audience(), lane="urgent")
    await store.write(lambda c: raise_alert(c, everyone, {"th": Outgoing(("น้ำมา",))}, made.now))

    heard = await store.write(made.others)

    assert {one.whom for one in heard if one.message.text == "น้ำมา"} == {"coordinator", "neighbour"}


async def test_who_serves_leaves_service_with_it(store: Store) -> None:
    """Role, name, invitations and cases of a volunteer or coordinator end; a code that was used stays used."""
    made = await stage(store)
    who = made.id("coordinator")

    def invitations(connection) -> tuple[str, str]:
        mine = make_invite(connection, Role.VOLUNTEER, "42", 7, who, made.now)
        used = make_invite(connection, Role.COORDINATOR, "42", 7, "", made.now)
        found = find_invite(connection, used, made.now)
        assert found is not None
        use_invite(connection, found.id, who, made.now)
        return mine, used

    codes = await store.write(invitations)

    said = await erase(made, "coordinator")

    assert "หน้าที่อาสาหรือเจ้าหน้าที่" in said[0]
    left = await store.write(lambda c: [find_invite(c, code, made.now) for code in codes])
    assert left == [None, None]
    rows = await store.read(lambda c: c.execute(select(invites.c.by, invites.c.used_by)).all())
    assert [tuple(row) for row in rows] == [("", "")]
    row = await store.read(lambda c: c.execute(select(contacts).where(contacts.c.id == who)).one())
    assert (row.role, row.name, row.area) == (0, "", "")
    assert await store.read(lambda c: set(c.execute(select(reports.c.assignee)).scalars())) == {""}
    done = await store.read(lambda c: list(c.execute(select(audit.c.what).where(audit.c.who == who)).scalars()))
    assert "delete" in done
