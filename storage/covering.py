"""Who is left with what nobody serves: reports of places that no coordinator has, or only one who may not know."""

from sqlalchemy import ColumnElement, Connection, and_, false, func, not_, or_, select

from domain.contact import inside
from domain.report import Status
from domain.routing import DISTRICT, PROVINCE, TAMBON
from storage.audience import STAFF
from storage.keys import keys_of
from storage.sealing import kept_from
from storage.tables import contacts, reports
from storage.tables_sealing import sealed


def staffed(connection: Connection) -> frozenset[str]:
    """The areas of the coordinators and admins who can be told something."""
    can = (contacts.c.role.in_(STAFF), ~contacts.c.muted, ~contacts.c.is_group)
    return frozenset(connection.execute(select(contacts.c.area).distinct().where(*can)).scalars())


def open_to(connection: Connection, tambon: str) -> ColumnElement[bool]:
    """Not withheld from this tambon: the reporter's own, or when we do not know that, the one it happened in."""
    own = or_(reports.c.home.like(f"{tambon}%"), and_(reports.c.home == "", reports.c.area.like(f"{tambon}%")))
    bare = reports.c.id.not_in(select(sealed.c.report))
    return not_(or_(kept_from(keys_of(connection), tambon), and_(reports.c.withheld, own, bare)))


def left_to(connection: Connection, area: str) -> ColumnElement[bool]:
    """
    What is left to who serves `area`, as a WHERE clause over `reports`: `domain.routing.nearest` in SQL.

    (That they may hear of it at all is asked beside it.)
    """
    # Who serves a district or more is told of all in it: those within need not be asked one by one.
    every = staffed(connection)
    staff = [one for one in every if not any(one != wide and inside(one, wide) for wide in every if len(wide) < TAMBON)]
    if not staff or "" in staff or len(area) > TAMBON:
        return false()
    served = or_(*(_told(connection, one, reports.c.area.like(f"{one}%")) for one in staff))
    wide = [one for one in staff if len(one) <= TAMBON]
    far = [_told(connection, one, _shares(one, DISTRICT)) for one in wide]
    farther = [_told(connection, one, _shares(one, PROVINCE)) for one in wide]
    steps = (
        _shares(area, DISTRICT),
        and_(_shares(area, PROVINCE), not_(or_(false(), *far))),
        not_(or_(false(), *far, *farther)),
    )
    return and_(reports.c.area != "", not_(served), or_(*steps))


def unheard(connection: Connection) -> int:
    """How many reports wait that no coordinator can find: there is none, or only those they are withheld from."""
    staff = staffed(connection)
    if any(len(one) < TAMBON for one in staff):
        return 0
    heard = [open_to(connection, one) for one in staff if len(one) == TAMBON]
    heard += [_told(connection, one, reports.c.area.like(f"{one}%")) for one in staff if len(one) > TAMBON]
    waits = select(func.count()).select_from(reports).where(reports.c.status == Status.NEW)
    return connection.execute(waits.where(not_(or_(*heard))) if heard else waits).scalar_one()


def _told(connection: Connection, area: str, there: ColumnElement[bool]) -> ColumnElement[bool]:
    """What is told to who serves `area`, of what lies `there`."""
    return and_(there, open_to(connection, area[:TAMBON])) if len(area) >= TAMBON else there


def _shares(area: str, digits: int) -> ColumnElement[bool]:
    """Whether an area lies within the district (the province) of a report, by so many digits of its code."""
    wider = [area[:n] for n in range(PROVINCE, digits, PROVINCE)]
    same = reports.c.area.like(f"{area[:digits]}%") if len(area) >= digits else false()
    return or_(same, reports.c.area.in_(wider))
