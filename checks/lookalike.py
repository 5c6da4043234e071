"""Whether a host dresses up as somebody known: borrowed names, changed letters, other alphabets."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from checks.official import Brand, brands, is_official, not_brands
from checks.parts import Link, readable
from checks.phrases import Phrases

# Letters of other alphabets (and digits) that look like Latin ones; after Unicode TR 39, the ones seen in hosts.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕԁһӏԛԝьвнмткгпοαεικνρτυχωηßłøđıɑɡɩʟⅼǀ0135",
    "aeopcyxijsdhlqwbbhmtkrnoaeiknptuxwnblodiagillloles",
)
_CHEAP_COUNTRY = frozenset(
    [
        "cc",
        "tk",
        "ml",
        "ga",
        "cf",
        "gq",
        "ws",
        "pw",
        "su",
        "la",
        "to",
        "vc",
        "sc",
        "vu",
        "nu",
        "tv",
        "st",
        "cm",
        "co",
        "bz",
        "gg",
        "im",
        "sh",
    ]
)
_PIECE = re.compile(r"[.\-_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a host or path borrows: a reason key under `link.`, the brand, and how strongly it speaks."""

    key: str
    brand: Brand
    weight: float


def plain(host: str) -> str:
    """The host as an eye reads it: other alphabets, accents and digits turned into the Latin letters they mimic."""
    lowered = host.lower()
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFD", lowered)
        lowered = "".join(letter for letter in lowered if not "\u0300" <= letter <= "\u036f")
    return lowered.translate(_LOOKS_LIKE).replace("vv", "w").replace("rn", "m")


@cache
def _words() -> Phrases[Brand]:
    return Phrases((word, brand) for brand in brands() for word in brand.words)


@cache
def _short() -> dict[str, Brand]:
    return {piece: brand for brand in brands() for piece in brand.short}


@cache
def _nearly() -> dict[str, tuple[str, Brand]]:
    """Every long brand word with one letter left out, so that one slip of a letter is one look-up away."""
    nearly: dict[str, tuple[str, Brand]] = {}
    for brand in brands():
        for word in brand.words:
            if len(word) >= 7 and word.isascii() and word.isalpha():
                for missing in _shortened(word):
                    nearly.setdefault(missing, (word, brand))
    return nearly


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    words = {word for word, _ in _nearly().values()}
    return frozenset(word[:3] for word in words), frozenset(word[-3:] for word in words)


def _shortened(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def likeness(link: Link) -> Likeness | None:
    """The strongest sign that this host (not its path) borrows a known name; None for the name's owner."""
    if not link.registrable or is_official(link.host, link.registrable):
        return None
    return _likeness(link.host, link.registrable, link.suffix)


@lru_cache(maxsize=4_096)
def _likeness(host: str, registrable: str, suffix: str) -> Likeness | None:
    host, registrable = readable(host), readable(registrable)
    label = registrable[: -len(readable(suffix)) - 1]
    under = host[: -len(registrable) - 1]
    if _mixed(host) and (copied := _in_label(plain(label), "") or _below(under)):
        return Likeness("confusable", copied.brand, 0.9)
    return _in_label(label, suffix) or _below(under)


def _in_label(label: str, suffix: str) -> Likeness | None:
    label = label.lower()
    if label in not_brands():
        return None
    for text in _readings(label):
        for at, word, brand in _words().found(text):
            if _is_chance(text, at, word):
                continue
            if text == word and _is_own_country(suffix):
                return None
            plainly = 0.42 if "-" in label or suffix in ("cc", "top") else 0.38
            return Likeness("brand", brand, plainly if brand.common else 0.6)
    pieces = [piece for piece in _PIECE.split(label) if piece]
    for piece in pieces if len(pieces) > 1 else ():
        if piece in _short():
            return Likeness("brand", _short()[piece], 0.38 if _short()[piece].common else 0.5)
    return _misspelt([label, *pieces])


def _readings(label: str) -> Iterable[str]:
    """The label as written, as an eye reads it, and without hyphens; each once."""
    if label.isascii() and label.isalpha() and "rn" not in label and "vv" not in label:
        return (label,)
    return dict.fromkeys((label, plain(label), label.replace("-", "")))


def _is_chance(text: str, at: int, word: str) -> bool:
    """A short brand word inside a longer one says nothing: "kbank" in "stockbank"."""
    return len(word) <= 5 and at > 0 and text[at - 1].isalpha()


def _below(under: str) -> Likeness | None:
    """A brand among the labels before the registered name, where anybody may write anything."""
    under = under.lower().removeprefix("www.")
    if not under or under == "www":
        return None
    for text in dict.fromkeys((under, plain(under))):
        for at, word, brand in _words().found(text):
            if not _is_chance(text, at, word):
                return Likeness("subdomain", brand, 0.7)
    for piece in _PIECE.split(under):
        if piece in _short():
            return Likeness("subdomain", _short()[piece], 0.4)
    return _misspelt(_PIECE.split(under))


def _misspelt(pieces: list[str]) -> Likeness | None:
    nearly, (beginnings, ends) = _nearly(), _edges()
    for piece in pieces:
        if not 6 <= len(piece) <= 18 or piece in not_brands():
            continue
        for text in _readings(piece):
            # One slip leaves the beginning or the end as it was.
            if text[:3] not in beginnings and text[-3:] not in ends:
                continue
            for candidate in (text, *_shortened(text)):
                if candidate in nearly:
                    word, brand = nearly[candidate]
                    if abs(len(word) - len(text)) <= 1:
                        return Likeness("misspelt", brand, 0.5)
    return None


def in_path(link: Link) -> Brand | None:
    """The brand named in a path on a host that is not the brand's."""
    if link.bare or is_official(link.host, link.registrable):
        return None
    for _, _, brand in _words().found(link.path.lower()):
        return brand
    for piece in re.split(r"[/.\-_]", link.path.lower()):
        if len(piece) > 2 and piece in _short():
            return _short()[piece]
    return None


def _is_own_country(suffix: str) -> bool:
    """Large names own themselves in most countries: amazon.de is theirs, amazon.cc need not be."""
    last = suffix.rpartition(".")[2]
    return (len(last) == 2 and last not in _CHEAP_COUNTRY) or suffix in ("com", "net", "org", "io")


def _mixed(host: str) -> bool:
    """Whether one label mixes Latin with Greek or Cyrillic, or is all Cyrillic made of Latin-looking letters."""
    if host.isascii():
        return False
    for label in host.split("."):
        scripts = {_script(letter) for letter in label} - {""}
        if len(scripts & {"latin", "odd"}) == 2 or (
            scripts == {"odd"} and plain(label).isascii() and label != plain(label)
        ):
            return True
        if scripts == {"latin"} and not label.isascii():
            return True
    return False


def _script(letter: str) -> str:
    if letter.isascii():
        return "latin" if letter.isalpha() else ""
    code = ord(letter)
    if 0x370 <= code < 0x530 or 0x250 <= code < 0x2B0:
        return "odd"
    return "latin" if code < 0x250 else "other"
