"""Every rule of LINE's message objects bites, and nothing that LINE takes is refused."""

import subprocess
import sys
from typing import Any

import httpx
import linebot.v3.messaging.models as sdk
import pytest

from tests.standins.line import TOKEN, LineStandin
from tests.standins.line_actions import graphemes, units
from tests.standins.line_flex import FIELDS
from tests.standins.line_rules import wrong_messages

Json = dict[str, Any]
PHOTO = "https://example.com/a.png"


def text(words: str = "a") -> Json:
    return {"type": "text", "text": words}


def press(label: str = "ตกลง", **more: Any) -> Json:
    return {"type": "postback", "label": label, "data": "d"} | more


def quick(*actions: Json) -> list[Json]:
    return [text() | {"quickReply": {"items": [{"type": "action", "action": action} for action in actions]}}]


def card(kind: str, **told: Any) -> list[Json]:
    template = {"type": kind, "text": "ถาม", "actions": [press(), press()]} | told
    return [{"type": "template", "altText": "ถาม", "template": template}]


def column(**told: Any) -> Json:
    return {"text": "ถาม", "actions": [press()]} | told


def flex(*contents: Json, **told: Any) -> list[Json]:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return [{"type": "flex", "altText": "เตือน", "contents": {"type": "bubble", "body": body} | told}]


def carousel(bubbles: int) -> list[Json]:
    (message,) = flex(text())
    return [message | {"contents": {"type": "carousel", "contents": [message["contents"]] * bubbles}}]


def pin(**told: Any) -> list[Json]:
    return [{"type": "location", "title": "ท่าเรือ", "address": "หนองคาย", "latitude": 17.8, "longitude": 102.7} | told]


THAI_LABEL = "ผู้ใหญ่บ้านที่นี่รู้เรื่องน้ำ"

TAKEN: list[list[Json]] = [
    [text()] * 5,
    [text("ก" * 5000)],
    [text("😀" * 2500)],
    quick(*(press(str(number)) for number in range(13))),
    quick(press(THAI_LABEL)),
    quick({"type": "location", "label": "ส่งตำแหน่ง"}, {"type": "camera", "label": "กล้อง"}),
    quick({"type": "uri", "label": "โทร", "uri": "tel:191"}),
    card("buttons", actions=[press()] * 4, text="ก" * 160),
    card("confirm", text="ก" * 240),
    card("carousel", columns=[column()] * 10),
    card("image_carousel", columns=[{"imageUrl": PHOTO, "action": press("ดู")}]),
    flex(text("บรรทัด"), {"type": "separator"}, {"type": "button", "action": press("ก" * 40), "style": "primary"}),
    flex(text() | {"contents": [{"type": "span", "text": "หนา", "weight": "bold"}]}),
    carousel(12),
    pin(),
    [{"type": "image", "originalContentUrl": PHOTO, "previewImageUrl": PHOTO}],
    [{"type": "audio", "originalContentUrl": "https://example.com/a.m4a", "duration": 1000}],
    [{"type": "sticker", "packageId": "446", "stickerId": "1988"}],
    [{"type": "textV2", "text": "{who}", "substitution": {"who": {"type": "mention", "mentionee": {"type": "all"}}}}],
    [text() | {"sender": {"name": "ริมโขง", "iconUrl": PHOTO}, "quoteToken": "q"}],
]

