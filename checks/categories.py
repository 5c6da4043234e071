"""The kinds of trick we can name: the fourteen police categories and seven of our own."""

from collections.abc import Mapping
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

_CUE_CATEGORY = {
    "message.mule": "M01", "message.lure_job": "H01", "message.recovery": "R01", "message.sextortion": "S01",
    "message.ransom": "T14", "message.install": "T09", "message.gambling": "G01", "message.check_money": "T05",
    "message.officer_threat": "T05", "message.guaranteed_profit": "T04", "message.family_emergency": "A01",
    "message.easy_job": "T02", "message.loan": "T03", "message.refund_lure": "T09", "message.prize": "T07",
    "message.parcel": "T07", "message.borrow": "T06", "message.donation": "D01", "message.vote": "T10",
    "message.account_alarm": "T10", "message.secrets_asked": "T10", "message.crypto": "T13", "message.romance": "T12",
    "message.sale": "T01",
}  # fmt: skip


def category_of(cues: Mapping[str, str]) -> str:
    """The category that the cues of a message speak for, the most telling first; "" when they speak for none."""
    if "message.romance" in cues and ("message.crypto" in cues or "message.guaranteed_profit" in cues):
        return "T11"
    return next((category for cue, category in _CUE_CATEGORY.items() if cue in cues), "")
