"""The words of an alert in each language: typed by a person, or one of the incidents we have words for."""

from collections.abc import Mapping
from functools import cache

from domain.conversation import Answers
from texts import Catalogue, load
from texts.writing import script

INCIDENTS = ("flood", "scams", "uxo", "missing", "evacuation")
"""Common incidents, each with words in every language (`incident.*` in texts/). They hold no places and no names."""
ALL_CLEAR = "allclear"
TEMPLATE = "template:"


@cache
def catalogues() -> Mapping[str, Catalogue]:
    return load()


def templated(answers: Answers) -> bool:
    return str(answers.get("words", "")) in {f"{TEMPLATE}{name}" for name in (*INCIDENTS, ALL_CLEAR)}


def wording(answers: Answers, languages: tuple[str, ...]) -> dict[str, str]:
    """The words by language. What was typed, and the detail typed under a template, everybody gets as it was typed."""
    said = str(answers["words"])
    if not templated(answers):
        return dict.fromkeys(languages, said)
    detail = str(answers.get("detail") or "")
    key = f"incident.{said.removeprefix(TEMPLATE)}"
    return {each: "\n".join(filter(None, (catalogues()[each][key], detail))) for each in languages}


def incident(answers: Answers) -> str:
    """The common incident whose words were chosen, "" for typed ones."""
    said = str(answers["words"])
    return said.removeprefix(TEMPLATE) if templated(answers) else ""


def answered(words: Mapping[str, str]) -> dict[str, str | None]:
    """The answers that `wording` would make these words of: the way back, to change them."""
    for name in (*INCIDENTS, ALL_CLEAR):
        whole = {each: catalogues()[each][f"incident.{name}"] for each in words}
        if all(words[each].startswith(text) for each, text in whole.items()):
            language, text = next(iter(whole.items()))
            return {"words": f"{TEMPLATE}{name}", "detail": words[language].removeprefix(text).strip() or None}
    return {"words": next(iter(words.values()))}


def typed_in(words: Mapping[str, str]) -> str:
    """The language of words that are the same for everybody; "" where each language has its own."""
    different = set(words.values())
    return script(next(iter(different))) or "th" if len(different) == 1 else ""


def own_name(language: str) -> str:
    """A language under its own name: ไทย, English, ລາວ, ខ្មែរ."""
    key = f"language.{language}"
    thai = catalogues()["th"]
    return thai[key] if thai.has(key) else language
