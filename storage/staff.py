"""Those who serve, and which of them have not been told something yet."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from domain.contact import Contact, Role
from storage.people import contact
from storage.tables import contacts, outbox

PAGE = 500


def serving(connection: Connection) -> tuple[Contact, ...]:
    """Coordinators and admins, and volunteers on duty; not who blocked us or wants no news."""
    steers = contacts.c.role >= Role.COORDINATOR.value
    on_duty = (contacts.c.role == Role.VOLUNTEER.value) & contacts.c.on_duty & contacts.c.subscribed
    rows = connection.execute(
        select(contacts).where(steers | on_duty, ~contacts.c.muted, ~contacts.c.is_group).order_by(contacts.c.id)
    )
    return tuple(contact(row) for row in rows)


def undigested(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of these deliveries that nobody has queued yet."""
    there: set[str] = set()
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        there.update(connection.execute(select(outbox.c.id).where(outbox.c.id.in_(page))).scalars())
    return [id for id in ids if id not in there]
