"""Groups that are told what residents of a place are: linked by a coordinator, and how many are in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from domain.message import Address
from storage.outbox import insert_into
from storage.people import change
from storage.tables import contacts
from storage.tables_alerts import groups

FRESH = timedelta(hours=12)
"""How long a count of members is believed."""


def link(connection: Connection, contact: str, area: str, by: str, now: datetime) -> None:
    """A group belongs to an area, by a coordinator's word; its members are counted anew."""
    change(connection, contact, area=area)
    row = {"contact": contact, "by": by, "at": now, "due": now}
    new = insert_into(connection, groups).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["contact"], set_={"by": by, "at": now, "due": now}))


def unlink(connection: Connection, contact: str) -> None:
    """A group belongs to no area any more."""
    change(connection, contact, area="")
    connection.execute(delete(groups).where(groups.c.contact == contact))


def count_groups(connection: Connection, who: ColumnElement[bool]) -> tuple[tuple[str, int | None], ...]:
    """The groups among the contacts a WHERE clause means: (channel, members), None where nobody has counted."""
    found = select(contacts.c.channel, groups.c.members).outerjoin(groups, groups.c.contact == contacts.c.id)
    rows = connection.execute(found.where(contacts.c.is_group, who).order_by(contacts.c.channel, contacts.c.id))
    return tuple((channel, members) for channel, members in rows)


def uncounted(connection: Connection, channels: Sequence[str], now: datetime, limit: int = 20) -> tuple[Address, ...]:
    """Some of the groups on these channels whose members should be counted again."""
    here = select(contacts.c.channel, contacts.c.address).join(groups, groups.c.contact == contacts.c.id)
    due = here.where(groups.c.due <= now, ~contacts.c.muted, contacts.c.channel.in_(channels))
    return tuple(Address(*row) for row in connection.execute(due.order_by(groups.c.due).limit(limit)))


def put_members(connection: Connection, group: Address, members: int | None, due: datetime) -> None:
    """Write down how many are in a group (None: nobody could say; what was known stays), and when to ask again."""
    whose = select(contacts.c.id).where(contacts.c.channel == group.channel, contacts.c.address == group.id)
    known = {} if members is None else {"members": members}
    connection.execute(update(groups).where(groups.c.contact == whose.scalar_subquery()).values({"due": due, **known}))
