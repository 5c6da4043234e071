"""Rich menus: objects, pictures, aliases, and who sees which (Messaging API reference, "Rich menu", 2026-08-07)."""

import io
import secrets
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.standins.line_actions import ALIAS, Errors, wrong_action, wrong_text
from tests.standins.line_http import NOT_FOUND, Answer, Call, Route, Wrong, body_errors
from tests.standins.line_state import Json, Menu, State

MOST = 1000
AREAS = 20
BULK = 500
OPERATIONS = 1000
IMAGE_BYTES = 1024 * 1024


def wrong_menu(told: Json) -> Errors:
    """Every error of a rich menu object."""
    errors = wrong_text(told.get("name"), "name", 300, letters=True)
    errors += wrong_text(told.get("chatBarText"), "chatBarText", 14, letters=True)
    if not isinstance(told.get("selected"), bool):
        errors.append(("selected", "must be specified"))
    size = told.get("size")
    width, height = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
    if errors_of_size := wrong_size(width, height):
        return errors + errors_of_size
    areas = told.get("areas")
    if not isinstance(areas, list) or len(areas) > AREAS:
        return [*errors, ("areas", f"Size must be between 0 and {AREAS}")]
    for number, area in enumerate(areas):
        errors += wrong_area(area, f"areas[{number}]", width, height)
    return errors


def wrong_size(width: Any, height: Any) -> Errors:
    """800–2,500 wide, at least 250 high, at least 1.45 times as wide as high."""
    if not isinstance(width, int) or not isinstance(height, int):
        return [("size", "must be specified")]
    if not 800 <= width <= 2500 or height < 250 or width / height < 1.45:
        return [("size", "invalid size")]
    return []


def wrong_area(area: Any, where: str, width: int, height: int) -> Errors:
    """A rectangle inside the picture, and what a press on it does."""
    bounds = area.get("bounds") if isinstance(area, dict) else None
    if not isinstance(bounds, dict) or not all(isinstance(bounds.get(side), int) for side in _SIDES):
        return [(f"{where}.bounds", "must be specified")]
    x, y, wide, high = (bounds[side] for side in _SIDES)
    errors: Errors = []
    if x < 0 or y < 0 or wide < 1 or high < 1 or x + wide > width or y + high > height:
        errors.append((f"{where}.bounds", "out of the rich menu's size"))
    return errors + wrong_action(area.get("action"), f"{where}.action", needs_label=False)


_SIDES = ("x", "y", "width", "height")


def create(state: State, call: Call) -> Answer:
    """A new menu, without a picture yet."""
    told = call.json()
    if errors := wrong_menu(told):
        raise body_errors(errors)
    if len(state.menus) >= MOST:
        raise Wrong(400, f"The number of rich menus exceeds {MOST}")
    id = f"richmenu-{secrets.token_hex(16)}"
    state.menus[id] = Menu(told)
    return Answer({"richMenuId": id})


def validate(_: State, call: Call) -> Answer:
    """Says what creating would say."""
    if errors := wrong_menu(call.json()):
        raise body_errors(errors)
    return Answer({})


def menu(state: State, call: Call, *, drawn: bool = False) -> tuple[str, Menu]:
    """The menu of a path; 404 when there is none, 400 when it must be `drawn` and has no picture."""
    id = call.params["menu"]
    return id, known(state, id, drawn=drawn)


def known(state: State, id: Any, *, drawn: bool) -> Menu:
    """A menu by its id."""
    found = state.menus.get(id)
    if found is None:
        raise Wrong(404, NOT_FOUND)
    if drawn and found.image is None:
        raise Wrong(400, "must upload richmenu image before applying it to user")
    return found


