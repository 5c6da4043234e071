"""Every word the bot can say: the catalogues, and the reasons and advice that stand beside the checks."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import checks
from texts import Catalogue, load
from texts.catalogue import flatten

FILES = {"reason": "reasons.toml", "advice": "advice.toml"}


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """All languages, read once."""
    return load(said_by_checks())


def said_by_checks() -> dict[str, dict[str, str]]:
    """`reason.<key>` and `advice.<key>` by language; the files have the language as the last part of each key."""
    words: dict[str, dict[str, str]] = {}
    folder = Path(checks.__file__).parent
    for scope, file in FILES.items():
        for name, text in flatten(tomllib.loads((folder / file).read_text("utf-8"))).items():
            key, _, language = name.rpartition(".")
            words.setdefault(language, {})[f"{scope}.{key}"] = text
    return words
