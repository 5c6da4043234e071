"""A verdict as one line of JSON, for programs."""

import re

import orjson

from bot.words import catalogues
from checks import judge
from domain.verdict import Verdict

STYLE = orjson.OPT_NON_STR_KEYS


def judged(text: str, language: str = "th") -> str:
    """
    One JSON object: text, verdict (dangerous, suspicious, unknown), score 0–1, category, reads_as, reasons in words,
    indicators.
    """
    verdict = judge(text)
    told = {
        "text": text.encode("utf-8", "replace").decode(),
        "verdict": verdict.word,
        "score": round(verdict.score, 4),
        "category": verdict.category,
        "reads_as": verdict.reads_as,
        "reasons": reasons(verdict, language),
        "indicators": [{"kind": one.kind, "value": one.value} for one in verdict.indicators],
        "needs": list(verdict.needs),
    }
    return orjson.dumps(told, option=STYLE).decode()


def reasons(verdict: Verdict, language: str) -> list[str]:
    """Why, in plain words, strongest first."""
    words = catalogues()[language]
    return [re.sub(r"\s+", " ", words[f"reason.{one.key}"].format(**one.params)) for one in verdict.reasons]
