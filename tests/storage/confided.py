"""A report that is sealed: told, kept, looked at and spoilt, for tests of sealing."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from domain.contact import Role
from domain.effect import FetchMedia, FileReport
from domain.ids import derived
from domain.query import Scope
from domain.report import Report
from storage import media as files
from storage.reports import file_report, find_report
from storage.tables_sealing import sealed

NOW = datetime(2026, 11, 22, 5, 17, 3, tzinfo=UTC)
ANN, BEN = derived("ann"), derived("ben")
STORY = "คนขายยาชื่อดำ โทร 0812345678"
ADMIN = Scope(Role.ADMIN, "", "")


def told(id: str = "r1", **more: object) -> FileReport:
    plain: dict[str, object] = {
        "text": STORY,
        "area": "42030105",
        "lat": 17.9,
        "lon": 101.7,
        "sensitive": True,
        "media": ("m1",),
    }
    return FileReport(id, "drugs", {"words": STORY}, **(plain | more))  # type: ignore[arg-type]


def kept(connection: Connection, id: str = "r1", contact: str = ANN, **more: object) -> int:
    if id == "r1":
        files.want(connection, FetchMedia("m1", "photo", "ref1", "line", "msg1", "สวน.jpg"), contact, NOW)
    return file_report(connection, told(id, **more), contact, "420301", "line", NOW)


def looked(connection: Connection, number: int, opened: bool = True) -> Report:
    found = find_report(connection, number, ADMIN, opened)
    assert found is not None
    return found


def one_bit(connection: Connection) -> None:
    body = connection.execute(select(sealed.c.body).where(sealed.c.report == "r1")).scalar_one()
    changed = body[:-1] + bytes([body[-1] ^ 1])
    connection.execute(update(sealed).where(sealed.c.report == "r1").values(body=changed))
