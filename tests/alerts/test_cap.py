"""What other programs read of a public alert: valid CAP 1.2, true in every language, and nothing that is not public."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from capvalidator.validate import Validator
from hypothesis import given
from hypothesis import strategies as st

from alerts.cap import ATOM, CAP, Issuer, document, feed, sender_of
from bot.words import catalogues
from domain.alert import Alert, Audience, Category, Certainty
from domain.message import Say
from handlers.grading import GRADES, TYPED
from handlers.wording import INCIDENTS, wording
from texts import render

LANGUAGES = ("th", "en", "lo", "km")
NOW = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC)
WHO = Issuer("bot.example.org", "ที่ว่าการอำเภอ <เชียงคาน> & เพื่อน", "042-000-000", "https://bot.example.org", ("42",))
FIRST = Alert(
    "6f6c1c1e-0000-5000-8000-000000000001",
    Audience("4203"),
    dict.fromkeys(LANGUAGES, "น้ำขึ้น\nขึ้นที่สูง"),
    lane="urgent",
    severity="Severe",
    urgency="Immediate",
    category="Met",
    public=True,
    expires=NOW + timedelta(hours=24),
    created=NOW,
)


def valid(made: bytes) -> bool:
    return Validator(made).schema()[0]


def all_of(made: bytes, name: str) -> list[str]:
    return [found.text or "" for found in ET.fromstring(made).iter(f"{{{CAP}}}{name}")]


def headed(kind: str, words: dict[str, str]) -> dict[str, str]:
    """The words as they are kept: under the line that says what they follow."""
    return {
        each: f"{render((Say(f'alert.head.{kind}'),), catalogues()[each], NOW).text}\n{words[each]}" for each in words
    }


def incident(name: str) -> Alert:
    grade = GRADES[name]
    words = wording({"words": f"template:{name}", "detail": "ก่อน 18:00 & <ริมตลิ่ง>"}, LANGUAGES)
    return replace(FIRST, words=words, event=name, category=grade.category, certainty=grade.certainty)


@pytest.mark.parametrize("name", INCIDENTS)
def test_common_incidents_are_valid(name: str) -> None:
    """Each follows the OASIS schema, with an info in each language that names event, place and what to do."""
    made = document(incident(name), WHO)

    assert valid(made)
    assert sorted(LANGUAGES) == all_of(made, "language")
    assert [4 * ["DOPA"], 4 * ["4203"]] == [
        [one for one in all_of(made, "valueName") if one == "DOPA"],
        [one for one in all_of(made, "value") if one == "4203"],
    ]
    assert 4 == len([one for one in all_of(made, "instruction") if one])
    assert ["2026-11-22T10:04:05+07:00"] == all_of(made, "sent")


@pytest.mark.parametrize(("kind", "type_"), [("update", "Update"), ("cancel", "Cancel")])
def test_what_follows_names_the_first(kind: str, type_: str) -> None:
    """An update or all-clear refers to the first by sender, id and time, and its words stand without our heading."""
    words = wording({"words": "template:allclear"}, LANGUAGES)
    later = replace(
        FIRST,
        id="6f6c1c1e-0000-5000-8000-000000000002",
        type=type_,
        references=FIRST.id,
        words=headed(kind, words),
        created=NOW + timedelta(hours=1),
    )
    made = document(later, WHO, FIRST)

    assert valid(made)
    assert [type_] == all_of(made, "msgType")
    assert [f"bot.example.org,{FIRST.id},2026-11-22T10:04:05+07:00"] == all_of(made, "references")
    assert sorted(words.values()) == sorted(all_of(made, "description"))
    assert (["AllClear"] * 4 if kind == "cancel" else []) == all_of(made, "responseType")


def test_typed_words_are_in_the_language_they_were_typed_in() -> None:
    """Thai words that everybody gets are one Thai info, not four that claim to be Lao or Khmer."""
    made = document(replace(FIRST, category=TYPED.category), WHO)

    assert valid(made)
    assert ["th"] == all_of(made, "language")


def test_several_places_and_a_beginning() -> None:
    """Each place is an area of its own; when it begins is told beside since when it is known."""
    several = replace(FIRST, audience=Audience("4203", areas=("420301", "420302")), onset=NOW + timedelta(hours=3))
    made = document(several, WHO)

    assert valid(made)
    assert ["420301", "420302"] == all_of(made, "value")
    assert ["2026-11-22T13:04:05+07:00"] == all_of(made, "onset")
    assert ["2026-11-23T10:04:05+07:00"] == all_of(made, "expires")
    assert [] == all_of(document(replace(several, onset=NOW + timedelta(days=2)), WHO), "expires")


def test_everywhere_is_what_is_served() -> None:
    """An alert to everybody names the areas this deployment serves."""
    assert ["42"] == all_of(document(replace(FIRST, audience=Audience()), WHO), "value")
    assert valid(document(replace(FIRST, audience=Audience()), replace(WHO, served=())))


@pytest.mark.parametrize("change", [{"public": False}, {"status": "Exercise"}, {"status": "Test"}], ids=str)
def test_what_is_not_public_makes_no_document(change: dict[str, object]) -> None:
    """Neither a drill nor what was meant for staff is ever written as CAP."""
    with pytest.raises(ValueError, match="not public"):
        document(replace(FIRST, **change), WHO)  # type: ignore[arg-type]


@given(
    words=st.text(min_size=1, max_size=200),
    category=st.sampled_from(Category.__args__),
    sure=st.sampled_from(Certainty.__args__),
)
def test_any_words_are_valid(words: str, category: Category, sure: Certainty) -> None:
    """Whatever somebody typed, the document can be read, and follows the schema; so does the feed."""
    alert = replace(FIRST, words={"th": words}, category=category, certainty=sure)

    assert valid(document(alert, WHO))
    assert 1 == len(ET.fromstring(feed([alert], WHO)).findall(f"{{{ATOM}}}entry"))


def test_a_sender_has_no_signs_that_cap_refuses() -> None:
    """Neither blanks nor commas, nor <, nor &."""
    assert "a-b-c-d.example" == sender_of("a b,c<d.example")
    assert "rimkhong" == sender_of("")
