"""People who report and ask, for tests of what becomes known of a link or number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address, Incoming, Joined
from domain.report import Status
from domain.verdict import Indicator
from storage.people import change, contact_id, meet
from storage.reports import file_report, set_status

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
"""Sunday noon in Thailand."""
LINK = Indicator("domain", "evil.cc")


@dataclass
class Village:
    """Everything happens on one connection; `NOW` is when one looks."""

    connection: Connection

    def person(
        self,
        name: str,
        *,
        old: timedelta = timedelta(days=90),
        role: Role = Role.RESIDENT,
        area: str = "",
        **more: object,
    ) -> str:
        """Somebody whose account is so old; their id."""
        address = Address("telegram", name)
        met = Incoming("", "", address, NOW - old, Joined())
        meet(self.connection, met, str(more.pop("language", "th")))
        change(self.connection, contact_id(address), role=int(role), area=area, **more)
        return contact_id(address)

    def reports(
        self,
        name: str,
        *,
        ago: timedelta = timedelta(hours=1),
        area: str = "420301",
        indicator: Indicator = LINK,
        old: timedelta = timedelta(days=90),
        kind: str = "link",
        status: Status = Status.NEW,
        sensitive: bool = False,
    ) -> None:
        """Somebody reports an indicator, so long before `NOW`."""
        contact = self.person(name, old=old)
        id = f"{name}-{ago.total_seconds():.0f}-{indicator.value}"[:36]
        filed = FileReport(id, kind, {}, area=area, indicators=(indicator,), sensitive=sensitive)
        file_report(self.connection, filed, contact, "", "telegram", NOW - ago)
        set_status(self.connection, id, status, NOW)

    def many(self, people: int, *, area: str = "420301", ago: timedelta = timedelta(hours=1)) -> None:
        """So many different people report the link in one place."""
        for n in range(people):
            self.reports(f"p{area}-{n}", area=area, ago=ago)
