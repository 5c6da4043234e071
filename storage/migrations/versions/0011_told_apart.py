"""What told people apart goes from old rows: an open flag, names of files taken back, addresses with their reader's."""

import json
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CONTACTS = sa.table(
    "contacts",
    sa.column("id", sa.String()),
    sa.column("consent", sa.String()),
    sa.column("conversation", JSON),
)
MEDIA = sa.table("media", sa.column("state", sa.String()), sa.column("name", sa.String()))
SIGHTINGS = sa.table(
    "sightings",
    sa.column("report", sa.String()),
    sa.column("indicator", sa.String()),
    sa.column("contact", sa.String()),
)


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.update(MEDIA).where(MEDIA.c.state == "dropped").values(name=""))
    _flags(connection)
    _addresses(connection)


def _flags(connection: sa.Connection) -> None:
    """Of who has consented nobody looks for it: it only said who had used a receipt, or added to a report."""
    kept = sa.cast(CONTACTS.c.conversation, sa.String)
    flagged = sa.select(CONTACTS.c.id, CONTACTS.c.conversation).where(
        CONTACTS.c.consent != "", kept.contains('"answers"'), kept.contains('"sealed"')
    )
    for id, row in connection.execute(flagged).all():
        held = json.loads(row) if isinstance(row, str) else row
        plain = {name: value for name, value in held.items() if name != "answers"}
        connection.execute(sa.update(CONTACTS).where(CONTACTS.c.id == id).values(conversation=plain))


def _addresses(connection: sa.Connection) -> None:
    """Where nobody knows any more who made a report, as `storage.unnaming` does from now on."""
    nobodys = sa.select(SIGHTINGS.c.report, SIGHTINGS.c.indicator).where(SIGHTINGS.c.contact.is_(None))
    pages = connection.execute(nobodys.where(SIGHTINGS.c.indicator.like("url:%?%"))).all()
    sites: dict[str, list[str]] = {}
    for report, site in connection.execute(nobodys.where(SIGHTINGS.c.indicator.like("domain:%"))).all():
        sites.setdefault(report, []).append(site.removeprefix("domain:"))
    for report, page in pages:
        if any(_on(page.removeprefix("url:"), site) for site in sites.get(report, ())):
            mine = sa.and_(SIGHTINGS.c.report == report, SIGHTINGS.c.indicator == page)
            connection.execute(sa.delete(SIGHTINGS).where(mine))


def _on(page: str, site: str) -> bool:
    try:
        host = urlsplit(page).hostname or ""
    except ValueError:
        return False
    return host == site or host.endswith(f".{site}")
