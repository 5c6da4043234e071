"""Who asked about what, so that a changed verdict reaches them; and what groups were warned of today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, and_, case, delete, literal, select, update

from domain.alert import LANES, Alert, Audience
from domain.message import Outgoing
from storage.alerts import fallback, raise_alert
from storage.outbox import insert_into
from storage.sealing import day
from storage.standing import LONGEST
from storage.tables import Utc, alerts, answered, asked, contacts, outbox

ASKED = timedelta(days=30)
"""How long we know that somebody asked (`about.privacy` says so)."""
LOCAL = timedelta(hours=7)
"""Thailand is UTC+7 all year: what day it is there."""
SAME = {"dangerous": ("dangerous",), "cleared": ("cleared", "unknown")}
"""What people may have been told that a decision changes nothing of."""
NOBODY = Audience(channel="none", topic="correction")
"""A correction's people are put into the outbox here; were it ever spread as an alert, it would reach no one."""


def mark(key: str) -> str:
    """What an indicator is known by in the table of who asked: a digest, so that the table cannot be read by eye."""
    return blake2b(key[:LONGEST].encode("utf-8", "replace"), digest_size=16).hexdigest()


def remember_asked(connection: Connection, contact: str, keys: Iterable[str], word: str, now: datetime) -> None:
    """Note the day somebody asked about these, and that word; asking again puts it in the first one's place."""
    rows = [
        {"contact": contact, "mark": each, "word": word, "at": day(now)} for each in sorted({mark(key) for key in keys})
    ]
    if rows:
        connection.execute(_asking(connection), rows)


def _asking(connection: Connection) -> Any:
    """The statement, kept by dialect: it is run for every message with a link or number in it."""
    if (dialect := connection.dialect.name) not in _ASKING:
        put = insert_into(connection, asked)
        newer = {"word": put.excluded.word, "at": put.excluded.at}
        _ASKING[dialect] = put.on_conflict_do_update(index_elements=["contact", "mark"], set_=newer)
    return _ASKING[dialect]


_ASKING: dict[str, Any] = {}


def forget_marks(connection: Connection, contact: str, keys: Iterable[str]) -> None:
    """That somebody asked about these is forgotten at once: they stand in a report of theirs that is sealed."""
    marks = {mark(key) for key in keys}
    if marks:
        connection.execute(delete(asked).where(asked.c.contact == contact, asked.c.mark.in_(marks)))


def forget_asked(connection: Connection, now: datetime, kept: timedelta = ASKED, limit: int = 500) -> int:
    """Forget who asked longer than `kept` ago, and of what groups were warned before today; how many rows."""
    gone = 0
    for table, old in ((asked, asked.c.at < now - kept), (answered, answered.c.day < _day(now))):
        keys = list(table.primary_key.columns)
        for row in connection.execute(select(*keys).where(old).limit(limit)).all():
            same = and_(*(column == value for column, value in zip(keys, row, strict=True)))
            gone += connection.execute(delete(table).where(same, old)).rowcount
    return gone


def correct(
    connection: Connection, key: str, word: str, texts: Mapping[str, Outgoing], *, by: str, cause: str, now: datetime
) -> int:
    """
    Tell everybody who asked about an indicator of late and was told otherwise, once; how many.

    One statement, however many they are: deliveries of one alert, by lane `reply`, which leave as every alert's do.
    Who blocked us, groups, and whoever decided it are left out.
    """
    told = and_(asked.c.mark == mark(key), asked.c.at >= now - ASKED, asked.c.word.not_in(SAME[word]))
    reached = and_(told, ~contacts.c.muted, ~contacts.c.is_group, contacts.c.id != by)
    whom = asked.join(contacts, contacts.c.id == asked.c.contact)
    if connection.execute(select(asked.c.contact).select_from(whom).where(reached).limit(1)).first() is None:
        return 0
    raise_alert(connection, Alert(cause, NOBODY, lane="reply"), texts, now)
    connection.execute(update(alerts).where(alerts.c.id == cause).values(state="done"))
    page = {
        "id": literal(f"{cause}:") + contacts.c.id,
        "channel": contacts.c.channel,
        "address": contacts.c.address,
        "contact": contacts.c.id,
        "area": contacts.c.area,
        "language": case((contacts.c.language.in_(texts), contacts.c.language), else_=fallback(list(texts))),
        "lane": literal(LANES["reply"]),
        "alert": literal(cause),
        "due": literal(now, Utc),
        "created_at": literal(now, Utc),
    }
    people = select(*(column.label(name) for name, column in page.items()))
    rows = people.select_from(whom).where(reached)
    queued = insert_into(connection, outbox).from_select(list(page), rows)
    many: int = connection.execute(queued.on_conflict_do_nothing(index_elements=["id"])).rowcount
    connection.execute(update(asked).where(asked.c.mark == mark(key)).values(word=word))
    return many


def _day(now: datetime) -> str:
    return (now + LOCAL).date().isoformat()


def find_answered(connection: Connection, group: str, keys: Sequence[str], now: datetime) -> frozenset[str]:
    """Those of these keys that a group was warned of today, in Thailand."""
    today = (answered.c.contact == group, answered.c.day == _day(now))
    wanted = {key[:LONGEST]: key for key in keys}
    rows = connection.execute(select(answered.c.indicator).where(*today, answered.c.indicator.in_(wanted)))
    return frozenset(wanted[key] for key in rows.scalars())


def remember_answered(connection: Connection, group: str, keys: Iterable[str], now: datetime) -> None:
    """Note that a group was warned of these today: all that is ever kept of what is said in a group."""
    for key in sorted({key[:LONGEST] for key in keys}):
        row = {"contact": group, "indicator": key, "day": _day(now)}
        put = insert_into(connection, answered).values(row)
        connection.execute(put.on_conflict_do_update(index_elements=["contact", "indicator"], set_={"day": row["day"]}))
