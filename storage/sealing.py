"""A report's hidden half: its words, place, files and reporter, encrypted under a key that is this report's own."""

from base64 import b85decode, b85encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, Row, RowMapping, and_, delete, insert, or_, select, update

from domain.routing import TAMBON
from storage.keys import ID, Key, Keys, Unopened, fresh, keys_of, opened_by, sealed_by
from storage.tables import blobs, media, reports
from storage.tables_sealing import sealed
from texts.times import LOCAL

ENDED = "ended"
"""In the place of whose a report is: nothing is left in it that could end any more."""
REF = 400
"""Characters of `media.ref`."""


@dataclass(frozen=True, slots=True)
class Lock:
    """The open data key of one report. What is sealed by it opens only under the same report and the same name."""

    report: str
    cipher: AESGCM

    def seal(self, what: str, plain: bytes) -> bytes:
        return sealed_by(self.cipher, f"{what}\n{self.report}", plain)

    def open(self, what: str, hidden: bytes) -> bytes:
        """Raises Unopened."""
        return opened_by(self.cipher, f"{what}\n{self.report}", hidden)


class Body(NamedTuple):
    """What of a report nobody reads without the key. `at` is when it was made, to the second."""

    text: str
    answers: Mapping[str, Any]
    area: str
    home: str
    lat: float | None
    lon: float | None
    at: str


def hour(at: datetime) -> datetime:
    """The hour a sealed report's times are rounded down to: to the second they would name who wrote just then."""
    return at.replace(minute=0, second=0, microsecond=0)


def day(at: datetime) -> datetime:
    """
    When its day began in Thailand: all that is kept readably of when somebody wrote.

    Anything finer could be compared with when the note of a sealed report left (docs/decisions/0018).
    """
    return at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)


def wrap(key: Key, report: str, secret: bytes) -> bytes:
    """A report's data key as it is kept."""
    return key.id + sealed_by(key.wraps, f"key\n{report}", secret)


def unwrap(keys: Keys, report: str, wrapped: bytes) -> bytes:
    """Raises Unopened."""
    return opened_by(keys.known(wrapped[:ID]).wraps, f"key\n{report}", wrapped[ID:])


def owner_marks(keys: Keys, contact: str) -> tuple[str, ...]:
    """What a contact's own reports are found by, under each key."""
    return keys.marks("owner", contact)


def home_marks(keys: Keys, tambon: str) -> tuple[str, ...]:
    """What reports that are withheld from a tambon are known by, under each key."""
    return keys.marks("home", tambon)


def close_report(connection: Connection, row: Mapping[str, Any], body: Body, contact: str) -> Lock:
    """
    Keep the hidden half of a report whose row stands already, bound to what routes it: its number, kind, place, flags.

    Of whom it is withheld from, only a keyed hash of their tambon stays outside.
    """
    keys, secret = keys_of(connection), fresh()
    lock = Lock(row["id"], AESGCM(secret))
    quiet = (body.home or body.area)[:TAMBON] if row["withheld"] else ""
    values = {
        "report": row["id"],
        "owner": owner_marks(keys, contact)[0] if contact else "",
        "home": home_marks(keys, quiet)[0] if len(quiet) == TAMBON else "",
        "key": wrap(keys.current, row["id"], secret),
        "handle": lock.seal("handle", contact.encode()) if contact else None,
        "body": lock.seal(_body(row), orjson.dumps(list(body))),
    }
    connection.execute(insert(sealed).values(values))
    return lock


def _body(row: Mapping[str, Any] | RowMapping) -> str:
    routed = (row["number"], row["kind"], row["area"], int(row["sensitive"]), int(row["withheld"]))
    return f"body {' '.join(map(str, routed))}"


def lock_of(connection: Connection, report: str) -> Lock | None:
    """The key of a report; None for one that is not sealed. Raises Unopened."""
    wrapped = connection.execute(select(sealed.c.key).where(sealed.c.report == report)).scalar()
    return Lock(report, AESGCM(unwrap(keys_of(connection), report, wrapped))) if wrapped is not None else None


def body_of(connection: Connection, row: Row[Any], lock: Lock) -> Body:
    """The hidden half of a report's row. Raises Unopened."""
    hidden = connection.execute(select(sealed.c.body).where(sealed.c.report == lock.report)).scalar_one()
    return Body(*orjson.loads(lock.open(_body(row._mapping), hidden)))


