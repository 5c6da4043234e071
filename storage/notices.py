"""The one message that tells an alert's author how it goes, written over as it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, and_, exists, or_, select, update

from domain.alert import Alert
from domain.contact import Contact
from domain.delivery import LEASE, Delivery
from domain.ids import derived
from domain.message import Outgoing
from storage.outbox import FINAL, insert_into, queue
from storage.people import contact
from storage.tables import contacts, outbox
from storage.tables_alerts import notices

LONGEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to tell of which alert; `message` is the channel's id of the message, "" until it has been sent."""

    alert: str
    who: Contact
    message: str = ""
    shown: str = ""


def begin(connection: Connection, alert: Alert, now: datetime) -> None:
    """From now on its author is told how an alert goes, where their channel lets messages be changed."""
    row = {"alert": alert.id, "contact": alert.by, "due": now, "shown": "", "done": False}
    connection.execute(insert_into(connection, notices).values(row).on_conflict_do_nothing())


def due_notices(connection: Connection, channels: Sequence[str], now: datetime) -> tuple[str, ...]:
    """The alerts whose notices may be looked at on these channels now: a look that takes nothing."""
    here = and_(contacts.c.id == notices.c.contact, contacts.c.channel.in_(channels), ~contacts.c.muted)
    # No alert goes on for longer; and those of authors whose channel cannot change messages are left behind.
    lately = and_(notices.c.due <= now, notices.c.due > now - LONGEST)
    wanted = select(notices.c.alert).join(contacts, here).where(~notices.c.done, lately)
    return tuple(connection.execute(wanted.order_by(notices.c.due)).scalars())


def take_notice(connection: Connection, alert: str, now: datetime) -> Notice | None:
    """
    Take one notice that is due, so that nobody else does for a while; None when somebody has.

    One whose message never arrived, or has no id on its channel, cannot be written over: that is the end of it.
    """
    mine = update(notices).where(notices.c.alert == alert, notices.c.due <= now, ~notices.c.done)
    if connection.execute(mine.values(due=now + LEASE)).rowcount != 1:
        return None
    row = connection.execute(
        select(notices.c.shown, contacts, outbox.c.sent_id, outbox.c.state)
        .join(contacts, contacts.c.id == notices.c.contact)
        .outerjoin(outbox, outbox.c.id == notice_id(alert))
        .where(notices.c.alert == alert)
    ).one()
    if row.state in FINAL and not row.sent_id:
        put_notice(connection, alert, row.shown, now, done=True)
        return None
    return Notice(alert, contact(row), row.sent_id or "", row.shown)


def notice_id(alert: str) -> str:
    return derived(alert, "notice")


def first_words(connection: Connection, notice: Notice, words: Outgoing, now: datetime) -> None:
    """Queue the message that will be written over. (It is there already when its channel has not told its id yet.)"""
    one = Delivery(notice_id(notice.alert), notice.who.address, words, now, lane="reply")
    queue(connection, [one], now, contact=notice.who.id)


def put_notice(connection: Connection, alert: str, shown: str, due: datetime, *, done: bool = False) -> None:
    """Write down what a notice shows now, and when it is looked at again."""
    put = update(notices).where(notices.c.alert == alert)
    connection.execute(put.values(shown=shown, done=done, due=due))


def written_to(connection: Connection, who: Contact, now: datetime, apart: timedelta) -> bool:
    """Whether something was sent to somebody just now, or is on its way: a change would come too soon after it."""
    here = and_(outbox.c.channel == who.address.channel, outbox.c.address == who.address.id)
    lately = exists().where(here, outbox.c.settled_at > now - apart)
    taken = and_(outbox.c.state == "queued", outbox.c.tries > 0, outbox.c.due > now, outbox.c.due <= now + LEASE)
    return bool(connection.execute(select(or_(lately, exists().where(here, taken)))).scalar())


def mark_of(words: Outgoing) -> str:
    """What stands for words that are shown, without holding them."""
    return sha256(repr((words.bubbles, words.buttons)).encode()).hexdigest()
