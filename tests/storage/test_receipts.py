"""Receipts: what they look like, that they lead to the report, and what guessing them comes to."""

import asyncio
import random
import threading
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot import receipts as proving
from domain.message import Press, Text
from domain.receipt import HEAD, LENGTH, grouped, made, well_formed
from handlers.receipts import looks_like_one, typed
from storage.forgetting import forget
from storage.outbox import VEIL
from storage.people import change
from storage.receipts import MOST, MOST_OF_ALL
from storage.store import Store
from storage.tables import audit, metadata, outbox
from storage.tables_sealing import guesses, receipts
from tests.conversations.stage import Stage
from tests.patience import PATIENCE

RIGHT = made("00000000000001")
UNKNOWN = "ไม่พบเรื่องของรหัสนี้ หรือลองหลายครั้งเกินไป"
CARDS = ("4111111111111111", "5555555555554444", "6011000990139424", "3530111333300000", "2223003122003222")
"""Test numbers of the card schemes."""

# --- the digits ---


@given(st.text("0123456789", min_size=LENGTH - 2, max_size=LENGTH - 2), st.data())
def test_a_slip_is_seen(middle: str, data: st.DataObject) -> None:
    """Any one digit wrong, and it is no receipt; nor after most swaps of neighbours."""
    whole = made(middle)
    assert well_formed(whole)
    at, digit = data.draw(st.integers(0, LENGTH - 1)), data.draw(st.sampled_from("0123456789"))
    assert well_formed(whole[:at] + digit + whole[at + 1 :]) == (digit == whole[at])
    for one, (a, b) in enumerate(pairwise(whole)):
        swapped = whole[:one] + b + a + whole[one + 2 :]
        assert a == b or {a, b} == {"0", "9"} or not well_formed(swapped)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_never_taken_for_one(card: str) -> None:
    """What passes the cards' own check cannot pass ours, and begins with another digit."""
    assert (False, False) == (looks_like_one(card), well_formed(card))


def test_it_is_read_however_it_is_typed() -> None:
    """Groups, dashes, and the digits of every script we speak; with words around them it is no receipt."""
    for said in (RIGHT, grouped(RIGHT), grouped(RIGHT).replace(" ", "-"), grouped(RIGHT).replace("0", "๐")):
        assert RIGHT == typed(said)
    assert ["", "", ""] == [typed(said) for said in (f"รหัส {RIGHT}", RIGHT[1:], "")]


def test_the_picture_says_nothing_else() -> None:
    """A PNG of the digits alone, small enough for any chat, with no word in its hidden data."""
    png = proving.picture(RIGHT)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 50_000
    assert b"tEXt" not in png


# --- what it leads to ---


async def told(store: Store) -> Stage:
    """Somebody has reported; their receipt is `RIGHT`."""
    stage = Stage(store)
    await stage.known("ann", area="420301", agreed=True)
    for who in ("thief", "ben", "another", "b"):
        await stage.known(who)
    await stage.report("ann", "drugs")
    return stage


async def says(stage: Stage, who: str, digits: str) -> str:
    return (await stage.say(who, Press(f"/receipt {digits}")))[0].message.text


def wrong(n: int) -> str:
    return made(f"{random.Random(n).randrange(10**14):014}")


async def test_only_a_hash_is_kept(store: Store) -> None:
    """No table holds the digits, or more of them than looking them up needs, and those under a key."""
    stage = await told(store)
    await says(stage, "b", RIGHT)
    everything = await store.read(lambda c: [str(c.execute(select(t)).all()) for t in metadata.sorted_tables])
    assert [] == [rows[:80] for rows in everything if RIGHT in rows or grouped(RIGHT) in rows]
    row = await store.read(lambda c: c.execute(select(receipts)).one())
    assert row.hash.startswith("$argon2id$")
    assert RIGHT[:HEAD] not in (row.tag, row.head.decode("latin-1"))


