"""Telegram's recorded updates and what they are to us, and what no bytes can do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.receiving import Forged, Receiver, Unreadable
from bot.telegram import Telegram, parse
from domain.message import Address, Content, Incoming, Joined, Left, Media, Place, Press, Sticker, Text, Unread

PAYLOADS = Path(__file__).parent / "telegram"
NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
SAID = datetime(2025, 12, 1, 8, tzinfo=UTC)
SECRET = "s3cret_-TOKEN"
PERSON = Address("telegram", "500000001")
GROUP = Address("telegram", "-1001000000001")

CASES: list[tuple[str, Content, Address]] = [
    ("text", Text("ใครให้โอนเงินก่อน"), PERSON),
    (
        "hidden_links",
        Text("กดรับเงินคืนที่นี่\nhttps://krungthai.refund-th.top/x\nhttps://refund-th.top/b", forwarded=True),
        PERSON,
    ),
    ("start", Text("/start JOIN-9XK2"), PERSON),
    ("command_in_group", Text("/check https://a.top"), GROUP),
    ("photo", Media("photo", "large", caption="รูปนี้", size=120000), PERSON),
    ("voice", Media("voice", "v1", size=9000), PERSON),
    ("audio", Media("voice", "a1", name="call.mp3", size=9000), PERSON),
    ("video", Media("video", "d1", size=9000), PERSON),
    ("video_note", Media("video", "n1"), PERSON),
    ("animation", Media("video", "g1"), PERSON),
    ("document", Media("file", "f1", name="สลิป.pdf", size=2138), PERSON),
    ("picture_as_file", Media("photo", "f2", name="IMG.jpg", size=5000), PERSON),
    ("location", Place(17.878, 102.742), PERSON),
    ("venue", Place(17.878, 102.742, "ตลาดท่าเสด็จ, หนองคาย"), PERSON),
    ("contact", Text("เจ้าหน้าที่ ปลอม +66812345678", forwarded=True), PERSON),
    ("sticker", Sticker(), PERSON),
    ("poll", Unread("poll"), PERSON),
    ("edited", Unread("edited"), PERSON),
    ("edited_in_group", Text("ดูที่ https://a.top"), GROUP),
    ("pressed", Press("a1b2c3:kind:sms"), PERSON),
    ("pressed_in_group", Press("/mute"), GROUP),
    ("blocked", Left(), PERSON),
    ("unblocked", Joined(), PERSON),
    ("added_to_group", Joined(), GROUP),
]


def recorded(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def read(update: Any) -> list[Incoming | Unreadable]:
    return list(parse(update, lambda: "id-1", NOW))


def test_an_admin_who_stays_anonymous_is_heard() -> None:
    """Their doings come in the name of a bot of Telegram's: that we were added to a group counts all the same."""
    update = recorded("added_to_group")
    update["my_chat_member"]["from"] |= {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"}

    (heard,) = read(update)

    assert isinstance(heard, Incoming)
    assert (Joined(), GROUP) == (heard.content, heard.sender)


@pytest.mark.parametrize(("name", "content", "sender"), CASES, ids=[case[0] for case in CASES])
def test_each_update_is_what_it_says(name: str, content: Content, sender: Address) -> None:
    """A recorded update becomes the one thing it means, said by the person, or by the group it was said in."""
    [found] = read(recorded(name))

    assert isinstance(found, Incoming)
    assert (content, sender, sender is GROUP) == (found.content, found.sender, found.group)


def test_everything_else_of_an_update_is_kept() -> None:
    """Ids, time and the phone's language are Telegram's own; the id is ours."""
    [found] = read(recorded("text"))

    event = str(recorded("text")["update_id"])
    expected = Incoming("id-1", event, PERSON, SAID, Text("ใครให้โอนเงินก่อน"), message="77", language="th")
    assert expected == found


def test_a_press_can_be_acknowledged() -> None:
    """A pressed button happened just now, and its id is where `acknowledge` finds it."""
    [found] = read(recorded("pressed"))

    assert isinstance(found, Incoming)
    assert (found.reply_token, found.at, found.message) == ("cb:4382bfdwdsb323b2d9", NOW, "77")


@pytest.mark.parametrize("name", ["service", "migrated", "live_location", "made_admin", "channel_post", "other_bot"])
def test_what_asks_nothing_of_us_is_nothing(name: str) -> None:
    """Telegram's own notes, channels, other bots and a moving position are passed over."""
    assert read(recorded(name)) == []


@pytest.mark.parametrize("update", [None, [], {"message": {}}, {"update_id": "7"}], ids=str)
def test_what_is_no_update_is_kept_raw(update: Any) -> None:
    """Without a number to confirm it by, it is kept under a hash."""
    [found] = read(update)

    assert (Unreadable, True) == (type(found), found.event.startswith("sha256:"))


def test_a_misshapen_update_is_kept_under_its_number() -> None:
    """A message that is none is kept raw, and can be confirmed to Telegram."""
    [found] = read(recorded("misshapen"))

    assert isinstance(found, Unreadable)
    assert (str(recorded("misshapen")["update_id"]), recorded("misshapen")) == (found.event, json.loads(found.raw))


def test_the_secret_opens_the_door() -> None:
    """With the secret that we gave Telegram an update comes in, whatever the case of the header."""
    body = (PAYLOADS / "text.json").read_bytes()
    telegram = Telegram("1:token", SECRET)

    for name in ("x-telegram-bot-api-secret-token", "X-Telegram-Bot-Api-Secret-Token"):
        [found] = telegram.receive(body, {name: SECRET})
        assert isinstance(found, Incoming)
        assert Text("ใครให้โอนเงินก่อน") == found.content
    assert isinstance(telegram, Receiver)


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["ours", "none"])
@pytest.mark.parametrize("given", [None, "", "s3cret", "ความลับ"], ids=str)
def test_strangers_are_turned_away(secret: str, given: str | None) -> None:
    """A wrong secret is not Telegram, and a bot without a secret has no door."""
    headers = {} if given is None else {"x-telegram-bot-api-secret-token": given}

    with pytest.raises(Forged):
        Telegram("1:token", secret).receive(b"{}", headers)


