"""
Is this real? Links, numbers, accounts and whole messages, judged offline and explained.

Everything here is a pure function over text, shipped data files and a `Known` value that says what lists and
neighbours know. Nothing is ever fetched or dialled, and no verdict says "safe": the words are "dangerous",
"suspicious" and "unknown". Reason keys have their words in `reasons.toml`, what to do now in `advice.toml`.
"""

from checks.categories import CATEGORIES
from checks.find import find
from checks.known import NOTHING_KNOWN, Known, Standing
from checks.link import judge_link
from checks.message import judge
from checks.number import judge_number

__all__ = ["CATEGORIES", "NOTHING_KNOWN", "Known", "Standing", "find", "judge", "judge_link", "judge_number"]