async def test_guessing_ends_soon(store: Store) -> None:
    """After five wrong ones an account finds nothing for an hour, not even with the right one, in the same words."""
    stage = await told(store)
    answers = {await says(stage, "thief", wrong(n)) for n in range(MOST)}
    answers.add(await says(stage, "thief", RIGHT))
    assert 1 == len(answers)
    assert UNKNOWN in answers.pop()
    assert UNKNOWN not in await says(stage, "ann", RIGHT)
    stage.now += timedelta(minutes=61)
    assert UNKNOWN not in await says(stage, "thief", RIGHT)
    assert 0 < await store.write(lambda c: forget(c, stage.now))
    assert [] == await store.read(lambda c: c.execute(select(guesses)).all())


async def test_a_wrong_one_is_written_down_without_who(store: Store) -> None:
    """A line for each, that names nobody: who has a receipt to try, has reported something."""
    stage = await told(store)
    await says(stage, "thief", made("99999999999999"))
    lines = select(audit.c.who, audit.c.on, audit.c.detail).where(audit.c.what == "wrong receipt")
    assert [("somebody", "", {})] == await store.read(lambda c: [tuple(row) for row in c.execute(lines)])
    answer = select(outbox.c.contact, outbox.c.address).order_by(outbox.c.created_at.desc()).limit(1)
    contact, address = await store.read(lambda c: c.execute(answer).one())
    assert ("", True) == (contact, address.startswith(VEIL))


async def test_a_crowd_of_guessers_gets_one_try_each(store: Store) -> None:
    """Past a hundred wrong ones an hour every account has one; who types their own still finds it."""
    stage = await told(store)
    await says(stage, "thief", wrong(0))
    await store.write(lambda c: c.execute(update(guesses).where(guesses.c.who == "all").values(many=MOST_OF_ALL)))
    assert UNKNOWN in await says(stage, "thief", RIGHT)
    assert UNKNOWN not in await says(stage, "ben", RIGHT)
    assert UNKNOWN in await says(stage, "another", wrong(1))
    assert UNKNOWN in await says(stage, "another", RIGHT)


async def test_right_wrong_and_locked_take_as_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs one Argon2id and no more: what is compared is work, for clocks of a busy machine tell little."""
    worked: list[str] = []
    prove = proving.prove

    def counted(digits: str, hashes: dict[str, str]) -> proving.Proof:
        worked.append(digits)
        assert len(hashes) <= 1
        return prove(digits, hashes)

    monkeypatch.setattr(proving, "prove", counted)
    stage = await told(store)
    for digits in (RIGHT, *(wrong(n) for n in range(MOST)), RIGHT):
        await says(stage, "thief", digits)
    assert MOST + 2 == len(worked)


async def test_the_database_does_not_wait_for_argon2(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a receipt is proved nobody holds the database, nor a row: it is worked out between two transactions."""
    stage = await told(store)
    prove, begun, written = proving.prove, threading.Event(), threading.Event()
    overtaken: list[bool] = []

    def slow(digits: str, hashes: dict[str, str]) -> proving.Proof:
        begun.set()
        overtaken.append(written.wait(PATIENCE / 2))
        return prove(digits, hashes)

    monkeypatch.setattr(proving, "prove", slow)
    asking = asyncio.create_task(says(stage, "b", RIGHT))
    assert await asyncio.to_thread(begun.wait, PATIENCE)
    await store.write(lambda c: change(c, stage.id("b"), name=""))
    written.set()
    assert UNKNOWN not in await asking
    assert [True] == overtaken


async def test_without_a_ready_one_it_says_how_to_get_one(store: Store) -> None:
    """When receipts go faster than they are made, the report is kept all the same."""
    stage = Stage(store)
    await stage.known("ann", area="420301", agreed=True)
    stage.setting = replace(stage.setting, receipts=lambda: None)
    number = await stage.report("ann", "drugs")
    shown = [one for one in stage.shown["ann"] if one.token == "/mine"]
    assert shown
    assert [] == await store.read(lambda c: c.execute(select(receipts)).all())
    stage.setting = Stage(store).setting
    fresh = await stage.say("ann", Press(f"/receipt new {number}"))
    assert grouped(RIGHT) in fresh[0].message.text
    assert UNKNOWN not in (await stage.say("b", Text(grouped(RIGHT))))[0].message.text
