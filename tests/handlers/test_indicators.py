"""What coordinators decide of a link or number: what they mean, what follows, and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from checks import judge
from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene, Turn
from domain.effect import Audit, Decide, Tell
from domain.message import Address, Incoming, Press, Say
from domain.query import A_FEW, FindIndicator, FindPeople, Person, Record
from handlers import respond
from handlers.indicators import subject

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ME = "11111111-coordinator"
NUMBER = "phone:+66812345678"


def scene(role: Role = Role.COORDINATOR) -> Scene:
    contact = Contact(ME, Address("telegram", "7"), "th", role, "4203")
    return Scene(contact, Conversation(), NOW, Operator("อำเภอ"), judge, last=NOW)


def typed(command: str, role: Role = Role.COORDINATOR) -> Turn:
    return respond(scene(role), Incoming("i", "e", Address("telegram", "7"), NOW, Press(command)))


def answered(command: str, *found: Any) -> Turn:
    """The turn once what it looks up was found."""
    turn = typed(command)
    for one in found:
        assert turn.then is not None
        turn = turn.then(one)
    return turn


@pytest.mark.parametrize(
    ("argument", "kind", "value", "rest"),
    [
        ("evil.cc", "domain", "evil.cc", ""),
        ("hxxps://evil[.]cc/x?a=1 ร้านปลอม", "domain", "evil.cc", "ร้านปลอม"),
        ("evil [.] cc - ร้านปลอม", "domain", "evil.cc", "ร้านปลอม"),
        ("ลิงก์ evil.cc นี้", "domain", "evil.cc", "นี้"),
        ("https://sites.google.com/view/abc", "url", "https://sites.google.com/view/abc", ""),
        ("https://www.kasikornbank.com/hacked x", "url", "https://kasikornbank.com/hacked", "x"),
        ("https://t.me/somebody", "telegram", "somebody", ""),
        ("081 234 5678 โทรถาม 1441 แล้ว", "phone", "+66812345678", "โทรถาม 1441 แล้ว"),
        ("+66 81-234-5678", "phone", "+66812345678", ""),
        ("๐๘๑-๒๓๔-๕๖๗๘ หลอก", "phone", "+66812345678", "หลอก"),
        ("123-4-56789-0 ม้า", "account", "1234567890", "ม้า"),
        ("account:1234567890 ม้า", "account", "1234567890", "ม้า"),
        ("phone:081-234-5678 หลอก", "phone", "+66812345678", "หลอก"),
        ("phone:+66812345678", "phone", "+66812345678", ""),
        ("account:123-4-56789-0", "account", "1234567890", ""),
        ("url:{x}", "url", "{x}", ""),
        ("url:https://evil.cc/x", "url", "https://evil.cc/x", ""),
    ],
)
def test_what_a_coordinator_means(argument: str, kind: Any, value: str, rest: str) -> None:
    """However it is written; of a link the whole site, or the page where strangers or an institution share the site."""
    found = subject(argument)

    assert found is not None
    assert (found.indicator.kind, found.indicator.value, found.rest) == (kind, value, rest)


@pytest.mark.parametrize("argument", ["", "   ", "สวัสดี", "hello", "[.]", "://", "account:", "url://"])
def test_nothing_is_meant_by_what_names_nothing(argument: str) -> None:
    """No link, number or account: they are asked for one."""
    assert subject(argument) is None


@pytest.mark.parametrize("command", ["/indicator", "/confirm", "/clear"])
@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER])
def test_only_coordinators_may(command: str, role: Role) -> None:
    """For everybody else nothing is looked up, decided or shown, in the same words as for any such command."""
    turn = typed(f"{command} evil.cc because", role)

    tried = (Audit("refused", "", {"command": command[1:]}),)
    assert (turn.query, turn.effects, [say.key for say in turn.reply]) == (None, tried, ["command.refused"])


@pytest.mark.parametrize("command", ["/indicator", "/confirm", "/clear"])
def test_each_asks_for_what_is_missing(command: str) -> None:
    """Without a link or number nothing happens but an example."""
    turn = typed(command)

    assert [(say.key, say.params) for say in turn.reply] == [("indicator.which", {"command": command[1:]})]
    assert (turn.query, turn.effects) == (None, ())


def test_confirming_decides_corrects_and_is_written_down() -> None:
    """One decision with the correction that follows from it, and one line in the audit."""
    turn = answered("/confirm 081-234-5678 หลอกขายของ", Record(NUMBER))

    correction = Say("correction.dangerous", {"what": "0812345678"})
    assert turn.effects == (Decide(NUMBER, "dangerous", "หลอกขายของ", correction), Audit("confirm", NUMBER))


def test_what_is_decided_already_is_not_decided_again() -> None:
    """Nothing is written and nobody told."""
    for command, word in (("/confirm", "dangerous"), ("/clear", "cleared")):
        turn = answered(f"{command} 081-234-5678 why", Record(NUMBER, word=word, many=True))

        assert (turn.effects, [say.key for say in turn.reply]) == ((), ["indicator.already"])


@pytest.mark.parametrize("argument", ["kasikornbank.com", "https://www.kasikornbank.com", "rd.go.th"])
def test_a_real_institutions_site_is_not_confirmed_by_mistake(argument: str) -> None:
    """A bank's own address would warn everybody off their bank."""
    turn = typed(f"/confirm {argument}")

    assert (turn.query, [say.key for say in turn.reply]) == (None, ["indicator.official"])


