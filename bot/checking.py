"""A verdict as one line of JSON, for programs; with a configuration, knowing what the bot itself would know."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import orjson

from bot.config import Config
from bot.tables import Tables
from bot.words import catalogues
from checks import NOTHING_KNOWN, Known, find, judge
from domain.verdict import Verdict

STYLE = orjson.OPT_NON_STR_KEYS


def judged(text: str, language: str = "th", known: Known = NOTHING_KNOWN) -> str:
    """
    One JSON object: text, verdict (dangerous, suspicious, unknown), score 0–1, category, reads_as, reasons in words,
    indicators.
    """
    verdict = judge(text, known)
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


async def judge_lines(config: Config, lines: Iterable[str], say: Callable[[str], None], now: datetime) -> str:
    """
    Judge each line with the imported lists, coordinators' decisions and neighbours' reports of this configuration.

    Where there is no database yet, or one of another version, only the tables of domains are used: the sentence that
    says so, else "".
    """
    from storage.migrate import version  # noqa: PLC0415 - only with a configuration is a database wanted
    from storage.standing import standings  # noqa: PLC0415
    from storage.store import Store  # noqa: PLC0415

    known = Known(table=Tables(Path(config.lists.folder)))
    if file := _missing(config):
        _without(lines, say, known)
        return f"There is no database {file} yet: only the imported tables of domains were used."
    store = Store(config.storage.url)
    try:
        have, need = await version(store)
        if have != need:
            _without(lines, say, known)
            return "The database is of another version (rimkhong migrate): only the tables of domains were used."
        for line in lines:
            found = find(line)
            standing = await store.read(partial(standings, found=found, now=now)) if found else {}
            say(judged(line, known=replace(known, standings=standing)))
    finally:
        await store.close()
    return ""


def _missing(config: Config) -> str:
    """The SQLite file that is not there; "" when it is, or another database is used. Asking must not make one."""
    scheme, _, file = config.storage.url.partition(":///")
    return file if scheme.startswith("sqlite") and not Path(file).exists() else ""


def _without(lines: Iterable[str], say: Callable[[str], None], known: Known) -> None:
    for line in lines:
        say(judged(line, known=known))
