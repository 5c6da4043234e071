"""Campaigns as they are kept: what is told again and again, and when next."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from domain.alert import LANES, Campaign
from storage.alerts import LANE_NAMES, audience_of, audience_row
from storage.outbox import insert_into
from storage.tables import campaigns

HOUR = timedelta(hours=1)


def keep_campaign(connection: Connection, campaign: Campaign) -> None:
    """Keep a campaign as it is now: new, or instead of the one with its id (which keeps count of what it told)."""
    row = {
        "id": campaign.id,
        "name": campaign.name,
        "audience": audience_row(campaign.audience),
        "rule": campaign.rule,
        "words": dict(campaign.words),
        "lessons": campaign.lessons,
        "told": campaign.told,
        "on": campaign.on,
        "due": campaign.due,
        "by": campaign.by,
        "lane": LANES[campaign.lane],
        "patience": campaign.patience // HOUR,
    }
    changed = {name: value for name, value in row.items() if name not in ("id", "told")}
    statement = insert_into(connection, campaigns).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def unless_there(connection: Connection, campaign: Campaign) -> None:
    """Keep a campaign we come with, but leave it be if there is one with its id."""
    if connection.execute(select(campaigns.c.id).where(campaigns.c.id == campaign.id)).first() is None:
        keep_campaign(connection, campaign)


def find_campaigns(connection: Connection, area: str = "") -> tuple[Campaign, ...]:
    """The campaigns for an audience within an area, by name."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.name, campaigns.c.id))
    found = (_campaign(row) for row in rows)
    return tuple(campaign for campaign in found if campaign.audience.area.startswith(area))


def due_campaigns(connection: Connection, now: datetime, limit: int = 20) -> tuple[Campaign, ...]:
    """
    The campaigns that should be told by now, and those that are on and nobody has wound up yet (`due` is None).

    They are this transaction's until it ends; another process passes them by.
    """
    waits = select(campaigns).where(campaigns.c.on, or_(campaigns.c.due <= now, campaigns.c.due.is_(None)))
    rows = connection.execute(waits.order_by(campaigns.c.due).limit(limit).with_for_update(skip_locked=True))
    return tuple(_campaign(row) for row in rows)


def move_campaign(connection: Connection, id: str, due: datetime | None, told: int) -> None:
    """Write down when a campaign is told next and how often it has been; without a next time it is off."""
    moved = update(campaigns).where(campaigns.c.id == id)
    connection.execute(moved.values(due=due, told=told, on=due is not None))


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        id=row.id,
        name=row.name,
        audience=audience_of(row.audience),
        rule=row.rule,
        words=row.words,
        lessons=row.lessons,
        told=row.told,
        on=row.on,
        due=row.due,
        by=row.by,
        lane=LANE_NAMES[row.lane],  # type: ignore[arg-type]
        patience=row.patience * HOUR,
    )
