"""What waits that no coordinator can see, for the log and /health; and which places served are nobody's."""

from dataclasses import dataclass

import structlog

from domain.contact import inside
from storage.covering import staffed, unheard
from storage.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unheard:
    """Looks after reports that reach nobody: there is no coordinator, or only those they are withheld from."""

    store: Store

    async def look(self) -> None:
        """Say it in the log, until somebody is there."""
        if many := await self.store.read(unheard):
            log.warning("reports wait that no coordinator can see", many=many)

    async def warnings(self) -> dict[str, str]:
        """The same for /health."""
        many = await self.store.read(unheard)
        return {"unheard": f"{many} reports wait that no coordinator can see: appoint one"} if many else {}


async def uncovered(store: Store, served: tuple[str, ...]) -> tuple[str, ...]:
    """The areas we serve that lie in no coordinator's or admin's area; ("",) where nothing is served and nobody is."""
    staff = await store.read(staffed)
    return tuple(area for area in served or ("",)[bool(staff) :] if not any(inside(area, one) for one in staff))
