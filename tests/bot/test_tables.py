"""Tables of listed domains: looked up while the bot runs, and picked up anew without a restart."""

from dataclasses import dataclass
from pathlib import Path

from bot.tables import LOOK_AGAIN, Tables
from checks.table import build


@dataclass
class Watch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_swapped_table_is_picked_up_without_a_restart(tmp_path: Path) -> None:
    """Within half a minute; a new list, a changed one, and one that is gone."""
    watch = Watch()
    tables = Tables(tmp_path, watch)
    build([("evil.cc", "one")], tmp_path / "one.table")
    first = tables("evil.cc"), tables("odd.cc")
    build([("odd.cc", "one")], tmp_path / "one.table")
    early = tables("evil.cc"), tables("odd.cc")
    watch.now += LOOK_AGAIN
    later = tables("evil.cc"), tables("odd.cc")
    (tmp_path / "one.table").unlink()
    watch.now += LOOK_AGAIN

    assert (first, early, later) == (("one", ""), ("one", ""), ("", "one"))
    assert (tables("evil.cc"), tables("odd.cc")) == ("", "")


def test_a_broken_table_leaves_the_one_before_it(tmp_path: Path) -> None:
    """A file cut short is passed over until it is whole again."""
    watch = Watch()
    tables, place = Tables(tmp_path, watch), tmp_path / "one.table"
    build([("evil.cc", "one")], place)
    assert tables("evil.cc") == "one"
    whole = place.read_bytes()
    place.unlink()
    place.write_bytes(whole[:-3])
    watch.now += LOOK_AGAIN
    assert tables("evil.cc") == "one"
    place.unlink()
    build([("odd.cc", "one")], place)
    watch.now += LOOK_AGAIN

    assert (tables("evil.cc"), tables("odd.cc")) == ("", "one")


def test_no_folder_is_no_list(tmp_path: Path) -> None:
    """A bot without lists asks for nothing and finds nothing."""
    assert Tables(tmp_path / "none")("evil.cc") == ""