def quiet_tambon(row: Row[Any], body: Body) -> str:
    """The tambon whose own people are not to hear of it; "" when it is kept from nobody, or that is not known."""
    quiet = (body.home or body.area)[:TAMBON] if row.withheld else ""
    return quiet if len(quiet) == TAMBON else ""


def contact_of(connection: Connection, lock: Lock) -> str:
    """Who made a sealed report: to reach them, never to show. "" when they were erased. Raises Unopened."""
    handle = connection.execute(select(sealed.c.handle).where(sealed.c.report == lock.report)).scalar()
    return lock.open("handle", handle).decode() if handle is not None else ""


def forget_contact(connection: Connection, row: Row[Any]) -> bool:
    """
    Whose report it was is gone for good, and with it the pin; where it is withheld from stays. Whether it is sealed.

    Of one that does not open, for it was changed, the thread is cut all the same.
    """
    mine = update(sealed).where(sealed.c.report == row.id)
    if not connection.execute(mine.values(owner="", handle=None)).rowcount:
        return False
    try:
        lock = lock_of(connection, row.id)
        body = body_of(connection, row, lock) if lock else None
    except Unopened:
        return True
    if lock is None or body is None:
        return True
    answers = {name: value for name, value in body.answers.items() if name != "media"}
    if isinstance(where := answers.get("where"), dict):
        answers["where"] = {name: value for name, value in where.items() if name not in ("lat", "lon")}
    bare = body._replace(answers=answers, home=body.home if row.withheld else "", lat=None, lon=None)
    connection.execute(mine.values(body=lock.seal(_body(row._mapping), orjson.dumps(list(bare)))))
    return True


def forget_body(connection: Connection, row: Row[Any], answers: Mapping[str, Any]) -> None:
    """What was told is gone for good: words, place and contact; `answers` are those that may stay, for counting."""
    forget_contact(connection, row)
    try:
        lock = lock_of(connection, row.id)
    except Unopened:
        lock = None
    if lock is not None:
        empty = Body("", answers, row.area, "", None, None, row.at.isoformat())
        values = {"owner": ENDED, "home": "", "body": lock.seal(_body(row._mapping), orjson.dumps(list(empty)))}
        connection.execute(update(sealed).where(sealed.c.report == row.id).values(values))


# --- whose they are, and whom they are kept from ---


def owned(keys: Keys, contact: str) -> ColumnElement[bool]:
    """Whether a report is this contact's, sealed or not."""
    marked = select(sealed.c.report).where(sealed.c.owner.in_(owner_marks(keys, contact)))
    return or_(reports.c.reporter == contact, reports.c.id.in_(marked))


def kept_from(keys: Keys, tambon: str) -> ColumnElement[bool]:
    """Whether a sealed report is withheld from this tambon."""
    marked = select(sealed.c.report).where(sealed.c.home.in_(home_marks(keys, tambon)))
    return and_(reports.c.withheld, reports.c.id.in_(marked))


# --- notes ---


def sealed_note(lock: Lock, id: str, text: str) -> str:
    """A note's words as they stand in its row; none stay none."""
    return b85encode(lock.seal(f"note {id}", text.encode("utf-8", "replace"))).decode() if text else ""


def opened_note(lock: Lock, id: str, hidden: str) -> str:
    """Raises Unopened."""
    try:
        return lock.open(f"note {id}", b85decode(hidden)).decode() if hidden else ""
    except ValueError as error:
        raise Unopened(f"note {id} was changed") from error


# --- photos, voices and files ---


