"""Who has a report: a coordinator, for as long as they may see it and can be told something."""

from sqlalchemy import Connection, select

from domain.contact import Role
from domain.query import FindPeople, Person, Scope
from storage.people import find_people
from storage.search import within
from storage.tables import contacts, reports


def keeper(connection: Connection, report: str) -> str | None:
    """The contact's id of who has it; None while nobody has."""
    held = select(reports.c.assignee).where(reports.c.id == report)
    contact = connection.execute(held).scalar()
    return contact if contact and may_have(connection, report, contact) else None


def may_have(connection: Connection, report: str, contact: str) -> bool:
    """Whether they coordinate, may see this report, and can be told of it."""
    row = connection.execute(select(contacts).where(contacts.c.id == contact)).first()
    if row is None or row.muted or row.role < Role.COORDINATOR:
        return False
    seen = within(connection, Scope(Role(row.role), row.area, row.id))
    return connection.execute(select(reports.c.id).where(reports.c.id == report, *seen)).first() is not None


def people_for(connection: Connection, query: FindPeople) -> tuple[Person, ...]:
    """What `domain.query.FindPeople` promises."""
    found = find_people(connection, query)
    if not query.report:
        return found
    return tuple(one for one in found if not one.pending and may_have(connection, query.report, one.id))
