"""What can be wrong with the words: every problem as one plain line, before anybody reads them in a chat."""

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from texts.catalogue import LANGUAGES
from texts.writing import folded, length

Words = Mapping[str, str]
"""One language's own words by dotted key, as `texts.catalogue.flatten` makes them."""

MEASURE: Final = "th"
LONGEST_LABEL: Final = 20
"""Graphemes of a button: https://developers.line.biz/en/reference/messaging-api/#quick-reply-button-object."""
LONGEST: Final = 600
"""Graphemes of one bubble: about what two phone screens hold; nobody reads on."""

_ON_BUTTONS: Final = """
menu.*  *.name  flow.skip flow.back flow.cancel flow.without_media flow.without_more  consent.agree consent.decline
answer.home answer.untold answer.now answer.last_night answer.yes answer.no answer.as_said
delete.yes delete.see delete.no delete.first
heard.report heard.home heard.else  thanks.add thanks.home
check.send check.quiet check.edit  mine.open alerts.open mine.add mine.takeback  takeback.yes takeback.no
lesson.next lesson.letter*  stop.resume
status.new status.open status.confirmed status.nothing status.handed status.closed status.withdrawn
join.age.* join.let_in join.keep_out  who.invite who.let_in  invite.volunteer
block.appeal block.undo tell.vouch tell.view tell.take tell.seen tell.warned tell.going tell.cant tell.help
show.take show.decide show.ask show.photos show.send_out show.back  list.before list.after list.all  indicator.confirm
guard.keep
duty.choose.*
outcome.confirmed outcome.nothing outcome.handed outcome.couldnt outcome.decide
dispatch.drill_times response.real drill.confirm.send
zero.none zero.some zero.turn_on zero.turn_off zero.silent
opening.yes opening.no  receipt.add receipt.new  spike.look spike.write spike.later
alert.where.mine alert.who.* alert.how.* alert.confirm.* alert.incident.* alert.watch alert.stop
alert.pause alert.resume alert.category.* alert.urgency.* alert.certainty.* alert.onset.now alert.onset.hours
alerts.again alerts.update alerts.allclear allclear.plain second.yes second.no second.change second.drop second.look
schedule.new schedule.list schedule.turn_on schedule.turn_off schedule.when.* schedule.confirm.*
*.where.tell *.loss.* *.what.* *.many.* *.installed.* summary.look
"""
OWN_NAMES: Final = tuple(f"language.{code}" for code in LANGUAGES)
"""Each language is offered under its own name, so that who is lost finds theirs."""
LABELS: Final = (*_ON_BUTTONS.split(), *OWN_NAMES)
"""The keys that stand on buttons. Questions (`*.ask`) match no `*`; a test holds this list against the handlers."""

AT_LONGEST: Final = {"number": "482913", "name": "กกกกกกกกกก"}
"""Parameters of labels, as long as they get: a report's number, a name cut to ten."""

BANNED: Final[Mapping[str, Mapping[str, str]]] = {
    "th": {
        "ปลอดภัย": "we know of dangers, never of their absence",
        "นิรนาม": "LINE and Telegram know the account",
        "ไม่ระบุตัวตน": "LINE and Telegram know the account",
        "ครับ": "the bot has no gender",
        "ค่ะ": "the bot has no gender",
        "นะคะ": "the bot has no gender",
    },
    "en": {
        r"\bsafe(?:ly|ty|r|st)?\b": "we know of dangers, never of their absence",
        r"\banonym\w*": "LINE and Telegram know the account",
        r"\buntraceable\b": "LINE and Telegram know the account",
    },
    "lo": {
        "ປອດໄພ": "we know of dangers, never of their absence",
        "ນິລະນາມ": "LINE and Telegram know the account",
    },
    "km": {
        "សុវត្ថិភាព": "we know of dangers, never of their absence",
        "អនាមិក": "LINE and Telegram know the account",
        "បាទ": "the bot has no gender",
        r"ចាស(?![\u1780-\u17d3])": "the bot has no gender",
    },
}
"""Words that promise what nobody can keep, or say who the bot is, each with why not."""
ALLOWED: Final[tuple[tuple[str, str], ...]] = ()
"""(key, phrase) where a banned word may stand after all, as in a sentence that denies it. None yet."""

SCRIPTS: Final[Mapping[str, re.Pattern[str]]] = {
    "th": re.compile(r"[\u0e01-\u0e5b]+"),
    "lo": re.compile(r"[\u0e81-\u0eff]+"),
    "km": re.compile(r"[\u1780-\u17ff]+"),
}
IN_ANY_SCRIPT: Final = (*OWN_NAMES, "menu.language")
"""What may stand in letters of any language."""

_HELP_LINE: Final = re.compile(r"(?<![\d/])\d{3,4}(?![\d/])")
_LATIN: Final = re.compile(r"[A-Za-z]")
_BLANK_END: Final = re.compile(r"[^\S\n]+(?=\n)|\s+\Z")


def problems(languages: Mapping[str, Words]) -> list[str]:
    """
    Every problem in these catalogues, in a stable order; an empty list when there is none.

    `languages` maps each language code to its own words, without fallback; Thai must be among them.
    """
    thai = languages[MEASURE]
    found: list[str] = []
    for language, words in languages.items():
        found += keys(language, words, thai)
        for check in EACH:
            for key, text in words.items():
                found += [f"{language} {key}: {problem}" for problem in check(language, key, text)]
        found += [f"{language} {problem}" for key in words if key in thai for problem in alike(key, words, thai)]
    return found + commands(languages)