def upload(state: State, call: Call) -> Answer:
    """The picture: JPEG or PNG of the menu's size, at most 1 MB, once."""
    _, found = menu(state, call)
    kind = call.headers.get(b"content-type", b"").decode()
    if kind not in ("image/jpeg", "image/png"):
        raise Wrong(415, f"The content type, {kind}, is not supported")
    if len(call.body) > IMAGE_BYTES:
        raise Wrong(413, "Payload Too Large")
    if found.image is not None:
        raise Wrong(400, "An image has already been uploaded to the richmenu")
    try:
        with Image.open(io.BytesIO(call.body)) as picture:
            size, form = picture.size, picture.format
    except UnidentifiedImageError:
        raise Wrong(400, "The image could not be read") from None
    wanted = (found.object["size"]["width"], found.object["size"]["height"])
    if size != wanted or form != kind.removeprefix("image/").upper():
        raise Wrong(400, f"The image is {form} {size[0]}x{size[1]}, the rich menu {wanted[0]}x{wanted[1]}")
    found.image, found.image_type = call.body, kind
    return Answer({})


def download(state: State, call: Call) -> Answer:
    """The picture again."""
    _, found = menu(state, call)
    if found.image is None:
        raise Wrong(404, NOT_FOUND)
    return Answer(found.image, type=found.image_type)


def get(state: State, call: Call) -> Answer:
    """One menu."""
    id, found = menu(state, call)
    return Answer({"richMenuId": id} | found.object)


def listed(state: State, _: Call) -> Answer:
    """All menus."""
    return Answer({"richmenus": [{"richMenuId": id} | found.object for id, found in state.menus.items()]})


def delete(state: State, call: Call) -> Answer:
    """Deletes a menu wherever it is shown."""
    id, _ = menu(state, call)
    del state.menus[id]
    if state.default_menu == id:
        state.default_menu = None
    for person in state.people.values():
        if person.menu == id:
            person.menu = None
    return Answer({})


def set_default(state: State, call: Call) -> Answer:
    """The menu of everybody who has none of their own."""
    state.default_menu, _ = menu(state, call, drawn=True)
    return Answer({})


def get_default(state: State, _: Call) -> Answer:
    """Which menu is the default."""
    if state.default_menu is None:
        raise Wrong(404, "no default richmenu")
    return Answer({"richMenuId": state.default_menu})


def cancel_default(state: State, _: Call) -> Answer:
    """No default any more."""
    state.default_menu = None
    return Answer({})


def link(state: State, call: Call) -> Answer:
    """One person's own menu; 200 even for who is no friend."""
    id, _ = menu(state, call, drawn=True)
    show(state, [call.params["user"]], id)
    return Answer({})


def unlink(state: State, call: Call) -> Answer:
    """Back to the default."""
    show(state, [call.params["user"]], None)
    return Answer({})


def linked(state: State, call: Call) -> Answer:
    """A person's own menu."""
    person = state.people.get(call.params["user"])
    if person is None or person.menu is None:
        raise Wrong(404, "the user has no richmenu")
    return Answer({"richMenuId": person.menu})


def show(state: State, users: list[str], id: str | None) -> None:
    """Links or unlinks those who are known."""
    for user in users:
        if user in state.people:
            state.people[user].menu = id


def bulk_link(state: State, call: Call) -> Answer:
    """One menu for at most 500 people."""
    body = call.json()
    known(state, body.get("richMenuId"), drawn=True)
    show(state, bulk_users(body), body["richMenuId"])
    return Answer({}, 202)


def bulk_unlink(state: State, call: Call) -> Answer:
    """The default again for at most 500 people."""
    show(state, bulk_users(call.json()), None)
    return Answer({}, 202)


def bulk_users(body: Json) -> list[str]:
    """The users of a bulk call."""
    users = body.get("userIds")
    if not isinstance(users, list) or not 1 <= len(users) <= BULK:
        raise body_errors([("userIds", f"Size must be between 1 and {BULK}")])
    return users


def batch(state: State, call: Call) -> Answer:
    """Exchanges menus for everybody who sees one: link (from, to), unlink (from), unlinkAll."""
    operations = call.json().get("operations")
    if not isinstance(operations, list) or not 1 <= len(operations) <= OPERATIONS:
        raise body_errors([("operations", f"Size must be between 1 and {OPERATIONS}")])
    for number, told in enumerate(operations):
        if told.get("type") not in ("link", "unlink", "unlinkAll"):
            raise body_errors([(f"operations[{number}].type", "Invalid operation")])
    for told in operations:
        to = told.get("to") if told["type"] == "link" else None
        if to:
            known(state, to, drawn=True)
        changed = [p.id for p in state.people.values() if p.menu and told.get("from", p.menu) == p.menu]
        show(state, changed, to)
    return Answer({}, 202)


