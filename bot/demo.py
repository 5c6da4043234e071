"""The playground's staff: a volunteer and a coordinator who serve everywhere, so that whatever is reported is seen."""

from datetime import datetime
from functools import partial

from domain.contact import Role
from domain.message import Address
from storage.people import appoint
from storage.store import Store

STAFF = ((Role.VOLUNTEER, "volunteer-1", "อาสาตัวอย่าง"), (Role.COORDINATOR, "coordinator-1", "เจ้าหน้าที่ตัวอย่าง"))


async def staff_phones(store: Store, now: datetime) -> None:
    """Give the playground's second and third phone their roles; again and again is no harm."""
    for role, phone, name in STAFF:
        address = Address("web", phone)
        await store.write(partial(appoint, address=address, role=role, area="", name=name, now=now))
