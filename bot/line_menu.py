"""LINE's rich menu: six large fields under the chat, in Thai for everybody."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.line_menu_picture import COLUMNS, FIELD, HEIGHT, WIDTH, fingerprint, picture
from bot.receiving import Unanswered

TOKENS = ("/check", "/report", "/mine", "/lesson", "/help hotlines", "/help")
LABELS = ("ตรวจลิงก์หรือเบอร์", "แจ้งเหตุ", "เรื่องที่แจ้งไว้", "บทเรียนสั้น ๆ", "เบอร์ฉุกเฉิน", "วิธีใช้")
"""What stands in the fields, and is said by tapping one. The drawings over them are for who does not read Thai."""
BAR = "เมนู"
OURS = "rimkhong-"


class Asks(Protocol):
    """What of `Line` is needed here."""

    async def ask(self, method: str, path: str, body: Any = None, *, data: bool = False, kind: str = "") -> Any: ...


def name() -> str:
    """The name of the menu at LINE; another when its words or drawing change, since LINE replaces no picture."""
    return f"{OURS}th-{fingerprint((*TOKENS, *LABELS))}"


def menu() -> dict[str, Any]:
    """A rich menu object: its size, and what a tap in each field says to us."""
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": name(),
        "chatBarText": BAR,
        "areas": [_area(number, label) for number, label in enumerate(LABELS)],
    }


def _area(number: int, label: str) -> dict[str, Any]:
    left, top = number % COLUMNS * FIELD[0], number // COLUMNS * FIELD[1]
    return {
        "bounds": {"x": left, "y": top, "width": FIELD[0], "height": FIELD[1]},
        "action": {"type": "postback", "label": label, "data": TOKENS[number], "displayText": label},
    }


async def set_menu(line: Asks, *, fix: bool) -> list[str]:
    """
    Our menu at LINE as it should be; a line for each thing that was done, or without `fix` is to be done.

    Doing it again does nothing. Menus of ours that are no longer right are deleted; others are left alone. Raises
    `Unanswered`. LINE allows 100 creations and deletions an hour.
    """
    told: list[str] = []
    known = await _known(line)
    wanted = known.get(name()) or await _create(line, told, fix=fix)
    if not wanted or await _default(line) != wanted:
        if fix:
            await line.ask("POST", f"/v2/bot/user/all/richmenu/{wanted}")
        told.append("rich menu for everybody")
    for old, id in known.items():
        if old.startswith(OURS) and old != name():
            if fix:
                await line.ask("DELETE", f"/v2/bot/richmenu/{id}")
            told.append(f"old rich menu removed: {old}")
    return told


async def _known(line: Asks) -> dict[str, str]:
    """Every menu at LINE by its name."""
    match await line.ask("GET", "/v2/bot/richmenu/list"):
        case {"richmenus": [*menus]}:
            return {str(each.get("name")): str(each.get("richMenuId")) for each in menus if isinstance(each, dict)}
    return {}


async def _default(line: Asks) -> str:
    try:
        told = await line.ask("GET", "/v2/bot/user/all/richmenu")
    except Unanswered:
        # 404 means that there is none.
        return ""
    return str(told.get("richMenuId", "")) if isinstance(told, dict) else ""


async def _create(line: Asks, told: list[str], *, fix: bool) -> str:
    """A menu and its picture; neither when the picture cannot be given to LINE."""
    drawn = picture(LABELS)
    told.append("rich menu" + ("" if drawn.words else ": drawings only, there is no font for its words"))
    if not fix:
        return ""
    made = await line.ask("POST", "/v2/bot/richmenu", menu())
    id = str(made["richMenuId"])
    await _or_undo(
        lambda: line.ask("POST", f"/v2/bot/richmenu/{id}/content", drawn.png, data=True, kind="image/png"),
        lambda: line.ask("DELETE", f"/v2/bot/richmenu/{id}"),
    )
    return id


async def _or_undo(do: Callable[[], Awaitable[Any]], undo: Callable[[], Awaitable[Any]]) -> None:
    """A menu without a picture would pass for finished the next time."""
    try:
        await do()
    except Unanswered:
        await undo()
        raise
