"""The lessons: short enough to be read over a village loudspeaker, one quiz question each."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from texts.facts import DATA, Words, read

Theme = Literal["scam", "call", "app", "link", "ai", "mule", "trafficking", "drugs", "border", "citizen"]


@dataclass(frozen=True, slots=True)
class Quiz:
    """One question after a lesson. `answer` is the index of the right choice, counted from 0."""

    question: Words
    choices: tuple[Words, Words, Words]
    answer: int
    why: Words


@dataclass(frozen=True, slots=True)
class Lesson:
    """
    One lesson. `text` is also the loudspeaker's script: at most 300 Thai characters, under 45 seconds aloud.

    `number` is its place in the course, from 1; `needs_review` names the languages no native speaker has signed yet.
    """

    number: int
    id: str
    theme: Theme
    title: Words
    text: Words
    quiz: Quiz
    source: str
    verified_on: date
    needs_review: tuple[str, ...]


@cache
def lessons() -> tuple[Lesson, ...]:
    """The whole course in order. Files are `texts/data/lessons/NN-slug.toml`: NN is the number, slug the id."""
    return tuple(_lesson(path) for path in sorted((DATA / "lessons").glob("*.toml")))


def lesson(id: str) -> Lesson:
    """The lesson with this id; KeyError when there is none."""
    return {each.id: each for each in lessons()}[id]


def _lesson(path: Path) -> Lesson:
    number, _, id = path.stem.partition("-")
    row = read(path)
    if row["theme"] not in get_args(Theme):
        raise ValueError(f"{path.name}: theme {row['theme']!r} is not one of {', '.join(get_args(Theme))}")
    return Lesson(
        number=int(number),
        id=id,
        theme=cast(Theme, row["theme"]),
        title=Words(**row["title"]),
        text=Words(**{language: words.strip() for language, words in row["text"].items()}),
        quiz=_quiz(row["quiz"], path.name),
        source=row["source"],
        verified_on=row["verified_on"],
        needs_review=tuple(row.get("needs_review", ())),
    )


def _quiz(row: dict[str, Any], file: str) -> Quiz:
    thai, english = row["choices"]["th"], row["choices"]["en"]
    if len(thai) != 3 or len(english) != 3 or row["answer"] not in range(3):
        raise ValueError(f"{file}: a quiz has three choices in Thai and in English, and an answer of 0, 1 or 2")
    first, second, third = (Words(th=th, en=en) for th, en in zip(thai, english, strict=True))
    return Quiz(
        question=Words(**row["question"]),
        choices=(first, second, third),
        answer=row["answer"],
        why=Words(**row["why"]),
    )
