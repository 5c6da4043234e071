"""The rich menu at LINE: set once, replaced when it changes, shown in the right language."""

from io import BytesIO

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot import line_menu, line_menu_picture
from bot.line import Line
from bot.line_menu import BAR, LABELS, TOKENS, link_menu, name, set_menus
from bot.line_menu_picture import DATA, HEIGHT, WIDTH, draw, fingerprint
from bot.receiving import Unanswered
from tests.standins.line import LineStandin
from tests.standins.line_actions import graphemes
from tests.standins.line_menus import wrong_menu


async def test_the_menus_are_set_once(line: Line, line_api: LineStandin) -> None:
    """Four languages, Thai for everybody; the second time there is nothing to do."""

    planned = await set_menus(line, fix=False)
    assert not line_api.state.menus
    first = await set_menus(line, fix=True)
    second = await set_menus(line, fix=True)

    assert [*(f"rich menu ({language})" for language in LABELS), "rich menu for everybody: th"] == first == planned
    assert second == []
    assert [name(language) for language in LABELS] == [each.object["name"] for each in line_api.state.menus.values()]
    assert name("th") == line_api.state.menus[line_api.state.default_menu or ""].object["name"]


async def test_a_tap_says_the_command(line: Line, line_api: LineStandin) -> None:
    """Each field sends its own command."""
    await set_menus(line, fix=True)

    [shown] = [each.object for each in line_api.state.menus.values() if each.object["name"] == name("th")]

    assert tuple(area["action"]["data"] for area in shown["areas"]) == TOKENS


async def test_old_menus_of_ours_go(line: Line, line_api: LineStandin, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the words change the menu is another; what somebody else made there stays."""
    await set_menus(line, fix=True)
    await line.ask("POST", "/v2/bot/richmenu", line_menu.menu("th") | {"name": "of somebody else"})
    old = name("en")
    monkeypatch.setitem(line_menu.LABELS, "en", ("Look at a link", *LABELS["en"][1:]))

    told = await set_menus(line, fix=True)

    assert ["rich menu (en)", f"old rich menu removed: {old}"] == told
    assert {"of somebody else", *map(name, LABELS)} == {each.object["name"] for each in line_api.state.menus.values()}


async def test_everybody_can_have_their_own_language(line: Line, line_api: LineStandin) -> None:
    """A person's menu follows the language they choose, and back to Thai."""
    await set_menus(line, fix=True)
    person = line_api.new_user()

    await link_menu(line, person.id, "lo")
    assert name("lo") == line_api.state.menus[person.menu or ""].object["name"]
    await link_menu(line, person.id, "th")
    assert person.menu is None


async def test_a_menu_without_a_picture_is_not_left_behind(line: Line, line_api: LineStandin) -> None:
    """LINE takes no picture: the half-made menu goes, and the reason is told."""
    line_api.faults.fail(endpoint="menu.upload")

    with pytest.raises(Unanswered, match="500"):
        await set_menus(line, fix=True)

    assert line_api.state.menus == {}


@pytest.mark.parametrize("language", LABELS)
def test_the_picture_that_came_with_us_is_current(language: str) -> None:
    """It shows the words of today and is what LINE takes; else run `python -m bot.line_menu_picture`."""
    shipped = (DATA / f"menu_{language}.png").read_bytes()

    with Image.open(BytesIO(shipped)) as image:
        assert (image.size, image.format) == ((WIDTH, HEIGHT), "PNG")
        assert fingerprint(LABELS[language]) == image.info["labels"]
    assert len(shipped) < 1024 * 1024
    assert wrong_menu(line_menu.menu(language)) == []


def test_every_language_has_all_of_the_menu() -> None:
    """As many words as fields, none longer than LINE shows."""
    assert set(LABELS) == set(BAR)
    assert {len(TOKENS)} == {len(labels) for labels in LABELS.values()}
    assert max(graphemes(label) for labels in LABELS.values() for label in labels) <= 20


async def test_without_a_font_there_are_drawings_and_we_say_so(
    line: Line, line_api: LineStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine without fonts, and other words than the ones we came with, the fields still have drawings."""
    monkeypatch.setattr(line_menu_picture, "FOLDERS", ())
    monkeypatch.setattr(line_menu_picture.shutil, "which", lambda _: None)
    monkeypatch.setitem(line_menu.LABELS, "lo", ("?", *LABELS["lo"][1:]))

    with capture_logs():
        told = await set_menus(line, fix=True)

    assert "rich menu (lo): drawings only, there is no font for its words" in told
    assert name("lo") in {each.object["name"] for each in line_api.state.menus.values()}


def test_drawings_are_drawn() -> None:
    """Every field has something in it, with a font or without."""
    with Image.open(BytesIO(draw(LABELS["en"], None).png)) as image:
        colours = [
            len(image.convert("RGB").crop((x, y, x + 300, y + 300)).getcolors(9999) or ())
            for x in (50, 450, 850)
            for y in (52, 457)
        ]

    assert min(colours) > 1
