"""One's own reports, page by page, and how many a district had of late."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from checks import judge
from domain.contact import Contact
from domain.conversation import Conversation, Operator, Scene
from domain.effect import FileReport
from domain.message import Address, Incoming, Press
from domain.query import CountReports, FindReports
from domain.report import Report
from handlers import respond
from handlers.doubting import recent

NOW = datetime(2026, 11, 22, 4, 1, tzinfo=UTC)
"""11:01 in Thailand."""
SCENE = Scene(
    Contact("c1", Address("web", "ann"), "th", area="420301"), Conversation(), NOW, Operator("อำเภอ"), judge, last=NOW
)


def test_every_own_report_can_be_reached() -> None:
    """Of more than five, the sixth is one press away, and so is the way back."""

    def tokens(argument: str, first: int, many: int) -> list[str]:
        turn = respond(SCENE, Incoming("i", "e", SCENE.contact.address, NOW, Press(f"/mine {argument}".strip())))
        assert isinstance(turn.query, FindReports)
        assert turn.then is not None
        shown = tuple(Report(f"r{n}", 100_000 + n, "link", NOW) for n in range(first, first + many))
        assert turn.query.offset == first
        offers = turn.then(SimpleNamespace(reports=shown, total=7)).reply[0].offers
        return [offer.token for offer in offers][many:]

    assert (["/mine +5"], ["/mine +0"]) == (tokens("", 0, 5), tokens("+5", 5, 2))


def test_the_last_hour_is_an_hour() -> None:
    """A minute after the full hour, what came two minutes ago still counts."""
    asked = recent(FileReport("r1", "link", {}, area="420301"), SCENE)

    assert isinstance(asked, CountReports)
    assert asked.filter.since == NOW - timedelta(hours=1)
