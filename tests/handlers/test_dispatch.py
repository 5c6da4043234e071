"""Which reports volunteers are asked to look at, and what such a question says: the tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.words import catalogues
from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene
from domain.discretion import may_be_asked
from domain.dispatch import Dispatch, middle_of, rings
from domain.effect import FileReport
from domain.message import Address, Outgoing, Say
from domain.plan import Rules
from domain.report import Called, Report, Status
from handlers.dispatch import dispatched, refusal, spoken
from handlers.reports import KINDS
from texts import render

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
SCENE = Scene(
    Contact("me", Address("web", "me"), "th"),
    Conversation(),
    NOW,
    Operator("อำเภอ"),
    judge=lambda _: None,  # type: ignore[arg-type,return-value]
    rules=Rules(answer_minutes=10, urgent_answer_minutes=3),
)
SENT = {
    "link": (False, False),
    "call": (False, False),
    "message": (False, False),
    "app": (False, False),
    "fake": (False, False),
    "money": (False, False),
    "mule": (False, False),
    "trafficking": (False, False),
    "drugs": (False, False),
    "crossing": (True, True),
    "border": (True, True),
    "official": (False, False),
    "other": (False, True),
}
"""Whether volunteers are asked about a new report by the bot, and whether a coordinator may ask them."""


def filed(kind: str = "border", area: str = "42030105", **more: bool) -> FileReport:
    return FileReport("r", kind, {}, area=area, **more)


def report(kind: str = "border", area: str = "420301", **more: object) -> Report:
    return replace(Report("r", 482913, kind, NOW, area=area, reporter="teller"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_which_kinds_are_asked_about(kind: str) -> None:
    """Each kind has its line in the table, and nobody is sent to look at what stands there as never."""
    by_itself, by_hand = SENT[kind]

    assert by_itself == (dispatched(kind, filed(kind), SCENE) is not None)
    assert by_hand == (refusal(report(kind)) == "")


def test_what_is_urgent_to_volunteers_may_explode() -> None:
    """The urgent question names what may explode (`dispatch.ask.urgent`), so nothing else is asked as urgent."""
    asked = [KINDS[kind] for kind, by_whom in SENT.items() if any(by_whom)]
    urgent = [
        (flow.name, ask.name, word)
        for flow in asked
        for ask in flow.asks
        for word in getattr(ask.answer, "values", ())
        if flow.urgent({ask.name: word})
    ]

    assert [("border", "what", "uxo")] == urgent
    assert not any(flow.urgent({}) for flow in asked)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{"sensitive": True}, {"withheld": True}])
def test_what_is_sensitive_or_withheld_is_asked_of_nobody(kind: str, more: dict[str, bool]) -> None:
    """Whatever the kind: neither the bot nor a coordinator asks volunteers about it."""
    assert dispatched(kind, filed(kind, **more), SCENE) is None
    assert refusal(report(kind, **more)) == "never"


@pytest.mark.parametrize(("area", "asked"), [("", False), ("42", False), ("4203", True), ("42030105", True)])
def test_nobody_is_asked_about_a_whole_province(area: str, asked: bool) -> None:
    """Where we do not know the district, nobody is near."""
    assert asked == (dispatched("border", filed(area=area), SCENE) is not None)
    assert asked == (refusal(report(area=area)) == "")


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (report(status=Status.CLOSED), "decided"),
        (report(called=Called("open", 3, 0, 0)), "running"),
        (report(called=Called("taken", 3, 1, 1)), "running"),
        (report(called=Called("looked", 3, 1, 1)), ""),
    ],
)
def test_when_a_coordinator_cannot_ask(one: Report, why: str) -> None:
    """What is decided, or asked about right now, is not asked about again."""
    assert why == refusal(one)


def test_rings_widen() -> None:
    """Village, tambon, district, as far as the place is known."""
    assert ("42030105", "420301", "4203") == rings("42030105")
    assert ("420301", "4203") == rings("420301")
    assert () == rings("42")


def test_urgent_waits_less() -> None:
    """A ring has the minutes of the settings to answer."""
    waits = [dispatched("border", filed(urgent=urgent), SCENE).wait for urgent in (False, True)]  # type: ignore[union-attr]

    assert [timedelta(minutes=10), timedelta(minutes=3)] == waits


def volunteer(id: str = "v", area: str = "420301") -> Contact:
    return Contact(id, Address("web", id), "th", Role.VOLUNTEER, area)


@pytest.mark.parametrize(
    ("who", "one", "asked"),
    [
        (volunteer(), report(), True),
        (volunteer("teller"), report(), False),
        (volunteer(), report(sensitive=True), False),
        (volunteer(area="420302"), report(withheld=True), False),
    ],
)
def test_who_may_be_asked(who: Contact, one: Report, asked: bool) -> None:
    """Never the reporter, and nobody about what is sensitive or withheld."""
    assert asked == may_be_asked(who, one)


@pytest.mark.parametrize("language", catalogues())
@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("urgent", [False, True])
def test_every_bubble_of_an_exercise_says_so(language: str, exercise: bool, urgent: bool) -> None:
    """Whoever is asked, told or left unanswered in an exercise reads that it is one, and that nobody need go out."""
    words = spoken(Dispatch("d", "border", "42030105", "" if exercise else "r", urgent, exercise))
    head = catalogues()[language]["alert.head.exercise"]

    for say in (words.ask, words.taken, words.over, words.unanswered):
        assert exercise == said(say, language).text.startswith(head)
    assert exercise == (catalogues()[language]["dispatch.drill"] in said(words.ask, language).text)


@pytest.mark.parametrize("kind", ["border", "crossing", "other"])
@pytest.mark.parametrize("urgent", [False, True])
def test_advice_comes_before_what_it_is_about(kind: str, urgent: bool) -> None:
    """What to keep away from and 191 stand above the kind; the village is not named; buttons fit Telegram."""
    words = spoken(Dispatch("d" * 36, kind, "42030105", "r", urgent))

    asked = said(words.ask, "th")
    above, _, below = asked.text.partition(catalogues()["th"][f"{kind}.name"])

    assert "191" in above
    assert "ระยะไกล" in above
    assert below.strip() == "ต.เชียงคาน อ.เชียงคาน จ.เลย"
    assert ["warned" if urgent else "going", "cant", "help"] == [one.token.split()[1] for one in asked.buttons]
    assert max(len(one.token.encode()) for one in asked.buttons) <= 64


def said(say: Say, language: str) -> Outgoing:
    return render((say,), catalogues()[language], NOW, {"number": 482913})


def test_the_middle_of_times() -> None:
    """A median: one very slow answer does not make a village slow."""
    minutes = [timedelta(minutes=n) for n in (1, 600, 3)]

    assert middle_of(minutes) == timedelta(minutes=3)
    assert middle_of([*minutes, timedelta(minutes=5)]) == timedelta(minutes=4)
    assert middle_of([]) is None
