"""`python -m texts`: says what is wrong with the words, and leaves with 1 if anything is."""

import sys
import tomllib
from pathlib import Path

from texts.catalogue import FOLDER, LANGUAGES, flatten
from texts.checking import problems


def read(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """Each language's own words as its files hold them, without cards and lessons (those have their own tests)."""
    languages: dict[str, dict[str, str]] = {}
    for code in LANGUAGES:
        words: dict[str, str] = {}
        for path in sorted(folder.glob(f"{code}*.toml")):
            try:
                words |= flatten(tomllib.loads(path.read_text("utf-8")))
            except ValueError as broken:  # not TOML, or not UTF-8
                raise SystemExit(f"texts/{path.name}: {broken}") from broken
        words.pop("needs_review", None)
        languages[code] = words
    return languages


def main() -> int:
    """Print one line a problem, or how many keys there are; 1 when there is a problem, else 0."""
    languages = read()
    found = problems(languages)
    lines = found or [f"texts: {len(languages['th'])} keys in {len(languages)} languages"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
