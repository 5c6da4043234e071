"""Every command, by every role, with anything after it: answered, never an exception, and not done for who may not."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from bot.converse import turn
from bot.words import catalogues
from domain.alert import Alert, Audience
from domain.contact import Role
from domain.effect import FileReport
from domain.ids import derived
from domain.message import Address, Content, Incoming, Joined, Outgoing, Press, Text
from domain.verdict import Indicator
from handlers.commands import COMMANDS
from storage.alerts import raise_alert
from storage.invites import make_invite
from storage.keys import OPTION
from storage.people import appoint, contact_id, meet
from storage.reports import file_report
from storage.store import writing_engine
from storage.tables import contacts, metadata
from tests.conversations.stage import START, setting
from tests.databases import sqlite_at
from tests.keys import KEYS

CASES = int(os.environ.get("FUZZ_CASES", "20"))
"""How many chats of four to eight commands; `make fuzz` asks for many more."""
ROLES = (Role.RESIDENT, Role.VOLUNTEER, Role.COORDINATOR, Role.ADMIN)
KEPT = ("reports", "notes", "alerts", "approvals", "campaigns", "invites", "decisions", "indicators", "audit", "media")
"""What a refused command leaves as it was."""
REFUSED = {words["command.refused"] for words in catalogues().values()}
"""In whatever language they chose on the way."""
SETTING = setting()
LONGEST_TOKEN = 64


@dataclass
class Seeded:
    """A database with something of everything in it, and what those things are called."""

    engine: Engine
    names: tuple[str, ...]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    url = sqlite_at(tmp_path_factory.mktemp("commands") / "bot.db")
    engine = writing_engine(url).execution_options(**{OPTION: KEYS})
    with engine.begin() as connection:
        names = seed(connection)
    yield Seeded(engine, names)
    engine.dispose()


def seed(c: Connection) -> tuple[str, ...]:
    """One person of each role, reports of three of them, an alert and an invitation; what to call these by."""
    for role in ROLES:
        who = address(role)
        meet(c, Incoming("", "", who, START - timedelta(days=90), Joined()), "th")
        appoint(c, who, role, "" if role == Role.ADMIN else "4203", f"P{role}", START)
    numbers = [
        file_report(c, filed, contact_id(address(role)), "420301", "line", START)
        for role, kind in ((Role.RESIDENT, "link"), (Role.RESIDENT, "drugs"), (Role.COORDINATOR, "border"))
        for filed in [FileReport(f"{role}{kind}", kind, {"words": "x"}, "x", "420301", indicators=(LINK,))]
    ]
    alert = derived("an alert")
    raise_alert(
        c,
        Alert(alert, Audience(area="4203"), words={"th": "น้ำ"}, by=contact_id(address(Role.ADMIN))),
        {"th": Outgoing(("น้ำ",))},
        START,
    )
    code = make_invite(c, Role.VOLUNTEER, "420301", 7, "", START)
    people = [contact_id(address(role)) for role in ROLES]
    return (*map(str, numbers), alert, code, *people, *(one[:8] for one in people), LINK.value)


LINK = Indicator("domain", "evil-example.cc")


def address(role: Role) -> Address:
    return Address("line", f"U{int(role)}")


@dataclass
class Chat:
    """What one person says, in a transaction that is never kept."""

    connection: Connection
    role: Role
    said: int = 0
    shown: list[str] = field(default_factory=list)

    def says(self, content: Content) -> Outgoing | None:
        self.said += 1
        now = START + timedelta(seconds=9 * self.said)
        event = Incoming(f"e{self.said:07}", f"{self.role}{self.said}", address(self.role), now, content)
        reply = turn(self.connection, event, SETTING, now).reply
        if reply:
            self.shown = [button.token for button in reply.message.buttons]
        return reply.message if reply else None

    def now_is(self) -> Role:
        """What they may do now: some have themselves erased, or use an invitation, on the way."""
        mine = select(contacts.c.role).where(contacts.c.id == contact_id(address(self.role)))
        return Role(self.connection.execute(mine).scalar_one())

    def rows(self) -> list[int]:
        return [
            self.connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in KEPT
        ]


def answered(chat: Chat, name: str, argument: str, *, typed: bool) -> None:
    """The command is answered in words that can be sent; who may not give it is refused, and leaves at most a line."""
    line = f"/{name} {argument}".strip()
    allowed = chat.now_is() >= COMMANDS[name].role
    before = [] if allowed else chat.rows()
    reply = chat.says(Text(line) if typed else Press(line))

    assert reply is not None
    assert all(bubble.strip() for bubble in reply.bubbles[:-1])
    assert [token for token in chat.shown if len(token.encode()) > LONGEST_TOKEN] == []
    assert [one for one in reply.bubbles if "{" in one and "}" in one and "{" not in line] == []
    if not allowed:
        written = {name: now - then for name, now, then in zip(KEPT, chat.rows(), before, strict=True) if now != then}
        assert REFUSED & set(reply.bubbles)
        assert written in ({"audit": 1}, {})


def pick(names: tuple[str, ...], argument: Any) -> str:
    """An argument as it is typed: words as they are, numbers as one of the things there are."""
    return " ".join(names[part % len(names)] if isinstance(part, int) else part for part in argument)


WORDS = st.sampled_from(
    [
        *(
            "",
            "me",
            "yes",
            "no",
            "on",
            "off",
            "new",
            "else",
            "link",
            "confirmed",
            "closed",
            "volunteer เชียงคาน",
            "change",
        ),
        *("since:7d", "by:kind", "ประเภท:ลิงก์", "kind:nothing", "+5", "+99999999999999999999", "-1", "0", "๑", "999999"),
        *("\0", "\u202e", "{number}", "%s", "'; DROP TABLE reports; --", "a" * 300, "ก" * 1200, "\n\n", "@17.9,101.6"),
        *("@nan,inf", "https://evil-example.cc/x", "081-234-5678", "every monday 07:00", "ทหารอยู่หลังวัด", "นายก ข ค"),
    ]
)
PARTS = st.lists(st.integers(0, 30) | WORDS | st.text(max_size=40), max_size=4)
GIVEN = st.tuples(st.sampled_from(sorted(COMMANDS)), PARTS, st.booleans(), st.integers(0, 9))
RUN = settings(
    max_examples=CASES,
    deadline=None,
    derandomize="FUZZ_CASES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@RUN
@given(role=st.sampled_from(ROLES), commands=st.lists(GIVEN, min_size=4, max_size=8))
def test_any_command_is_answered(
    seeded: Seeded, role: Role, commands: list[tuple[str, list[int | str], bool, int]]
) -> None:
    """Whatever a person of any role types or presses, one command after another, and then any button of the answer."""
    with seeded.engine.connect() as connection:
        chat = Chat(connection, role)
        for name, argument, typed, button in commands:
            answered(chat, name, pick(seeded.names, argument), typed=typed)
            if chat.shown and button < len(chat.shown):
                assert chat.says(Press(chat.shown[button])) is not None
        connection.rollback()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.word)
def test_every_command_is_answered(seeded: Seeded, role: Role) -> None:
    """Each command there is, alone, with a report's number, and with what is neither."""
    for name in COMMANDS:
        for argument in ("", f"{seeded.names[0]} x", "\u202eก{0} %s '--"):
            with seeded.engine.connect() as connection:
                answered(Chat(connection, role), name, argument, typed=False)
                connection.rollback()
