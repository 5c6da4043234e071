"""Finding what somebody has taken on, as coordinators name them."""

from sqlalchemy import Connection, update

from domain.contact import Role
from domain.query import CountReports, Filter, Scope
from storage.people import change
from storage.search import count_reports
from storage.store import Store
from storage.tables import metadata, reports
from tests.storage.village import Village


async def test_reports_are_found_by_the_name_of_who_has_them(store: Store) -> None:
    """By a name or a part of it, and by the id as before; a resident who is called the same has none."""

    def work(connection: Connection) -> list[int]:
        metadata.create_all(connection)
        village = Village(connection)
        village.reports("ann")
        malee = village.person("malee", role=Role.COORDINATOR, area="42")
        change(connection, malee, name="Malee")
        connection.execute(update(reports).values(assignee=malee))
        counts = (
            count_reports(connection, CountReports(Filter(scope=Scope(Role.ADMIN, "", ""), assignee=who)))
            for who in ("malee", "mal", malee[:8], "somchai")
        )
        return [sum(many for _, many in rows) for rows in counts]

    assert [1, 1, 1, 0] == await store.write(work)
