"""Other people's words, shown again: short, and with no link in them that a phone would make something to press."""

from checks import find
from domain.verdict import defanged
from texts.writing import clean, cut

LINKS = ("url", "domain", "apk", "line", "telegram", "facebook")


def quoted(text: str, most: int) -> str:
    """At most so many graphemes of a text, its links defanged."""
    shown = cut(clean(text, most * 8), most)
    found = [one for one in find(shown) if one.kind in LINKS]
    links = {written for one in found for written in (one.shown, one.value) if "." in written}
    for link in sorted(links, key=len, reverse=True):
        shown = shown.replace(link, defanged(link))
    return shown.replace("https://", "hxxps://").replace("http://", "hxxp://")