@given(body=st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_with_the_secret_are_kept(body: bytes) -> None:
    """Nonsense through the right door is kept, and never an error that Telegram would answer by sending it again."""
    found = Telegram("1:token", SECRET).receive(body, {"x-telegram-bot-api-secret-token": SECRET})

    assert all(isinstance(each, Incoming | Unreadable) for each in found)


NASTY = st.text(st.sampled_from("\0\ud83d\udc68ก"), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | NASTY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
CHATS = st.fixed_dictionaries({"id": st.integers() | VALUES}, optional={"type": st.sampled_from(["private", "group"])})
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "chat": CHATS | VALUES,
        "from": st.fixed_dictionaries({}, optional={"language_code": VALUES, "is_bot": VALUES}) | VALUES,
        "photo": st.lists(st.fixed_dictionaries({"file_id": VALUES}) | VALUES, max_size=2),
        "document": st.fixed_dictionaries(
            {"file_id": st.just("f")}, optional={"mime_type": VALUES, "file_size": VALUES}
        ),
        **dict.fromkeys(
            ("text", "caption", "date", "entities", "location", "venue", "contact", "sticker", "voice", "poll"), VALUES
        ),
        **dict.fromkeys(("reply_markup", "message_id", "old_chat_member", "new_chat_member", "id", "data"), VALUES),
    },
)
UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers(0, 2**31) | VALUES},
    optional=dict.fromkeys(("message", "edited_message", "callback_query", "my_chat_member"), MESSAGES | VALUES),
)


@given(update=UPDATES | VALUES)
@settings(max_examples=600, deadline=None)
def test_any_shape_is_read_or_kept(update: Any) -> None:
    """JSON of any shape gives one event, one unreadable one or nothing, and never an error."""
    found = read(update)

    assert all(isinstance(each, Incoming | Unreadable) for each in found)
    assert len(found) <= 1
