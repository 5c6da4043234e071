"""How villages answer is measured, exercises apart from what was real."""

from datetime import timedelta

from sqlalchemy import Connection, insert

from domain.dispatch import Dispatch, Response
from storage.dispatching import answer, send_out
from storage.responses import responses
from storage.store import Store
from storage.tables import acks, alerts, contacts, outbox
from tests.storage.rings import MINUTE, NOW, SPOKEN, begin, later, says, volunteer, words


async def test_how_villages_answer(store: Store) -> None:
    """By village, the median time to the first answer; exercises apart from what was real."""
    await begin(store)
    await later(store, 10)
    await says(store, "village", "cant", 4)
    await says(store, "tambon", "going", 12)
    await store.write(
        lambda c: send_out(c, Dispatch("d2", "border", "42030105", "r"), SPOKEN, words, NOW + 20 * MINUTE)
    )
    await store.write(lambda c: answer(c, "d2", "village", "going", SPOKEN, words, NOW + 28 * MINUTE))
    drill = Dispatch("x", "border", "42030105", exercise=True)
    await store.write(lambda c: send_out(c, drill, SPOKEN, words, NOW + 40 * MINUTE))
    since = NOW - timedelta(days=30)

    real = await store.read(lambda c: responses(c, "4203", since))
    practised = await store.read(lambda c: responses(c, "4203", since, exercise=True))

    assert real == (
        Response("420301", 1, 1, 2 * MINUTE),
        Response("42030105", 2, 2, 6 * MINUTE),
        Response("42030106", 1, 0, None),
    )
    assert practised == (Response("42030105", 1, 0, None),)
    assert () == await store.read(lambda c: responses(c, "4204", since))
    assert () == await store.read(lambda c: responses(c, "", NOW + timedelta(days=1)))


async def test_answers_to_exercise_alerts_are_measured(store: Store) -> None:
    """An exercise alert counts for each village it was sent to, answered or not."""
    people = [volunteer("a", "42030105"), volunteer("b", "42030105"), volunteer("c", "420302")]

    def work(connection: Connection) -> None:
        connection.execute(insert(contacts), people)
        row = {"id": "x", "audience": {}, "lane": 1, "status": "Exercise", "state": "done", "created_at": NOW}
        connection.execute(insert(alerts), row)
        sent = {"channel": "line", "lane": 1, "state": "sent", "due": NOW, "alert": "x", "created_at": NOW}
        rows = [sent | {"id": f"x:{who['id']}", "address": who["id"], "contact": who["id"]} for who in people]
        connection.execute(insert(outbox), rows)
        for who, minutes in (("a", 9), ("b", 4)):
            at = NOW + minutes * MINUTE
            connection.execute(insert(acks).values(alert="x", contact=who, answer="seen", at=at))

    await store.write(work)

    found = await store.read(lambda c: responses(c, "42", NOW - MINUTE, exercise=True))

    assert found == (Response("42030105", 1, 1, 4 * MINUTE), Response("420302", 1, 0, None))
    assert () == await store.read(lambda c: responses(c, "42", NOW - MINUTE))