def test_clearing_wants_a_reason() -> None:
    """Without one nothing is looked up."""
    turn = typed("/clear evil.cc")

    assert (turn.query, turn.effects, turn.reply[0].key) == (None, (), "indicator.reason")


def test_what_few_reported_one_coordinator_clears() -> None:
    """At once, with the correction."""
    turn = answered("/clear evil.cc real shop", Record("domain:evil.cc", people=A_FEW))

    correction = Say("correction.cleared", {"what": "evil[.]cc"})
    assert turn.effects == (
        Decide("domain:evil.cc", "cleared", "real shop", correction),
        Audit("clear", "domain:evil.cc"),
    )


def person(id: str, role: Role = Role.COORDINATOR, *, pending: bool = False) -> Person:
    return Person(id, id[:8], "ชื่อ", role, "42", True, pending, "line")


def test_what_many_reported_one_coordinator_only_proposes_to_clear() -> None:
    """The others of the province are asked; not the proposer, no volunteer, nobody who waits to be let in."""
    turn = typed("/clear evil.cc real shop")
    assert turn.query == FindIndicator("domain:evil.cc", ME)
    assert turn.then is not None
    asking = turn.then(Record("domain:evil.cc", many=True))
    assert isinstance(asking.query, FindPeople)
    assert asking.query.area == "42"
    assert asking.then is not None

    everybody = (person(ME), person("other"), person("v", Role.VOLUNTEER), person("p", pending=True))
    decided = asking.then(everybody)

    assert decided.effects[:2] == (
        Decide("domain:evil.cc", "proposed", "real shop"),
        Audit("propose", "domain:evil.cc"),
    )
    assert [(one.contact, one.say.key) for one in decided.effects[2:] if isinstance(one, Tell)] == [
        ("other", "indicator.second")
    ]


def test_nobody_is_their_own_second_voice() -> None:
    """The proposer's second `/clear` changes nothing."""
    turn = answered("/clear evil.cc again", Record("domain:evil.cc", many=True, proposed="you"))

    assert (turn.effects, turn.reply[0].key) == ((), "indicator.yours")


def test_another_coordinator_clears_what_was_proposed() -> None:
    """Two voices are enough."""
    turn = answered("/clear evil.cc I agree", Record("domain:evil.cc", many=True, proposed="other"))

    assert [type(effect) for effect in turn.effects] == [Decide, Audit]
    assert turn.effects[0] == Decide(
        "domain:evil.cc", "cleared", "I agree", Say("correction.cleared", {"what": "evil[.]cc"})
    )


def test_looking_is_written_down_and_small_numbers_are_words() -> None:
    """Every look is a line in the audit; one or two people are never a figure."""
    turn = answered("/indicator evil.cc", Record("domain:evil.cc", people=3, month=A_FEW, week=0))

    counts = next(line for line in turn.reply[0].then if line.key == "indicator.people")
    assert turn.effects == (Audit("indicator", "domain:evil.cc"),)
    assert [getattr(counts.params[name], "key", counts.params[name]) for name in ("people", "month", "week")] == [
        3,
        "indicator.few",
        0,
    ]


@pytest.mark.parametrize(
    ("argument", "key", "offered"),
    [
        ("evil.cc", "domain:evil.cc", ["/confirm domain:evil.cc"]),
        ("081-234-5678", NUMBER, [f"/confirm {NUMBER}"]),
        (f"{'a' * 60}.com", f"domain:{'a' * 60}.com", []),
        ("kasikornbank.com", "domain:kasikornbank.com", []),
        ("https://t.me/somebody", "telegram:somebody", []),
    ],
)
def test_a_button_confirms_where_it_can_carry_it(argument: str, key: str, offered: list[str]) -> None:
    """Telegram's buttons hold 64 bytes; and a bank is not offered to be condemned."""
    turn = answered(f"/indicator {argument}", Record(key))

    assert [offer.token for offer in turn.reply[0].offers] == offered
    assert all((again := subject(token.removeprefix("/confirm "))) and again.indicator.key == key for token in offered)
