"""What holds for every guided conversation, however people go through it. On a real database, all rolled back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from bot.converse import turn
from domain.contact import CONSENT_VERSION
from domain.message import (
    Address,
    Button,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    Outgoing,
    Place,
    Press,
    Sticker,
    Text,
    Unread,
    Unsent,
)
from handlers.reports import KINDS
from storage.keys import OPTION
from storage.people import change, contact_id
from storage.store import writing_engine
from storage.tables import reports
from tests.conversations.stage import START, least, setting
from tests.databases import sqlite_at
from tests.keys import KEYS
from texts.writing import length

SETTING = setting()
TOKEN, LABEL, BUBBLES = 64, 20, 5
ANSWERS = 9
"""At most so many answers to a report, consent and sending it among them."""
TAPS = 4


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A SQLite file with our tables, for this module."""
    url = sqlite_at(tmp_path_factory.mktemp("flow") / "flow.db")
    engine = writing_engine(url).execution_options(**{OPTION: KEYS})
    yield engine
    engine.dispose()


@dataclass
class Phone:
    """One person's chat with the bot, in a transaction that is never kept."""

    connection: Connection
    language: str = "th"
    events: int = 0
    last: Outgoing = field(default_factory=lambda: Outgoing(()))

    def say(self, content: Content) -> Outgoing:
        """What comes back; nothing is an empty message."""
        self.events += 1
        now = START + timedelta(seconds=7 * self.events)
        incoming = Incoming(
            f"event-{self.events:06}", str(self.events), self.address, now, content, message=f"m{self.events}"
        )
        reply = turn(self.connection, incoming, SETTING, now).reply
        self.last = reply.message if reply else self.last
        return reply.message if reply else Outgoing(())

    @property
    def address(self) -> Address:
        return Address("web", "somebody")

    def agreed(self, area: str = "") -> "Phone":
        self.say(Joined())
        id = contact_id(self.address)
        change(self.connection, id, consent=CONSENT_VERSION, area=area, language=self.language)
        return self

    def filed(self) -> int:
        return self.connection.execute(select(func.count()).select_from(reports)).scalar_one()

    def question(self) -> str:
        """The name of the question that the last buttons belong to; "" for none."""
        run, _, rest = self.last.buttons[-1].token.partition(":") if self.last.buttons else ("/", "", "")
        return "" if run.startswith("/") else rest.partition(":")[0]


@pytest.fixture
def phone(engine: Engine) -> Iterator[Phone]:
    with engine.connect() as connection:
        yield Phone(connection)
        connection.rollback()


THINGS: st.SearchStrategy[Any] = st.one_of(
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from(
        [
            *(Press(f"/report {kind}") for kind in KINDS),
            *map(Text, ("เชียงคาน", "เมื่อคืน", "ยกเลิก", "กลับ", "ข้าม", "เมนู", "2", "๑", "/", "//", "/report {x}", "")),
            *map(Text, ("โอนเงินไปแล้ว", "https://kbank-th.cc/{y}", "ถูกขัง", "{number}", "ຂ້າມ", "CODE1-ABCDE", "บ้าน")),
            *map(
                Press, ("", ":", "::", "x:y:z", "/report 99999999999999999999", "/alerts {a}", "/lesson 9999", "/ack x")
            ),
            *map(Press, ("/reports +99999999999999999999999", "/add 1", "/home 99", "/home 420301", "/language km")),
            Media("photo", "r1"),
            Media("voice", "r2", caption="{caption} ฟังดู"),
            Media("file", "r3", name="x.apk"),
            Place(17.897, 101.664),
            Place(0.0, 0.0),
            Place(float("nan"), 90.0),
            Sticker(),
            Joined(),
            Left(),
            Unsent("m1"),
            Unread("story"),
        ]
    ),
    st.text(max_size=80).map(Text),
    st.text(max_size=70).map(Press),
)
RUN = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RUN
@given(things=st.lists(THINGS, max_size=14), language=st.sampled_from(["th", "en", "lo", "km"]))
def test_whatever_people_do(engine: Engine, things: list[Any], language: str) -> None:
    """Nothing breaks, every reply fits the channels, and afterwards a report can still be made."""
    with engine.connect() as connection:
        phone = Phone(connection, language).agreed()
        for thing in things:
            fits(phone.say(chosen(phone.last.buttons, thing)))
        before = phone.filed()
        phone.say(Press("/cancel"))
        finish(phone, "other")

        assert before + 1 == phone.filed()
        connection.rollback()


def test_whoever_agreed_to_other_words_is_asked_anew(phone: Phone) -> None:
    """What we ask people to agree to has changed since: that yes does not stand for this one."""
    phone.agreed()
    phone.say(Press("/report other"))
    agreed = phone.question()
    phone.say(Press("/cancel"))
    change(phone.connection, contact_id(phone.address), consent="2026-11")
    phone.say(Press("/report other"))

    assert (agreed, phone.question()) == ("words", "consent")


def chosen(buttons: tuple[Button, ...], thing: Any) -> Content:
    """A number presses the button of that number, if there is one."""
    if not isinstance(thing, int):
        return thing  # type: ignore[no-any-return]
    return Press(buttons[thing % len(buttons)].token) if buttons else Sticker()


def fits(reply: Outgoing) -> None:
    """LINE takes five messages and shows twenty letters of a button; Telegram takes 64 bytes in one."""
    assert len(reply.bubbles) <= BUBBLES
    assert all(bubble.strip() for bubble in reply.bubbles)
    for button in reply.buttons:
        assert len(button.token.encode()) <= TOKEN, button
        assert 0 < length(button.label) <= LABEL, button
    assert len({button.label for button in reply.buttons}) == len(reply.buttons), reply.buttons


