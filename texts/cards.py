"""Words made from the data files: lessons with their questions, and the list of numbers to know."""

from texts.facts import hotlines
from texts.lesson import lessons

LISTED = ("emergency", "money_lost", "trafficking", "drugs", "official", "job_abroad")
"""Topics in the order of the list people see; each shows its first number."""


def lesson_words(language: str) -> dict[str, str]:
    """`lesson.<id>.title`, `.text`, `.question`, `.choice0`…, `.why` for every lesson."""
    words: dict[str, str] = {}
    for one in lessons():
        key = f"lesson.{one.id}"
        words[f"{key}.title"], words[f"{key}.text"] = one.title.said(language), one.text.said(language)
        words[f"{key}.question"], words[f"{key}.why"] = one.quiz.question.said(language), one.quiz.why.said(language)
        words |= {f"{key}.choice{n}": choice.said(language) for n, choice in enumerate(one.quiz.choices)}
    return {name: text.replace("{", "{{").replace("}", "}}") for name, text in words.items()}


def hotline_words(language: str) -> dict[str, str]:
    """`hotlines.self`: the first verified number of each topic, with what it is for."""
    lines, seen = [], set()
    for topic in LISTED:
        for one in hotlines(topic)[:2]:
            if one.id not in seen and one.number:
                seen.add(one.id)
                lines.append(f"☎️ {one.number}{f' → {one.menu}' if one.menu else ''}\n   {one.purpose.said(language)}")
    return {"hotlines.self": "\n".join(lines)}
