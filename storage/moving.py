"""Groups that got another address: known by it from now on, and linked as they were."""

from sqlalchemy import Connection, and_, select, update

from domain.message import Address
from storage.tables import contacts
from storage.tables_alerts import groups

LINKED = ("area", "subscribed", "language")
"""What a group was told to be: whose place, whether it wants to hear, and in which language."""


def move(connection: Connection, address: Address, moved: str) -> None:
    """
    A group has another address (Telegram: it became a supergroup).

    Where somebody wrote from there before we knew, there is a row for it already: that one is linked then, and the old
    one silenced.
    """
    at = and_(contacts.c.channel == address.channel, contacts.c.address == address.id)
    old = connection.execute(select(contacts).where(at).with_for_update()).first()
    there = and_(contacts.c.channel == address.channel, contacts.c.address == moved)
    new = connection.execute(select(contacts).where(there).with_for_update()).first()
    if old is None or new is None:
        connection.execute(update(contacts).where(at).values(address=moved))
        return
    connection.execute(update(contacts).where(contacts.c.id == old.id).values(muted=True, area=""))
    if old.is_group and old.area and not new.area:
        linked = {name: getattr(old, name) for name in LINKED}
        connection.execute(update(contacts).where(contacts.c.id == new.id).values(linked))
        connection.execute(update(groups).where(groups.c.contact == old.id).values(contact=new.id))
