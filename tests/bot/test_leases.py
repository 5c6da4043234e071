"""How long an answer belongs to whoever made it, and that whoever takes it over says the same to the platform."""

from datetime import timedelta
from typing import Any

import pytest

from domain.delivery import LEASE, REPLY_LEASE
from domain.message import Sticker
from storage.claims import claim
from storage.outbox import queue, veil
from storage.store import Store
from tests.bot.test_riding import ANN, Village
from tests.keys import KEYS


@pytest.fixture
async def village(database: str) -> Any:
    store = Store(database, keys=KEYS)
    yield await Village(store).settled()
    await store.close()


@pytest.mark.parametrize(("who", "token", "lease"), [(ANN, "token", REPLY_LEASE), ("bob", "", LEASE), (ANN, "", LEASE)])
async def test_an_answer_is_its_makers_until_its_calls_have_ended(
    village: Village, who: str, token: str, lease: timedelta
) -> None:
    """On Telegram an answer may take many calls, and a minute; LINE's reply token tells only within its own minute."""
    answer = await village.hears(Sticker(), token, who)

    assert answer
    assert answer.due == village.now + lease


async def test_a_veiled_answer_has_one_retry_key(village: Village) -> None:
    """Its maker and whoever takes it over push it under the same key, or its reader could get it twice."""
    answer = await village.hears(Sticker())
    assert answer

    def hidden(connection: Any) -> Any:
        made = veil(connection, answer)
        queue(connection, [made], village.now)
        return made

    made = await village.store.write(hidden)
    later = await village.store.write(lambda c: claim(c, "line", village.now + LEASE, 5))

    assert {one.id: one.retry_key for one in later}[made.id] == made.retry_key
