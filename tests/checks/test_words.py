"""Every reason and category has its words in four languages, with the parameters the code gives."""

import re
import tomllib
from pathlib import Path

import pytest

from checks import CATEGORIES
from checks.cues import weights

HERE = Path(__file__).parents[2] / "checks"
REASONS = tomllib.loads((HERE / "reasons.toml").read_text("utf-8"))
ADVICE = tomllib.loads((HERE / "advice.toml").read_text("utf-8"))
WORDED = {f"{group}.{name}": row for group, rows in REASONS.items() for name, row in rows.items()}
LANGUAGES = ("th", "en", "lo", "km")


def produced() -> set[str]:
    """Every reason key the code can produce: the literal ones, the ones built of a kind, and the cues."""
    source = "\n".join(path.read_text("utf-8") for path in HERE.glob("*.py"))
    keys = set(re.findall(r'Reason\(\s*"([a-z]+\.[a-z_]+)"', source)) | set(weights())
    keys |= {f"link.{name}" for name in re.findall(r'Likeness\(\s*"([a-z_]+)"', source)}
    return keys | {f"{kind}.{name}" for kind in ("link", "number") for name in ("listed", "confirmed", "reported")}


def test_every_reason_has_words() -> None:
    """What the code can say, the file can say; and the file holds nothing the code cannot."""
    assert produced() == set(WORDED)


@pytest.mark.parametrize("key", sorted(WORDED))
def test_languages_agree(key: str) -> None:
    """Four languages, none empty, with the same placeholders, and never a word for "safe"."""
    row = WORDED[key]

    assert set(LANGUAGES) == set(row)
    assert 1 == len({frozenset(re.findall(r"\{(\w+)\}", row[language])) for language in LANGUAGES})
    assert not re.search("ปลอดภัย|safe|ປອດໄພ|សុវត្ថិភាព|นิรนาม", "".join(row.values()), re.IGNORECASE)
    assert all(row.values())


def test_every_category_has_advice() -> None:
    """Each category's key has advice in four languages of one to three short lines."""
    assert {*CATEGORIES.values(), "general"} == set(ADVICE)
    for row in ADVICE.values():
        assert set(LANGUAGES) == set(row)
        assert all(1 <= len(text.splitlines()) <= 3 for text in row.values())
        assert not re.search("ปลอดภัย|safe", "".join(row.values()), re.IGNORECASE)


def test_only_sourced_hotlines() -> None:
    """Advice names only the numbers whose source is noted."""
    named = {number for row in ADVICE.values() for text in row.values() for number in re.findall(r"\d{3,4}", text)}

    assert named <= {"1441", "191", "1300", "1213", "1506"}


def test_official_rows_have_sources() -> None:
    """Each official domain and number says where it is from and when it was looked up."""
    rows = tomllib.loads((HERE / "official.toml").read_text("utf-8"))
    for row in [*rows["official"], *rows["number"]]:
        assert row["source"]
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["verified_on"])


def test_official_numbers_name_a_page() -> None:
    """A number that residents are shown as an office's own stands on a page that can be looked up again."""
    rows = tomllib.loads((HERE / "official.toml").read_text("utf-8"))["number"]

    assert [row["number"] for row in rows if not re.search(r"\b[a-z0-9-]+(?:\.[a-z]+)+\b.*\d", row["source"])] == []
