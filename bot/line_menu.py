"""LINE's rich menu: six large fields under the chat, Thai for everybody, in a person's own language on request."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.line_menu_picture import COLUMNS, FIELD, HEIGHT, WIDTH, fingerprint, picture
from bot.receiving import Unanswered

TOKENS = ("/check", "/report", "/mine", "/lesson", "/help hotlines", "/help")
LABELS = {
    "th": ("ตรวจลิงก์หรือเบอร์", "แจ้งเหตุ", "เรื่องที่แจ้งไว้", "บทเรียนสั้น ๆ", "เบอร์ฉุกเฉิน", "วิธีใช้"),
    "en": ("Check a link", "Report", "My reports", "Short lesson", "Emergency calls", "Help"),
    "lo": ("ກວດລິ້ງຫຼືເບີ", "ແຈ້ງເຫດ", "ເລື່ອງທີ່ແຈ້ງໄວ້", "ບົດຮຽນສັ້ນ", "ເບີສຸກເສີນ", "ວິທີໃຊ້"),
    "km": ("ពិនិត្យតំណ", "រាយការណ៍", "របាយការណ៍របស់ខ្ញុំ", "មេរៀនខ្លី", "លេខបន្ទាន់", "ជំនួយ"),
}
"""What stands in the fields, and is said by tapping one. lo and km need review by a native speaker."""
BAR = {"th": "เมนู", "en": "Menu", "lo": "ເມນູ", "km": "ម៉ឺនុយ"}
OURS = "rimkhong-"
EVERYBODY = "th"


class Asks(Protocol):
    """What of `Line` is needed here."""

    async def ask(self, method: str, path: str, body: Any = None, *, data: bool = False, kind: str = "") -> Any: ...


def name(language: str) -> str:
    """The name of a menu at LINE; another when its words or drawing change, since LINE replaces no picture."""
    return f"{OURS}{language}-{fingerprint((*TOKENS, *LABELS[language]))}"


def menu(language: str) -> dict[str, Any]:
    """A rich menu object: its size, and what a tap in each field says to us."""
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": name(language),
        "chatBarText": BAR[language],
        "areas": [_area(number, language) for number in range(len(TOKENS))],
    }


def _area(number: int, language: str) -> dict[str, Any]:
    left, top = number % COLUMNS * FIELD[0], number // COLUMNS * FIELD[1]
    label = LABELS[language][number]
    return {
        "bounds": {"x": left, "y": top, "width": FIELD[0], "height": FIELD[1]},
        "action": {"type": "postback", "label": label, "data": TOKENS[number], "displayText": label},
    }


async def set_menus(line: Asks, *, fix: bool) -> list[str]:
    """
    Our menus at LINE as they should be; a line for each thing that was done, or without `fix` is to be done.

    Doing it again does nothing. Menus of ours that are no longer right are deleted; others are left alone. Raises
    `Unanswered`. LINE allows 100 creations and deletions an hour.
    """
    told: list[str] = []
    known = await _known(line)
    for language in LABELS:
        if name(language) not in known:
            known[name(language)] = await _create(line, language, told, fix=fix)
    wanted = known[name(EVERYBODY)]
    if not wanted or await _default(line) != wanted:
        if fix:
            await line.ask("POST", f"/v2/bot/user/all/richmenu/{wanted}")
        told.append(f"rich menu for everybody: {EVERYBODY}")
    right = {name(language) for language in LABELS}
    for old, id in known.items():
        if old.startswith(OURS) and old not in right:
            if fix:
                await line.ask("DELETE", f"/v2/bot/richmenu/{id}")
            told.append(f"old rich menu removed: {old}")
    return told


async def link_menu(line: Asks, user: str, language: str) -> None:
    """
    The menu in a person's own language; at once, even while they look at the chat. Nothing when there is none.

    Raises `Unanswered`. On LINE for PC there are no rich menus.
    """
    if language == EVERYBODY or language not in LABELS:
        await line.ask("DELETE", f"/v2/bot/user/{user}/richmenu")
    elif id := (await _known(line)).get(name(language)):
        await line.ask("POST", f"/v2/bot/user/{user}/richmenu/{id}")


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


async def _create(line: Asks, language: str, told: list[str], *, fix: bool) -> str:
    """A menu and its picture; neither when the picture cannot be given to LINE."""
    drawn = picture(language, LABELS[language])
    told.append(f"rich menu ({language})" + ("" if drawn.words else ": drawings only, there is no font for its words"))
    if not fix:
        return ""
    made = await line.ask("POST", "/v2/bot/richmenu", menu(language))
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
