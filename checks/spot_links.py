"""Where the links stand in a text: written out, without a scheme, made harmless, or glued between Thai letters."""

import re
from collections.abc import Iterator
from functools import cache

from checks.parts import suffixes

# Letters of scripts written without spaces; a link in Latin letters ends where they begin, and the other way round.
_GLUED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LATIN = f"(?:(?![{_GLUED}])[\\w-])"
_LABEL = f"{_LATIN}{{1,63}}"
_TAIL = f"(?:(?![{_GLUED}])[^\\s<>\"'`|\\\\^{{}}\u201c\u201d\u2018\u2019\u300c\u300d])"
_REST = f"(?::\\d{{1,5}})?(?:[/?#\\\\]{_TAIL}{{0,1900}})?"

_WITH_SCHEME = re.compile(
    f"(?:https?|ftp)[ ]?:[ ]?[/\\\\]{{1,3}}[ ]?"
    f"((?:[^\\s/?#@<>\"'\\\\]{{1,200}}@)?[^\\s/?#:@<>\"'\\\\]{{1,255}}{_REST})",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(f"(?<![\\w@.-])(?:{_LABEL}\\.){{1,8}}{_LATIN}{{2,24}}{_REST}")
_AFTER_GLUE = re.compile(f"(?<=[{_GLUED}])(?:{_LABEL}\\.){{1,8}}{_LATIN}{{2,24}}{_REST}")
_DOTTED = re.compile(r"[\w-]\.\w")
_THAI_DOT = re.compile(f"(?<=[{_GLUED}])\\.(?:[{_GLUED}]{{2,24}}|{_LATIN}{{2,24}}){_REST}")
_THAI_RUN = re.compile(f"(?:www\\.)?[{_GLUED}0-9-]{{1,63}}$")
_GLUED_AFTER_TOP = re.compile(f"\\.{_LATIN}{{2,24}}(?=[{_GLUED}])")
_NUMERIC = re.compile(f"(?<![\\w.])(?:\\d{{1,3}}\\.){{3}}\\d{{1,3}}(?![\\w.]){_REST}")

_HARMLESS = re.compile(r"\bh(?:xx|\*\*|XX|tt|TT)(ps?|PS?)\s?(?:\[:\]|:)\s?(?:\[/\]|/|\[//\]){1,2}/?", re.IGNORECASE)
_DOT = re.compile(r"\s?(?:[\[({](?:\.|dot|จุด)[\])}])\s?", re.IGNORECASE)
_SPACED_DOT = re.compile(
    r"(?<=[a-z0-9])(?: \.|\. | \. )(?=(?:com|net|org|cc|top|vip|xyz|ly|me|co|th|info|shop|apk)\b[/ ]?)", re.IGNORECASE
)
_TRAILING = ".,;:!?)]}>*_~'\"…ฯๆ"
# Words that end a sentence without a space far more often than they end a host name.
_NOT_ALONE = frozenset(
    [
        "py",
        "md",
        "sh",
        "it",
        "is",
        "so",
        "no",
        "to",
        "at",
        "be",
        "am",
        "my",
        "me",
        "in",
        "us",
        "do",
        "we",
        "he",
        "as",
        "by",
        "an",
        "or",
        "if",
        "of",
        "go",
        "id",
        "st",
        "dr",
        "ms",
        "mr",
        "pm",
    ]
)


@cache
def _top_level() -> frozenset[str]:
    names = {suffix.rpartition(".")[2] for suffix in suffixes()._publicsuffix}
    return frozenset(names | {name.encode("ascii").decode("idna") for name in names if name.startswith("xn--")})


def refanged(text: str) -> str:
    """The text with `hxxp`, `[.]` and the like put back, so that one rule reads them all."""
    if "[" in text or "(" in text or "{" in text:
        text = _DOT.sub(".", text)
    if "h" in text or "H" in text:
        text = _HARMLESS.sub(lambda found: f"htt{found[1].lower()}://", text)
    return _SPACED_DOT.sub(".", text) if ". " in text or " ." in text else text


def spans(text: str) -> Iterator[tuple[int, int]]:
    """
    Start and end of every link in a refanged text, in order, none overlapping.

    A host without a scheme counts when its last label is a top-level domain; one in Thai letters too.
    """
    last = 0
    for start, end, certain in sorted(_candidates(text)):
        if start < last:
            continue
        end = _trimmed(text, start, end)
        if certain or _is_host(text[start:end]):
            yield start, end
            last = end


def _candidates(text: str) -> list[tuple[int, int, bool]]:
    found: list[tuple[int, int, bool]] = []
    if ":" in text:
        found += [(m.start(), _unglued(text, m), True) for m in _WITH_SCHEME.finditer(text)]
    if "." in text and _DOTTED.search(text):
        found += [(m.start(), m.end(), False) for m in _BARE_HOST.finditer(text)]
        found += [(m.start(), m.end(), True) for m in _NUMERIC.finditer(text) if _is_address(m[0])]
        if not text.isascii():
            found += [(m.start(), m.end(), False) for m in _AFTER_GLUE.finditer(text)]
            found += [(_run_start(text, m.start()), m.end(), False) for m in _THAI_DOT.finditer(text)]
    return found


def _unglued(text: str, found: re.Match[str]) -> int:
    """Where a link with a scheme ends when words follow its host without a space: `https://a.comกดเลย`."""
    glued = _GLUED_AFTER_TOP.search(text, found.start(1), found.end())
    if glued and not re.search(r"[/?#]", text[found.start(1) : glued.end()]):
        return glued.end()
    return found.end()


def _run_start(text: str, dot: int) -> int:
    run = _THAI_RUN.search(text, max(0, dot - 67), dot)
    return run.start() if run else dot - 1


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without the punctuation of the sentence around; a bracket stays when it was opened inside."""
    while end > start and text[end - 1] in _TRAILING:
        if text[end - 1] == ")" and text.count("(", start, end) >= text.count(")", start, end):
            break
        end -= 1
    return end


def _is_address(text: str) -> bool:
    octets = re.split(r"[:/?#]", text, maxsplit=1)[0].split(".")
    return all(int(octet) < 256 for octet in octets) and int(octets[0]) > 0


def _is_host(text: str) -> bool:
    host, *rest = re.split(r"[:/?#\\]", text, maxsplit=1)
    name, _, top = host.rpartition(".")
    top = top.lower()
    if top not in _top_level() or not any(letter.isalnum() for letter in name):
        return False
    return bool(rest) or "." in name or top not in _NOT_ALONE