REFUSED: list[tuple[object, str]] = [
    (None, "messages"),
    ([], "messages"),
    ([text()] * 6, "messages"),
    (["a"], "messages[0]"),
    ([{"type": "hologram"}], "messages[0].type"),
    ([{"text": "a"}], "messages[0].type"),
    ([text("")], "messages[0].text"),
    ([text("ok"), text("ก" * 5001)], "messages[1].text"),
    ([text("😀" * 2501)], "messages[0].text"),
    (quick(*(press(str(number)) for number in range(14))), "messages[0].quickReply.items"),
    (quick(), "messages[0].quickReply.items"),
    (quick(press("ก" * 21)), "messages[0].quickReply.items[0].action.label"),
    (quick(press("")), "messages[0].quickReply.items[0].action.label"),
    (quick(press(data="d" * 301)), "messages[0].quickReply.items[0].action.data"),
    (quick(press(displayText="ก" * 301)), "messages[0].quickReply.items[0].action.displayText"),
    (quick({"type": "message", "label": "a", "text": "ก" * 301}), "messages[0].quickReply.items[0].action.text"),
    (quick({"type": "uri", "label": "a", "uri": "ftp://a.b"}), "messages[0].quickReply.items[0].action.uri"),
    (
        quick({"type": "uri", "label": "a", "uri": "https://a.b/" + "c" * 990}),
        "messages[0].quickReply.items[0].action.uri",
    ),
    (
        quick({"type": "richmenuswitch", "label": "a", "richMenuAliasId": "a", "data": "d"}),
        "messages[0].quickReply.items[0].action.type",
    ),
    (
        quick({"type": "datetimepicker", "label": "a", "data": "d", "mode": "week"}),
        "messages[0].quickReply.items[0].action.mode",
    ),
    (card("buttons", actions=[press()] * 5), "messages[0].template.actions"),
    (card("buttons", actions=[]), "messages[0].template.actions"),
    (card("buttons", text="ก" * 161), "messages[0].template.text"),
    (card("buttons", text="ก" * 61, title="หัว"), "messages[0].template.text"),
    (card("buttons", title="ก" * 41), "messages[0].template.title"),
    (card("buttons", actions=[{"type": "location", "label": "a"}]), "messages[0].template.actions[0].type"),
    (card("confirm", actions=[press()]), "messages[0].template.actions"),
    (card("confirm", text="ก" * 241), "messages[0].template.text"),
    (card("carousel", columns=[column()] * 11), "messages[0].template.columns"),
    (card("carousel", columns=[column(), column(actions=[press()] * 2)]), "messages[0].template.columns"),
    (card("poem"), "messages[0].template.type"),
    ([card("confirm")[0] | {"altText": "ก" * 1501}], "messages[0].altText"),
    (
        [{"type": "image", "originalContentUrl": "http://a.b/c.png", "previewImageUrl": PHOTO}],
        "messages[0].originalContentUrl",
    ),
    (
        [{"type": "image", "originalContentUrl": PHOTO + "a" * 2000, "previewImageUrl": PHOTO}],
        "messages[0].originalContentUrl",
    ),
    ([{"type": "image", "originalContentUrl": PHOTO}], "messages[0].previewImageUrl"),
    (pin(title="ก" * 101), "messages[0].title"),
    (pin(address=""), "messages[0].address"),
    (pin(latitude=91), "messages[0].latitude"),
    (pin(longitude="102"), "messages[0].longitude"),
    ([flex(text())[0] | {"altText": ""}], "messages[0].altText"),
    (flex(text("ก" * 2000), *[text("ก" * 2000)] * 5), "/"),
    (flex(text(), size="huge"), "/size"),
    (flex(text(), body={"type": "text", "text": "a"}), "/body/type"),
    (flex(text("")), "/body/contents/0/text"),
    (flex(text() | {"colour": "#000000"}), "/body/contents/0/colour"),
    (flex(text() | {"color": "red"}), "/body/contents/0/color"),
    (flex({"type": "button", "action": press("ก" * 41)}), "/body/contents/0/action.label"),
    (flex({"type": "image", "url": "http://a.b/c.png"}), "/body/contents/0/url"),
    (flex({"type": "map"}), "/body/contents/0/type"),
    (carousel(13), "/contents"),
    ([text() | {"sender": {"name": "ก" * 21}}], "messages[0].sender.name"),
]


@pytest.mark.parametrize("messages", TAKEN)
def test_taken(messages: list[Json]) -> None:
    """What LINE's reference allows, up to its very limits, passes."""
    errors = wrong_messages(messages)

    assert errors == []


@pytest.mark.parametrize(("messages", "where"), REFUSED)
def test_refused(messages: object, where: str) -> None:
    """What goes beyond is refused, and the property that is wrong is named, alone."""
    errors = wrong_messages(messages)

    assert [where] == [place for place, _ in errors]


@pytest.mark.parametrize(
    ("words", "in_units", "letters"), [("a", 1, 1), ("😀", 2, 1), ("น้ำ", 3, 1), ("👨‍👩‍👧", 8, 1), ("กขค", 3, 3)]
)
def test_counting(words: str, in_units: int, letters: int) -> None:
    """Texts are counted in UTF-16 units, labels in letters as people see them."""
    assert (in_units, letters) == (units(words), graphemes(words))


@pytest.mark.parametrize(
    ("kind", "model"),
    [(kind, f"Flex{kind.capitalize()}") for kind in FIELDS],
)
def test_flex_fields(kind: str, model: str) -> None:
    """The fields known here are those of LINE's own SDK."""
    fields = {field.alias for field in getattr(sdk, model).__fields__.values()}

    assert fields == FIELDS[kind]


async def test_errors_on_the_wire() -> None:
    """A wrong request is 400 with every error listed, sending and validating alike; nothing is sent."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with LineStandin() as line, httpx.AsyncClient(base_url=line.url, headers=headers, trust_env=False) as http:
        body = {"to": line.new_user().id, "messages": [text(""), {"type": "hologram"}]}
        sent = await http.post("/v2/bot/message/push", json=body)
        checked = await http.post("/v2/bot/message/validate/push", json={"messages": body["messages"]})
        fine = await http.post("/v2/bot/message/validate/push", json={"messages": [text()]})

        assert [sent.status_code, checked.status_code, fine.status_code] == [400, 400, 200]
        assert sent.json() == checked.json()
        assert sent.json()["message"] == "The request body has 2 error(s)"
        assert sent.json()["details"][0] == {"message": "May not be empty", "property": "messages[0].text"}
        assert line.deliveries == []


def test_process_of_its_own() -> None:
    """`python -m tests.standins line` serves in a process of its own and says where."""
    command = [sys.executable, "-m", "tests.standins", "line", "--set", "record=false", "--set", "token=t"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/v2/bot/info", headers={"authorization": "Bearer t"}, trust_env=False)
        process.terminate()

    assert (answer.status_code, process.returncode) == (200, 0)
