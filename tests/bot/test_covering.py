"""Reports that reach nobody are said to whoever runs the bot, and places that nobody serves."""

from pathlib import Path

from structlog.testing import capture_logs

from bot.covering import Unheard, uncovered
from domain.contact import Role
from domain.effect import FileReport
from domain.message import Address
from storage.people import appoint
from storage.reports import file_report
from storage.store import Store
from storage.tables import add_search, metadata
from tests.conversations.stage import START
from tests.keys import KEYS


async def test_who_runs_it_hears_of_what_reaches_nobody(tmp_path: Path) -> None:
    """/health and the log say how many reports wait for nobody, and nothing once there is somebody."""
    store = Store(f"sqlite:///{tmp_path}/bot.db", keys=KEYS)
    try:
        await store.write(metadata.create_all)
        await store.write(add_search)
        filed = FileReport("r1", "other", {}, area="420301")
        await store.write(lambda c: file_report(c, filed, "somebody", "", "web", START))
        watch = Unheard(store)
        assert {"unheard": "1 reports wait that no coordinator can see: appoint one"} == await watch.warnings()
        with capture_logs() as said:
            await watch.look()
        assert [1] == [line["many"] for line in said]
        assert ("4203", "4205") == await uncovered(store, ("4203", "4205"))
        assert ("",) == await uncovered(store, ())
        one = Address("web", "c")
        await store.write(lambda c: appoint(c, one, Role.COORDINATOR, "4203", "c", START))
        assert {} == await watch.warnings()
        assert (("4205",), ()) == (await uncovered(store, ("4203", "4205")), await uncovered(store, ()))
    finally:
        await store.close()