def finish(phone: Phone, kind: str) -> list[Content]:
    """Make a report with the shortest answers; what was answered."""
    before, given = phone.filed(), []
    phone.say(Press(f"/report {kind}"))
    while phone.filed() == before:
        assert len(given) < ANSWERS, f"{kind}: {given}"
        given.append(least(phone.last.buttons, "420301"))
        fits(phone.say(given[-1]))
    return given


@pytest.mark.parametrize("language", ["th", "en", "lo", "km"])
@pytest.mark.parametrize("kind", KINDS)
def test_few_answers(phone: Phone, kind: str, language: str) -> None:
    """Every kind, in every language, takes few answers, the first time too; sending it twice is known for that."""
    phone.language = language
    phone.say(Joined())
    change(phone.connection, contact_id(phone.address), language=language)

    given = finish(phone, kind)

    again = phone.say(given[-1])
    assert phone.filed() == 1
    assert again.bubbles == (SETTING.catalogues[language]["answer.done"],)


@pytest.mark.parametrize("kind", ["link", "call", "message", "fake"])
def test_few_taps(phone: Phone, kind: str) -> None:
    """The common ones take four presses from the menu: report, the kind, what was done, send."""
    phone.agreed("420301")

    given = finish(phone, kind)

    assert TAPS >= 2 + sum(isinstance(each, Press) for each in given) - (kind == "fake")


@pytest.mark.parametrize("kind", KINDS)
def test_back(phone: Phone, kind: str) -> None:
    """From every question but the first, back leads to the one before, and the same answer leads on again."""
    phone.agreed("420301")
    phone.say(Press(f"/report {kind}"))
    asked = [phone.question()]
    while asked[-1] != "check":
        answer = least(phone.last.buttons, "420301")
        phone.say(answer)
        asked.append(phone.question())
        back = next(button for button in phone.last.buttons if button.token.endswith(":back"))

        phone.say(Press(back.token))
        assert asked[-2] == phone.question()
        phone.say(least(phone.last.buttons, "420301"))
        assert asked[-1] == phone.question()

    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("kind", KINDS)
def test_editing(phone: Phone, kind: str) -> None:
    """From the summary every answer can be asked again, and going back from there changes nothing."""
    phone.agreed("420301")
    phone.say(Press(f"/report {kind}"))
    while phone.question() != "check":
        phone.say(least(phone.last.buttons, "420301"))
    summary = phone.last
    edit = next(button for button in summary.buttons if button.token.endswith(":edit"))
    choices = phone.say(Press(edit.token)).buttons[:-1]

    for choice in choices:
        phone.say(Press(choice.token))
        assert choice.token.endswith(f"edit {phone.question()}")
        phone.say(Text("กลับ"))
        assert summary.bubbles == phone.last.bubbles
    assert choices


@RUN
@given(
    walk=st.lists(
        st.one_of(st.integers(0, 12), st.sampled_from([Text("เชียงคาน"), Text("https://x.top/a")])), max_size=9
    )
)
def test_every_button_works(engine: Engine, walk: list[Any]) -> None:
    """Whatever is offered on the way does something when it is pressed: no button is unknown or out of date."""
    gone = {SETTING.catalogues["th"][key] for key in ("answer.gone", "answer.stale", "command.refused", "trouble")}
    with engine.connect() as connection:
        phone = Phone(connection).agreed("420301")
        phone.say(Press("/menu"))
        for step in walk:
            for button in phone.last.buttons:
                point, last = connection.begin_nested(), phone.last
                reply = phone.say(Press(button.token))
                assert reply.bubbles, button
                assert not any(line in gone for bubble in reply.bubbles for line in bubble.split("\n\n")), button
                point.rollback()
                phone.last = last
            phone.say(chosen(phone.last.buttons, step))
        connection.rollback()


def test_a_word_is_an_answer(phone: Phone) -> None:
    """Where any words are an answer, a word that could be a command is one; but one can always leave or get help."""
    phone.agreed("420301")
    phone.say(Press("/report other"))

    phone.say(Text("สถิติ"))
    assert phone.question() == "where"
    phone.say(Text("กลับ"))
    assert phone.question() == "words"
    phone.say(Text("เบอร์ฉุกเฉิน"))
    assert "191" in phone.last.text
    phone.say(Text("ทำต่อ"))
    assert phone.question() == "words"
    phone.say(Text("ยกเลิก"))
    assert phone.last.bubbles[0] == SETTING.catalogues["th"]["cancelled"]


def test_long_story_anywhere(phone: Phone) -> None:
    """What is told at a question for something short is kept, and counts for the report."""
    phone.agreed("420301")
    phone.say(Press("/report border"))
    phone.say(Text("เห็นเรือสองลำจอดตรงโค้งน้ำตอนดึก"))
    while phone.question() != "check":
        phone.say(least(phone.last.buttons, "420301"))
    phone.say(least(phone.last.buttons, ""))

    kept = phone.connection.execute(select(reports.c.text)).scalar_one()
    assert "เรือสองลำ" in kept


FILES = Path(__file__).parents[2] / "handlers" / "reports"


def test_small_kinds() -> None:
    """A kind of report is a value of a few lines: the files that hold them stay small."""
    assert max(len(file.read_text("utf-8").splitlines()) for file in FILES.glob("*.py")) <= 60
