"""What a pasted text turns out to be: the things found in it, and what we can say of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["url", "domain", "phone", "account", "promptpay", "line", "telegram", "facebook", "crypto", "apk"]
Word = Literal["dangerous", "suspicious", "unknown"]
"""There is no word for "safe": we can only know of a danger, never of its absence."""
ReadsAs = Literal["scam", "report", "warning", "question", "ordinary"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    A link, number or account in the one spelling that everybody's spelling of it comes to.

    `value` is normalised (a URL without its fragment, a registrable domain, E.164, bare account digits);
    `shown` is how it stood in the text, never to be printed as a live link (see `defanged`).
    """

    kind: Kind
    value: str
    shown: str = ""

    @property
    def key(self) -> str:
        """What two reports of the same thing share."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a verdict: a key under `reason.` in the catalogues, its parameters, and how much it weighs."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What we say of a text. `reasons` are strongest first; `score` runs from 0 to 1.

    `category` is one of the police categories T01–T14 or our own (see `checks.CATEGORIES`), "" when none fits.
    `needs` names what the person may need at once: "money_lost", "trafficking", "violence", "suicide", "child",
    "uxo", "phone_controlled", "emergency".
    """

    word: Word = "unknown"
    score: float = 0.0
    category: str = ""
    reads_as: ReadsAs = "ordinary"
    reasons: tuple[Reason, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    needs: tuple[str, ...] = ()


def defanged(value: str) -> str:
    """The same link, but one that no phone turns into something to press."""
    return value.replace("https://", "hxxps://").replace("http://", "hxxp://").replace(".", "[.]")
