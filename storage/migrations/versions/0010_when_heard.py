"""When somebody wrote or asked is kept to the day, when they were met to the hour; and that they were answered goes."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)
CONTACTS = sa.table(
    "contacts",
    sa.column("id", sa.String()),
    sa.column("role", sa.SmallInteger()),
    sa.column("seen_at", INSTANT),
    sa.column("created_at", INSTANT),
    sa.column("consented_at", INSTANT),
)
ASKED = sa.table("asked", sa.column("at", INSTANT))
OUTBOX = sa.table(
    "outbox",
    sa.column("channel", sa.String()),
    sa.column("contact", sa.String()),
    sa.column("lane", sa.SmallInteger()),
    sa.column("state", sa.String()),
    sa.column("alert", sa.String()),
    sa.column("reply_token", sa.String()),
    sa.column("due", INSTANT),
)
COORDINATOR, REPLY = 2, 1
MEANWHILE = timedelta(hours=2)
"""Whoever is in the middle of something is left alone: their next word puts the day there."""
DAY = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', date({0}, '+7 hours'), '-7 hours')",
    "postgresql": "(date_trunc('day', {0} AT TIME ZONE 'Asia/Bangkok')) AT TIME ZONE 'Asia/Bangkok'",
}
NEXT_HOUR = {
    "sqlite": "strftime('%Y-%m-%d %H:00:00.000000', {0}, '+1 hour')",
    "postgresql": "(date_trunc('hour', {0} AT TIME ZONE 'UTC') + interval '1 hour') AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    connection, quiet = op.get_bind(), datetime.now(UTC) - MEANWHILE
    day, hour = DAY[connection.dialect.name], NEXT_HOUR[connection.dialect.name]
    for column, rounded in (("seen_at", day), ("consented_at", day), ("created_at", hour)):
        put = sa.update(CONTACTS).values({column: sa.text(rounded.format(column))})
        connection.execute(put.where(CONTACTS.c.seen_at < quiet) if column == "seen_at" else put)
    connection.execute(sa.update(ASKED).values(at=sa.text(day.format("at"))))
    steers = sa.select(CONTACTS.c.id).where(CONTACTS.c.role >= COORDINATOR)
    answers = sa.and_(
        OUTBOX.c.lane == REPLY,
        OUTBOX.c.alert == "",
        OUTBOX.c.state.in_(("sent", "refused", "gone")),
        OUTBOX.c.due < quiet,
        sa.or_(OUTBOX.c.channel != "line", OUTBOX.c.reply_token != ""),
        OUTBOX.c.contact.not_in(steers),
    )
    connection.execute(sa.delete(OUTBOX).where(answers))
