"""Seeing and erasing what is held: what is asked, and when the button still works."""

from datetime import timedelta

import pytest

from domain.contact import Contact, Role
from domain.conversation import Conversation, Operator, Scene, Turn
from domain.effect import Audit, Erase, MyData
from domain.message import Address, Incoming, Press
from domain.query import FindHeld, Held
from handlers.rights import FRESH, delete, my_data
from tests.handlers.test_groups import NOW, judged

PRESS = Incoming("e1", "1", Address("line", "Uann"), NOW, Press("/delete"))


def scene(role: Role = Role.RESIDENT) -> Scene:
    who = Contact("c1", PRESS.sender, "th", role, "420301", consented=True)
    return Scene(who, Conversation(run="old"), NOW, Operator("อำเภอ"), judged, NOW)


def told(turn: Turn, held: Held) -> Turn:
    assert turn.then is not None
    answer: Turn = turn.then(held)
    return answer


def test_the_file_is_made_and_written_down() -> None:
    """`/mydata` makes the file, sends it along, and leaves a line in the audit."""
    turn = my_data(scene(), PRESS, "")

    assert (turn.effects, turn.reply[0].attached) == ((MyData(), Audit("mydata", by="somebody")), "{file}")


def test_nothing_is_erased_before_it_was_asked() -> None:
    """The command alone looks up what there is, and erases nothing."""
    turn = delete(scene(), PRESS, "")

    assert turn.query == FindHeld(scene().contact.id)
    assert told(turn, Held(2, 1)).effects == ()


@pytest.mark.parametrize(
    ("held", "role", "said"),
    [
        (Held(), Role.RESIDENT, ["delete.goes", "delete.platform"]),
        (Held(gone=2), Role.RESIDENT, ["delete.goes", "delete.reports", "delete.platform"]),
        (Held(stays=1), Role.RESIDENT, ["delete.goes", "delete.stays", "delete.platform"]),
        (
            Held(1, 1),
            Role.VOLUNTEER,
            ["delete.goes", "delete.reports", "delete.stays", "delete.staff", "delete.platform"],
        ),
    ],
)
def test_what_goes_and_what_stays_is_said_before(held: Held, role: Role, said: list[str]) -> None:
    """Only what is true of this person is said; duties are named only to those who have some."""
    turn = told(delete(scene(role), PRESS, ""), held)

    assert [one.key for one in turn.reply[0].then] == said


@pytest.mark.parametrize(
    ("after", "erases"), [(timedelta(0), True), (FRESH, True), (FRESH + timedelta(seconds=1), False)]
)
def test_the_button_works_for_an_hour(after: timedelta, erases: bool) -> None:
    """Pressed in time it erases; found again later it asks once more."""
    asked = int((NOW - after).timestamp())

    turn = told(delete(scene(), PRESS, f"yes {asked}"), Held(2, 1))

    assert (Erase() in turn.effects) is erases
    assert (turn.conversation == Conversation() and not turn.reply[0].offers) is erases


@pytest.mark.parametrize("typed", ["yes", "yes x", "yes -1", "yes 99999999999", "yes ๑๒๓", "no", "yes 0 0"])
def test_a_made_up_button_only_asks(typed: str) -> None:
    """Whatever somebody types after the command, without a time of ours nothing goes."""
    assert told(delete(scene(), PRESS, typed), Held(1)).effects == ()
