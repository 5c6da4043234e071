"""The rich menu at LINE: set once, replaced when it changes, in Thai for everybody."""

from io import BytesIO

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot import line_menu, line_menu_picture
from bot.line import Line
from bot.line_menu import LABELS, TOKENS, menu, name, set_menu
from bot.line_menu_picture import HEIGHT, SHIPPED, WIDTH, draw, fingerprint, picture
from bot.receiving import Unanswered
from tests.standins.line import LineStandin
from tests.standins.line_actions import graphemes
from tests.standins.line_menus import wrong_menu


async def test_the_menu_is_set_once(line: Line, line_api: LineStandin) -> None:
    """One, for everybody; the second time there is nothing to do."""

    planned = await set_menu(line, fix=False)
    assert not line_api.state.menus
    first = await set_menu(line, fix=True)
    second = await set_menu(line, fix=True)

    assert ["rich menu", "rich menu for everybody"] == first == planned
    assert second == []
    [shown] = line_api.state.menus
    assert shown == line_api.state.default_menu


async def test_a_tap_says_the_command(line: Line, line_api: LineStandin) -> None:
    """Each field sends its own command."""
    await set_menu(line, fix=True)

    [shown] = line_api.state.menus.values()

    assert tuple(area["action"]["data"] for area in shown.object["areas"]) == TOKENS


async def test_old_menus_of_ours_go(line: Line, line_api: LineStandin, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the words change the menu is another; what somebody else made there stays."""
    await set_menu(line, fix=True)
    for others in ("of somebody else", "rimkhong-lo-0123456789"):
        await line.ask("POST", "/v2/bot/richmenu", menu() | {"name": others})
    old = name()
    monkeypatch.setattr(line_menu, "LABELS", ("ตรวจลิงก์", *LABELS[1:]))

    told = await set_menu(line, fix=True)

    removed = [f"old rich menu removed: {each}" for each in (old, "rimkhong-lo-0123456789")]
    assert ["rich menu", "rich menu for everybody", *removed] == told
    assert {"of somebody else", name()} == {each.object["name"] for each in line_api.state.menus.values()}


async def test_a_menu_without_a_picture_is_not_left_behind(line: Line, line_api: LineStandin) -> None:
    """LINE takes no picture: the half-made menu goes, and the reason is told."""
    line_api.faults.fail(endpoint="menu.upload")

    with pytest.raises(Unanswered, match="500"):
        await set_menu(line, fix=True)

    assert line_api.state.menus == {}


def test_the_picture_that_came_with_us_is_current() -> None:
    """It shows the words of today and is what LINE takes; else run `python -m bot.line_menu_picture`."""
    shipped = SHIPPED.read_bytes()

    with Image.open(BytesIO(shipped)) as image:
        assert (image.size, image.format) == ((WIDTH, HEIGHT), "PNG")
        assert fingerprint(LABELS) == image.info["labels"]
    assert len(shipped) < 1024 * 1024
    assert shipped == picture(LABELS).png
    assert wrong_menu(menu()) == []


def test_the_menu_is_whole() -> None:
    """As many words as fields, none longer than LINE shows."""
    assert len(TOKENS) == len(LABELS)
    assert max(graphemes(label) for label in LABELS) <= 20


async def test_without_a_font_there_are_drawings_and_we_say_so(
    line: Line, line_api: LineStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine without fonts, and other words than the ones we came with, the fields still have drawings."""
    monkeypatch.setattr(line_menu_picture, "FOLDERS", ())
    monkeypatch.setattr(line_menu_picture.shutil, "which", lambda _: None)
    monkeypatch.setattr(line_menu, "LABELS", ("?", *LABELS[1:]))

    with capture_logs():
        told = await set_menu(line, fix=True)

    assert "rich menu: drawings only, there is no font for its words" in told
    assert [name()] == [each.object["name"] for each in line_api.state.menus.values()]


def test_drawings_are_drawn() -> None:
    """Every field has something in it, with a font or without."""
    with Image.open(BytesIO(draw(LABELS, None).png)) as image:
        colours = [
            len(image.convert("RGB").crop((x, y, x + 300, y + 300)).getcolors(9999) or ())
            for x in (50, 450, 850)
            for y in (52, 457)
        ]

    assert min(colours) > 1
