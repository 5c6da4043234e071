"""LINE's recorded events and what they are to us, and what no bytes can do."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.line import Line, parse
from bot.receiving import Forged, Receiver, Unreadable
from domain.message import (
    Address,
    Content,
    Incoming,
    Joined,
    Left,
    Media,
    Place,
    Press,
    Sticker,
    Text,
    Unread,
    Unsent,
)

EXAMPLES = int(os.environ.get("FUZZ_CASES", "200"))
PAYLOADS = Path(__file__).parent / "line"
NOW = datetime(2025, 12, 1, 8, 0, 1, tzinfo=UTC)
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
PERSON = Address("line", "U4af4980629c0aa0b8e3f6d9c4b7a1f02")
GROUP = Address("line", "C4af4980629c0aa0b8e3f6d9c4b7a1f03")
ROOM = Address("line", "R4af4980629c0aa0b8e3f6d9c4b7a1f04")
MESSAGE = "468789577898262530"

CASES: list[tuple[str, Content, Address]] = [
    ("text", Text("ได้ลิงก์นี้มา https://kbank-th.top จริงไหม (brown)"), PERSON),
    ("image", Media("photo", MESSAGE), PERSON),
    ("image_external", Unread("external image"), PERSON),
    ("video", Media("video", MESSAGE), PERSON),
    ("audio", Media("voice", MESSAGE), PERSON),
    ("file", Media("file", MESSAGE, name="สลิป.pdf", size=2138), PERSON),
    ("location", Place(20.2746, 100.0882, "ท่าเรือ, ต.เวียง อ.เชียงแสน เชียงราย"), PERSON),
    ("sticker", Sticker(), PERSON),
    ("new_message_kind", Unread("hologram"), PERSON),
    ("postback", Press("/report"), PERSON),
    ("menu_switch", Press("/help"), PERSON),
    ("follow", Joined(), PERSON),
    ("unfollow", Left(), PERSON),
    ("unsend", Unsent(MESSAGE), PERSON),
    ("group_text", Text("@ริมโขง ดูให้หน่อย"), GROUP),
    ("group_edited", Text("แก้แล้ว"), GROUP),
    ("room_join", Joined(), ROOM),
    ("group_leave", Left(), GROUP),
    ("new_mode_no_ids", Text("ช่วยด้วย"), PERSON),
]


def recorded(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_bytes())


def read(payload: Any) -> list[Incoming | Unreadable]:
    return list(parse(payload, lambda: "id-1", NOW))


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Line-Signature": base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()}


@pytest.mark.parametrize(("name", "content", "sender"), CASES, ids=[case[0] for case in CASES])
def test_each_event_is_what_it_says(name: str, content: Content, sender: Address) -> None:
    """A recorded event becomes the one thing it means, said by the person, or by the group it was said in."""
    [found] = read(recorded(name))

    assert isinstance(found, Incoming)
    assert (content, sender, sender is not PERSON) == (found.content, found.sender, found.group)


def test_everything_else_of_an_event_is_kept() -> None:
    """Ids, time and reply token are LINE's own; the id is ours."""
    [found] = read(recorded("text"))

    expected = Incoming(
        id="id-1",
        event=recorded("text")["events"][0]["webhookEventId"],
        sender=PERSON,
        at=datetime(2025, 12, 1, 8, 0, 0, 123000, tzinfo=UTC),
        content=Text("ได้ลิงก์นี้มา https://kbank-th.top จริงไหม (brown)"),
        reply_token="b60d432864f44d079f6d8efe86cf404b",
        message=MESSAGE,
    )
    assert expected == found


@pytest.mark.parametrize("name", ["member_joined", "standby", "verify"])
def test_what_asks_nothing_of_us_is_nothing(name: str) -> None:
    """Other people's comings and goings, another system's turn and the console's test are passed over."""
    assert read(recorded(name)) == []


def test_one_bad_event_costs_its_neighbours_nothing() -> None:
    """In a webhook of several people, what we cannot read is kept raw and the others are heard."""
    first, bad, second = read(recorded("several_people"))

    assert isinstance(first, Incoming)
    assert isinstance(second, Incoming)
    assert (Text("หนึ่ง"), Text("สอง")) == (first.content, second.content)
    assert isinstance(bad, Unreadable)
    assert (bad.raw, bad.event.startswith("sha256:")) == ('{"surprise":true}', True)


def test_a_new_kind_of_event_is_kept_raw_under_its_id() -> None:
    """LINE adds events without notice: they wait, whole, under LINE's own id."""
    [found] = read(recorded("new_event_kind"))

    event = recorded("new_event_kind")["events"][0]
    assert isinstance(found, Unreadable)
    assert (event["webhookEventId"], event) == (found.event, json.loads(found.raw))


def test_an_event_without_an_id_is_known_again() -> None:
    """A redelivery differs only in `deliveryContext`, so the hash leaves that out."""
    again = recorded("new_mode_no_ids")
    again["events"][0]["deliveryContext"] = {"isRedelivery": True}

    [first], [second] = read(recorded("new_mode_no_ids")), read(again)

    assert first.event == second.event