def batch_progress(_: State, call: Call) -> Answer:
    """A batch is done at once."""
    if not call.query.get("requestId"):
        raise Wrong(400, "requestId must be specified")
    return Answer({"phase": "succeeded", "acceptedTime": "2026-01-01T00:00:00.000Z"})


def create_alias(state: State, call: Call) -> Answer:
    """A name for a menu, so that a switch action can say where to go."""
    body = call.json()
    alias, id = body.get("richMenuAliasId"), body.get("richMenuId")
    if not isinstance(alias, str) or not ALIAS.fullmatch(alias):
        raise body_errors([("richMenuAliasId", "Invalid rich menu alias ID")])
    if alias in state.aliases:
        raise Wrong(400, "conflict richmenu alias id")
    if id not in state.menus:
        raise Wrong(400, "richmenu not found")
    known(state, id, drawn=True)
    state.aliases[alias] = id
    return Answer({})


def alias_of(state: State, call: Call) -> str:
    """The alias of a path; 404 when there is none."""
    if call.params["alias"] not in state.aliases:
        raise Wrong(404, "richmenu alias not found")
    return call.params["alias"]


def update_alias(state: State, call: Call) -> Answer:
    """The name means another menu now."""
    alias, id = alias_of(state, call), call.json().get("richMenuId")
    if id not in state.menus:
        raise Wrong(400, "richmenu not found")
    state.aliases[alias] = id
    return Answer({})


def get_alias(state: State, call: Call) -> Answer:
    """What an alias means."""
    alias = alias_of(state, call)
    return Answer({"richMenuAliasId": alias, "richMenuId": state.aliases[alias]})


def list_aliases(state: State, _: Call) -> Answer:
    """All aliases."""
    return Answer({"aliases": [{"richMenuAliasId": a, "richMenuId": id} for a, id in state.aliases.items()]})


def delete_alias(state: State, call: Call) -> Answer:
    """Forgets a name."""
    del state.aliases[alias_of(state, call)]
    return Answer({})


AT, USER = "/v2/bot/richmenu", "/v2/bot/user"
ROUTES = [
    Route("POST", AT, "menu.create", create, "json"),
    Route("POST", f"{AT}/validate", "menu.validate", validate, "json"),
    Route("GET", f"{AT}/list", "menu.list", listed),
    Route("POST", f"{AT}/bulk/link", "menu.bulk", bulk_link, "json"),
    Route("POST", f"{AT}/bulk/unlink", "menu.bulk", bulk_unlink, "json"),
    Route("POST", f"{AT}/batch", "menu.batch", batch, "json"),
    Route("GET", f"{AT}/progress/batch", "menu.progress", batch_progress),
    Route("POST", f"{AT}/alias", "alias.create", create_alias, "json"),
    Route("GET", f"{AT}/alias/list", "alias.list", list_aliases),
    Route("GET", f"{AT}/alias/{{alias}}", "alias.get", get_alias),
    Route("POST", f"{AT}/alias/{{alias}}", "alias.update", update_alias, "json"),
    Route("DELETE", f"{AT}/alias/{{alias}}", "alias.delete", delete_alias),
    Route("POST", f"{AT}/{{menu}}/content", "menu.upload", upload),
    Route("GET", f"{AT}/{{menu}}/content", "menu.download", download),
    Route("GET", f"{AT}/{{menu}}", "menu.get", get),
    Route("DELETE", f"{AT}/{{menu}}", "menu.delete", delete),
    Route("GET", f"{USER}/all/richmenu", "default.get", get_default),
    Route("DELETE", f"{USER}/all/richmenu", "default.cancel", cancel_default),
    Route("POST", f"{USER}/all/richmenu/{{menu}}", "default.set", set_default),
    Route("GET", f"{USER}/{{user}}/richmenu", "menu.linked", linked),
    Route("DELETE", f"{USER}/{{user}}/richmenu", "menu.unlink", unlink),
    Route("POST", f"{USER}/{{user}}/richmenu/{{menu}}", "menu.link", link),
]
