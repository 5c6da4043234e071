"""The kinds of trick we can name: the fourteen police categories and seven of our own."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "T01": "sale",
        "T02": "task_job",
        "T03": "loan",
        "T04": "investment",
        "T05": "call_center",
        "T06": "borrow",
        "T07": "prize",
        "T08": "sale_ring",
        "T09": "remote_app",
        "T10": "hack",
        "T11": "romance_investment",
        "T12": "romance",
        "T13": "crypto",
        "T14": "ransom",
        "M01": "mule",
        "H01": "lure_job",
        "R01": "recovery",
        "D01": "donation",
        "S01": "sextortion",
        "A01": "ai_voice",
        "G01": "gambling",
    }
)
"""
Code to key. The key names the advice (`advice.toml`) and the category's words in the catalogues.

T01–T14 follow the list of thaipoliceonline; the numbers are ours, and the wording and order of T08, T10–T14 are
to be checked against the live form. The letters are our own additions.
"""

_TELLING = {
    "message.ransom": "T14",
    "message.sextortion": "S01",
    "message.mule": "M01",
    "message.recovery": "R01",
    "message.lure_job": "H01",
    "message.gambling": "G01",
    "message.check_money": "T05",
    "message.vote": "T10",
    "message.parcel": "T07",
}


def category_of(cues: Iterable[str], likeliest: str) -> str:
    """The category a message's cues name outright, the most telling first, else the likeliest by its wording."""
    heard = set(cues)
    return next((category for cue, category in _TELLING.items() if cue in heard), likeliest)