def seal_media(connection: Connection, lock: Lock, ids: Sequence[str], at: datetime) -> None:
    """
    Make files a sealed report's own: under ids that lead to no event, without sender, name or message.

    What is fetched already is encrypted; what is still wanted keeps the platform's reference, encrypted. Whoever is
    just keeping one (`storage.media.keep`) ends before this, or comes after it.
    """
    if not ids:
        return
    keys = keys_of(connection)
    mine = and_(media.c.id.in_(ids), or_(media.c.sealed.is_(False), media.c.report.is_(None)))
    for row in connection.execute(select(media).where(mine).order_by(media.c.id).with_for_update()).all():
        id, data, name, state = keys.hidden("media", row.id), _plain(connection, row), row.name, row.state
        if row.sealed and data is not None:
            try:
                name, data = opened_loose(keys, row.id, data)
            except Unopened:  # it was changed while it waited: the report is kept all the same
                data, state = None, "lost"
        fetched = data is not None or state != "wanted"
        source = Source(
            "" if fetched else row.ref, "" if fetched else name, row.channel, row.message, row.contact or ""
        )
        values: dict[str, Any] = {
            "id": id,
            "report": lock.report,
            "contact": None,
            "message": message_marks(keys, row.contact or "", row.channel, row.message)[0] if row.message else "",
            "ref": sealed_ref(lock, id, source),
            "channel": "" if fetched else row.channel,
            "name": "",
            "state": state,
            "at": hour(at),
            "sealed": True,
        }
        connection.execute(update(media).where(media.c.id == row.id).values(values))
        connection.execute(delete(blobs).where(blobs.c.id == row.id))
        if data is not None:
            connection.execute(insert(blobs).values(id=id, bytes=sealed_file(lock, id, name, data)))


def _plain(connection: Connection, row: Row[Any]) -> bytes | None:
    data: bytes | None = connection.execute(select(blobs.c.bytes).where(blobs.c.id == row.id)).scalar()
    return data


def mark_media_anew(connection: Connection, lock: Lock) -> None:
    """After a change of key: what a sealed report's files are known by when their sender takes a message back."""
    keys, mine = keys_of(connection), and_(media.c.report == lock.report, media.c.sealed, media.c.ref != "")
    for row in connection.execute(select(media.c.id, media.c.ref).where(mine).with_for_update()).all():
        one = opened_source(lock, row.id, row.ref)
        if one.message:
            mark = message_marks(keys, one.contact, one.channel, one.message)[0]
            connection.execute(update(media).where(media.c.id == row.id).values(message=mark))


def message_marks(keys: Keys, contact: str, channel: str, message: str) -> tuple[str, ...]:
    """What a file is known by when its sender takes the message back, under each key."""
    return keys.marks("message", contact, channel, message)


def sealed_file(lock: Lock, id: str, name: str, data: bytes) -> bytes:
    """A file's bytes, its name with them."""
    return lock.seal(f"media {id}", _named(name, data))


def opened_file(lock: Lock, id: str, hidden: bytes) -> tuple[str, bytes]:
    """Its name and its bytes. Raises Unopened."""
    return _apart(lock.open(f"media {id}", hidden))


def loose_file(keys: Keys, id: str, name: str, data: bytes) -> bytes:
    """The same of a file that belongs to no report, or to none yet: what is being told may be a sealed one."""
    return keys.seal(f"media {id}\n", _named(name, data))


def opened_loose(keys: Keys, id: str, hidden: bytes) -> tuple[str, bytes]:
    """Its name and its bytes. Raises Unopened."""
    return _apart(keys.open(f"media {id}\n", hidden))


def _named(name: str, data: bytes) -> bytes:
    head = name.encode()[:255]
    return bytes([len(head)]) + head + data


def _apart(plain: bytes) -> tuple[str, bytes]:
    return plain[1 : 1 + plain[0]].decode("utf-8", "ignore"), plain[1 + plain[0] :]


class Source(NamedTuple):
    """Where to fetch a file from, while it is wanted, and its name; and which message of whose it came with."""

    ref: str
    name: str
    channel: str = ""
    message: str = ""
    contact: str = ""


def sealed_ref(lock: Lock, id: str, source: Source) -> str:
    """It as it stands in the file's row: without the name, or the message, where there is no room for them."""
    for kept in (source, source._replace(name=""), Source(source.ref, "")):
        hidden = b85encode(lock.seal(f"ref {id}", orjson.dumps(list(kept)))).decode()
        if len(hidden) <= REF:
            return hidden
    return ""


def opened_source(lock: Lock, id: str, hidden: str) -> Source:
    """What `sealed_ref` sealed; rows from before hold no message. Raises Unopened."""
    try:
        return Source(*orjson.loads(lock.open(f"ref {id}", b85decode(hidden))))
    except ValueError as error:
        raise Unopened(f"ref {id} was changed") from error
