"""What volunteers answer to an alert: one answer each, the latest counts."""

from datetime import datetime

from sqlalchemy import Connection

from storage.outbox import insert_into
from storage.tables import acks


def acknowledge(connection: Connection, alert: str, contact: str, answer: str, now: datetime) -> None:
    """Write down an answer; a second one takes the first's place, the time of the first stays."""
    row = {"alert": alert, "contact": contact, "answer": answer, "at": now}
    once = insert_into(connection, acks).values(row)
    changed = once.on_conflict_do_update(index_elements=["alert", "contact"], set_={"answer": answer})
    connection.execute(changed)
