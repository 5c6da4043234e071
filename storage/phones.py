"""The playground's phones: handed out where it is open, put away where it is closed and nobody holds them."""

from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from domain.contact import Role
from domain.message import Address
from storage import audit
from storage.people import appoint
from storage.tables import contacts, outbox

WEB = "web"
NAMES = ("resident-", "volunteer-", "coordinator-")
"""How the phones' addresses begin."""


def hand_out(connection: Connection, staff: tuple[tuple[Role, str, str], ...], now: datetime) -> bool:
    """
    Give phones their roles, (role, phone, name) each, for everywhere; written down. Whether they lacked them.

    What was put away comes back with them: its phones can be told something again.
    """
    has = select(contacts.c.address, contacts.c.role).where(contacts.c.channel == WEB, contacts.c.role > 0)
    served = {row.address: row.role for row in connection.execute(has)}
    if all(served.get(phone) == role for role, phone, _ in staff):
        return False
    for role, phone, name in staff:
        appoint(connection, Address(WEB, phone), role, "", name, now)
    ours = or_(*(contacts.c.address.startswith(name) for name in NAMES))
    connection.execute(update(contacts).where(contacts.c.channel == WEB, ours).values(muted=False))
    audit.write_down(connection, "program", "playground", "", {"open": 1}, now)
    return True


def put_away(connection: Connection, now: datetime) -> int:
    """
    Take their roles from all phones of the playground, and out of the outbox what waits for them; how many phones.

    They are then in no audience, nobody's second word is waited for from them, and they are asked to look at nothing.
    Written down where there was something to take; done again it does nothing.
    """
    there = (contacts.c.channel == WEB, ~contacts.c.muted)
    many = connection.execute(select(func.count()).select_from(contacts).where(*there)).scalar() or 0
    if many:
        nobody = {"role": 0, "pending": 0, "pending_area": "", "muted": True}
        connection.execute(update(contacts).where(*there).values(nobody))
        audit.write_down(connection, "program", "playground", "", {"open": 0, "phones": many}, now)
    waits = update(outbox).where(outbox.c.channel == WEB, outbox.c.state == "queued")
    connection.execute(waits.values(state="refused", note="stopped", settled_at=now))
    return many
