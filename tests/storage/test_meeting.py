"""Who is known when they write to us."""

import pytest
from sqlalchemy import select, update

from domain.message import Content, Left, Sticker, Text, Unsent
from storage.store import Store
from storage.tables import contacts
from tests.conversations.stage import Stage

ANN = "Uannannann0001"


@pytest.mark.parametrize(
    ("content", "muted"), [(Text("สวัสดี"), False), (Sticker(), False), (Left(), True), (Unsent("m1"), True)]
)
async def test_who_writes_to_us_has_not_blocked_us(store: Store, content: Content, muted: bool) -> None:
    """Word that somebody came back was lost; they write, so answers and alerts reach them again."""
    made = Stage(store)
    await made.known(ANN, area="420301", agreed=True)
    await store.write(lambda c: c.execute(update(contacts).values(muted=True)))

    await made.say(ANN, content)

    assert [muted] == await store.read(lambda c: list(c.execute(select(contacts.c.muted)).scalars()))
