"""What counts as an answer to a question. Each kind offers buttons, and reads what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from checks import find
from domain.contact import inside
from domain.conversation import Scene
from domain.message import Area, At, Content, Key, Offer, Param, Place, Press, Text
from handlers.quoting import quoted
from texts import pins, places, times
from texts.writing import clean, cut, folded

LONGEST = 5000
"""Characters of one answer: all that LINE lets a person send in one message."""
SHOWN = 160
"""Graphemes of an answer that its summary shows."""
EXACT = timedelta(hours=1)
A_FEW_WORDS = 60
"""Characters of a place or a time; longer is a story, told where something short was asked for."""


class Unclear(Exception):
    """
    This is no answer to the question; the key says why, and `offers` may say what was perhaps meant.

    `said` is what was typed, kept until the question is answered (as the answer `SAID`), so that it can be the answer
    after all.
    """

    def __init__(
        self, key: str, params: Mapping[str, Param] | None = None, offers: tuple[Offer, ...] = (), said: str = ""
    ) -> None:
        super().__init__(key)
        self.key, self.params, self.offers, self.said = key, params or {}, offers, said


SAID = "_said"


class Answer(Protocol):
    """
    A kind of answer. Values it gives are JSON, so that a conversation can be kept.

    `offers` are (value, label key or none for the flow's own, label parameters).
    """

    @property
    def wants(self) -> Any: ...
    def offers(self, scene: Scene) -> tuple[tuple[str, str, Mapping[str, Param]], ...]: ...
    def read(self, content: Content, scene: Scene) -> Any: ...
    def shown(self, value: Any) -> Param: ...


Offered = tuple[tuple[str, str, Mapping[str, Param]], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few. "2" means the second, for people who would rather type."""

    values: tuple[str, ...]
    scope: str = ""
    wants: str = ""

    def offers(self, scene: Scene) -> Offered:
        return tuple((value, f"{self.scope}.{value}" if self.scope else "", {}) for value in self.values)

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press(token) if token in self.values:
                return token
            case Text(text):
                typed = folded(text)
                if typed.isdecimal() and len(typed) < 3 and 0 < int(typed) <= len(self.values):
                    return self.values[int(typed) - 1]
        raise Unclear("answer.choose")

    def shown(self, value: Any) -> Param:
        return Key(f"{self.scope}.{value}") if self.scope else Key(str(value))


def choice(*values: str) -> Choice:
    return Choice(values)


YES_NO = Choice(("yes", "no"), scope="answer")


@dataclass(frozen=True, slots=True)
class Words:
    """Anything typed, up to a limit in characters; what is longer (no channel lets it through) is cut."""

    limit: int = LONGEST
    wants: str = ""

    def offers(self, scene: Scene) -> Offered:
        return ()

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Text(text) if kept := clean(text, self.limit):
                return kept
        raise Unclear("answer.words")

    def shown(self, value: Any) -> Param:
        return quoted(str(value), SHOWN)


@dataclass(frozen=True, slots=True)
class Where:
    """
    A place: {"area": code, "lat": …, "lon": …} by pin, or {"area": code} by a name typed in Thai or English.

    What cannot be found is kept as typed ({"area": "", "said": text}) when they say so, or type it a second time:
    nobody is stuck here. Unless it must be a place that is `known`.

    A question that is skipped means their home. Where that may give them away (`untold`), they can say: no place.
    """

    wants: str = "place"
    known: bool = False
    untold: bool = False

    def offers(self, scene: Scene) -> Offered:
        home = scene.contact.area
        if not home:
            return ()
        none: Offered = (("untold", "answer.untold", {}),) if self.untold else ()
        return (("home", "answer.home", {"area": Area(home)}), *none)

    def read(self, content: Content, scene: Scene) -> dict[str, Any]:
        match content:
            case Place(lat, lon, title):
                return pinned(lat, lon, title, scene)
            case Press("home") if scene.contact.area:
                return {"area": scene.contact.area}
            case Press("untold") if self.untold:
                return {"area": "", "untold": True}
            case Press("said") if said := scene.conversation.answers.get(SAID):
                return {"area": "", "said": said}
            case Press(token) if places.place(token):
                return {"area": token}
            case Text(text) if clean(text, 10):
                return named(text, scene, self.known)
        raise Unclear("answer.place")

    def shown(self, value: Any) -> Param:
        if value.get("area") or value.get("untold"):
            return Area(value["area"])
        return quoted(str(value.get("said") or ""), SHOWN) or Key("answer.given")


def pinned(lat: float, lon: float, title: str, scene: Scene) -> dict[str, Any]:
    """A pin as an answer. Out of Thailand and its rivers is asked again: a slip of the finger, or a pin at sea."""
    near = pins.nearest(lat, lon, scene.operator.served)
    if near is None:
        raise Unclear("answer.far")
    found: dict[str, Any] = {"area": near.code, "lat": round(lat, 5), "lon": round(lon, 5)}
    return found | ({"said": clean(title, 100)} if title else {})


def named(text: str, scene: Scene, known: bool = False) -> dict[str, Any]:
    """A typed place as an answer: the one that is meant, or a question which."""
    said = clean(text, 200)
    if len(said) > A_FEW_WORDS or find(said):
        raise Unclear("answer.place")
    found = meant(said, scene.operator.served)
    if len(found) == 1 and sure(said, found[0], scene.operator.served):
        return {"area": found[0].code, "said": said}
    before = scene.conversation.answers.get(SAID)
    if not known and (before == said or (before and not found)):
        return {"area": "", "said": said}
    offers = (*(area_offer(place.code) for place in found), *(() if known else (Offer("answer.as_said", "said"),)))
    key = ("answer.nowhere", "answer.maybe", "answer.which")[min(len(found), 2)]
    raise Unclear(key, {"said": cut(said, 40)}, offers, said)


def sure(said: str, place: places.Place, served: tuple[str, ...]) -> bool:
    """Whether one finding need not be confirmed: it is ours, or called just that (ปอยเปต is not the tambon ปอ)."""
    return spelled(said, place) or any(inside(place.code, area) for area in served)


def meant(said: str, served: tuple[str, ...]) -> list[places.Place]:
    """The places a typed name may mean: those we serve if there are any, and of these the ones spelled just so."""
    found = places.find_place(said, served, limit=MOST_PLACES)
    ours = [place for place in found if any(inside(place.code, area) for area in served)]
    found = ours or found
    return [place for place in found if spelled(said, place)] or found


def spelled(said: str, place: places.Place) -> bool:
    """Whether one of these words is just that place's name, with or without the word for what it is."""
    whole = folded(said)
    names = [folded(name) for name in (place.th, place.en) if name]
    return any(words.endswith(name) for name in names for words in (whole, *whole.split()))


def area_offer(code: str, token: str = "") -> Offer:
    """A place on a button."""
    return Offer("answer.area", token or code, {"area": Area(code, short=True)})


MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class When:
    """
    A time in words: {"at": ISO 8601 UTC, "said": text}, and "about" when that is the beginning of a longer stretch.

    What cannot be read is kept as it was said; "word" names the button that was pressed instead.
    """

    wants: str = ""

    def offers(self, scene: Scene) -> Offered:
        return (("now", "answer.now", {}), ("last_night", "answer.last_night", {}))

    def read(self, content: Content, scene: Scene) -> dict[str, Any]:
        match content:
            case Press("now"):
                return {"at": scene.now.isoformat()}
            case Press("last_night"):
                return read_time("เมื่อคืน", scene) | {"word": "last_night"}
            case Text(text) if 0 < len(said := clean(text, 200)) <= A_FEW_WORDS and not find(said):
                return read_time(said, scene)
        raise Unclear("answer.when")

    def shown(self, value: Any) -> Param:
        if value.get("word"):
            return Key(f"answer.{value['word']}")
        if value.get("at") and not value.get("about"):
            return At(datetime.fromisoformat(value["at"]))
        return quoted(str(value["said"]), SHOWN)


def read_time(said: str, scene: Scene) -> dict[str, Any]:
    when = times.read_when(said, scene.now)
    if when is None:
        return {"said": said}
    about = {"about": True} if when.end - when.start > EXACT else {}
    return {"at": when.start.isoformat(), "said": said} | about


@dataclass(frozen=True, slots=True)
class Evidence:
    """A photo, voice note, video or file. The engine takes those wherever they come; here they are asked for."""

    wants: str = "photo"

    def offers(self, scene: Scene) -> Offered:
        return ()

    def read(self, content: Content, scene: Scene) -> str:
        raise Unclear("answer.photo")

    def shown(self, value: Any) -> Param:
        return Key("answer.given")