def keys(language: str, words: Words, thai: Words) -> list[str]:
    """What a language lacks, and what nobody asked for."""
    missing = [f"{language} {key}: missing; in Thai it is {_quoted(thai[key])}" for key in thai if key not in words]
    return missing + [f"{language} {key}: Thai has no such key" for key in words if key not in thai]


def alike(key: str, words: Words, thai: Words) -> Iterator[str]:
    """Placeholders and help-line numbers must be those of the Thai: a translated 191 is still 191."""
    own, measure = placeholders(words[key]), placeholders(thai[key])
    if own is None or measure is None:
        return
    if own != measure:
        yield f"{key}: has {_braced(own)} where Thai has {_braced(measure)}"
    for number in sorted(set(_HELP_LINE.findall(thai[key])) - set(_HELP_LINE.findall(words[key]))):
        yield f"{key}: the number {number} of the Thai is not there"


def placeholders(text: str) -> set[str] | None:
    """The names a text wants filled in; None when its braces cannot be read."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def braces(language: str, key: str, text: str) -> Iterator[str]:
    """Braces that cannot be read, or a placeholder that is more than a name."""
    names = placeholders(text)
    if names is None:
        yield "its braces do not match; write {{ for a brace that is shown"
    for name in sorted(names or ()):
        if not name.isidentifier():
            yield f"{{{name}}} is not a name"


def empty(language: str, key: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield "empty"


def too_long(language: str, key: str, text: str) -> Iterator[str]:
    """Bubbles and buttons that nobody could read to the end."""
    if is_label(key):
        size = label_length(text)
        if size > LONGEST_LABEL:
            yield f"{size} letters on a button that holds {LONGEST_LABEL}: {_quoted(text)}"
        if "\n" in text:
            yield "a button has one line"
    elif length(text) > LONGEST:
        yield f"{length(text)} letters in a bubble, at most {LONGEST}"


def label_length(text: str) -> int:
    """
    Graphemes of a label with its parameters filled in; 0 when its braces cannot be read.

    Tables of Unicode differ in whether a Khmer subscript is a letter of its own, so here it is.
    """
    if placeholders(text) is None:
        return 0
    filled = string.Formatter().vformat(text, (), _Filled())
    return length(filled) + filled.count("\u17d2")


def is_label(key: str) -> bool:
    """Whether the words of this key may stand on a button."""
    bare = key.removesuffix(".self")
    return bare in LABELS or (not bare.endswith(".ask") and any(fnmatchcase(bare, pattern) for pattern in LABELS))


def banned(language: str, key: str, text: str) -> Iterator[str]:
    """Words that promise what nobody can keep."""
    plain = text
    for allowed_key, phrase in ALLOWED:
        if allowed_key == key:
            plain = plain.replace(phrase, "")
    for pattern, why in BANNED.get(language, {}).items():
        if found := re.search(pattern, plain, re.IGNORECASE):
            yield f"says “{found.group()}”: {why}"


def unseen(language: str, key: str, text: str) -> Iterator[str]:
    """Characters that nobody sees: controls, marks of direction, blanks at the end of a line."""
    hidden = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn")} - {"\n"}
    hidden -= {"\u200d"} if language in ("th", "en") else {"\u200d", "\u200b"}  # joined emoji; word breaks
    for letter in sorted(hidden):
        yield f"holds U+{ord(letter):04X}, which nobody sees"
    if _BLANK_END.search(text) or text != text.lstrip():
        yield "has blanks at an end of a line"


def wrong_script(language: str, key: str, text: str) -> Iterator[str]:
    """Letters of a neighbour's language, or a text that was never translated."""
    if key in IN_ANY_SCRIPT:
        return
    for other, letters in SCRIPTS.items():
        if other != language and (found := letters.search(text)):
            yield f"holds letters of “{other}”: {found.group()}"
    own = SCRIPTS.get(language, _LATIN)
    shown = re.sub(r"\{\w*\}", "", text)
    if any(letter.isalpha() for letter in shown) and not own.search(shown):
        yield f"is not in “{language}”: {_quoted(text)}"


EACH: Final[tuple[Callable[[str, str, str], Iterator[str]], ...]] = (
    empty,
    braces,
    too_long,
    banned,
    unseen,
    wrong_script,
)
"""What is asked of every text by itself."""


def commands(languages: Mapping[str, Words]) -> list[str]:
    """A typed word must mean one command, whoever types it; and every command answers to its own plain name."""
    found: list[str] = []
    means: dict[str, tuple[str, str]] = {}
    for language, words in languages.items():
        for key in (key for key in words if key.startswith("commands.")):
            name = key.removeprefix("commands.")
            typed = [folded(word) for word in words[key].split(",")]
            if name not in typed:
                found.append(f"{language} {key}: its plain name “{name}” is not among its words")
            if "" in typed or len(set(typed)) < len(typed):
                found.append(f"{language} {key}: an empty word, or one that stands there twice")
            for word in typed:
                other, where = means.setdefault(word, (name, language))
                if other != name:
                    found.append(f"{language} {key}: “{word}” means {other} already (in “{where}”)")
    return found


class _Filled(dict[str, str]):
    """A label's parameters, each as long as it gets; one we do not know as a short word."""

    def __missing__(self, name: str) -> str:
        return AT_LONGEST.get(name, "......")


def _quoted(text: str) -> str:
    line = text.replace("\n", " / ")
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"
