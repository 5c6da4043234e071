"""A day of the whole bot, and then its files as a thief would read them: without the key there is no report to find."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.pictures import clean_picture
from storage.tables import contacts, metadata, reports
from tests.bot.running import LinePhone, Phone, Town, label, picture, town
from tests.bot.test_journey import staff
from tests.databases import sqlite_at
from texts.writing import folded

STORY = "ผู้ช่วยสมหมายเก็บค่าผ่านท่าน้ำคืนละห้าร้อย โทร 0899123456 ดู https://payhere-somchai.example-pay.top/x"
ADDED = "เมื่อคืนเก็บอีกสองคัน ทะเบียนกข9876"
REPLY = "ขอเวลาที่เห็นรถคันสีเขียวด้วย"
NOTE = "โทรถามสายตรวจแล้วตรงกัน"
SECRETS = (STORY, ADDED, REPLY, NOTE, "สมหมาย", "payhere-somchai", "0899123456", "+66899123456", "กข9876", "สีเขียว")


async def day(made: Town) -> tuple[Phone, int]:
    """Somebody tells of an official with a photo and a pin, is answered, adds more; their number."""
    coordinator, person = await staff(made, "telegram"), made.on("line")
    await person.adds()
    await person.says(STORY)
    await person.says("/report official this")
    if label("consent.agree") in person.labels:
        await person.presses("consent.agree")
    await person.says(STORY)
    number = await person.reports(photo=picture())
    await coordinator.hears(str(number))
    assert "สมหมาย" in "\n".join(await coordinator.says(f"/report {number}"))
    await coordinator.says(f"/photos {number}")
    await coordinator.says(f"/note {number} {NOTE}")
    await coordinator.says(f"/reply {number} {REPLY}")
    await person.hears(REPLY)
    await person.says(f"/add {number}")
    await person.says(ADDED)
    await person.sends_photo(picture())
    assert REPLY in "\n".join(await person.says(f"/report {number}"))
    await made.all_sent()  # the coordinator hears first that something was added
    assert "กข9876" in "\n".join(await coordinator.says(f"/report {number}"))
    await coordinator.says(f"/status {number} confirmed")
    await person.hears(label("status.confirmed"))
    await made.all_sent()
    return person, number


async def test_a_copy_of_the_files_tells_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither words, folded words, photos nor logs can be read, and no row leads from the report to its reporter."""
    async with town(sqlite_at(tmp_path / "bot.db"), sealing={}) as made:
        person, number = await day(made)
        await made.app.forget()
        assert [] == await together_in_a_row(made, person.person.id, number)

        kept = {file.name: file.read_bytes() for file in sorted(tmp_path.rglob("*")) if file.is_file()}
        kept["log"] = "".join(capfd.readouterr()).encode()

    jpeg = clean_picture(picture())
    looked_for = {secret: secret.encode() for one in SECRETS for secret in (one, folded(one))}
    looked_for |= {f"photo {n}": jpeg[n : n + 24] for n in (0, len(jpeg) // 2)} | {"exif": b"SECRETCAM"}
    assert {"bot.db", "bot.key"} <= set(kept)
    assert [] == [(what, name) for what, bytes_ in looked_for.items() for name, data in kept.items() if bytes_ in data]


async def test_when_a_reporter_wrote_is_known_to_the_hour_at_most(tmp_path: Path) -> None:
    """Some hours later no row that names them tells more exactly when they wrote; notes of reports tell the second."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        person, _ = await day(made)
        assert isinstance(person, LinePhone)
        made.forward(hours=3)
        await made.app.forget()
        [row] = await made.found(select(contacts.c.id).where(contacts.c.address == person.person.id))
        told = {
            (str(table.name), one)
            for table in metadata.sorted_tables
            for kept in await made.found(select(table))
            if row.id in (held := [str(value) for value in kept]) or person.person.id in held
            for one in kept
            if isinstance(one, datetime)
        }

    assert {"contacts"} <= {name for name, _ in told}
    assert [] == sorted((name, one) for name, one in told if one.replace(minute=0, second=0, microsecond=0) != one)


async def together_in_a_row(made: Town, account: str, number: int) -> list[str]:
    """
    The tables of which a row holds the reporter, by account or contact, and the report, by id or number; and the
    moments, closer than the hour, at which something was kept of both.
    """
    [person] = await made.found(select(contacts.c.id).where(contacts.c.address == account))
    [report] = await made.found(select(reports.c.id).where(reports.c.number == number))
    who, what = {account, person.id, person.id[:8]}, {report.id, str(number)}
    found, theirs, its = [], set[datetime](), set[datetime]()
    for table in metadata.sorted_tables:
        for row in await made.found(select(table)):
            held, times = " ".join(str(value) for value in row), {one for one in row if isinstance(one, datetime)}
            of_person, of_report = any(one in held for one in who), any(one in held for one in what)
            found += [str(table.name)] if of_person and of_report else []
            theirs |= times if of_person else set()
            its |= times if of_report else set()
    assert await made.rows("sealed") == 1
    assert len(its) > 5
    return found + [f"{one}" for one in sorted(theirs & its) if one.replace(minute=0, second=0, microsecond=0) != one]
