"""Before an alert leaves: each text as it will be shown, and every figure that is not as it should be, said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.rules import rules
from alerts.settings import Settings
from bot.line_messages import dress as on_line
from bot.telegram_messages import dress as on_telegram
from domain.alert import Alert, Audience
from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene
from domain.message import Address, Outgoing, Say
from domain.plan import Figure, Plan
from domain.verdict import Verdict
from handlers.planning import before, pieces, quota
from tests.conversations.stage import START

WORDS = {"th": "น้ำขึ้น", "en": "Water is rising", "lo": "ນ້ຳຂຶ້ນ"}
ALERT = Alert("", Audience("4203"), WORDS, severity="Severe")
TYPED = replace(ALERT, words=dict.fromkeys(WORDS, "น้ำขึ้น"))
PLAN = Plan((("line", "th", 3), ("telegram", "lo", 2)), seconds=1)
CLUSTER = "ก็้"
"""One grapheme of three characters."""


def judged(_: str) -> Verdict:
    raise AssertionError("nothing is judged here")


SCENE = Scene(
    Contact("c", Address("web", "c"), "th", Role.COORDINATOR, "42"),
    Conversation(),
    START,
    Operator("อำเภอ"),
    judged,
    rules=rules(Settings()),
)


def keys(says: tuple[Say, ...]) -> list[str]:
    return [line.key for say in says for line in (say, *say.then)]


def said(says: tuple[Say, ...], key: str) -> dict[str, Any]:
    return dict(next(line.params for say in says for line in (say, *say.then) if line.key == key))


def test_each_language_that_somebody_reads_is_seen() -> None:
    """The coordinator's own first, then those of the people it goes to, and no other."""
    says = before(SCENE, ALERT, PLAN)

    assert [{"language": "ລາວ", "text": "ນ້ຳຂຶ້ນ"}] == [dict(line.params) for line in says[1].then]
    assert "alert.text_others" not in keys(before(SCENE, TYPED, PLAN))


def test_a_text_is_cut_as_the_channels_cut_it() -> None:
    """How many messages it will be, and where the scissors are, is what the channels will do: never inside a letter."""
    text = CLUSTER * 1500
    long = replace(TYPED, words={"th": text})
    says = before(SCENE, long, PLAN)
    sent = [one["text"] for one in on_telegram(Outgoing((text,)))]

    assert pieces(SCENE, long, "th") == sent
    assert all(set(piece[::3]) == {"ก"} for piece in sent)
    assert {"channel": "telegram", "count": len(sent)} == said(says, "alert.parts")
    assert 1 == len(on_line(Outgoing((text,)), lambda _: ""))
    assert "alert.parts" not in keys(before(SCENE, TYPED, PLAN))


@pytest.mark.parametrize(
    ("figure", "lane", "expected"),
    [
        (None, "urgent", ["unknown"]),
        (None, "routine", ["unknown", "waits"]),
        (Figure(300, 10, START - timedelta(minutes=11)), "urgent", ["stale"]),
        (Figure(300, 10, START - timedelta(minutes=11)), "routine", ["stale", "waits"]),
        (Figure(300, 10, START), "routine", ["left"]),
        (Figure(300, 250, START), "routine", ["left", "short"]),
        (Figure(300, 250, START), "urgent", ["left"]),
        (Figure(None, 250, START), "routine", ["unlimited"]),
    ],
    ids=str,
)
def test_a_quota_that_is_not_told(figure: Figure | None, lane: Any, expected: list[str]) -> None:
    """When LINE has never said, or says no more, that is said, and that what is not urgent will wait for it."""
    lines = quota(SCENE, replace(ALERT, lane=lane), figure, 10)

    assert [f"alert.quota.{name}" for name in expected] == [line.key for line in lines]


@pytest.mark.parametrize(
    ("channel", "people", "groups", "minutes"),
    [
        ("telegram", 1_770, 0, 1),
        ("telegram", 1_770, 100, 2),
        ("telegram", 0, 1_800, 2),
        ("line", 113_000, 1_100, 2),
    ],
)
def test_messages_into_groups_take_their_time(channel: str, people: int, groups: int, minutes: int) -> None:
    """Each group is one call more at its channel's pace, however many are in it."""
    plan = Plan(((channel, "th", people),), groups=((channel, 80),) * groups)

    assert {"minutes": minutes} == said(before(SCENE, replace(ALERT, lane="urgent"), plan), "alert.time.minutes")


def test_what_those_get_who_read_something_else() -> None:
    """Typed words as typed; where a translation is missing, in which language they get it instead."""
    plan = Plan((("line", "th", 3), ("telegram", "km", 2)))

    assert {"count": 2} == said(before(SCENE, TYPED, plan), "alert.others")
    assert {"count": 2, "language": "ไทย"} == said(before(SCENE, ALERT, plan), "alert.fallback")
