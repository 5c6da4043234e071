"""Alerts as they are kept: raised once, spread into the outbox a page of people at a time, stopped, looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    update,
)

from domain.alert import BILLED, LANES, Alert, Audience
from domain.contact import Role
from domain.delivery import ALONE
from domain.ids import KEYED
from domain.message import Outgoing
from domain.plan import LIFE
from domain.query import Progress
from storage.audience import audience_clause, few, linked, serving
from storage.keys import keys_of
from storage.message import packed
from storage.outbox import insert_into, once, progresses
from storage.steering import PAUSED
from storage.tables import Utc, alert_texts, alerts, contacts, outbox

FALLBACKS = ("th", "en")
"""What someone is told in when an alert has no words in their language; failing these, whatever it has."""
LANE_NAMES = {number: name for name, number in LANES.items()}


def raise_alert(
    connection: Connection, alert: Alert, texts: Mapping[str, Outgoing], now: datetime, campaign: str = ""
) -> bool:
    """
    Keep an alert and its words by language, to be spread by whoever comes by. Whether it is new.

    The same id raised twice is one alert, with the words it had first; one that is `domain.ids.keyed` is kept under a
    hash that nobody can work out without the key. Raises ValueError without any words.
    """
    if not texts:
        raise ValueError(f"alert {alert.id} has no words in any language")
    if alert.id.startswith(KEYED):
        alert = replace(alert, id=keys_of(connection).hidden(alert.id))
    row = {
        "id": alert.id,
        "audience": audience_row(alert.audience),
        "lane": LANES[alert.lane],
        "status": alert.status,
        "type": alert.type,
        "references": alert.references,
        "severity": alert.severity,
        "urgency": alert.urgency,
        "certainty": alert.certainty,
        "category": alert.category,
        "event": alert.event,
        "onset": alert.onset,
        "public": alert.public,
        "expires": alert.expires,
        "deadline": alert.deadline,
        "by": alert.by,
        "campaign": campaign,
        "report": alert.report,
        "area": alert.audience.area,
        "created_at": now,
    }
    kept = connection.execute(once(connection, alerts), row)
    if kept.rowcount != 1:
        return False
    words = [{"alert": alert.id, "language": each, "message": packed(said)} for each, said in texts.items()]
    connection.execute(once(connection, alert_texts), words)
    return True


def load_alert(connection: Connection, id: str) -> Alert | None:
    """The alert with this id, with its words as they are sent; None when there is none."""
    return next(iter(read_alerts(connection, select(alerts).where(alerts.c.id == id))), None)


def read_alerts(connection: Connection, wanted: Select[Any]) -> tuple[Alert, ...]:
    """The alerts that a SELECT over `alerts` finds, with their words as they are sent."""
    rows = connection.execute(wanted).all()
    words = _words(connection, [row.id for row in rows])
    return tuple(_alert(row, words[row.id]) for row in rows)


def next_open(connection: Connection) -> Alert | None:
    """
    The alert to spread next: the most urgent, then the oldest, of those not paused and not told to everybody yet.

    What refers to another is for those who were told that one: it waits until all of them are.
    """
    first = alerts.alias("first")
    begun = exists().where(first.c.id == alerts.c.references, first.c.state == "open", first.c.pause != PAUSED)
    waits = (
        select(alerts)
        .where(alerts.c.state == "open", alerts.c.pause != PAUSED, ~begun)
        .order_by(alerts.c.lane, alerts.c.created_at)
        .limit(1)
    )
    row = connection.execute(waits).first()
    return _alert(row, {}) if row is not None else None


def fan_out(
    connection: Connection, alert_id: str, limit: int, now: datetime, due: datetime, late: datetime | None = None
) -> int | None:
    """
    Queue one more page of an alert's deliveries, due at `due`: how many, or None when there was nothing left to do.

    Where a push is billed they are due at `late` (None: at `due`), and ride on a free answer before it comes; what
    is lazy has no other way, and is due when it expires.

    It goes on where the last page ended, whoever made that; a person and an alert make one delivery, however often
    it is run. `limit` is how many people are looked at, so that a page takes as long for a narrow audience as for a
    wide one; for staff, who are few among many, it is how many are found. (One page: one INSERT … SELECT.)
    """
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id).with_for_update()).first()
    if row is None or row.state != "open":
        return None
    if row.expires is not None and row.expires <= now:
        _move(connection, alert_id, row.cursor, done=True)
        return None
    last = _last_of_page(connection, row, limit)
    here = and_(contacts.c.id > row.cursor, contacts.c.id <= last if last is not None else true())
    queued = _queue_page(connection, row, here, now, (due, late or due))
    _move(connection, alert_id, last or row.cursor, done=last is None)
    return queued


def stop_alert(connection: Connection, alert_id: str) -> bool:
    """
    From now on nothing more of an alert is taken out of the outbox. Whether there was something to stop.

    What was taken already (some seconds' worth) leaves. The rows that wait are refused by `clear_stopped`.
    """
    known = update(alerts).where(alerts.c.id == alert_id, alerts.c.state != "stopped")
    return connection.execute(known.values(state="stopped")).rowcount == 1


def any_stopped(connection: Connection) -> bool:
    """Whether anything still waits of an alert that was stopped: a look that changes nothing."""
    return connection.execute(_stopped().limit(1)).first() is not None


def _stopped() -> Select[Any]:
    """The stopped alerts of which something waits, each found by the alert's own index."""
    waits = exists().where(outbox.c.alert == alerts.c.id, outbox.c.state == "queued")
    return select(alerts.c.id).where(alerts.c.state == "stopped", waits)


def clear_stopped(connection: Connection, now: datetime, limit: int = 500) -> int:
    """Refuse what still waits of stopped alerts, at most so many rows; how many they were."""
    ids = connection.execute(_stopped()).scalars().all()
    waits = select(outbox.c.id).where(outbox.c.alert.in_(ids), outbox.c.state == "queued").limit(limit)
    refused = update(outbox).where(outbox.c.id.in_(waits.scalar_subquery()))
    return connection.execute(refused.values(state="refused", note="stopped", settled_at=now)).rowcount


def find_alerts(
    connection: Connection, area: str, id: str = "", limit: int = 5, *, followed: bool = False, composed: bool = False
) -> tuple[tuple[Alert, Progress], ...]:
    """
    The alerts told within an area, newest first, and how far each has got; or the one with this id, if within.

    `followed` adds what followed that one; `composed` leaves out the notes of reports, and who asks to be let in.
    """
    wanted = select(alerts).where(alerts.c.area.startswith(area, autoescape=True) if area else true())
    if id:
        wanted = wanted.where(or_(alerts.c.id == id, alerts.c.references == id if followed else false()))
    if composed:
        wanted = wanted.where(alerts.c.report == "", or_(alerts.c.by != "", alerts.c.campaign != ""))
    rows = connection.execute(wanted.order_by(alerts.c.created_at.desc(), alerts.c.id).limit(limit)).all()
    ids = [row.id for row in rows]
    words, far = _words(connection, ids), progresses(connection, ids)
    return tuple((_alert(row, words[row.id]), far[row.id]) for row in rows)


def audience_row(audience: Audience) -> dict[str, Any]:
    """An audience as JSON takes it."""
    return asdict(audience) | {"role": None if audience.role is None else audience.role.value}


def audience_of(row: Mapping[str, Any]) -> Audience:
    """The audience that `audience_row` made this of."""
    role = None if row["role"] is None else Role(row["role"])
    return Audience(**{**row, "role": role, "areas": tuple(row.get("areas", ()))})


def _last_of_page(connection: Connection, row: Row[Any], limit: int) -> str | None:
    """The last contact of the next page; None when it reaches to the end."""
    people = select(contacts.c.id).where(contacts.c.id > row.cursor)
    if few(audience_of(row.audience)):
        people = people.where(meant(_alert(row, {})))
    last: str | None = connection.execute(people.order_by(contacts.c.id).limit(1).offset(limit - 1)).scalar()
    return last


def _queue_page(
    connection: Connection, row: Row[Any], here: ColumnElement[bool], now: datetime, due: tuple[datetime, datetime]
) -> int:
    languages = connection.execute(select(alert_texts.c.language).where(alert_texts.c.alert == row.id)).scalars().all()
    page = {
        "id": literal(f"{row.id}:") + contacts.c.id,
        "channel": contacts.c.channel,
        "address": contacts.c.address,
        "contact": contacts.c.id,
        "area": contacts.c.area,
        "language": case((contacts.c.language.in_(languages), contacts.c.language), else_=fallback(languages)),
        **_when(row, *due),
        "batch": case((contacts.c.is_group, ALONE), else_=""),
        "alert": literal(row.id),
        "created_at": literal(now, Utc),
    }
    on_duty = serving(now) if audience_of(row.audience).on_duty else true()
    people = select(*(column.label(name) for name, column in page.items())).where(here, on_duty, meant(_alert(row, {})))
    rows = insert_into(connection, outbox).from_select(list(page), people)
    queued: int = connection.execute(rows.on_conflict_do_nothing(index_elements=["id"])).rowcount
    return queued


def _when(row: Row[Any], due: datetime, late: datetime) -> dict[str, ColumnElement[Any]]:
    """Lane, due time and expiry of an alert's deliveries: by channel, where waiting saves something."""
    expires = row.expires
    lane, billed_lane = literal(row.lane), literal(row.lane)
    if row.lane == LANES["lazy"]:
        late = expires = expires or due + LIFE["lazy"]
        lane = literal(LANES["routine"])
    billed = contacts.c.channel.in_(BILLED)
    return {
        "lane": case((billed, billed_lane), else_=lane),
        "due": case((billed, literal(late, Utc)), else_=literal(due, Utc)),
        "expires": literal(expires, Utc),
    }


def fallback(languages: Sequence[str]) -> str:
    """What those are told in whose own language an alert has no words in."""
    return next((each for each in FALLBACKS if each in languages), min(languages))


def meant(alert: Alert, stopping: bool = False) -> ColumnElement[bool]:
    """
    Who is told, as a WHERE clause over `contacts`: an audience, or for an update or all-clear who got the first.

    Who still waits for the first gets both, unless the first was stopped (or is just about to be: `stopping`) before
    anybody tried to send it.
    """
    if alert.references and alert.type != "Alert":
        first, head = outbox.alias("first"), alerts.alias("head")
        stopped = exists().where(head.c.id == alert.references, head.c.state == "stopped")
        coming = and_(first.c.state == "queued", or_(first.c.tries > 0, false() if stopping else ~stopped))
        told = exists().where(
            first.c.id == literal(f"{alert.references}:") + contacts.c.id, or_(first.c.state == "sent", coming)
        )
        return and_(told, ~contacts.c.muted)
    everyone = audience_clause(alert.audience)
    if alert.audience.groups and alert.public:
        everyone = or_(everyone, linked(alert.audience, billed=alert.lane != "routine"))
    # A drill that the public takes for the real thing does harm: whatever was asked for, only staff hear of it.
    return everyone if alert.status == "Actual" else and_(everyone, contacts.c.role > Role.RESIDENT.value)


def _move(connection: Connection, alert_id: str, cursor: str, done: bool) -> None:
    values: dict[str, Any] = {"cursor": cursor, "state": "done" if done else "open"}
    told = connection.execute(select(alerts.c.audience).where(alerts.c.id == alert_id)).scalar_one() if done else {}
    if told.get("excluding"):
        # Where a reporter lives, who withheld what they told: nobody needs it once all are told.
        values["audience"] = {**told, "excluding": ""}
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))


def _words(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {id: {} for id in ids}
    for row in connection.execute(select(alert_texts).where(alert_texts.c.alert.in_(ids))):
        words[row.alert][row.language] = "\n\n".join(row.message["bubbles"])
    return words


def _alert(row: Row[Any], words: Mapping[str, str]) -> Alert:
    return Alert(
        id=row.id,
        audience=audience_of(row.audience),
        words=words,
        lane=LANE_NAMES[row.lane],  # type: ignore[arg-type]
        status=row.status,
        type=row.type,
        references=row.references,
        severity=row.severity,
        urgency=row.urgency,
        certainty=row.certainty,
        category=row.category,
        event=row.event,
        onset=row.onset,
        public=row.public,
        expires=row.expires,
        deadline=row.deadline,
        by=row.by,
        report=row.report,
        state=row.state,
        paused=row.pause == PAUSED,
        created=row.created_at,
    )