@pytest.mark.parametrize("stamp", [None, "soon", -(10**30), 10**30, (NOW + timedelta(days=9)).timestamp() * 1000])
def test_an_impossible_time_is_now(stamp: Any) -> None:
    """A time that is missing, no time, or still to come is the time we heard it."""
    payload = recorded("text")
    payload["events"][0]["timestamp"] = stamp

    [found] = read(payload)

    assert isinstance(found, Incoming)
    assert found.at == NOW


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, -181), (1e999, 0), ("1", 2)])
def test_a_place_off_the_earth_is_no_place(lat: Any, lon: Any) -> None:
    """Coordinates that cannot be are answered like anything else we cannot read."""
    payload = recorded("location")
    payload["events"][0]["message"] |= {"latitude": lat, "longitude": lon}

    [found] = read(payload)

    assert isinstance(found, Incoming)
    assert Unread("location") == found.content


def test_line_s_own_example_is_signed_right() -> None:
    """The example of LINE's documentation passes, whatever the case of the header."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    line = Line(SECRET, "token")

    for name in ("x-line-signature", "X-Line-Signature", "X-LINE-SIGNATURE"):
        assert line.receive(body, {name: "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="}) == []
    assert isinstance(line, Receiver)


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-line-signature": ""}, {"x-line-signature": "ลายเซ็น"}, signed(b"{}", "another secret")],
    ids=["none", "empty", "thai", "another"],
)
def test_strangers_are_turned_away(headers: dict[str, str]) -> None:
    """Without LINE's signature of exactly these bytes nothing comes in."""
    with pytest.raises(Forged):
        Line(SECRET, "token").receive(b"{}", headers)


def test_without_a_secret_nobody_comes_in() -> None:
    """An empty secret would be known to everybody, so it opens no door."""
    with pytest.raises(Forged):
        Line("", "token").receive(b"{}", signed(b"{}", ""))


@pytest.mark.parametrize(
    ("escaped", "kept"), [("a\\u0000b", "ab"), ("\\ud83d", "\ufffd"), ("\\ud83d\\u0000", "\ufffd")], ids=ascii
)
def test_what_a_database_cannot_keep_does_not_come_in(escaped: str, kept: str) -> None:
    """Null characters go, and half an emoji becomes a replacement character."""
    payload = json.dumps(recorded("text")).replace("https", f"{escaped} https").encode()

    [found] = Line(SECRET, "token").receive(payload, signed(payload))

    assert isinstance(found, Incoming)
    assert Text(f"ได้ลิงก์นี้มา {kept} https://kbank-th.top จริงไหม (brown)") == found.content


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[" * 100_000, b'{"events":[' + b"[" * 500 + b"]" * 500 + b"]}", b'{"a":"\\ud800' + b"[" * 9],
    ids=["empty", "nonsense", "deep", "nested", "half"],
)
def test_signed_nonsense_is_kept(body: bytes) -> None:
    """What LINE signed and we cannot read at all is one unreadable event, and no error."""
    [found] = Line(SECRET, "token").receive(body, signed(body))

    assert (Unreadable, body.decode()) == (type(found), found.raw if isinstance(found, Unreadable) else "")


@given(body=st.binary(max_size=200), signature=st.text(max_size=50) | st.none())
@settings(max_examples=300, deadline=None)
def test_no_bytes_from_a_stranger_do_anything(body: bytes, signature: str | None) -> None:
    """Whatever a stranger sends is `Forged`."""
    with pytest.raises(Forged):
        Line(SECRET, "token").receive(body, {} if signature is None else {"x-line-signature": signature})


NASTY = st.text(st.sampled_from("\0\ud83d\udc68ก"), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | NASTY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["message", "postback", "follow", "unsend", "join", "messageEdited"]) | VALUES,
        "mode": st.sampled_from(["active", "standby"]) | VALUES,
        "timestamp": VALUES,
        "webhookEventId": VALUES,
        "replyToken": VALUES,
        "source": st.fixed_dictionaries(
            {"type": st.sampled_from(["user", "group", "room"])}, optional={"userId": VALUES}
        )
        | st.just({"type": "user", "userId": "U1"})
        | VALUES,
        "postback": st.fixed_dictionaries({"data": VALUES}) | VALUES,
        "unsend": st.fixed_dictionaries({"messageId": VALUES}) | VALUES,
        "message": st.fixed_dictionaries(
            {"type": st.sampled_from(["text", "image", "file", "location", "sticker"]) | VALUES},
            optional={"text": NASTY}
            | dict.fromkeys(("id", "latitude", "longitude", "fileSize", "contentProvider"), VALUES),
        )
        | VALUES,
    },
)


@given(payload=st.fixed_dictionaries({"events": st.lists(EVENTS | VALUES, max_size=4)}) | VALUES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_shape_is_read_or_kept(payload: Any) -> None:
    """JSON of any shape gives events and unreadable ones, at most one for each event, and never an error."""
    found = read(payload)

    assert all(isinstance(each, Incoming | Unreadable) for each in found)
    most = len(payload["events"]) if isinstance(payload, dict) and isinstance(payload.get("events"), list) else 1
    assert len(found) <= most


@given(payload=st.fixed_dictionaries({"events": st.lists(EVENTS | VALUES, max_size=4)}) | VALUES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_signed_shape_can_be_stored(payload: Any) -> None:
    """What comes in through the door is fit for a database: UTF-8, and no null characters."""
    body = json.dumps(payload).encode()

    found = Line(SECRET, "token").receive(body, signed(body))

    words = [each for event in found for each in strings(astuple(event))]
    assert [each for each in words if "\0" in each] == []
    assert "".join(words) == "".join(words).encode().decode()


def strings(value: Any) -> Iterator[str]:
    """Every string in nested tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each)
